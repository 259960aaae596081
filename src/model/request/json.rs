//! JSON as it was written: objects keep their order and their repetitions, strings stay in the
//! input where they can, and a hostile document costs no more than its limits.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// How deep arrays and objects may lie in each other; the deepest attribute needs 7.
const MAX_DEPTH: usize = 32;
/// How many values a document may have.
const MAX_VALUES: usize = 2_000_000;
/// How long a key may be, in bytes: all those with a meaning are much shorter.
const MAX_KEY: usize = 1024;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    Array(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

/// Reads a document.
pub(super) fn parse(bytes: &[u8]) -> Result<Value<'_>, serde_json::Error> {
    let room = Cell::new(MAX_VALUES);
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let value = ValueSeed {
        depth: 0,
        room: &room,
    }
    .deserialize(&mut source)?;
    source.end()?;
    Ok(value)
}

impl fmt::Display for Value<'_> {
    /// What it is, for a person: scalars as they are, the others by their kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Number(value) => write!(f, "{value}"),
            Value::Text(text) => write!(f, "{}", crate::model::Quoted(text)),
            Value::Array(_) => f.write_str("a list"),
            Value::Object(_) => f.write_str("an object"),
        }
    }
}

/// Reads one value, counting how deep it lies and how many may still come.
#[derive(Clone, Copy)]
struct ValueSeed<'c> {
    depth: usize,
    room: &'c Cell<usize>,
}

impl ValueSeed<'_> {
    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            let message = format_args!("values lie in each other more than {MAX_DEPTH} deep");
            return Err(E::custom(message));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value<'de>, D::Error> {
        let Some(room) = self.room.get().checked_sub(1) else {
            let message = format_args!("there are more than {MAX_VALUES} values");
            return Err(D::Error::custom(message));
        };
        self.room.set(room);
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value<'de>, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        let inside = self.inside()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value<'de>, A::Error> {
        let inside = self.inside()?;
        let mut object = Vec::new();
        while let Some(key) = members.next_key_seed(KeySeed)? {
            object.push((key, members.next_value_seed(inside)?));
        }
        Ok(Value::Object(object))
    }
}

/// Reads a key.
struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        check_key(key)?;
        Ok(Cow::Owned(key.to_owned()))
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
        check_key(key)?;
        Ok(Cow::Borrowed(key))
    }
}

fn check_key<E: serde::de::Error>(key: &str) -> Result<(), E> {
    if key.len() > MAX_KEY {
        let message = format_args!("a key is longer than {MAX_KEY} bytes");
        return Err(E::custom(message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repetitions_are_kept() {
        let text = br#"{"b": 1, "a": [null, true, "x\ty"], "b": 1.5}"#;
        let Value::Object(members) = parse(text).unwrap() else {
            panic!("an object");
        };
        let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
        assert_eq!(keys, ["b", "a", "b"]);
        let Value::Array(items) = &members[1].1 else {
            panic!("an array");
        };
        assert_eq!(items[2], Value::Text("x\ty".into()));
    }

    #[test]
    fn hostile_documents_end_at_a_limit() {
        let deep = "[".repeat(1_000_000);
        let error = parse(deep.as_bytes()).unwrap_err();
        assert_eq!(
            (error.line(), error.column()),
            (1, MAX_DEPTH + 1),
            "{error}"
        );
        let many = format!("[{}0]", "0,".repeat(MAX_VALUES));
        assert!(parse(many.as_bytes()).unwrap_err().is_data());
        let key = format!("{{\"{}\": 0}}", "k".repeat(MAX_KEY + 1));
        assert!(parse(key.as_bytes()).unwrap_err().is_data());
    }
}
