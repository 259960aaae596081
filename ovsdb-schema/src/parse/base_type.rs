//! `<base-type>`s: an atomic type with its limits.

use crate::error::{Error, Problem};
use crate::model::{BaseType, Range, Reference, Strength, Values};

use super::node::{Members, Node};

const ATOMIC_TYPE: &str =
    "an atomic type: \"integer\", \"real\", \"boolean\", \"string\" or \"uuid\"";

/// A base type, or the name of an atomic type without limits.
pub(super) fn base_type(node: &Node<'_>) -> Result<BaseType, Error> {
    if let Some(name) = node.as_str() {
        return unlimited(name).ok_or_else(|| node.expected(ATOMIC_TYPE));
    }
    let mut members = node.members()?;
    let name = members.require("type")?;
    let any = name
        .as_str()
        .and_then(unlimited)
        .ok_or_else(|| name.expected(ATOMIC_TYPE))?;
    let base_type = limited(any, &mut members)?;
    members.finish()?;
    Ok(base_type)
}

fn unlimited(name: &str) -> Option<BaseType> {
    Some(match name {
        "integer" => BaseType::Integer(Values::Within(unbounded())),
        "real" => BaseType::Real(Values::Within(unbounded())),
        "boolean" => BaseType::Boolean(Values::Within(())),
        "string" => BaseType::String(Values::Within(unbounded())),
        "uuid" => BaseType::Uuid(Values::Within(None)),
        _ => return None,
    })
}

fn unbounded<T>() -> Range<T> {
    Range {
        min: None,
        max: None,
    }
}

/// Takes the limits that go with the type; an `enum` goes with no other limit.
fn limited(any: BaseType, members: &mut Members<'_>) -> Result<BaseType, Error> {
    let values = members.take("enum");
    let values = values.as_ref();
    Ok(match any {
        BaseType::Integer(_) => BaseType::Integer(match values {
            Some(values) => one_of(values, Node::integer)?,
            None => Values::Within(within(members, "minInteger", "maxInteger", Node::integer)?),
        }),
        BaseType::Real(_) => BaseType::Real(match values {
            Some(values) => one_of(values, Node::real)?,
            None => Values::Within(within(members, "minReal", "maxReal", Node::real)?),
        }),
        BaseType::Boolean(any) => BaseType::Boolean(match values {
            Some(values) => one_of(values, Node::boolean)?,
            None => any,
        }),
        BaseType::String(_) => BaseType::String(match values {
            Some(values) => one_of(values, |value| value.string().map(str::to_owned))?,
            None => Values::Within(within(members, "minLength", "maxLength", length)?),
        }),
        BaseType::Uuid(_) => BaseType::Uuid(match values {
            Some(values) => one_of(values, uuid)?,
            None => Values::Within(reference(members)?),
        }),
    })
}

/// The elements of an `enum`: `["set", [...]]`, or one bare value.
fn one_of<'a, T, L>(
    node: &Node<'a>,
    value: impl Fn(&Node<'a>) -> Result<T, Error>,
) -> Result<Values<T, L>, Error>
where
    T: PartialEq,
{
    let Some(elements) = set(node) else {
        return Ok(Values::OneOf(vec![value(node)?]));
    };
    let mut values = Vec::new();
    for element in elements.elements()? {
        let value = value(&element)?;
        if values.contains(&value) {
            return Err(element.error(Problem::Duplicate));
        }
        values.push(value);
    }
    if values.is_empty() {
        return Err(elements.expected("at least one value"));
    }
    Ok(Values::OneOf(values))
}

fn set<'a>(node: &Node<'a>) -> Option<Node<'a>> {
    tagged(node, "set")
}

/// What follows a tag, as in `["uuid", "..."]`.
fn tagged<'a>(node: &Node<'a>, tag: &str) -> Option<Node<'a>> {
    let [first, second] = <[Node<'a>; 2]>::try_from(node.elements().ok()?).ok()?;
    (first.as_str() == Some(tag)).then_some(second)
}

fn uuid(node: &Node<'_>) -> Result<String, Error> {
    let text = tagged(node, "uuid").and_then(|text| text.as_str());
    text.filter(|text| is_uuid(text))
        .map(str::to_owned)
        .ok_or_else(|| {
            node.expected("a uuid as [\"uuid\", \"01234567-89ab-cdef-0123-456789abcdef\"]")
        })
}

fn is_uuid(text: &str) -> bool {
    let groups = text.split('-');
    groups.clone().map(str::len).eq([8, 4, 4, 4, 12])
        && groups.flat_map(str::chars).all(|c| c.is_ascii_hexdigit())
}

fn within<'a, T: Copy + PartialOrd>(
    members: &mut Members<'a>,
    minimum: &'static str,
    maximum: &'static str,
    bound: impl Fn(&Node<'a>) -> Result<T, Error>,
) -> Result<Range<T>, Error> {
    let min = members.take(minimum);
    let max = members.take(maximum);
    let range = Range {
        min: min.as_ref().map(&bound).transpose()?,
        max: max.as_ref().map(&bound).transpose()?,
    };
    match (min, range.min, range.max) {
        (Some(node), Some(min), Some(max)) if min > max => {
            Err(node.error(Problem::EmptyRange { minimum, maximum }))
        }
        _ => Ok(range),
    }
}

fn length(node: &Node<'_>) -> Result<u32, Error> {
    node.as_integer()
        .and_then(|length| u32::try_from(length).ok())
        .ok_or_else(|| node.expected("an integer from 0 to 4294967295"))
}

fn reference(members: &mut Members<'_>) -> Result<Option<Reference>, Error> {
    let Some(table) = members.take("refTable") else {
        return Ok(None);
    };
    let strength = match members.take("refType") {
        Some(strength) => match strength.as_str() {
            Some("strong") => Strength::Strong,
            Some("weak") => Strength::Weak,
            _ => return Err(strength.expected("\"strong\" or \"weak\"")),
        },
        None => Strength::Strong,
    };
    Ok(Some(Reference {
        table: table.id()?,
        strength,
    }))
}
