use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeSeq, SerializeTuple, Serializer};

use super::collect::{self, Collect};
use super::{Atom, Mismatch};

/// A column's value of any type (RFC 7047, section 5.1, `<value>`).
///
/// A set of exactly one element and that element alone are the same value, and are equal here:
/// [`Datum::set`] makes the second of the first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Datum {
    /// One atom, or a set of one.
    Scalar(Atom<'static>),
    /// A set of none or several atoms.
    Set(Vec<Atom<'static>>),
    /// Pairs of atoms.
    Map(Vec<(Atom<'static>, Atom<'static>)>),
}

impl Datum {
    /// Whether it holds nothing: an empty set or map.
    pub fn is_nothing(&self) -> bool {
        match self {
            Datum::Scalar(_) => false,
            Datum::Set(atoms) => atoms.is_empty(),
            Datum::Map(pairs) => pairs.is_empty(),
        }
    }

    /// A set of these atoms.
    pub fn set(mut atoms: Vec<Atom<'static>>) -> Self {
        match atoms.pop() {
            Some(only) if atoms.is_empty() => Datum::Scalar(only),
            Some(last) => {
                atoms.push(last);
                Datum::Set(atoms)
            }
            None => Datum::Set(atoms),
        }
    }

    /// Calls `visit` with every UUID inside.
    pub(crate) fn for_each_uuid(&self, mut visit: impl FnMut(uuid::Uuid)) {
        let mut visit = |atom: &Atom<'_>| {
            if let Atom::Uuid(uuid) = atom {
                visit(*uuid);
            }
        };
        match self {
            Datum::Scalar(atom) => visit(atom),
            Datum::Set(atoms) => atoms.iter().for_each(visit),
            Datum::Map(pairs) => pairs.iter().for_each(|(key, value)| {
                visit(key);
                visit(value);
            }),
        }
    }

    /// Replaces UUIDs inside by what `replace` gives for them.
    pub(crate) fn map_uuids(&mut self, mut replace: impl FnMut(uuid::Uuid) -> uuid::Uuid) {
        let mut replace = |atom: &mut Atom<'_>| {
            if let Atom::Uuid(uuid) = atom {
                *uuid = replace(*uuid);
            }
        };
        match self {
            Datum::Scalar(atom) => replace(atom),
            Datum::Set(atoms) => atoms.iter_mut().for_each(replace),
            Datum::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
                replace(key);
                replace(value);
            }),
        }
    }
}

impl Serialize for Datum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Datum::Scalar(atom) => atom.serialize(serializer),
            Datum::Set(atoms) => tagged(serializer, "set", atoms),
            Datum::Map(pairs) => tagged(serializer, "map", &PairList(pairs)),
        }
    }
}

fn tagged<S: Serializer, T: Serialize + ?Sized>(
    serializer: S,
    tag: &str,
    content: &T,
) -> Result<S::Ok, S::Error> {
    let mut tuple = serializer.serialize_tuple(2)?;
    tuple.serialize_element(tag)?;
    tuple.serialize_element(content)?;
    tuple.end()
}

struct PairList<'a>(&'a [(Atom<'static>, Atom<'static>)]);

impl Serialize for PairList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        for pair in self.0 {
            seq.serialize_element(pair)?;
        }
        seq.end()
    }
}

impl<'de> Deserialize<'de> for Datum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut collected = Collected::default();
        collect::datum(deserializer, &mut collected)?;
        Ok(match collected.pairs {
            pairs if !pairs.is_empty() => Datum::Map(pairs),
            _ => Datum::set(collected.atoms),
        })
    }
}

/// An empty `["map", []]` reads as an empty set: without the column's type both are nothing.
#[derive(Default)]
struct Collected {
    atoms: Vec<Atom<'static>>,
    pairs: Vec<(Atom<'static>, Atom<'static>)>,
}

impl Collect for Collected {
    fn element(&mut self, atom: Atom<'_>) -> Result<(), Mismatch> {
        self.atoms.push(atom.into_owned());
        Ok(())
    }

    fn pair(&mut self, key: Atom<'_>, value: Atom<'_>) -> Result<(), Mismatch> {
        self.pairs.push((key.into_owned(), value.into_owned()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_value() {
        for (json, again) in [
            ("1", "1"),
            ("1.5", "1.5"),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9.223372036854776e+18"),
            ("true", "true"),
            (r#""a\"b""#, r#""a\"b""#),
            (r#"["set",[]]"#, r#"["set",[]]"#),
            (r#"["set",["a"]]"#, r#""a""#),
            (r#"["set",[1,2]]"#, r#"["set",[1,2]]"#),
            (r#"["map",[["k","v"]]]"#, r#"["map",[["k","v"]]]"#),
            (
                r#"["set",[["uuid","00000000-0000-0000-0000-000000000001"]]]"#,
                r#"["uuid","00000000-0000-0000-0000-000000000001"]"#,
            ),
        ] {
            let datum: Datum = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&datum).unwrap(), again, "{json}");
        }
    }

    #[test]
    fn malformed_values_are_errors() {
        for json in [
            "null",
            "{}",
            "[]",
            r#"["set"]"#,
            r#"["set",1]"#,
            r#"["set",[],[]]"#,
            r#"["set",[["set",[]]]]"#,
            r#"["map",["k","v"]]"#,
            r#"["map",[["k"]]]"#,
            r#"["map",[["k","v","w"]]]"#,
            r#"["uuid","no"]"#,
            r#"["uuid",1]"#,
            r#"["what",1]"#,
            r#"[1,2]"#,
        ] {
            assert!(serde_json::from_str::<Datum>(json).is_err(), "{json}");
        }
    }
}
