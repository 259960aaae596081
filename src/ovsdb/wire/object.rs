use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// What is read from a JSON object alone: serde's structs would also take an array for their
/// members in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Both<'a> {
        first: u8,
        #[serde(borrow)]
        second: Option<&'a RawValue>,
    }

    #[test]
    fn an_array_is_no_object() {
        assert!(serde_json::from_str::<Both<'_>>("[1,{}]").is_ok());
        assert!(serde_json::from_str::<Object<Both<'_>>>("[1,{}]").is_err());
        assert!(serde_json::from_str::<Object<Both<'_>>>("7").is_err());
        let text = r#"{"first":1,"second":{"a": [1]}}"#;
        let Object(both) = serde_json::from_str::<Object<Both<'_>>>(text).unwrap();
        assert_eq!(
            (both.first, both.second.unwrap().get()),
            (1, r#"{"a": [1]}"#)
        );
    }
}
