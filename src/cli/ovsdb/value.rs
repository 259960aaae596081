use std::cmp::Ordering;

use serde::ser::{Serialize, Serializer};

use ovsdb_schema::model::Max;

use super::atom;
use super::json::{self, Layout};
use super::schema::{Atomic, Kind, References};
use super::style::Data;
use crate::ovsdb::{Atom, Datum, Element, Mismatch, Real, Uuid};

/// What a column holds in a row: elements, or the pairs of a map, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    kind: Kind,
    elements: Vec<Entry>,
}

/// An element, or a key and its value.
type Entry = (Atom<'static>, Option<Atom<'static>>);

/// What the server sent is no value of the column's type.
#[derive(Debug, thiserror::Error)]
pub(super) enum ValueError {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Atom(#[from] Mismatch),
    #[error("expected {expected}")]
    Shape { expected: &'static str },
}

impl Value {
    /// Reads a `<value>` (RFC 7047, section 5.1) of a column of this kind.
    pub(super) fn read(kind: Kind, json: &str) -> Result<Self, ValueError> {
        let mut elements = entries(serde_json::from_str(json)?)
            .map(|(key, value)| {
                let value = match (kind.value, value) {
                    (Some(atomic), Some(value)) => Some(atomic.check(value)?),
                    (None, None) => None,
                    (Some(_), None) => return Err(ValueError::Shape { expected: "a map" }),
                    (None, Some(_)) => return Err(ValueError::Shape { expected: "a set" }),
                };
                Ok((kind.key.check(key)?, value))
            })
            .collect::<Result<Vec<Entry>, ValueError>>()?;
        elements.sort_unstable();
        Ok(Self { kind, elements })
    }

    /// The order of ovsdb-client: fewer elements first, then by elements, then by a map's values.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let (ours, theirs) = (&self.elements, &other.elements);
        let by_key = || {
            ours.iter()
                .map(|it| &it.0)
                .cmp(theirs.iter().map(|it| &it.0))
        };
        let by_value = || {
            ours.iter()
                .map(|it| &it.1)
                .cmp(theirs.iter().map(|it| &it.1))
        };
        ours.len()
            .cmp(&theirs.len())
            .then_with(by_key)
            .then_with(by_value)
    }

    /// Whether a column that is not told has this value (RFC 7047, section 5.2.1). A required
    /// column has one element then.
    pub(super) fn is_default(&self, is_required: bool) -> bool {
        match self.elements.as_slice() {
            [] => !is_required,
            [(key, value)] => {
                is_required && atom::is_zero(key) && value.as_ref().is_none_or(atom::is_zero)
            }
            _ => false,
        }
    }

    /// Makes it what this difference says (ovsdb-server(7), section 4.1.14, "modify"): elements
    /// come or, if they are there, go; pairs also replace another of their key.
    pub(super) fn differ(&mut self, difference: Self) {
        if self.kind.max == Max::Elements(1) {
            *self = difference;
            return;
        }
        for (key, value) in difference.elements {
            let place = self.elements.binary_search_by(|(ours, _)| ours.cmp(&key));
            match place.map(|at| (at, self.elements.get_mut(at))) {
                Ok((_, Some((_, ours)))) if *ours != value => *ours = value,
                Ok((at, _)) => drop(self.elements.remove(at)),
                Err(at) => self.elements.insert(at, (key, value)),
            }
        }
    }

    /// With `name` of each row identifier where such a column refers to rows.
    pub(super) fn with_references(
        &self,
        references: References,
        name: impl Fn(Uuid) -> Uuid,
    ) -> Self {
        let rename = |refers: bool, atom: &Atom<'static>| match atom {
            Atom::Uuid(id) if refers => Atom::Uuid(name(*id)),
            other => other.clone(),
        };
        let entry = |(key, value): &Entry| {
            let value = value.as_ref().map(|it| rename(references.value, it));
            (rename(references.key, key), value)
        };
        Self {
            kind: self.kind,
            elements: self.elements.iter().map(entry).collect(),
        }
    }

    /// The value as text. What has more elements than its column takes, as a difference may, is
    /// JSON.
    pub(super) fn text(&self, data: Data) -> String {
        let fits = match self.kind.max {
            Max::Elements(max) => u32::try_from(self.elements.len()).is_ok_and(|len| len <= max),
            Max::Unlimited => true,
        };
        match data {
            Data::String if fits => self.string(),
            Data::Bare if fits => self.texts(atom::bare).join(" "),
            // Writing to memory does not fail.
            _ => json::values(self, Layout::Compact).unwrap_or_default(),
        }
    }

    /// As ovs-vsctl(8), "Database Values" describes it.
    fn string(&self) -> String {
        let texts = self.texts(atom::string);
        let inside = texts.join(", ");
        match self.kind.value {
            _ if self.kind.max == Max::Elements(1) && !texts.is_empty() => inside,
            Some(_) => format!("{{{inside}}}"),
            None => format!("[{inside}]"),
        }
    }

