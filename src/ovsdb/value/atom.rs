use std::borrow::Cow;
use std::cmp::Ordering;

use serde::ser::{Serialize, Serializer};
use uuid::Uuid;

use super::row_id::WireUuid;

/// One indivisible value (RFC 7047, section 5.1, `<atom>`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Atom<'a> {
    /// A signed 64-bit integer.
    Integer(i64),
    /// A 64-bit floating point number.
    Real(Real),
    /// `true` or `false`.
    Boolean(bool),
    /// A string of Unicode characters without NUL.
    String(Cow<'a, str>),
    /// The identifier of a row, existing or about to be inserted.
    Uuid(Uuid),
}

impl Atom<'_> {
    /// The same atom with its own copy of a borrowed string.
    pub fn into_owned(self) -> Atom<'static> {
        match self {
            Atom::Integer(value) => Atom::Integer(value),
            Atom::Real(value) => Atom::Real(value),
            Atom::Boolean(value) => Atom::Boolean(value),
            Atom::String(value) => Atom::String(Cow::Owned(value.into_owned())),
            Atom::Uuid(value) => Atom::Uuid(value),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Atom::Integer(_) => "an integer",
            Atom::Real(_) => "a real",
            Atom::Boolean(_) => "a boolean",
            Atom::String(_) => "a string",
            Atom::Uuid(_) => "a uuid",
        }
    }

    pub(super) fn mismatch(&self, expected: &'static str) -> Mismatch {
        Mismatch {
            expected,
            found: self.kind(),
        }
    }
}

impl Serialize for Atom<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Atom::Integer(value) => serializer.serialize_i64(*value),
            Atom::Real(value) => serializer.serialize_f64(value.0),
            Atom::Boolean(value) => serializer.serialize_bool(*value),
            Atom::String(value) => serializer.serialize_str(value),
            Atom::Uuid(value) => WireUuid(*value).serialize(serializer),
        }
    }
}

/// A value of another kind arrived than the column's type allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Mismatch {
    pub(crate) expected: &'static str,
    pub(crate) found: &'static str,
}

/// A Rust type that one atom can be read into and written from. Implemented by the plain types
/// and by every generated enum.
pub trait Element: Clone + Ord + std::fmt::Debug + Send + Sync + 'static {
    /// Reads the atom.
    ///
    /// # Errors
    /// [`Mismatch`] when the atom is of another kind.
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch>;

    /// The atom to send.
    fn to_atom(&self) -> Atom<'_>;
}

impl Element for i64 {
    /// Takes a whole real too: a server may write `1.0` for `1`, and the reverse.
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        match atom {
            Atom::Integer(value) => Ok(value),
            Atom::Real(Real(value)) => whole(value).ok_or(Mismatch {
                expected: "an integer",
                found: "a fraction or a number that is not exact",
            }),
            other => Err(other.mismatch("an integer")),
        }
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::Integer(*self)
    }
}

/// The integer that a real stands for, if it is whole. Beyond 2^53 it may be another's neighbour.
fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    let is_exact = value.fract() == 0.0 && value.abs() < EXACT;
    is_exact.then_some(value as i64)
}

impl Element for bool {
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        match atom {
            Atom::Boolean(value) => Ok(value),
            other => Err(other.mismatch("a boolean")),
        }
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::Boolean(*self)
    }
}

impl Element for String {
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        match atom {
            Atom::String(value) => Ok(value.into_owned()),
            other => Err(other.mismatch("a string")),
        }
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::String(Cow::Borrowed(self))
    }
}

impl Element for Uuid {
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        match atom {
            Atom::Uuid(value) => Ok(value),
            other => Err(other.mismatch("a uuid")),
        }
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::Uuid(*self)
    }
}

/// A 64-bit floating point number with a total order, so that it can stand in sets and maps.
#[derive(Debug, Clone, Copy, Default)]
pub struct Real(pub f64);

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Real {}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Element for Real {
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        match atom {
            Atom::Real(value) => Ok(value),
            Atom::Integer(value) => Ok(Real(value as f64)),
            other => Err(other.mismatch("a real")),
        }
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::Real(*self)
    }
}
