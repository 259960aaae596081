// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Port`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{
    Atom, Column, ColumnInfo, Datum, Element, Index, Indexes, Map, Mismatch, RowId, Rows, Set,
    Table, Value,
};

use super::{Interface, Qos};

/// A row of the table `Port`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Port {
    /// A string. Unique in the table. Immutable: set when the row is inserted.
    pub name: String,
    /// A set of strong references to [`Interface`]; at least 1.
    pub interfaces: Set<RowId<Interface>>,
    /// A set of integers from 0 to 4095; at most 4096.
    pub trunks: Set<i64>,
    /// A set of integers from 0 to 4095; at most 4096.
    pub cvlans: Set<i64>,
    /// An integer from 0 to 4095, or none.
    pub tag: Option<i64>,
    /// A string (`trunk`, `access`, `native-tagged`, `native-untagged` or `dot1q-tunnel`), or
    /// none.
    pub vlan_mode: Option<PortVlanMode>,
    /// A strong reference to [`Qos`], or none.
    pub qos: Option<RowId<Qos>>,
    /// A string, or none.
    pub mac: Option<String>,
    /// A string (`balance-tcp`, `balance-slb` or `active-backup`), or none.
    pub bond_mode: Option<PortBondMode>,
    /// A string (`active`, `passive` or `off`), or none.
    pub lacp: Option<PortLacp>,
    /// An integer.
    pub bond_updelay: i64,
    /// An integer.
    pub bond_downdelay: i64,
    /// A string, or none.
    pub bond_active_slave: Option<String>,
    /// A boolean.
    pub bond_fake_iface: bool,
    /// A boolean.
    pub fake_bridge: bool,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub status: Map<String, String>,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub rstp_status: Map<String, String>,
    /// A map from strings to integers. Ephemeral: may be lost when the server restarts.
    pub rstp_statistics: Map<String, i64>,
    /// A map from strings to integers. Ephemeral: may be lost when the server restarts.
    pub statistics: Map<String, i64>,
    /// A boolean.
    pub protected: bool,
    /// A map from strings to strings.
    pub other_config: Map<String, String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `name`.
pub const NAME: Column<Port, String> = Column::new("name");
/// The column `interfaces`.
pub const INTERFACES: Column<Port, Set<RowId<Interface>>> = Column::new("interfaces");
/// The column `trunks`.
pub const TRUNKS: Column<Port, Set<i64>> = Column::new("trunks");
/// The column `cvlans`.
pub const CVLANS: Column<Port, Set<i64>> = Column::new("cvlans");
/// The column `tag`.
pub const TAG: Column<Port, Option<i64>> = Column::new("tag");
/// The column `vlan_mode`.
pub const VLAN_MODE: Column<Port, Option<PortVlanMode>> = Column::new("vlan_mode");
/// The column `qos`.
pub const QOS: Column<Port, Option<RowId<Qos>>> = Column::new("qos");
/// The column `mac`.
pub const MAC: Column<Port, Option<String>> = Column::new("mac");
/// The column `bond_mode`.
pub const BOND_MODE: Column<Port, Option<PortBondMode>> = Column::new("bond_mode");
/// The column `lacp`.
pub const LACP: Column<Port, Option<PortLacp>> = Column::new("lacp");
/// The column `bond_updelay`.
pub const BOND_UPDELAY: Column<Port, i64> = Column::new("bond_updelay");
/// The column `bond_downdelay`.
pub const BOND_DOWNDELAY: Column<Port, i64> = Column::new("bond_downdelay");
/// The column `bond_active_slave`.
pub const BOND_ACTIVE_SLAVE: Column<Port, Option<String>> = Column::new("bond_active_slave");
/// The column `bond_fake_iface`.
pub const BOND_FAKE_IFACE: Column<Port, bool> = Column::new("bond_fake_iface");
/// The column `fake_bridge`.
pub const FAKE_BRIDGE: Column<Port, bool> = Column::new("fake_bridge");
/// The column `status`.
pub const STATUS: Column<Port, Map<String, String>> = Column::new("status");
/// The column `rstp_status`.
pub const RSTP_STATUS: Column<Port, Map<String, String>> = Column::new("rstp_status");
/// The column `rstp_statistics`.
pub const RSTP_STATISTICS: Column<Port, Map<String, i64>> = Column::new("rstp_statistics");
/// The column `statistics`.
pub const STATISTICS: Column<Port, Map<String, i64>> = Column::new("statistics");
/// The column `protected`.
pub const PROTECTED: Column<Port, bool> = Column::new("protected");
/// The column `other_config`.
pub const OTHER_CONFIG: Column<Port, Map<String, String>> = Column::new("other_config");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Port, Map<String, String>> = Column::new("external_ids");

