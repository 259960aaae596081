// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Manager`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{
    Atom, Column, ColumnInfo, Datum, Element, Index, Indexes, Map, Mismatch, RowId, Rows, Table,
    Value,
};

/// A row of the table `Manager`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Manager {
    /// A string. Unique in the table.
    pub target: String,
    /// An integer from 1000, or none.
    pub max_backoff: Option<i64>,
    /// An integer, or none.
    pub inactivity_probe: Option<i64>,
    /// A string (`in-band` or `out-of-band`), or none.
    pub connection_mode: Option<ManagerConnectionMode>,
    /// A map from strings to strings.
    pub other_config: Map<String, String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
    /// A boolean. Ephemeral: may be lost when the server restarts.
    pub is_connected: bool,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub status: Map<String, String>,
}

/// The column `target`.
pub const TARGET: Column<Manager, String> = Column::new("target");
/// The column `max_backoff`.
pub const MAX_BACKOFF: Column<Manager, Option<i64>> = Column::new("max_backoff");
/// The column `inactivity_probe`.
pub const INACTIVITY_PROBE: Column<Manager, Option<i64>> = Column::new("inactivity_probe");
/// The column `connection_mode`.
pub const CONNECTION_MODE: Column<Manager, Option<ManagerConnectionMode>> =
    Column::new("connection_mode");
/// The column `other_config`.
pub const OTHER_CONFIG: Column<Manager, Map<String, String>> = Column::new("other_config");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Manager, Map<String, String>> = Column::new("external_ids");
/// The column `is_connected`.
pub const IS_CONNECTED: Column<Manager, bool> = Column::new("is_connected");
/// The column `status`.
pub const STATUS: Column<Manager, Map<String, String>> = Column::new("status");

impl Table for Manager {
    const NAME: &'static str = "Manager";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "target",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "max_backoff",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "inactivity_probe",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "connection_mode",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "other_config",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "external_ids",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "is_connected",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "status",
            mutable: true,
            ephemeral: true,
        },
    ];
    type Indexes = ManagerIndexes;

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "target" => self.target = Value::decode(value)?,
            "max_backoff" => self.max_backoff = Value::decode(value)?,
            "inactivity_probe" => self.inactivity_probe = Value::decode(value)?,
            "connection_mode" => self.connection_mode = Value::decode(value)?,
            "other_config" => self.other_config = Value::decode(value)?,
            "external_ids" => self.external_ids = Value::decode(value)?,
            "is_connected" => self.is_connected = Value::decode(value)?,
            "status" => self.status = Value::decode(value)?,
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
            "target" => self.target.apply(difference)?,
            "max_backoff" => self.max_backoff.apply(difference)?,
            "inactivity_probe" => self.inactivity_probe.apply(difference)?,
            "connection_mode" => self.connection_mode.apply(difference)?,
            "other_config" => self.other_config.apply(difference)?,
            "external_ids" => self.external_ids.apply(difference)?,
            "is_connected" => self.is_connected.apply(difference)?,
            "status" => self.status.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "target" => Some(self.target.to_datum()),
            "max_backoff" => Some(self.max_backoff.to_datum()),
            "inactivity_probe" => Some(self.inactivity_probe.to_datum()),
            "connection_mode" => Some(self.connection_mode.to_datum()),
            "other_config" => Some(self.other_config.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            "is_connected" => Some(self.is_connected.to_datum()),
            "status" => Some(self.status.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.target.push_to(&mut columns, "target");
        self.max_backoff.push_to(&mut columns, "max_backoff");
        self.inactivity_probe
            .push_to(&mut columns, "inactivity_probe");
        self.connection_mode
            .push_to(&mut columns, "connection_mode");
        self.other_config.push_to(&mut columns, "other_config");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}

/// The unique indexes of [`Manager`].
#[derive(Debug, Clone, Default)]
pub struct ManagerIndexes {
    target: Index<String, RowId<Manager>>,
}

impl Indexes<Manager> for ManagerIndexes {
    fn insert(&mut self, id: RowId<Manager>, row: &Manager) {
        self.target.insert(row.target.clone(), id);
    }

    fn remove(&mut self, id: RowId<Manager>, row: &Manager) {
        if self.target.get(&row.target) == Some(&id) {
            self.target.remove(&row.target);
        }
    }
}

impl Rows<Manager> {
    /// The row with this `target`, if there is one.
    pub fn by_target(&self, target: &str) -> Option<(RowId<Manager>, &Manager)> {
        let id = *self.indexes().target.get(target)?;
        self.get(id).map(|row| (id, row))
    }
}

/// A value of the column `connection_mode` of [`Manager`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ManagerConnectionMode {
    /// `in-band`
    InBand,
    /// `out-of-band`
    OutOfBand,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl ManagerConnectionMode {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InBand => "in-band",
            Self::OutOfBand => "out-of-band",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for ManagerConnectionMode {
    fn from(value: &str) -> Self {
        match value {
            "in-band" => Self::InBand,
            "out-of-band" => Self::OutOfBand,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for ManagerConnectionMode {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for ManagerConnectionMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for ManagerConnectionMode {
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
