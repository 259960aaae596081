// Generated from the schema _Lab, version 1.20.3.
// Do not edit: run `ovsdb-schema generate`.

//! The table `QoS`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{
    Atom, Column, ColumnInfo, Datum, Element, Map, Mismatch, Real, RowId, Table, Uuid, Value,
};

use super::Rack;

/// A row of the table `QoS`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Qos {
    /// A map from integers from 0 to strong references to [`Rack`].
    pub by_number: Map<i64, RowId<Rack>>,
    /// A map from strings (`a` or `b`) to strings (`only`); at most 2.
    pub by_mode: Map<QosByModeKey, QosByModeValue>,
    /// A map from weak references to [`Rack`] to real numbers.
    pub by_rack: Map<RowId<Rack>, Real>,
    /// A map from booleans to uuids; at most 1.
    pub by_truth: Map<bool, Uuid>,
    /// A map from strings of at least 2 characters to strings; exactly 1.
    pub pair: Map<String, String>,
    /// A map from real numbers to booleans; at least 1. Ephemeral: may be lost when the server
    /// restarts.
    pub pairs: Map<Real, bool>,
}

/// The column `by_number`.
pub const BY_NUMBER: Column<Qos, Map<i64, RowId<Rack>>> = Column::new("by_number");
/// The column `by_mode`.
pub const BY_MODE: Column<Qos, Map<QosByModeKey, QosByModeValue>> = Column::new("by_mode");
/// The column `by_rack`.
pub const BY_RACK: Column<Qos, Map<RowId<Rack>, Real>> = Column::new("by_rack");
/// The column `by_truth`.
pub const BY_TRUTH: Column<Qos, Map<bool, Uuid>> = Column::new("by_truth");
/// The column `pair`.
pub const PAIR: Column<Qos, Map<String, String>> = Column::new("pair");
/// The column `pairs`.
pub const PAIRS: Column<Qos, Map<Real, bool>> = Column::new("pairs");

impl Default for Qos {
    /// What may not be empty has one default element (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self {
            by_number: Default::default(),
            by_mode: Default::default(),
            by_rack: Default::default(),
            by_truth: Default::default(),
            pair: Map::from_iter([Default::default()]),
            pairs: Map::from_iter([Default::default()]),
        }
    }
}

impl Table for Qos {
    const NAME: &'static str = "QoS";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "by_number",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "by_mode",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "by_rack",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "by_truth",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "pair",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "pairs",
            mutable: true,
            ephemeral: true,
        },
    ];
    type Indexes = ();

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "by_number" => self.by_number = Value::decode(value)?,
            "by_mode" => self.by_mode = Value::decode(value)?,
            "by_rack" => self.by_rack = Value::decode(value)?,
            "by_truth" => self.by_truth = Value::decode(value)?,
            "pair" => self.pair = Value::decode(value)?,
            "pairs" => self.pairs = Value::decode(value)?,
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
            "by_number" => self.by_number.apply(difference)?,
            "by_mode" => self.by_mode.apply(difference)?,
            "by_rack" => self.by_rack.apply(difference)?,
            "by_truth" => self.by_truth = Value::decode(difference)?,
            "pair" => self.pair = Value::decode(difference)?,
            "pairs" => self.pairs.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "by_number" => Some(self.by_number.to_datum()),
            "by_mode" => Some(self.by_mode.to_datum()),
            "by_rack" => Some(self.by_rack.to_datum()),
            "by_truth" => Some(self.by_truth.to_datum()),
            "pair" => Some(self.pair.to_datum()),
            "pairs" => Some(self.pairs.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.by_number.push_to(&mut columns, "by_number");
        self.by_mode.push_to(&mut columns, "by_mode");
        self.by_rack.push_to(&mut columns, "by_rack");
        self.by_truth.push_to(&mut columns, "by_truth");
        self.pair.push_to(&mut columns, "pair");
        columns
    }
}

/// A key of the column `by_mode` of [`Qos`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QosByModeKey {
    /// `a`
    A,
    /// `b`
    B,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl QosByModeKey {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for QosByModeKey {
    fn from(value: &str) -> Self {
        match value {
            "a" => Self::A,
            "b" => Self::B,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for QosByModeKey {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for QosByModeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for QosByModeKey {
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

/// A value of the column `by_mode` of [`Qos`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QosByModeValue {
    /// `only`
    Only,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl QosByModeValue {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Only => "only",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for QosByModeValue {
    fn from(value: &str) -> Self {
        match value {
            "only" => Self::Only,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for QosByModeValue {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for QosByModeValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for QosByModeValue {
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
