// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Interface`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{
    Atom, Column, ColumnInfo, Datum, Element, Index, Indexes, Map, Mismatch, RowId, Rows, Set,
    Table, Value,
};

/// A row of the table `Interface`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Interface {
    /// A string. Unique in the table. Immutable: set when the row is inserted.
    pub name: String,
    /// A string.
    pub type_: String,
    /// A map from strings to strings.
    pub options: Map<String, String>,
    /// An integer from 0.
    pub ingress_policing_rate: i64,
    /// An integer from 0.
    pub ingress_policing_burst: i64,
    /// An integer from 0.
    pub ingress_policing_kpkts_rate: i64,
    /// An integer from 0.
    pub ingress_policing_kpkts_burst: i64,
    /// A string, or none. Ephemeral: may be lost when the server restarts.
    pub mac_in_use: Option<String>,
    /// A string, or none.
    pub mac: Option<String>,
    /// An integer from 0 to 4294967295, or none. Ephemeral: may be lost when the server
    /// restarts.
    pub ifindex: Option<i64>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
    /// An integer, or none.
    pub ofport: Option<i64>,
    /// An integer from 1 to 65279, or none.
    pub ofport_request: Option<i64>,
    /// A map from strings to strings.
    pub bfd: Map<String, String>,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub bfd_status: Map<String, String>,
    /// An integer, or none.
    pub cfm_mpid: Option<i64>,
    /// A set of integers. Ephemeral: may be lost when the server restarts.
    pub cfm_remote_mpids: Set<i64>,
    /// An integer, or none.
    pub cfm_flap_count: Option<i64>,
    /// A boolean, or none. Ephemeral: may be lost when the server restarts.
    pub cfm_fault: Option<bool>,
    /// A set of strings. Ephemeral: may be lost when the server restarts.
    pub cfm_fault_status: Set<String>,
    /// A string (`up` or `down`), or none. Ephemeral: may be lost when the server restarts.
    pub cfm_remote_opstate: Option<InterfaceCfmRemoteOpstate>,
    /// An integer from 0 to 100, or none. Ephemeral: may be lost when the server restarts.
    pub cfm_health: Option<i64>,
    /// A boolean, or none. Ephemeral: may be lost when the server restarts.
    pub lacp_current: Option<bool>,
    /// A map from strings to strings.
    pub lldp: Map<String, String>,
    /// A map from strings to strings.
    pub other_config: Map<String, String>,
    /// A map from strings to integers. Ephemeral: may be lost when the server restarts.
    pub statistics: Map<String, i64>,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub status: Map<String, String>,
    /// A string (`up` or `down`), or none. Ephemeral: may be lost when the server restarts.
    pub admin_state: Option<InterfaceAdminState>,
    /// A string (`up` or `down`), or none. Ephemeral: may be lost when the server restarts.
    pub link_state: Option<InterfaceLinkState>,
    /// An integer, or none. Ephemeral: may be lost when the server restarts.
    pub link_resets: Option<i64>,
    /// An integer, or none. Ephemeral: may be lost when the server restarts.
    pub link_speed: Option<i64>,
    /// A string (`half` or `full`), or none. Ephemeral: may be lost when the server restarts.
    pub duplex: Option<InterfaceDuplex>,
    /// An integer, or none. Ephemeral: may be lost when the server restarts.
    pub mtu: Option<i64>,
    /// An integer from 1, or none.
    pub mtu_request: Option<i64>,
    /// A string, or none.
    pub error: Option<String>,
}

/// The column `name`.
pub const NAME: Column<Interface, String> = Column::new("name");
/// The column `type`.
pub const TYPE: Column<Interface, String> = Column::new("type");
/// The column `options`.
pub const OPTIONS: Column<Interface, Map<String, String>> = Column::new("options");
/// The column `ingress_policing_rate`.
pub const INGRESS_POLICING_RATE: Column<Interface, i64> = Column::new("ingress_policing_rate");
/// The column `ingress_policing_burst`.
pub const INGRESS_POLICING_BURST: Column<Interface, i64> = Column::new("ingress_policing_burst");
/// The column `ingress_policing_kpkts_rate`.
pub const INGRESS_POLICING_KPKTS_RATE: Column<Interface, i64> =
    Column::new("ingress_policing_kpkts_rate");
