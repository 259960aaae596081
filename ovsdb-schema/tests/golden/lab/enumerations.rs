// Generated from the schema _Lab, version 1.20.3.
// Do not edit: run `ovsdb-schema generate`.

//! The table `Enumerations`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{
    Atom, Column, ColumnInfo, Datum, Element, Mismatch, Real, Set, Table, Uuid, Value,
};

/// A row of the table `Enumerations`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Enumerations {
    /// An integer (`1`, `2` or `4`).
    pub integer: i64,
    /// A set of real numbers (`0.5` or `1`).
    pub real: Set<Real>,
    /// A boolean (`true`).
    pub boolean: bool,
    /// A uuid (`01234567-89ab-cdef-0123-456789abcdef`), or none.
    pub uuid: Option<Uuid>,
    /// A string (`plain`, `self` or `set`), or none.
    pub string: Option<EnumerationsString>,
}

/// The column `integer`.
pub const INTEGER: Column<Enumerations, i64> = Column::new("integer");
/// The column `real`.
pub const REAL: Column<Enumerations, Set<Real>> = Column::new("real");
/// The column `boolean`.
pub const BOOLEAN: Column<Enumerations, bool> = Column::new("boolean");
/// The column `uuid`.
pub const UUID: Column<Enumerations, Option<Uuid>> = Column::new("uuid");
/// The column `string`.
pub const STRING: Column<Enumerations, Option<EnumerationsString>> = Column::new("string");

impl Table for Enumerations {
    const NAME: &'static str = "Enumerations";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "integer",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "real",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "boolean",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "uuid",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "string",
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
            "integer" => self.integer = Value::decode(value)?,
            "real" => self.real = Value::decode(value)?,
            "boolean" => self.boolean = Value::decode(value)?,
            "uuid" => self.uuid = Value::decode(value)?,
            "string" => self.string = Value::decode(value)?,
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
            "integer" => self.integer.apply(difference)?,
            "real" => self.real.apply(difference)?,
            "boolean" => self.boolean.apply(difference)?,
            "uuid" => self.uuid.apply(difference)?,
            "string" => self.string.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "integer" => Some(self.integer.to_datum()),
            "real" => Some(self.real.to_datum()),
            "boolean" => Some(self.boolean.to_datum()),
            "uuid" => Some(self.uuid.to_datum()),
            "string" => Some(self.string.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.integer.push_to(&mut columns, "integer");
        self.real.push_to(&mut columns, "real");
        self.boolean.push_to(&mut columns, "boolean");
        self.uuid.push_to(&mut columns, "uuid");
        self.string.push_to(&mut columns, "string");
        columns
    }
}

/// A value of the column `string` of [`Enumerations`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnumerationsString {
    /// `plain`
    Plain,
    /// `self`
    SelfString,
    /// `set`
    Set,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl EnumerationsString {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Plain => "plain",
            Self::SelfString => "self",
            Self::Set => "set",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for EnumerationsString {
    fn from(value: &str) -> Self {
        match value {
            "plain" => Self::Plain,
            "self" => Self::SelfString,
            "set" => Self::Set,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for EnumerationsString {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for EnumerationsString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for EnumerationsString {
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
