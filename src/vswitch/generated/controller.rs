// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Controller`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Atom, Column, ColumnInfo, Datum, Element, Map, Mismatch, Table, Value};

/// A row of the table `Controller`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Controller {
    /// A string (`primary` or `service`), or none.
    pub type_: Option<ControllerType>,
    /// A string.
    pub target: String,
    /// An integer from 1000, or none.
    pub max_backoff: Option<i64>,
    /// An integer, or none.
    pub inactivity_probe: Option<i64>,
    /// A string (`in-band` or `out-of-band`), or none.
    pub connection_mode: Option<ControllerConnectionMode>,
    /// A string, or none.
    pub local_ip: Option<String>,
    /// A string, or none.
    pub local_netmask: Option<String>,
    /// A string, or none.
    pub local_gateway: Option<String>,
    /// A boolean, or none.
    pub enable_async_messages: Option<bool>,
    /// An integer from 1 to 512, or none.
    pub controller_queue_size: Option<i64>,
    /// An integer from 100, or none.
    pub controller_rate_limit: Option<i64>,
    /// An integer from 25, or none.
    pub controller_burst_limit: Option<i64>,
    /// A map from strings to strings.
    pub other_config: Map<String, String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
    /// A boolean. Ephemeral: may be lost when the server restarts.
    pub is_connected: bool,
    /// A string (`other`, `master` or `slave`), or none. Ephemeral: may be lost when the server
    /// restarts.
    pub role: Option<ControllerRole>,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub status: Map<String, String>,
}

/// The column `type`.
pub const TYPE: Column<Controller, Option<ControllerType>> = Column::new("type");
/// The column `target`.
pub const TARGET: Column<Controller, String> = Column::new("target");
/// The column `max_backoff`.
pub const MAX_BACKOFF: Column<Controller, Option<i64>> = Column::new("max_backoff");
/// The column `inactivity_probe`.
pub const INACTIVITY_PROBE: Column<Controller, Option<i64>> = Column::new("inactivity_probe");
/// The column `connection_mode`.
pub const CONNECTION_MODE: Column<Controller, Option<ControllerConnectionMode>> =
    Column::new("connection_mode");
/// The column `local_ip`.
pub const LOCAL_IP: Column<Controller, Option<String>> = Column::new("local_ip");
/// The column `local_netmask`.
pub const LOCAL_NETMASK: Column<Controller, Option<String>> = Column::new("local_netmask");
/// The column `local_gateway`.
pub const LOCAL_GATEWAY: Column<Controller, Option<String>> = Column::new("local_gateway");
/// The column `enable_async_messages`.
pub const ENABLE_ASYNC_MESSAGES: Column<Controller, Option<bool>> =
    Column::new("enable_async_messages");
/// The column `controller_queue_size`.
pub const CONTROLLER_QUEUE_SIZE: Column<Controller, Option<i64>> =
    Column::new("controller_queue_size");
/// The column `controller_rate_limit`.
pub const CONTROLLER_RATE_LIMIT: Column<Controller, Option<i64>> =
    Column::new("controller_rate_limit");
/// The column `controller_burst_limit`.
pub const CONTROLLER_BURST_LIMIT: Column<Controller, Option<i64>> =
    Column::new("controller_burst_limit");
/// The column `other_config`.
pub const OTHER_CONFIG: Column<Controller, Map<String, String>> = Column::new("other_config");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Controller, Map<String, String>> = Column::new("external_ids");
/// The column `is_connected`.
pub const IS_CONNECTED: Column<Controller, bool> = Column::new("is_connected");
/// The column `role`.
pub const ROLE: Column<Controller, Option<ControllerRole>> = Column::new("role");
/// The column `status`.
pub const STATUS: Column<Controller, Map<String, String>> = Column::new("status");

