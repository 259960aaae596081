use std::fmt::Debug;

use serde::de::{Deserializer, Error as _};

use super::collect::{self, Collect};
use super::{Atom, Datum, Element, Map, Mismatch, Set};

/// A Rust type that a whole column can be read into: an [`Element`], an `Option`, a [`Set`] or a
/// [`Map`] of them.
pub trait Value: Clone + PartialEq + Debug + Send + Sync + 'static {
    /// Reads the column's whole value.
    ///
    /// # Errors
    /// The deserializer's, or a value that does not fit the type.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Applies what an `update2` notification says of a modified row (ovsdb-server(7)): the
    /// symmetric difference of a set or map, the new value of anything else.
    ///
    /// # Errors
    /// As for [`decode`](Value::decode); then the value is unchanged.
    fn apply<'de, D: Deserializer<'de>>(&mut self, difference: D) -> Result<(), D::Error> {
        *self = Self::decode(difference)?;
        Ok(())
    }

    /// The same value without its type.
    fn to_datum(&self) -> Datum;

    /// Whether it holds nothing: an empty set, map or optional.
    fn is_nothing(&self) -> bool {
        false
    }

    /// Adds it to the columns that make a row again, if it holds something.
    fn push_to(&self, columns: &mut Vec<(&'static str, Datum)>, column: &'static str) {
        if !self.is_nothing() {
            columns.push((column, self.to_datum()));
        }
    }
}

impl<T: Element> Value for T {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match single(deserializer)? {
            Some(only) => Ok(only),
            None => Err(D::Error::custom("expected exactly one element")),
        }
    }

    fn to_datum(&self) -> Datum {
        Datum::Scalar(self.to_atom().into_owned())
    }
}

impl<T: Element> Value for Option<T> {
    fn is_nothing(&self) -> bool {
        self.is_none()
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        single(deserializer)
    }

    fn to_datum(&self) -> Datum {
        match self {
            Some(element) => element.to_datum(),
            None => Datum::Set(Vec::new()),
        }
    }
}

impl<T: Element> Value for Set<T> {
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut elements = Elements::default();
        collect::datum(deserializer, &mut elements)?;
        Ok(elements.0.into_iter().collect())
    }

    fn apply<'de, D: Deserializer<'de>>(&mut self, difference: D) -> Result<(), D::Error> {
        self.toggle(Self::decode(difference)?);
        Ok(())
    }

    fn to_datum(&self) -> Datum {
        Datum::set(
            self.iter()
                .map(|element| element.to_atom().into_owned())
                .collect(),
        )
    }
}

impl<K: Element, V: Element> Value for Map<K, V> {
    fn is_nothing(&self) -> bool {
        self.is_empty()
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut pairs = Pairs { pairs: Vec::new() };
        collect::datum(deserializer, &mut pairs)?;
        Ok(pairs.pairs.into_iter().collect())
    }

    fn apply<'de, D: Deserializer<'de>>(&mut self, difference: D) -> Result<(), D::Error> {
        self.toggle(Self::decode(difference)?);
        Ok(())
    }

    fn to_datum(&self) -> Datum {
        Datum::Map(
            self.iter()
                .map(|(key, value)| (key.to_atom().into_owned(), value.to_atom().into_owned()))
                .collect(),
        )
    }
}

/// Reads none or one, without memory on the heap as a set has it.
fn single<'de, T: Element, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let mut single = Single::default();
    collect::datum(deserializer, &mut single)?;
    match single.has_more {
        false => Ok(single.first),
        true => Err(D::Error::custom("expected at most one element")),
    }
}

/// Keeps the first of a set's elements.
struct Single<T> {
    first: Option<T>,
    has_more: bool,
}

impl<T> Default for Single<T> {
    fn default() -> Self {
        Self {
            first: None,
            has_more: false,
        }
    }
}

impl<T: Element> Collect for Single<T> {
    fn element(&mut self, atom: Atom<'_>) -> Result<(), Mismatch> {
        let element = T::from_atom(atom)?;
        self.has_more = self.first.is_some();
        self.first.get_or_insert(element);
        Ok(())
    }

    fn pair(&mut self, _: Atom<'_>, _: Atom<'_>) -> Result<(), Mismatch> {
        Err(NO_SET)
    }
}

