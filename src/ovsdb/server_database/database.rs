// Generated from the schema _Server, version 1.2.0.
// Do not edit: run `scripts/generate-tables`.

//! The table `Database`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Atom, Column, ColumnInfo, Datum, Element, Mismatch, Table, Uuid, Value};

/// A row of the table `Database`.
///
/// A root table: rows stay until they are deleted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Database {
    /// A uuid, or none.
    pub cid: Option<Uuid>,
    /// A boolean.
    pub connected: bool,
    /// An integer, or none.
    pub index: Option<i64>,
    /// A boolean.
    pub leader: bool,
    /// A string (`clustered`, `relay` or `standalone`).
    pub model: DatabaseModel,
    /// A string.
    pub name: String,
    /// A string, or none.
    pub schema: Option<String>,
    /// A uuid, or none.
    pub sid: Option<Uuid>,
}

/// The column `cid`.
pub const CID: Column<Database, Option<Uuid>> = Column::new("cid");
/// The column `connected`.
pub const CONNECTED: Column<Database, bool> = Column::new("connected");
/// The column `index`.
pub const INDEX: Column<Database, Option<i64>> = Column::new("index");
/// The column `leader`.
pub const LEADER: Column<Database, bool> = Column::new("leader");
/// The column `model`.
pub const MODEL: Column<Database, DatabaseModel> = Column::new("model");
/// The column `name`.
pub const NAME: Column<Database, String> = Column::new("name");
/// The column `schema`.
pub const SCHEMA: Column<Database, Option<String>> = Column::new("schema");
/// The column `sid`.
pub const SID: Column<Database, Option<Uuid>> = Column::new("sid");

impl Table for Database {
    const NAME: &'static str = "Database";
    const IS_ROOT: bool = true;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "cid",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "connected",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "index",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "leader",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "model",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "name",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "schema",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "sid",
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
            "cid" => self.cid = Value::decode(value)?,
            "connected" => self.connected = Value::decode(value)?,
            "index" => self.index = Value::decode(value)?,
            "leader" => self.leader = Value::decode(value)?,
            "model" => self.model = Value::decode(value)?,
            "name" => self.name = Value::decode(value)?,
            "schema" => self.schema = Value::decode(value)?,
            "sid" => self.sid = Value::decode(value)?,
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
            "cid" => self.cid.apply(difference)?,
            "connected" => self.connected.apply(difference)?,
            "index" => self.index.apply(difference)?,
            "leader" => self.leader.apply(difference)?,
            "model" => self.model.apply(difference)?,
            "name" => self.name.apply(difference)?,
            "schema" => self.schema.apply(difference)?,
            "sid" => self.sid.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "cid" => Some(self.cid.to_datum()),
            "connected" => Some(self.connected.to_datum()),
            "index" => Some(self.index.to_datum()),
            "leader" => Some(self.leader.to_datum()),
            "model" => Some(self.model.to_datum()),
            "name" => Some(self.name.to_datum()),
            "schema" => Some(self.schema.to_datum()),
            "sid" => Some(self.sid.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.cid.push_to(&mut columns, "cid");
        self.connected.push_to(&mut columns, "connected");
        self.index.push_to(&mut columns, "index");
        self.leader.push_to(&mut columns, "leader");
        self.model.push_to(&mut columns, "model");
        self.name.push_to(&mut columns, "name");
        self.schema.push_to(&mut columns, "schema");
        self.sid.push_to(&mut columns, "sid");
        columns
    }
}

/// A value of the column `model` of [`Database`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatabaseModel {
    /// `clustered`
    Clustered,
    /// `relay`
    Relay,
    /// `standalone`
    Standalone,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl DatabaseModel {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Clustered => "clustered",
            Self::Relay => "relay",
            Self::Standalone => "standalone",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for DatabaseModel {
    fn from(value: &str) -> Self {
        match value {
            "clustered" => Self::Clustered,
            "relay" => Self::Relay,
            "standalone" => Self::Standalone,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for DatabaseModel {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for DatabaseModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for DatabaseModel {
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