impl Default for Port {
    /// What may not be empty has one default element (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self {
            name: Default::default(),
            interfaces: Set::from([Default::default()]),
            trunks: Default::default(),
            cvlans: Default::default(),
            tag: Default::default(),
            vlan_mode: Default::default(),
            qos: Default::default(),
            mac: Default::default(),
            bond_mode: Default::default(),
            lacp: Default::default(),
            bond_updelay: Default::default(),
            bond_downdelay: Default::default(),
            bond_active_slave: Default::default(),
            bond_fake_iface: Default::default(),
            fake_bridge: Default::default(),
            status: Default::default(),
            rstp_status: Default::default(),
            rstp_statistics: Default::default(),
            statistics: Default::default(),
            protected: Default::default(),
            other_config: Default::default(),
            external_ids: Default::default(),
        }
    }
}

impl Table for Port {
    const NAME: &'static str = "Port";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "name",
            mutable: false,
            ephemeral: false,
        },
        ColumnInfo {
            name: "interfaces",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "trunks",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "cvlans",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "tag",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "vlan_mode",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "qos",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "mac",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bond_mode",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "lacp",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bond_updelay",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bond_downdelay",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bond_active_slave",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bond_fake_iface",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "fake_bridge",
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
            name: "rstp_statistics",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "statistics",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "protected",
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
    ];
    type Indexes = PortIndexes;

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "name" => self.name = Value::decode(value)?,
            "interfaces" => self.interfaces = Value::decode(value)?,
            "trunks" => self.trunks = Value::decode(value)?,
            "cvlans" => self.cvlans = Value::decode(value)?,
            "tag" => self.tag = Value::decode(value)?,
            "vlan_mode" => self.vlan_mode = Value::decode(value)?,
            "qos" => self.qos = Value::decode(value)?,
            "mac" => self.mac = Value::decode(value)?,
            "bond_mode" => self.bond_mode = Value::decode(value)?,
            "lacp" => self.lacp = Value::decode(value)?,
            "bond_updelay" => self.bond_updelay = Value::decode(value)?,
            "bond_downdelay" => self.bond_downdelay = Value::decode(value)?,
            "bond_active_slave" => self.bond_active_slave = Value::decode(value)?,
            "bond_fake_iface" => self.bond_fake_iface = Value::decode(value)?,
            "fake_bridge" => self.fake_bridge = Value::decode(value)?,
            "status" => self.status = Value::decode(value)?,
            "rstp_status" => self.rstp_status = Value::decode(value)?,
            "rstp_statistics" => self.rstp_statistics = Value::decode(value)?,
            "statistics" => self.statistics = Value::decode(value)?,
            "protected" => self.protected = Value::decode(value)?,
            "other_config" => self.other_config = Value::decode(value)?,
            "external_ids" => self.external_ids = Value::decode(value)?,
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
            "interfaces" => self.interfaces.apply(difference)?,
            "trunks" => self.trunks.apply(difference)?,
            "cvlans" => self.cvlans.apply(difference)?,
            "tag" => self.tag.apply(difference)?,
            "vlan_mode" => self.vlan_mode.apply(difference)?,
            "qos" => self.qos.apply(difference)?,
            "mac" => self.mac.apply(difference)?,
            "bond_mode" => self.bond_mode.apply(difference)?,
            "lacp" => self.lacp.apply(difference)?,
            "bond_updelay" => self.bond_updelay.apply(difference)?,
            "bond_downdelay" => self.bond_downdelay.apply(difference)?,
            "bond_active_slave" => self.bond_active_slave.apply(difference)?,
            "bond_fake_iface" => self.bond_fake_iface.apply(difference)?,
            "fake_bridge" => self.fake_bridge.apply(difference)?,
            "status" => self.status.apply(difference)?,
            "rstp_status" => self.rstp_status.apply(difference)?,
            "rstp_statistics" => self.rstp_statistics.apply(difference)?,
            "statistics" => self.statistics.apply(difference)?,
            "protected" => self.protected.apply(difference)?,
            "other_config" => self.other_config.apply(difference)?,
            "external_ids" => self.external_ids.apply(difference)?,
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
            "interfaces" => Some(self.interfaces.to_datum()),
            "trunks" => Some(self.trunks.to_datum()),
            "cvlans" => Some(self.cvlans.to_datum()),
            "tag" => Some(self.tag.to_datum()),
            "vlan_mode" => Some(self.vlan_mode.to_datum()),
            "qos" => Some(self.qos.to_datum()),
            "mac" => Some(self.mac.to_datum()),
            "bond_mode" => Some(self.bond_mode.to_datum()),
            "lacp" => Some(self.lacp.to_datum()),
            "bond_updelay" => Some(self.bond_updelay.to_datum()),
            "bond_downdelay" => Some(self.bond_downdelay.to_datum()),
            "bond_active_slave" => Some(self.bond_active_slave.to_datum()),
            "bond_fake_iface" => Some(self.bond_fake_iface.to_datum()),
            "fake_bridge" => Some(self.fake_bridge.to_datum()),
            "status" => Some(self.status.to_datum()),
            "rstp_status" => Some(self.rstp_status.to_datum()),
            "rstp_statistics" => Some(self.rstp_statistics.to_datum()),
            "statistics" => Some(self.statistics.to_datum()),
            "protected" => Some(self.protected.to_datum()),
            "other_config" => Some(self.other_config.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.name.push_to(&mut columns, "name");
        self.interfaces.push_to(&mut columns, "interfaces");
        self.trunks.push_to(&mut columns, "trunks");
        self.cvlans.push_to(&mut columns, "cvlans");
        self.tag.push_to(&mut columns, "tag");
        self.vlan_mode.push_to(&mut columns, "vlan_mode");
        self.qos.push_to(&mut columns, "qos");
        self.mac.push_to(&mut columns, "mac");
        self.bond_mode.push_to(&mut columns, "bond_mode");
        self.lacp.push_to(&mut columns, "lacp");
        self.bond_updelay.push_to(&mut columns, "bond_updelay");
        self.bond_downdelay.push_to(&mut columns, "bond_downdelay");
        self.bond_active_slave
            .push_to(&mut columns, "bond_active_slave");
        self.bond_fake_iface
            .push_to(&mut columns, "bond_fake_iface");
        self.fake_bridge.push_to(&mut columns, "fake_bridge");
        self.protected.push_to(&mut columns, "protected");
        self.other_config.push_to(&mut columns, "other_config");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}

