//! A database schema as RFC 7047, section 3.2 writes it, each part valid by itself.
//!
//! Names are not yet looked up: [`crate::resolve`] does that.

use std::fmt;

/// A `<database-schema>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// The database's name.
    pub name: Id,
    /// The schema's version.
    pub version: Version,
    /// An optional checksum, in whatever form the schema's author likes.
    pub cksum: Option<String>,
    /// The tables, in the order of the text.
    pub tables: Vec<Table>,
}

/// A `<table-schema>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The table's name.
    pub name: Id,
    /// The columns, in the order of the text; at least one.
    pub columns: Vec<Column>,
    /// How many rows there may be at most.
    pub max_rows: Option<u64>,
    /// Whether rows stay although nothing refers to them.
    pub is_root: bool,
    /// Sets of columns whose values, together, are unique in the table.
    pub indexes: Vec<Vec<Id>>,
}

/// A `<column-schema>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The column's name.
    pub name: Id,
    /// What it holds.
    pub kind: Type,
    /// Whether its values may be lost when the server restarts.
    pub ephemeral: bool,
    /// Whether its values may change after insertion.
    pub mutable: bool,
}

/// A `<type>`: from `min` to `max` keys, each with a value if `value` is given.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// The elements, or the keys of a map.
    pub key: BaseType,
    /// The values of a map.
    pub value: Option<BaseType>,
    /// Whether there is at least one element.
    pub required: bool,
    /// How many elements there are at most.
    pub max: Max,
}

/// The `max` of a `<type>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Max {
    /// So many.
    Elements(u32),
    /// As many as fit.
    Unlimited,
}

/// A `<base-type>`: an atomic type and what its values are limited to.
#[derive(Debug, Clone, PartialEq)]
pub enum BaseType {
    /// 64-bit integers, by value.
    Integer(Values<i64, Range<i64>>),
    /// Double-precision numbers, by value.
    Real(Values<f64, Range<f64>>),
    /// Truth values.
    Boolean(Values<bool, ()>),
    /// Unicode strings, by length in characters.
    String(Values<String, Range<u32>>),
    /// Row identifiers, by the table they are of.
    Uuid(Values<String, Option<Reference>>),
}

/// The values that a base type permits.
#[derive(Debug, Clone, PartialEq)]
pub enum Values<T, L> {
    /// Those of an `enum`; at least one, all different.
    OneOf(Vec<T>),
    /// Those within limits.
    Within(L),
}

/// Inclusive bounds, either of which may be absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range<T> {
    /// The lower bound.
    pub min: Option<T>,
    /// The upper bound.
    pub max: Option<T>,
}

/// A `refTable` and its `refType`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The table referred to.
    pub table: Id,
    /// What the reference means for the row referred to.
    pub strength: Strength,
}

/// A `refType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// The row must exist, and cannot be deleted while referred to.
    Strong,
    /// The reference goes when the row does.
    Weak,
}

/// An `<id>`: letters, digits and underscores, not beginning with a digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

impl Id {
    /// Checks the form of an `<id>`.
    pub fn new(text: &str) -> Option<Self> {
        let begins_well = !text.starts_with(|c: char| c.is_ascii_digit());
        let valid = !text.is_empty()
            && begins_well
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        valid.then(|| Self(text.to_owned()))
    }

    /// The identifier's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A `<version>`: three decimal numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// Checks the form of a `<version>`: `8.3.1`.
    pub fn new(text: &str) -> Option<Self> {
        let number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        let valid = text.split('.').count() == 3 && text.split('.').all(number);
        valid.then(|| Self(text.to_owned()))
    }

    /// The version's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