const NO_SET: Mismatch = Mismatch {
    expected: "a set",
    found: "a map",
};

/// Collects a set's elements.
struct Elements<T>(Vec<T>);

impl<T> Default for Elements<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Element> Collect for Elements<T> {
    fn element(&mut self, atom: Atom<'_>) -> Result<(), Mismatch> {
        self.0.push(T::from_atom(atom)?);
        Ok(())
    }

    fn pair(&mut self, _: Atom<'_>, _: Atom<'_>) -> Result<(), Mismatch> {
        Err(NO_SET)
    }
}

/// Collects a map's pairs.
struct Pairs<K, V> {
    pairs: Vec<(K, V)>,
}

impl<K: Element, V: Element> Collect for Pairs<K, V> {
    fn element(&mut self, _: Atom<'_>) -> Result<(), Mismatch> {
        Err(Mismatch {
            expected: "a map",
            found: "a set",
        })
    }

    fn pair(&mut self, key: Atom<'_>, value: Atom<'_>) -> Result<(), Mismatch> {
        if self.pairs.is_empty() {
            // Most maps have one pair or two.
            self.pairs.reserve_exact(2);
        }
        self.pairs.push((K::from_atom(key)?, V::from_atom(value)?));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ovsdb::value::{Real, RowId};

    fn decode<V: Value>(json: &str) -> Result<V, serde_json::Error> {
        V::decode(&mut serde_json::Deserializer::from_str(json))
    }

    fn apply<V: Value>(mut value: V, difference: &str) -> V {
        value
            .apply(&mut serde_json::Deserializer::from_str(difference))
            .unwrap();
        value
    }

    #[test]
    fn a_set_of_one_may_come_as_the_bare_atom() {
        assert_eq!(decode::<i64>("7").unwrap(), 7);
        assert_eq!(decode::<i64>(r#"["set",[7]]"#).unwrap(), 7);
        assert_eq!(decode::<Option<i64>>(r#"["set",[]]"#).unwrap(), None);
        assert_eq!(decode::<Option<i64>>("7").unwrap(), Some(7));
        assert_eq!(decode::<Set<i64>>("7").unwrap(), Set::from([7]));
        assert_eq!(
            decode::<Set<i64>>(r#"["set",[9,7]]"#).unwrap(),
            Set::from([7, 9])
        );
    }

    #[test]
    fn whole_reals_and_integers_stand_for_each_other() {
        assert_eq!(decode::<i64>("5.0").unwrap(), 5);
        assert_eq!(decode::<Real>("1").unwrap(), Real(1.0));
        assert!(decode::<i64>("5.5").is_err());
        for beyond in ["1e300", "9007199254740993.0", "-9223372036854775809"] {
            assert!(decode::<i64>(beyond).is_err(), "{beyond}");
        }
    }

    #[test]
    fn the_wrong_kind_is_an_error() {
        assert!(decode::<String>("1").is_err());
        assert!(decode::<bool>(r#""true""#).is_err());
        assert!(decode::<i64>(r#"["set",[]]"#).is_err());
        assert!(decode::<Option<i64>>(r#"["set",[1,2]]"#).is_err());
        assert!(decode::<Option<i64>>(r#"["set",[1,2,3]]"#).is_err());
        assert!(decode::<i64>(r#"["set",[1,2]]"#).is_err());
        assert!(decode::<Set<i64>>(r#"["map",[[1,2]]]"#).is_err());
        assert!(decode::<Map<String, String>>(r#""k""#).is_err());
        assert!(decode::<RowId<()>>(r#""k""#).is_err());
    }

    #[test]
    fn differences_of_each_shape() {
        assert_eq!(apply(1, "2"), 2);
        assert_eq!(apply(Some(1), r#"["set",[]]"#), None);
        assert_eq!(apply(Some(1), "3"), Some(3));
        assert_eq!(
            apply(Set::from([1, 2]), r#"["set",[2,3]]"#),
            Set::from([1, 3])
        );
        let map: Map<i64, i64> = [(1, 1), (2, 2)].into_iter().collect();
        let changed: Map<i64, i64> = [(2, 3), (4, 4)].into_iter().collect();
        assert_eq!(apply(map, r#"["map",[[1,1],[2,3],[4,4]]]"#), changed);
    }
}