/// The unique indexes of [`Port`].
#[derive(Debug, Clone, Default)]
pub struct PortIndexes {
    name: Index<String, RowId<Port>>,
}

impl Indexes<Port> for PortIndexes {
    fn insert(&mut self, id: RowId<Port>, row: &Port) {
        self.name.insert(row.name.clone(), id);
    }

    fn remove(&mut self, id: RowId<Port>, row: &Port) {
        if self.name.get(&row.name) == Some(&id) {
            self.name.remove(&row.name);
        }
    }
}

impl Rows<Port> {
    /// The row with this `name`, if there is one.
    pub fn by_name(&self, name: &str) -> Option<(RowId<Port>, &Port)> {
        let id = *self.indexes().name.get(name)?;
        self.get(id).map(|row| (id, row))
    }
}

/// A value of the column `vlan_mode` of [`Port`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortVlanMode {
    /// `trunk`
    Trunk,
    /// `access`
    Access,
    /// `native-tagged`
    NativeTagged,
    /// `native-untagged`
    NativeUntagged,
    /// `dot1q-tunnel`
    Dot1qTunnel,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl PortVlanMode {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Trunk => "trunk",
            Self::Access => "access",
            Self::NativeTagged => "native-tagged",
            Self::NativeUntagged => "native-untagged",
            Self::Dot1qTunnel => "dot1q-tunnel",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for PortVlanMode {
    fn from(value: &str) -> Self {
        match value {
            "trunk" => Self::Trunk,
            "access" => Self::Access,
            "native-tagged" => Self::NativeTagged,
            "native-untagged" => Self::NativeUntagged,
            "dot1q-tunnel" => Self::Dot1qTunnel,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for PortVlanMode {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for PortVlanMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for PortVlanMode {
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

/// A value of the column `bond_mode` of [`Port`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortBondMode {
    /// `balance-tcp`
    BalanceTcp,
    /// `balance-slb`
    BalanceSlb,
    /// `active-backup`
    ActiveBackup,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl PortBondMode {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::BalanceTcp => "balance-tcp",
            Self::BalanceSlb => "balance-slb",
            Self::ActiveBackup => "active-backup",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for PortBondMode {
    fn from(value: &str) -> Self {
        match value {
            "balance-tcp" => Self::BalanceTcp,
            "balance-slb" => Self::BalanceSlb,
            "active-backup" => Self::ActiveBackup,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for PortBondMode {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for PortBondMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for PortBondMode {
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

/// A value of the column `lacp` of [`Port`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PortLacp {
    /// `active`
    Active,
    /// `passive`
    Passive,
    /// `off`
    Off,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl PortLacp {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Passive => "passive",
            Self::Off => "off",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for PortLacp {
    fn from(value: &str) -> Self {
        match value {
            "active" => Self::Active,
            "passive" => Self::Passive,
            "off" => Self::Off,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for PortLacp {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for PortLacp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for PortLacp {
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