    fn texts(&self, text: fn(&Atom<'_>) -> String) -> Vec<String> {
        let pair = |(key, value): &Entry| match value {
            Some(value) => format!("{}={}", text(key), text(value)),
            None => text(key),
        };
        self.elements.iter().map(pair).collect()
    }
}

/// The shortest form that RFC 7047, section 5.1 allows.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.kind.value, self.elements.as_slice()) {
            (Some(_), pairs) => ("map", pairs).serialize(serializer),
            (None, [(only, _)]) => only.serialize(serializer),
            (None, elements) => {
                let atoms: Vec<&Atom<'_>> = elements.iter().map(|(atom, _)| atom).collect();
                ("set", atoms).serialize(serializer)
            }
        }
    }
}

impl Atomic {
    /// Takes the atom as one of this type: a server writes a whole real as an integer.
    fn check(self, atom: Atom<'static>) -> Result<Atom<'static>, Mismatch> {
        Ok(match self {
            Self::Integer => Atom::Integer(i64::from_atom(atom)?),
            Self::Real => Atom::Real(Real::from_atom(atom)?),
            Self::Boolean => Atom::Boolean(bool::from_atom(atom)?),
            Self::String => Atom::String(String::from_atom(atom)?.into()),
            Self::Uuid => Atom::Uuid(Uuid::from_atom(atom)?),
        })
    }
}

fn entries(datum: Datum) -> impl Iterator<Item = Entry> {
    let (atoms, pairs) = match datum {
        Datum::Scalar(atom) => (vec![atom], Vec::new()),
        Datum::Set(atoms) => (atoms, Vec::new()),
        Datum::Map(pairs) => (Vec::new(), pairs),
    };
    let pairs = pairs.into_iter().map(|(key, value)| (key, Some(value)));
    atoms.into_iter().map(|atom| (atom, None)).chain(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn kind(key: Atomic, value: Option<Atomic>, max: Max) -> Kind {
        Kind { key, value, max }
    }

    const TAG: Kind = kind(Atomic::Integer, None, Max::Elements(1));
    const FEW: Kind = kind(Atomic::Integer, None, Max::Elements(2));
    const REALS: Kind = kind(Atomic::Real, None, Max::Unlimited);
    const NAME: Kind = kind(Atomic::String, None, Max::Elements(1));
    const MAP: Kind = kind(Atomic::String, Some(Atomic::String), Max::Unlimited);
    const PAIR: Kind = kind(Atomic::String, Some(Atomic::Integer), Max::Elements(1));

    #[test]
    fn the_forms_are_ovsdb_clients() {
        for (kind, json, text, bare, again) in [
            (TAG, r#"["set",[]]"#, "[]", "", r#"["set",[]]"#),
            (TAG, "7", "7", "7", "7"),
            (TAG, "7.0", "7", "7", "7"),
            (
                REALS,
                r#"["set",[2,1.5]]"#,
                "[1.5, 2]",
                "1.5 2",
                r#"["set",[1.5,2]]"#,
            ),
            (REALS, "1", "[1]", "1", "1"),
            (
                FEW,
                r#"["set",[1,2,3]]"#,
                r#"["set",[1,2,3]]"#,
                r#"["set",[1,2,3]]"#,
                r#"["set",[1,2,3]]"#,
            ),
            (NAME, r#""br-0.x""#, "br-0.x", "br-0.x", r#""br-0.x""#),
            (NAME, r#""""#, r#""""#, "", r#""""#),
            (NAME, r#""true""#, r#""true""#, "true", r#""true""#),
            (NAME, r#""0a""#, r#""0a""#, "0a", r#""0a""#),
            (NAME, r#""é\n""#, r#""é\n""#, "é\n", r#""é\n""#),
            (MAP, r#"["map",[]]"#, "{}", "", r#"["map",[]]"#),
            (
                MAP,
                r#"["map",[["b","x y"],["a","z"]]]"#,
                r#"{a=z, b="x y"}"#,
                "a=z b=x y",
                r#"["map",[["a","z"],["b","x y"]]]"#,
            ),
            (
                PAIR,
                r#"["map",[["a",1]]]"#,
                "a=1",
                "a=1",
                r#"["map",[["a",1]]]"#,
            ),
        ] {
            let value = Value::read(kind, json).unwrap();
            assert_eq!(value.text(Data::String), text);
            assert_eq!(value.text(Data::Bare), bare);
            assert_eq!(value.text(Data::Json), again);
        }
    }

    #[test]
    fn a_string_that_looks_like_a_uuid_is_quoted() {
        let json = r#""a0000000-0000-0000-0000-000000000001""#;
        assert_eq!(Value::read(NAME, json).unwrap().text(Data::String), json);
    }

    #[test]
    fn values_of_another_type_are_errors() {
        for (kind, json) in [
            (TAG, "\"7\""),
            (TAG, r#"["map",[[1,2]]]"#),
            (MAP, "\"a\""),
            (MAP, r#"["map",[["a",1]]]"#),
            (NAME, "null"),
        ] {
            assert!(Value::read(kind, json).is_err(), "{json}");
        }
    }

    #[test]
    fn fewer_elements_come_first() {
        let value = |json| Value::read(MAP, json).unwrap();
        let one = value(r#"["map",[["b","a"]]]"#);
        let two = value(r#"["map",[["a","z"],["b","a"]]]"#);
        let other = value(r#"["map",[["a","z"],["b","b"]]]"#);
        assert_eq!(one.order(&two), Ordering::Less);
        assert_eq!(other.order(&two), Ordering::Greater);
    }
}
