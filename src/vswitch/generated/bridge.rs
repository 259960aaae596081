// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Bridge`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{
    Atom, Column, ColumnInfo, Datum, Element, Index, Indexes, Map, Mismatch, RowId, Rows, Set,
    Table, Value,
};

use super::{AutoAttach, Controller, FlowTable, Ipfix, Mirror, NetFlow, Port, SFlow};

/// A row of the table `Bridge`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bridge {
    /// A string. Unique in the table. Immutable: set when the row is inserted.
    pub name: String,
    /// A string.
    pub datapath_type: String,
    /// A string.
    pub datapath_version: String,
    /// A string, or none. Ephemeral: may be lost when the server restarts.
    pub datapath_id: Option<String>,
    /// A boolean.
    pub stp_enable: bool,
    /// A boolean.
    pub rstp_enable: bool,
    /// A boolean.
    pub mcast_snooping_enable: bool,
    /// A set of strong references to [`Port`].
    pub ports: Set<RowId<Port>>,
    /// A set of strong references to [`Mirror`].
    pub mirrors: Set<RowId<Mirror>>,
    /// A strong reference to [`NetFlow`], or none.
    pub netflow: Option<RowId<NetFlow>>,
    /// A strong reference to [`SFlow`], or none.
    pub sflow: Option<RowId<SFlow>>,
    /// A strong reference to [`Ipfix`], or none.
    pub ipfix: Option<RowId<Ipfix>>,
    /// A set of strong references to [`Controller`].
    pub controller: Set<RowId<Controller>>,
    /// A set of strings (`OpenFlow10`, `OpenFlow11`, `OpenFlow12`, `OpenFlow13`, `OpenFlow14`
    /// or `OpenFlow15`).
    pub protocols: Set<BridgeProtocols>,
    /// A string (`standalone` or `secure`), or none.
    pub fail_mode: Option<BridgeFailMode>,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub status: Map<String, String>,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub rstp_status: Map<String, String>,
    /// A map from strings to strings.
    pub other_config: Map<String, String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
    /// A set of integers from 0 to 4095; at most 4096.
    pub flood_vlans: Set<i64>,
    /// A map from integers from 0 to 254 to strong references to [`FlowTable`].
    pub flow_tables: Map<i64, RowId<FlowTable>>,
    /// A strong reference to [`AutoAttach`], or none.
    pub auto_attach: Option<RowId<AutoAttach>>,
}

/// The column `name`.
pub const NAME: Column<Bridge, String> = Column::new("name");
/// The column `datapath_type`.
pub const DATAPATH_TYPE: Column<Bridge, String> = Column::new("datapath_type");
/// The column `datapath_version`.
pub const DATAPATH_VERSION: Column<Bridge, String> = Column::new("datapath_version");
/// The column `datapath_id`.
pub const DATAPATH_ID: Column<Bridge, Option<String>> = Column::new("datapath_id");
/// The column `stp_enable`.
pub const STP_ENABLE: Column<Bridge, bool> = Column::new("stp_enable");
/// The column `rstp_enable`.
pub const RSTP_ENABLE: Column<Bridge, bool> = Column::new("rstp_enable");
/// The column `mcast_snooping_enable`.
pub const MCAST_SNOOPING_ENABLE: Column<Bridge, bool> = Column::new("mcast_snooping_enable");
/// The column `ports`.
pub const PORTS: Column<Bridge, Set<RowId<Port>>> = Column::new("ports");
/// The column `mirrors`.
pub const MIRRORS: Column<Bridge, Set<RowId<Mirror>>> = Column::new("mirrors");
/// The column `netflow`.
pub const NETFLOW: Column<Bridge, Option<RowId<NetFlow>>> = Column::new("netflow");
/// The column `sflow`.
pub const SFLOW: Column<Bridge, Option<RowId<SFlow>>> = Column::new("sflow");
/// The column `ipfix`.
pub const IPFIX: Column<Bridge, Option<RowId<Ipfix>>> = Column::new("ipfix");
/// The column `controller`.
pub const CONTROLLER: Column<Bridge, Set<RowId<Controller>>> = Column::new("controller");
/// The column `protocols`.
pub const PROTOCOLS: Column<Bridge, Set<BridgeProtocols>> = Column::new("protocols");
/// The column `fail_mode`.
pub const FAIL_MODE: Column<Bridge, Option<BridgeFailMode>> = Column::new("fail_mode");
/// The column `status`.
pub const STATUS: Column<Bridge, Map<String, String>> = Column::new("status");
/// The column `rstp_status`.
pub const RSTP_STATUS: Column<Bridge, Map<String, String>> = Column::new("rstp_status");
/// The column `other_config`.
pub const OTHER_CONFIG: Column<Bridge, Map<String, String>> = Column::new("other_config");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Bridge, Map<String, String>> = Column::new("external_ids");
/// The column `flood_vlans`.
pub const FLOOD_VLANS: Column<Bridge, Set<i64>> = Column::new("flood_vlans");
/// The column `flow_tables`.
pub const FLOW_TABLES: Column<Bridge, Map<i64, RowId<FlowTable>>> = Column::new("flow_tables");
/// The column `auto_attach`.
pub const AUTO_ATTACH: Column<Bridge, Option<RowId<AutoAttach>>> = Column::new("auto_attach");