/// The column `ingress_policing_kpkts_burst`.
pub const INGRESS_POLICING_KPKTS_BURST: Column<Interface, i64> =
    Column::new("ingress_policing_kpkts_burst");
/// The column `mac_in_use`.
pub const MAC_IN_USE: Column<Interface, Option<String>> = Column::new("mac_in_use");
/// The column `mac`.
pub const MAC: Column<Interface, Option<String>> = Column::new("mac");
/// The column `ifindex`.
pub const IFINDEX: Column<Interface, Option<i64>> = Column::new("ifindex");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Interface, Map<String, String>> = Column::new("external_ids");
/// The column `ofport`.
pub const OFPORT: Column<Interface, Option<i64>> = Column::new("ofport");
/// The column `ofport_request`.
pub const OFPORT_REQUEST: Column<Interface, Option<i64>> = Column::new("ofport_request");
/// The column `bfd`.
pub const BFD: Column<Interface, Map<String, String>> = Column::new("bfd");
/// The column `bfd_status`.
pub const BFD_STATUS: Column<Interface, Map<String, String>> = Column::new("bfd_status");
/// The column `cfm_mpid`.
pub const CFM_MPID: Column<Interface, Option<i64>> = Column::new("cfm_mpid");
/// The column `cfm_remote_mpids`.
pub const CFM_REMOTE_MPIDS: Column<Interface, Set<i64>> = Column::new("cfm_remote_mpids");
/// The column `cfm_flap_count`.
pub const CFM_FLAP_COUNT: Column<Interface, Option<i64>> = Column::new("cfm_flap_count");
/// The column `cfm_fault`.
pub const CFM_FAULT: Column<Interface, Option<bool>> = Column::new("cfm_fault");
/// The column `cfm_fault_status`.
pub const CFM_FAULT_STATUS: Column<Interface, Set<String>> = Column::new("cfm_fault_status");
/// The column `cfm_remote_opstate`.
pub const CFM_REMOTE_OPSTATE: Column<Interface, Option<InterfaceCfmRemoteOpstate>> =
    Column::new("cfm_remote_opstate");
/// The column `cfm_health`.
pub const CFM_HEALTH: Column<Interface, Option<i64>> = Column::new("cfm_health");
/// The column `lacp_current`.
pub const LACP_CURRENT: Column<Interface, Option<bool>> = Column::new("lacp_current");
/// The column `lldp`.
pub const LLDP: Column<Interface, Map<String, String>> = Column::new("lldp");
/// The column `other_config`.
pub const OTHER_CONFIG: Column<Interface, Map<String, String>> = Column::new("other_config");
/// The column `statistics`.
pub const STATISTICS: Column<Interface, Map<String, i64>> = Column::new("statistics");
/// The column `status`.
pub const STATUS: Column<Interface, Map<String, String>> = Column::new("status");
/// The column `admin_state`.
pub const ADMIN_STATE: Column<Interface, Option<InterfaceAdminState>> = Column::new("admin_state");
/// The column `link_state`.
pub const LINK_STATE: Column<Interface, Option<InterfaceLinkState>> = Column::new("link_state");
/// The column `link_resets`.
pub const LINK_RESETS: Column<Interface, Option<i64>> = Column::new("link_resets");
/// The column `link_speed`.
pub const LINK_SPEED: Column<Interface, Option<i64>> = Column::new("link_speed");
/// The column `duplex`.
pub const DUPLEX: Column<Interface, Option<InterfaceDuplex>> = Column::new("duplex");
/// The column `mtu`.
pub const MTU: Column<Interface, Option<i64>> = Column::new("mtu");
/// The column `mtu_request`.
pub const MTU_REQUEST: Column<Interface, Option<i64>> = Column::new("mtu_request");
/// The column `error`.
pub const ERROR: Column<Interface, Option<String>> = Column::new("error");

