// Generated from the schema _Lab, version 1.20.3.
// Do not edit: run `ovsdb-schema generate`.

//! The table `Column`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{
    Atom, Column, ColumnInfo, Datum, Element, Mismatch, Real, Set, Table, Uuid, Value,
};

/// A row of the table `Column`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
/// It has at most one row.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnRow {
    /// A set of booleans; at most 2.
    pub booleans: Set<bool>,
    /// A set of real numbers from 0; 1 to 3.
    pub reals: Set<Real>,
    /// A set of integers up to 7; at least 1.
    pub integers: Set<i64>,
    /// A set of uuids.
    pub uuids: Set<Uuid>,
    /// A set of strings of at most 5 characters; 1 to 4.
    pub texts: Set<String>,
    /// A set of strings (`fast` or `slow`).
    pub modes: Set<ColumnRowModes>,
}

/// The column `booleans`.
pub const BOOLEANS: Column<ColumnRow, Set<bool>> = Column::new("booleans");
/// The column `reals`.
pub const REALS: Column<ColumnRow, Set<Real>> = Column::new("reals");
/// The column `integers`.
pub const INTEGERS: Column<ColumnRow, Set<i64>> = Column::new("integers");
/// The column `uuids`.
pub const UUIDS: Column<ColumnRow, Set<Uuid>> = Column::new("uuids");
/// The column `texts`.
pub const TEXTS: Column<ColumnRow, Set<String>> = Column::new("texts");
/// The column `modes`.
pub const MODES: Column<ColumnRow, Set<ColumnRowModes>> = Column::new("modes");

impl Default for ColumnRow {
    /// What may not be empty has one default element (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self {
            booleans: Default::default(),
            reals: Set::from([Default::default()]),
            integers: Set::from([Default::default()]),
            uuids: Default::default(),
            texts: Set::from([Default::default()]),
            modes: Default::default(),
        }
    }
}

impl Table for ColumnRow {
    const NAME: &'static str = "Column";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "booleans",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "reals",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "integers",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "uuids",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "texts",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "modes",
            mutable: true,
            ephemeral: false,
        },
    ];
    type Indexes = ();

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "booleans" => self.booleans = Value::decode(value)?,
            "reals" => self.reals = Value::decode(value)?,
            "integers" => self.integers = Value::decode(value)?,
            "uuids" => self.uuids = Value::decode(value)?,
            "texts" => self.texts = Value::decode(value)?,
            "modes" => self.modes = Value::decode(value)?,
            _ => {
                IgnoredAny::deserialize(value)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn apply_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        difference: D,
    ) -> Result<bool, D::Error> {
        match column {
            "booleans" => self.booleans.apply(difference)?,
            "reals" => self.reals.apply(difference)?,
            "integers" => self.integers.apply(difference)?,
            "uuids" => self.uuids.apply(difference)?,
            "texts" => self.texts.apply(difference)?,
            "modes" => self.modes.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "booleans" => Some(self.booleans.to_datum()),
            "reals" => Some(self.reals.to_datum()),
            "integers" => Some(self.integers.to_datum()),
            "uuids" => Some(self.uuids.to_datum()),
            "texts" => Some(self.texts.to_datum()),
            "modes" => Some(self.modes.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.booleans.push_to(&mut columns, "booleans");
        self.reals.push_to(&mut columns, "reals");
        self.integers.push_to(&mut columns, "integers");
        self.uuids.push_to(&mut columns, "uuids");
        self.texts.push_to(&mut columns, "texts");
        self.modes.push_to(&mut columns, "modes");
        columns
    }
}

/// A value of the column `modes` of [`ColumnRow`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnRowModes {
    /// `fast`
    Fast,
    /// `slow`
    Slow,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl ColumnRowModes {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Fast => "fast",
            Self::Slow => "slow",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for ColumnRowModes {
    fn from(value: &str) -> Self {
        match value {
            "fast" => Self::Fast,
            "slow" => Self::Slow,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for ColumnRowModes {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for ColumnRowModes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for ColumnRowModes {
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        match atom {
            Atom::String(value) => Ok(Self::from(value.as_ref())),
            other => String::from_atom(other).map(Self::Other),
        }
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::String(self.as_str().into())
    }
}