impl Table for Bridge {
    const NAME: &'static str = "Bridge";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "name",
            mutable: false,
            ephemeral: false,
        },
        ColumnInfo {
            name: "datapath_type",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "datapath_version",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "datapath_id",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "stp_enable",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "rstp_enable",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "mcast_snooping_enable",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ports",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "mirrors",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "netflow",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "sflow",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ipfix",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "controller",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "protocols",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "fail_mode",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "status",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "rstp_status",
            mutable: true,
            ephemeral: true,
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
            name: "flood_vlans",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "flow_tables",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "auto_attach",
            mutable: true,
            ephemeral: false,
        },
    ];
    type Indexes = BridgeIndexes;

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "name" => self.name = Value::decode(value)?,
            "datapath_type" => self.datapath_type = Value::decode(value)?,
            "datapath_version" => self.datapath_version = Value::decode(value)?,
            "datapath_id" => self.datapath_id = Value::decode(value)?,
            "stp_enable" => self.stp_enable = Value::decode(value)?,
            "rstp_enable" => self.rstp_enable = Value::decode(value)?,
            "mcast_snooping_enable" => self.mcast_snooping_enable = Value::decode(value)?,
            "ports" => self.ports = Value::decode(value)?,
            "mirrors" => self.mirrors = Value::decode(value)?,
            "netflow" => self.netflow = Value::decode(value)?,
            "sflow" => self.sflow = Value::decode(value)?,
            "ipfix" => self.ipfix = Value::decode(value)?,
            "controller" => self.controller = Value::decode(value)?,
            "protocols" => self.protocols = Value::decode(value)?,
            "fail_mode" => self.fail_mode = Value::decode(value)?,
            "status" => self.status = Value::decode(value)?,
            "rstp_status" => self.rstp_status = Value::decode(value)?,
            "other_config" => self.other_config = Value::decode(value)?,
            "external_ids" => self.external_ids = Value::decode(value)?,
            "flood_vlans" => self.flood_vlans = Value::decode(value)?,
            "flow_tables" => self.flow_tables = Value::decode(value)?,
            "auto_attach" => self.auto_attach = Value::decode(value)?,
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
            "name" => self.name.apply(difference)?,
            "datapath_type" => self.datapath_type.apply(difference)?,
            "datapath_version" => self.datapath_version.apply(difference)?,
            "datapath_id" => self.datapath_id.apply(difference)?,
            "stp_enable" => self.stp_enable.apply(difference)?,
            "rstp_enable" => self.rstp_enable.apply(difference)?,
            "mcast_snooping_enable" => self.mcast_snooping_enable.apply(difference)?,
            "ports" => self.ports.apply(difference)?,
            "mirrors" => self.mirrors.apply(difference)?,
            "netflow" => self.netflow.apply(difference)?,
            "sflow" => self.sflow.apply(difference)?,
            "ipfix" => self.ipfix.apply(difference)?,
            "controller" => self.controller.apply(difference)?,
            "protocols" => self.protocols.apply(difference)?,
            "fail_mode" => self.fail_mode.apply(difference)?,
            "status" => self.status.apply(difference)?,
            "rstp_status" => self.rstp_status.apply(difference)?,
            "other_config" => self.other_config.apply(difference)?,
            "external_ids" => self.external_ids.apply(difference)?,
            "flood_vlans" => self.flood_vlans.apply(difference)?,
            "flow_tables" => self.flow_tables.apply(difference)?,
            "auto_attach" => self.auto_attach.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "name" => Some(self.name.to_datum()),
            "datapath_type" => Some(self.datapath_type.to_datum()),
            "datapath_version" => Some(self.datapath_version.to_datum()),
            "datapath_id" => Some(self.datapath_id.to_datum()),
            "stp_enable" => Some(self.stp_enable.to_datum()),
            "rstp_enable" => Some(self.rstp_enable.to_datum()),
            "mcast_snooping_enable" => Some(self.mcast_snooping_enable.to_datum()),
            "ports" => Some(self.ports.to_datum()),
            "mirrors" => Some(self.mirrors.to_datum()),
            "netflow" => Some(self.netflow.to_datum()),
            "sflow" => Some(self.sflow.to_datum()),
            "ipfix" => Some(self.ipfix.to_datum()),
            "controller" => Some(self.controller.to_datum()),
            "protocols" => Some(self.protocols.to_datum()),
            "fail_mode" => Some(self.fail_mode.to_datum()),
            "status" => Some(self.status.to_datum()),
            "rstp_status" => Some(self.rstp_status.to_datum()),
            "other_config" => Some(self.other_config.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            "flood_vlans" => Some(self.flood_vlans.to_datum()),
            "flow_tables" => Some(self.flow_tables.to_datum()),
            "auto_attach" => Some(self.auto_attach.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.name.push_to(&mut columns, "name");
        self.datapath_type.push_to(&mut columns, "datapath_type");
        self.datapath_version
            .push_to(&mut columns, "datapath_version");
        self.stp_enable.push_to(&mut columns, "stp_enable");
        self.rstp_enable.push_to(&mut columns, "rstp_enable");
        self.mcast_snooping_enable
            .push_to(&mut columns, "mcast_snooping_enable");
        self.ports.push_to(&mut columns, "ports");
        self.mirrors.push_to(&mut columns, "mirrors");
        self.netflow.push_to(&mut columns, "netflow");
        self.sflow.push_to(&mut columns, "sflow");
        self.ipfix.push_to(&mut columns, "ipfix");
        self.controller.push_to(&mut columns, "controller");
        self.protocols.push_to(&mut columns, "protocols");
        self.fail_mode.push_to(&mut columns, "fail_mode");
        self.other_config.push_to(&mut columns, "other_config");
        self.external_ids.push_to(&mut columns, "external_ids");
        self.flood_vlans.push_to(&mut columns, "flood_vlans");
        self.flow_tables.push_to(&mut columns, "flow_tables");
        self.auto_attach.push_to(&mut columns, "auto_attach");
        columns
    }
}

