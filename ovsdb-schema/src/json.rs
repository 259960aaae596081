//! JSON that keeps what a schema needs and `serde_json::Value` drops: the order of members, and
//! members given twice.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::error::{Error, Path, Problem};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Boolean(bool),
    Number(Number),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let json = serde_json::from_str::<Self>(text)
            .map_err(|error| Path::default().error(Problem::NotJson(error.to_string())))?;
        json.refuse_duplicates(&Path::default())?;
        Ok(json)
    }

    fn refuse_duplicates(&self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    element.refuse_duplicates(&path.element(index))?;
                }
            }
            Self::Object(members) => {
                let mut seen = std::collections::HashSet::new();
                for (name, value) in members {
                    let path = path.member(name);
                    if !seen.insert(name) {
                        return Err(path.error(Problem::Duplicate));
                    }
                    value.refuse_duplicates(&path)?;
                }
            }
            Self::Null | Self::Boolean(_) | Self::Number(_) | Self::String(_) => {}
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value)
            .map(Json::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Json::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry::<String, Json>()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}
