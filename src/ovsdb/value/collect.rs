//! One walk over a datum's JSON that hands its atoms to whoever collects them: no intermediate
//! tree, one parse.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use uuid::Uuid;

use super::{Atom, Mismatch, Real};

/// Takes the atoms of one datum, in their order.
pub(super) trait Collect {
    /// One element of a set; a scalar is a set of one (RFC 7047, section 5.1, `<set>`).
    fn element(&mut self, atom: Atom<'_>) -> Result<(), Mismatch>;
    /// One pair of a map.
    fn pair(&mut self, key: Atom<'_>, value: Atom<'_>) -> Result<(), Mismatch>;
}

/// Walks one `<value>`.
pub(super) fn datum<'de, D, C>(deserializer: D, collector: &mut C) -> Result<(), D::Error>
where
    D: Deserializer<'de>,
    C: Collect,
{
    deserializer.deserialize_any(DatumVisitor(collector))
}

/// Reads one `<atom>`.
pub(super) fn atom<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Atom<'de>, D::Error> {
    deserializer.deserialize_any(AtomVisitor)
}

/// An object's key, borrowed from the input where it has no escapes.
#[derive(Deserialize)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

struct AtomVisitor;

impl<'de> Visitor<'de> for AtomVisitor {
    type Value = Atom<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a boolean, a string or [\"uuid\", id]")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Atom<'de>, E> {
        Ok(Atom::Boolean(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Atom<'de>, E> {
        Ok(Atom::Integer(value))
    }

    /// Beyond 2^63 - 1 it is a real, as servers read it: they write whole reals without a point.
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Atom<'de>, E> {
        Ok(match i64::try_from(value) {
            Ok(value) => Atom::Integer(value),
            Err(_) => Atom::Real(Real(value as f64)),
        })
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Atom<'de>, E> {
        Ok(Atom::Real(Real(value)))
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<Atom<'de>, E> {
        Ok(Atom::String(Cow::Borrowed(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Atom<'de>, E> {
        Ok(Atom::String(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Atom<'de>, A::Error> {
        match tag(&mut seq)?.as_ref() {
            "uuid" => {
                let uuid = next_uuid(&mut seq)?;
                end(&mut seq)?;
                Ok(Atom::Uuid(uuid))
            }
            other => Err(de::Error::custom(format_args!(
                "an atom cannot begin with \"{other}\""
            ))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for AtomVisitor {
    type Value = Atom<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Atom<'de>, D::Error> {
        atom(deserializer)
    }
}

struct DatumVisitor<'c, C>(&'c mut C);

impl<C: Collect> DatumVisitor<'_, C> {
    fn scalar<E: de::Error>(self, atom: Result<Atom<'_>, E>) -> Result<(), E> {
        self.0.element(atom?).map_err(E::custom)
    }
}

impl<'de, C: Collect> Visitor<'de> for DatumVisitor<'_, C> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an atom, [\"set\", […]] or [\"map\", […]]")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.scalar(AtomVisitor.visit_bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.scalar(AtomVisitor.visit_i64(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.scalar(AtomVisitor.visit_u64(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.scalar(AtomVisitor.visit_f64(value))
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<(), E> {
        self.scalar(AtomVisitor.visit_borrowed_str(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.scalar(AtomVisitor.visit_str(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        match tag(&mut seq)?.as_ref() {
            "uuid" => {
                let uuid = next_uuid(&mut seq)?;
                self.0
                    .element(Atom::Uuid(uuid))
                    .map_err(de::Error::custom)?;
            }
            "set" => required(seq.next_element_seed(Elements(self.0))?)?,
            "map" => required(seq.next_element_seed(Pairs(self.0))?)?,
            other => {
                return Err(de::Error::custom(format_args!(
                    "a value cannot begin with \"{other}\""
                )));
            }
        }
        end(&mut seq)
    }
}

/// The members of a set, handed on one by one.
struct Elements<'c, C>(&'c mut C);

impl<'de, C: Collect> DeserializeSeed<'de> for Elements<'_, C> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, C: Collect> Visitor<'de> for Elements<'_, C> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of atoms")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(atom) = seq.next_element_seed(AtomVisitor)? {
            self.0.element(atom).map_err(de::Error::custom)?;
        }
        Ok(())
    }
}

/// The pairs of a map, handed on one by one.
struct Pairs<'c, C>(&'c mut C);

impl<'de, C: Collect> DeserializeSeed<'de> for Pairs<'_, C> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, C: Collect> Visitor<'de> for Pairs<'_, C> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of [key, value] pairs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some((key, value)) = seq.next_element_seed(Pair)? {
            self.0.pair(key, value).map_err(de::Error::custom)?;
        }
        Ok(())
    }
}

struct Pair;

impl<'de> DeserializeSeed<'de> for Pair {
    type Value = (Atom<'de>, Atom<'de>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Pair {
    type Value = (Atom<'de>, Atom<'de>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a [key, value] pair")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let key = required(seq.next_element_seed(AtomVisitor)?)?;
        let value = required(seq.next_element_seed(AtomVisitor)?)?;
        end(&mut seq)?;
        Ok((key, value))
    }
}

/// The word that says what follows in an array.
fn tag<'de, A: SeqAccess<'de>>(seq: &mut A) -> Result<Cow<'de, str>, A::Error> {
    match required(seq.next_element_seed(AtomVisitor)?)? {
        Atom::String(tag) => Ok(tag),
        other => Err(de::Error::custom(
            other.mismatch("\"uuid\", \"set\" or \"map\""),
        )),
    }
}

fn next_uuid<'de, A: SeqAccess<'de>>(seq: &mut A) -> Result<Uuid, A::Error> {
    match required(seq.next_element_seed(AtomVisitor)?)? {
        Atom::String(text) => Uuid::try_parse(&text).map_err(de::Error::custom),
        other => Err(de::Error::custom(other.mismatch("a uuid's text"))),
    }
}

fn required<T, E: de::Error>(item: Option<T>) -> Result<T, E> {
    item.ok_or_else(|| E::custom("the array ends too soon"))
}

fn end<'de, A: SeqAccess<'de>>(seq: &mut A) -> Result<(), A::Error> {
    match seq.next_element::<IgnoredAny>()? {
        None => Ok(()),
        Some(_) => Err(de::Error::custom(
            "the array has more members than its kind allows",
        )),
    }
}