impl Table for Interface {
    const NAME: &'static str = "Interface";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "name",
            mutable: false,
            ephemeral: false,
        },
        ColumnInfo {
            name: "type",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "options",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ingress_policing_rate",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ingress_policing_burst",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ingress_policing_kpkts_rate",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ingress_policing_kpkts_burst",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "mac_in_use",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "mac",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ifindex",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "external_ids",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ofport",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ofport_request",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bfd",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bfd_status",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "cfm_mpid",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "cfm_remote_mpids",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "cfm_flap_count",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "cfm_fault",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "cfm_fault_status",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "cfm_remote_opstate",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "cfm_health",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "lacp_current",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "lldp",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "other_config",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "statistics",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "status",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "admin_state",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "link_state",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "link_resets",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "link_speed",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "duplex",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "mtu",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "mtu_request",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "error",
            mutable: true,
            ephemeral: false,
        },
    ];
    type Indexes = InterfaceIndexes;

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "name" => self.name = Value::decode(value)?,
            "type" => self.type_ = Value::decode(value)?,
            "options" => self.options = Value::decode(value)?,
            "ingress_policing_rate" => self.ingress_policing_rate = Value::decode(value)?,
            "ingress_policing_burst" => {
                self.ingress_policing_burst = Value::decode(value)?;
            }
            "ingress_policing_kpkts_rate" => {
                self.ingress_policing_kpkts_rate = Value::decode(value)?;
            }
            "ingress_policing_kpkts_burst" => {
                self.ingress_policing_kpkts_burst = Value::decode(value)?;
            }
            "mac_in_use" => self.mac_in_use = Value::decode(value)?,
            "mac" => self.mac = Value::decode(value)?,
            "ifindex" => self.ifindex = Value::decode(value)?,
            "external_ids" => self.external_ids = Value::decode(value)?,
            "ofport" => self.ofport = Value::decode(value)?,
            "ofport_request" => self.ofport_request = Value::decode(value)?,
            "bfd" => self.bfd = Value::decode(value)?,
            "bfd_status" => self.bfd_status = Value::decode(value)?,
            "cfm_mpid" => self.cfm_mpid = Value::decode(value)?,
            "cfm_remote_mpids" => self.cfm_remote_mpids = Value::decode(value)?,
            "cfm_flap_count" => self.cfm_flap_count = Value::decode(value)?,
            "cfm_fault" => self.cfm_fault = Value::decode(value)?,
            "cfm_fault_status" => self.cfm_fault_status = Value::decode(value)?,
            "cfm_remote_opstate" => self.cfm_remote_opstate = Value::decode(value)?,
            "cfm_health" => self.cfm_health = Value::decode(value)?,
            "lacp_current" => self.lacp_current = Value::decode(value)?,
            "lldp" => self.lldp = Value::decode(value)?,
            "other_config" => self.other_config = Value::decode(value)?,
            "statistics" => self.statistics = Value::decode(value)?,
            "status" => self.status = Value::decode(value)?,
            "admin_state" => self.admin_state = Value::decode(value)?,
            "link_state" => self.link_state = Value::decode(value)?,
            "link_resets" => self.link_resets = Value::decode(value)?,
            "link_speed" => self.link_speed = Value::decode(value)?,
            "duplex" => self.duplex = Value::decode(value)?,
            "mtu" => self.mtu = Value::decode(value)?,
            "mtu_request" => self.mtu_request = Value::decode(value)?,
            "error" => self.error = Value::decode(value)?,
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
            "type" => self.type_.apply(difference)?,
            "options" => self.options.apply(difference)?,
            "ingress_policing_rate" => self.ingress_policing_rate.apply(difference)?,
            "ingress_policing_burst" => self.ingress_policing_burst.apply(difference)?,
            "ingress_policing_kpkts_rate" => self.ingress_policing_kpkts_rate.apply(difference)?,
            "ingress_policing_kpkts_burst" => {
                self.ingress_policing_kpkts_burst.apply(difference)?
            }
            "mac_in_use" => self.mac_in_use.apply(difference)?,
            "mac" => self.mac.apply(difference)?,
            "ifindex" => self.ifindex.apply(difference)?,
            "external_ids" => self.external_ids.apply(difference)?,
            "ofport" => self.ofport.apply(difference)?,
            "ofport_request" => self.ofport_request.apply(difference)?,
            "bfd" => self.bfd.apply(difference)?,
            "bfd_status" => self.bfd_status.apply(difference)?,
            "cfm_mpid" => self.cfm_mpid.apply(difference)?,
            "cfm_remote_mpids" => self.cfm_remote_mpids.apply(difference)?,
            "cfm_flap_count" => self.cfm_flap_count.apply(difference)?,
            "cfm_fault" => self.cfm_fault.apply(difference)?,
            "cfm_fault_status" => self.cfm_fault_status.apply(difference)?,
            "cfm_remote_opstate" => self.cfm_remote_opstate.apply(difference)?,
            "cfm_health" => self.cfm_health.apply(difference)?,
            "lacp_current" => self.lacp_current.apply(difference)?,
            "lldp" => self.lldp.apply(difference)?,
            "other_config" => self.other_config.apply(difference)?,
            "statistics" => self.statistics.apply(difference)?,
            "status" => self.status.apply(difference)?,
            "admin_state" => self.admin_state.apply(difference)?,
            "link_state" => self.link_state.apply(difference)?,
            "link_resets" => self.link_resets.apply(difference)?,
            "link_speed" => self.link_speed.apply(difference)?,
            "duplex" => self.duplex.apply(difference)?,
            "mtu" => self.mtu.apply(difference)?,
            "mtu_request" => self.mtu_request.apply(difference)?,
            "error" => self.error.apply(difference)?,
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
            "type" => Some(self.type_.to_datum()),
            "options" => Some(self.options.to_datum()),
            "ingress_policing_rate" => Some(self.ingress_policing_rate.to_datum()),
            "ingress_policing_burst" => Some(self.ingress_policing_burst.to_datum()),
            "ingress_policing_kpkts_rate" => Some(self.ingress_policing_kpkts_rate.to_datum()),
            "ingress_policing_kpkts_burst" => Some(self.ingress_policing_kpkts_burst.to_datum()),
            "mac_in_use" => Some(self.mac_in_use.to_datum()),
            "mac" => Some(self.mac.to_datum()),
            "ifindex" => Some(self.ifindex.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            "ofport" => Some(self.ofport.to_datum()),
            "ofport_request" => Some(self.ofport_request.to_datum()),
            "bfd" => Some(self.bfd.to_datum()),
            "bfd_status" => Some(self.bfd_status.to_datum()),
            "cfm_mpid" => Some(self.cfm_mpid.to_datum()),
            "cfm_remote_mpids" => Some(self.cfm_remote_mpids.to_datum()),
            "cfm_flap_count" => Some(self.cfm_flap_count.to_datum()),
            "cfm_fault" => Some(self.cfm_fault.to_datum()),
            "cfm_fault_status" => Some(self.cfm_fault_status.to_datum()),
            "cfm_remote_opstate" => Some(self.cfm_remote_opstate.to_datum()),
            "cfm_health" => Some(self.cfm_health.to_datum()),
            "lacp_current" => Some(self.lacp_current.to_datum()),
            "lldp" => Some(self.lldp.to_datum()),
            "other_config" => Some(self.other_config.to_datum()),
            "statistics" => Some(self.statistics.to_datum()),
            "status" => Some(self.status.to_datum()),
            "admin_state" => Some(self.admin_state.to_datum()),
            "link_state" => Some(self.link_state.to_datum()),
            "link_resets" => Some(self.link_resets.to_datum()),
            "link_speed" => Some(self.link_speed.to_datum()),
            "duplex" => Some(self.duplex.to_datum()),
            "mtu" => Some(self.mtu.to_datum()),
            "mtu_request" => Some(self.mtu_request.to_datum()),
            "error" => Some(self.error.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.name.push_to(&mut columns, "name");
        self.type_.push_to(&mut columns, "type");
        self.options.push_to(&mut columns, "options");
        self.ingress_policing_rate
            .push_to(&mut columns, "ingress_policing_rate");
        self.ingress_policing_burst
            .push_to(&mut columns, "ingress_policing_burst");
        self.ingress_policing_kpkts_rate
            .push_to(&mut columns, "ingress_policing_kpkts_rate");
        self.ingress_policing_kpkts_burst
            .push_to(&mut columns, "ingress_policing_kpkts_burst");
        self.mac.push_to(&mut columns, "mac");
        self.external_ids.push_to(&mut columns, "external_ids");
        self.ofport.push_to(&mut columns, "ofport");
        self.ofport_request.push_to(&mut columns, "ofport_request");
        self.bfd.push_to(&mut columns, "bfd");
        self.cfm_mpid.push_to(&mut columns, "cfm_mpid");
        self.cfm_flap_count.push_to(&mut columns, "cfm_flap_count");
        self.lldp.push_to(&mut columns, "lldp");
        self.other_config.push_to(&mut columns, "other_config");
        self.mtu_request.push_to(&mut columns, "mtu_request");
        self.error.push_to(&mut columns, "error");
        columns
    }
}