/// The unique indexes of [`Bridge`].
#[derive(Debug, Clone, Default)]
pub struct BridgeIndexes {
    name: Index<String, RowId<Bridge>>,
}

impl Indexes<Bridge> for BridgeIndexes {
    fn insert(&mut self, id: RowId<Bridge>, row: &Bridge) {
        self.name.insert(row.name.clone(), id);
    }

    fn remove(&mut self, id: RowId<Bridge>, row: &Bridge) {
        if self.name.get(&row.name) == Some(&id) {
            self.name.remove(&row.name);
        }
    }
}

impl Rows<Bridge> {
    /// The row with this `name`, if there is one.
    pub fn by_name(&self, name: &str) -> Option<(RowId<Bridge>, &Bridge)> {
        let id = *self.indexes().name.get(name)?;
        self.get(id).map(|row| (id, row))
    }
}

/// A value of the column `protocols` of [`Bridge`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BridgeProtocols {
    /// `OpenFlow10`
    OpenFlow10,
    /// `OpenFlow11`
    OpenFlow11,
    /// `OpenFlow12`
    OpenFlow12,
    /// `OpenFlow13`
    OpenFlow13,
    /// `OpenFlow14`
    OpenFlow14,
    /// `OpenFlow15`
    OpenFlow15,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl BridgeProtocols {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OpenFlow10 => "OpenFlow10",
            Self::OpenFlow11 => "OpenFlow11",
            Self::OpenFlow12 => "OpenFlow12",
            Self::OpenFlow13 => "OpenFlow13",
            Self::OpenFlow14 => "OpenFlow14",
            Self::OpenFlow15 => "OpenFlow15",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for BridgeProtocols {
    fn from(value: &str) -> Self {
        match value {
            "OpenFlow10" => Self::OpenFlow10,
            "OpenFlow11" => Self::OpenFlow11,
            "OpenFlow12" => Self::OpenFlow12,
            "OpenFlow13" => Self::OpenFlow13,
            "OpenFlow14" => Self::OpenFlow14,
            "OpenFlow15" => Self::OpenFlow15,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for BridgeProtocols {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for BridgeProtocols {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for BridgeProtocols {
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

/// A value of the column `fail_mode` of [`Bridge`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BridgeFailMode {
    /// `standalone`
    Standalone,
    /// `secure`
    Secure,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl BridgeFailMode {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Standalone => "standalone",
            Self::Secure => "secure",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for BridgeFailMode {
    fn from(value: &str) -> Self {
        match value {
            "standalone" => Self::Standalone,
            "secure" => Self::Secure,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for BridgeFailMode {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for BridgeFailMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for BridgeFailMode {
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
