//! Columns in words: for the documentation of generated code and for [`crate::describe`].

use std::fmt::Display;

use crate::model::{BaseType, Id, Max, Range, Strength, Values};
use crate::resolve::{Column, Count, Shape, Table};

/// What a column holds: "a set of integers from 0 to 4095; at most 4096".
///
/// `table` writes the name of a table referred to.
pub(crate) fn shape(shape: &Shape, table: &dyn Fn(&Id) -> String) -> String {
    let one = |base_type| noun(base_type, table).singular();
    let many = |base_type| noun(base_type, table).plural();
    match shape {
        Shape::Scalar(element) => one(element),
        Shape::Optional(element) => format!("{}, or none", one(element)),
        Shape::Set(element, count) => format!("a set of {}{}", many(element), limits(*count)),
        Shape::Map(key, value, count) => {
            format!(
                "a map from {} to {}{}",
                many(key),
                many(value),
                limits(*count)
            )
        }
    }
}

/// What else is true of a column, as sentences.
pub(crate) fn remarks(table: &Table, column: &Column) -> Vec<String> {
    let mut remarks = Vec::new();
    for index in &table.indexes {
        let (this, others): (Vec<_>, Vec<_>) = index
            .iter()
            .partition(|indexed| indexed.name == column.name);
        if this.is_empty() {
            continue;
        }
        remarks.push(if others.is_empty() {
            "Unique in the table.".to_owned()
        } else {
            let others = others.iter().map(|other| format!("`{}`", other.name));
            format!("Unique together with {}.", list(others, "and"))
        });
    }
    if !column.mutable {
        remarks.push("Immutable: set when the row is inserted.".to_owned());
    }
    if column.ephemeral {
        remarks.push("Ephemeral: may be lost when the server restarts.".to_owned());
    }
    remarks
}

/// Items in a sentence: "`a`, `b` or `c`".
pub(crate) fn list(items: impl IntoIterator<Item = String>, conjunction: &str) -> String {
    let mut items: Vec<_> = items.into_iter().collect();
    match items.pop() {
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} {conjunction} {last}", items.join(", ")),
        None => String::new(),
    }
}

/// A value as code. Nothing at all would not be seen.
pub(crate) fn code(value: &str) -> String {
    if value.is_empty() {
        "`\"\"`".to_owned()
    } else {
        format!("`{value}`")
    }
}

fn limits(count: Count) -> String {
    match (count.required, count.max) {
        (false, Max::Unlimited) => String::new(),
        (false, Max::Elements(max)) => format!("; at most {max}"),
        (true, Max::Unlimited) => "; at least 1".to_owned(),
        (true, Max::Elements(1)) => "; exactly 1".to_owned(),
        (true, Max::Elements(max)) => format!("; 1 to {max}"),
    }
}

/// A noun, and what limits it: "reference", "to a row of `Port`".
struct Noun {
    article: &'static str,
    noun: &'static str,
    plural: &'static str,
    limits: String,
}

impl Noun {
    fn new(
        article: &'static str,
        noun: &'static str,
        plural: &'static str,
        limits: String,
    ) -> Self {
        Self {
            article,
            noun,
            plural,
            limits,
        }
    }

    fn singular(&self) -> String {
        format!("{} {}{}", self.article, self.noun, self.limits)
    }

    fn plural(&self) -> String {
        format!("{}{}", self.plural, self.limits)
    }
}

fn noun(base_type: &BaseType, table: &dyn Fn(&Id) -> String) -> Noun {
    match base_type {
        BaseType::Integer(values) => Noun::new("an", "integer", "integers", by_value(values)),
        BaseType::Real(values) => Noun::new("a", "real number", "real numbers", by_value(values)),
        BaseType::Boolean(values) => Noun::new(
            "a",
            "boolean",
            "booleans",
            values_of(values, |()| String::new()),
        ),
        BaseType::String(values) => Noun::new("a", "string", "strings", values_of(values, length)),
        BaseType::Uuid(Values::Within(Some(reference))) => {
            let to = format!(" to {}", table(&reference.table));
            match reference.strength {
                Strength::Strong => Noun::new("a", "strong reference", "strong references", to),
                Strength::Weak => Noun::new("a", "weak reference", "weak references", to),
            }
        }
        BaseType::Uuid(values) => {
            Noun::new("a", "uuid", "uuids", values_of(values, |_| String::new()))
        }
    }
}

fn values_of<T: Display, L>(values: &Values<T, L>, limits: impl Fn(&L) -> String) -> String {
    match values {
        Values::OneOf(values) => {
            let values = values.iter().map(|value| code(&value.to_string()));
            format!(" ({})", list(values, "or"))
        }
        Values::Within(within) => limits(within),
    }
}

fn by_value<T: Display>(values: &Values<T, Range<T>>) -> String {
    values_of(values, |range| match (&range.min, &range.max) {
        (None, None) => String::new(),
        (Some(min), None) => format!(" from {min}"),
        (None, Some(max)) => format!(" up to {max}"),
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
    })
}

fn length(range: &Range<u32>) -> String {
    match (range.min, range.max) {
        (None, None) => String::new(),
        (Some(min), None) => format!(" of at least {min} characters"),
        (None, Some(max)) => format!(" of at most {max} characters"),
        (Some(min), Some(max)) => format!(" of {min} to {max} characters"),
    }
}