impl Table for Controller {
    const NAME: &'static str = "Controller";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "type",
            mutable: true,
            ephemeral: false,
        },
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
            name: "local_ip",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "local_netmask",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "local_gateway",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "enable_async_messages",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "controller_queue_size",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "controller_rate_limit",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "controller_burst_limit",
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
            name: "role",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "status",
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
            "type" => self.type_ = Value::decode(value)?,
            "target" => self.target = Value::decode(value)?,
            "max_backoff" => self.max_backoff = Value::decode(value)?,
            "inactivity_probe" => self.inactivity_probe = Value::decode(value)?,
            "connection_mode" => self.connection_mode = Value::decode(value)?,
            "local_ip" => self.local_ip = Value::decode(value)?,
            "local_netmask" => self.local_netmask = Value::decode(value)?,
            "local_gateway" => self.local_gateway = Value::decode(value)?,
            "enable_async_messages" => self.enable_async_messages = Value::decode(value)?,
            "controller_queue_size" => self.controller_queue_size = Value::decode(value)?,
            "controller_rate_limit" => self.controller_rate_limit = Value::decode(value)?,
            "controller_burst_limit" => {
                self.controller_burst_limit = Value::decode(value)?;
            }
            "other_config" => self.other_config = Value::decode(value)?,
            "external_ids" => self.external_ids = Value::decode(value)?,
            "is_connected" => self.is_connected = Value::decode(value)?,
            "role" => self.role = Value::decode(value)?,
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
            "type" => self.type_.apply(difference)?,
            "target" => self.target.apply(difference)?,
            "max_backoff" => self.max_backoff.apply(difference)?,
            "inactivity_probe" => self.inactivity_probe.apply(difference)?,
            "connection_mode" => self.connection_mode.apply(difference)?,
            "local_ip" => self.local_ip.apply(difference)?,
            "local_netmask" => self.local_netmask.apply(difference)?,
            "local_gateway" => self.local_gateway.apply(difference)?,
            "enable_async_messages" => self.enable_async_messages.apply(difference)?,
            "controller_queue_size" => self.controller_queue_size.apply(difference)?,
            "controller_rate_limit" => self.controller_rate_limit.apply(difference)?,
            "controller_burst_limit" => self.controller_burst_limit.apply(difference)?,
            "other_config" => self.other_config.apply(difference)?,
            "external_ids" => self.external_ids.apply(difference)?,
            "is_connected" => self.is_connected.apply(difference)?,
            "role" => self.role.apply(difference)?,
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
            "type" => Some(self.type_.to_datum()),
            "target" => Some(self.target.to_datum()),
            "max_backoff" => Some(self.max_backoff.to_datum()),
            "inactivity_probe" => Some(self.inactivity_probe.to_datum()),
            "connection_mode" => Some(self.connection_mode.to_datum()),
            "local_ip" => Some(self.local_ip.to_datum()),
            "local_netmask" => Some(self.local_netmask.to_datum()),
            "local_gateway" => Some(self.local_gateway.to_datum()),
            "enable_async_messages" => Some(self.enable_async_messages.to_datum()),
            "controller_queue_size" => Some(self.controller_queue_size.to_datum()),
            "controller_rate_limit" => Some(self.controller_rate_limit.to_datum()),
            "controller_burst_limit" => Some(self.controller_burst_limit.to_datum()),
            "other_config" => Some(self.other_config.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            "is_connected" => Some(self.is_connected.to_datum()),
            "role" => Some(self.role.to_datum()),
            "status" => Some(self.status.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.type_.push_to(&mut columns, "type");
        self.target.push_to(&mut columns, "target");
        self.max_backoff.push_to(&mut columns, "max_backoff");
        self.inactivity_probe
            .push_to(&mut columns, "inactivity_probe");
        self.connection_mode
            .push_to(&mut columns, "connection_mode");
        self.local_ip.push_to(&mut columns, "local_ip");
        self.local_netmask.push_to(&mut columns, "local_netmask");
        self.local_gateway.push_to(&mut columns, "local_gateway");
        self.enable_async_messages
            .push_to(&mut columns, "enable_async_messages");
        self.controller_queue_size
            .push_to(&mut columns, "controller_queue_size");
        self.controller_rate_limit
            .push_to(&mut columns, "controller_rate_limit");
        self.controller_burst_limit
            .push_to(&mut columns, "controller_burst_limit");
        self.other_config.push_to(&mut columns, "other_config");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}

/// A value of the column `type` of [`Controller`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControllerType {
    /// `primary`
    Primary,
    /// `service`
    Service,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl ControllerType {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Primary => "primary",
            Self::Service => "service",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for ControllerType {
    fn from(value: &str) -> Self {
        match value {
            "primary" => Self::Primary,
            "service" => Self::Service,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for ControllerType {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for ControllerType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for ControllerType {
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

/// A value of the column `connection_mode` of [`Controller`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControllerConnectionMode {
    /// `in-band`
    InBand,
    /// `out-of-band`
    OutOfBand,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl ControllerConnectionMode {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InBand => "in-band",
            Self::OutOfBand => "out-of-band",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for ControllerConnectionMode {
    fn from(value: &str) -> Self {
        match value {
            "in-band" => Self::InBand,
            "out-of-band" => Self::OutOfBand,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for ControllerConnectionMode {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for ControllerConnectionMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for ControllerConnectionMode {
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

/// A value of the column `role` of [`Controller`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ControllerRole {
    /// `other`
    OtherRole,
    /// `master`
    Master,
    /// `slave`
    Slave,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl ControllerRole {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OtherRole => "other",
            Self::Master => "master",
            Self::Slave => "slave",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for ControllerRole {
    fn from(value: &str) -> Self {
        match value {
            "other" => Self::OtherRole,
            "master" => Self::Master,
            "slave" => Self::Slave,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for ControllerRole {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for ControllerRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for ControllerRole {
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