/// The unique indexes of [`Interface`].
#[derive(Debug, Clone, Default)]
pub struct InterfaceIndexes {
    name: Index<String, RowId<Interface>>,
}

impl Indexes<Interface> for InterfaceIndexes {
    fn insert(&mut self, id: RowId<Interface>, row: &Interface) {
        self.name.insert(row.name.clone(), id);
    }

    fn remove(&mut self, id: RowId<Interface>, row: &Interface) {
        if self.name.get(&row.name) == Some(&id) {
            self.name.remove(&row.name);
        }
    }
}

impl Rows<Interface> {
    /// The row with this `name`, if there is one.
    pub fn by_name(&self, name: &str) -> Option<(RowId<Interface>, &Interface)> {
        let id = *self.indexes().name.get(name)?;
        self.get(id).map(|row| (id, row))
    }
}

/// A value of the column `cfm_remote_opstate` of [`Interface`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceCfmRemoteOpstate {
    /// `up`
    Up,
    /// `down`
    Down,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl InterfaceCfmRemoteOpstate {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for InterfaceCfmRemoteOpstate {
    fn from(value: &str) -> Self {
        match value {
            "up" => Self::Up,
            "down" => Self::Down,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for InterfaceCfmRemoteOpstate {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for InterfaceCfmRemoteOpstate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for InterfaceCfmRemoteOpstate {
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

/// A value of the column `admin_state` of [`Interface`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceAdminState {
    /// `up`
    Up,
    /// `down`
    Down,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl InterfaceAdminState {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for InterfaceAdminState {
    fn from(value: &str) -> Self {
        match value {
            "up" => Self::Up,
            "down" => Self::Down,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for InterfaceAdminState {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for InterfaceAdminState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for InterfaceAdminState {
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

/// A value of the column `link_state` of [`Interface`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceLinkState {
    /// `up`
    Up,
    /// `down`
    Down,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl InterfaceLinkState {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for InterfaceLinkState {
    fn from(value: &str) -> Self {
        match value {
            "up" => Self::Up,
            "down" => Self::Down,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for InterfaceLinkState {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for InterfaceLinkState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for InterfaceLinkState {
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

/// A value of the column `duplex` of [`Interface`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceDuplex {
    /// `half`
    Half,
    /// `full`
    Full,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl InterfaceDuplex {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Half => "half",
            Self::Full => "full",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for InterfaceDuplex {
    fn from(value: &str) -> Self {
        match value {
            "half" => Self::Half,
            "full" => Self::Full,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for InterfaceDuplex {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for InterfaceDuplex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for InterfaceDuplex {
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
