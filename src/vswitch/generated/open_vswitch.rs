// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Open_vSwitch`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, RowId, Set, Table, Value};

use super::{Bridge, Datapath, Manager, Ssl};

/// A row of the table `Open_vSwitch`.
///
/// A root table: rows stay until they are deleted.
/// It has at most one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenVSwitch {
    /// A map from strings to strong references to [`Datapath`].
    pub datapaths: Map<String, RowId<Datapath>>,
    /// A set of strong references to [`Bridge`].
    pub bridges: Set<RowId<Bridge>>,
    /// A set of strong references to [`Manager`].
    pub manager_options: Set<RowId<Manager>>,
    /// A strong reference to [`Ssl`], or none.
    pub ssl: Option<RowId<Ssl>>,
    /// A map from strings to strings.
    pub other_config: Map<String, String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
    /// An integer.
    pub next_cfg: i64,
    /// An integer.
    pub cur_cfg: i64,
    /// A map from strings to strings. Ephemeral: may be lost when the server restarts.
    pub statistics: Map<String, String>,
    /// A string, or none.
    pub ovs_version: Option<String>,
    /// A string, or none.
    pub db_version: Option<String>,
    /// A string, or none.
    pub system_type: Option<String>,
    /// A string, or none.
    pub system_version: Option<String>,
    /// A set of strings.
    pub datapath_types: Set<String>,
    /// A set of strings.
    pub iface_types: Set<String>,
    /// A boolean.
    pub dpdk_initialized: bool,
    /// A string, or none.
    pub dpdk_version: Option<String>,
}

/// The column `datapaths`.
pub const DATAPATHS: Column<OpenVSwitch, Map<String, RowId<Datapath>>> = Column::new("datapaths");
/// The column `bridges`.
pub const BRIDGES: Column<OpenVSwitch, Set<RowId<Bridge>>> = Column::new("bridges");
/// The column `manager_options`.
pub const MANAGER_OPTIONS: Column<OpenVSwitch, Set<RowId<Manager>>> =
    Column::new("manager_options");
/// The column `ssl`.
pub const SSL: Column<OpenVSwitch, Option<RowId<Ssl>>> = Column::new("ssl");
/// The column `other_config`.
pub const OTHER_CONFIG: Column<OpenVSwitch, Map<String, String>> = Column::new("other_config");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<OpenVSwitch, Map<String, String>> = Column::new("external_ids");
/// The column `next_cfg`.
pub const NEXT_CFG: Column<OpenVSwitch, i64> = Column::new("next_cfg");
/// The column `cur_cfg`.
pub const CUR_CFG: Column<OpenVSwitch, i64> = Column::new("cur_cfg");
/// The column `statistics`.
pub const STATISTICS: Column<OpenVSwitch, Map<String, String>> = Column::new("statistics");
/// The column `ovs_version`.
pub const OVS_VERSION: Column<OpenVSwitch, Option<String>> = Column::new("ovs_version");
/// The column `db_version`.
pub const DB_VERSION: Column<OpenVSwitch, Option<String>> = Column::new("db_version");
/// The column `system_type`.
pub const SYSTEM_TYPE: Column<OpenVSwitch, Option<String>> = Column::new("system_type");
/// The column `system_version`.
pub const SYSTEM_VERSION: Column<OpenVSwitch, Option<String>> = Column::new("system_version");
/// The column `datapath_types`.
pub const DATAPATH_TYPES: Column<OpenVSwitch, Set<String>> = Column::new("datapath_types");
/// The column `iface_types`.
pub const IFACE_TYPES: Column<OpenVSwitch, Set<String>> = Column::new("iface_types");
/// The column `dpdk_initialized`.
pub const DPDK_INITIALIZED: Column<OpenVSwitch, bool> = Column::new("dpdk_initialized");
/// The column `dpdk_version`.
pub const DPDK_VERSION: Column<OpenVSwitch, Option<String>> = Column::new("dpdk_version");

impl Table for OpenVSwitch {
    const NAME: &'static str = "Open_vSwitch";
    const IS_ROOT: bool = true;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "datapaths",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bridges",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "manager_options",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ssl",
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
            name: "next_cfg",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "cur_cfg",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "statistics",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "ovs_version",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "db_version",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "system_type",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "system_version",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "datapath_types",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "iface_types",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "dpdk_initialized",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "dpdk_version",
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
            "datapaths" => self.datapaths = Value::decode(value)?,
            "bridges" => self.bridges = Value::decode(value)?,
            "manager_options" => self.manager_options = Value::decode(value)?,
            "ssl" => self.ssl = Value::decode(value)?,
            "other_config" => self.other_config = Value::decode(value)?,
            "external_ids" => self.external_ids = Value::decode(value)?,
            "next_cfg" => self.next_cfg = Value::decode(value)?,
            "cur_cfg" => self.cur_cfg = Value::decode(value)?,
            "statistics" => self.statistics = Value::decode(value)?,
            "ovs_version" => self.ovs_version = Value::decode(value)?,
            "db_version" => self.db_version = Value::decode(value)?,
            "system_type" => self.system_type = Value::decode(value)?,
            "system_version" => self.system_version = Value::decode(value)?,
            "datapath_types" => self.datapath_types = Value::decode(value)?,
            "iface_types" => self.iface_types = Value::decode(value)?,
            "dpdk_initialized" => self.dpdk_initialized = Value::decode(value)?,
            "dpdk_version" => self.dpdk_version = Value::decode(value)?,
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
            "datapaths" => self.datapaths.apply(difference)?,
            "bridges" => self.bridges.apply(difference)?,
            "manager_options" => self.manager_options.apply(difference)?,
            "ssl" => self.ssl.apply(difference)?,
            "other_config" => self.other_config.apply(difference)?,
            "external_ids" => self.external_ids.apply(difference)?,
            "next_cfg" => self.next_cfg.apply(difference)?,
            "cur_cfg" => self.cur_cfg.apply(difference)?,
            "statistics" => self.statistics.apply(difference)?,
            "ovs_version" => self.ovs_version.apply(difference)?,
            "db_version" => self.db_version.apply(difference)?,
            "system_type" => self.system_type.apply(difference)?,
            "system_version" => self.system_version.apply(difference)?,
            "datapath_types" => self.datapath_types.apply(difference)?,
            "iface_types" => self.iface_types.apply(difference)?,
            "dpdk_initialized" => self.dpdk_initialized.apply(difference)?,
            "dpdk_version" => self.dpdk_version.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "datapaths" => Some(self.datapaths.to_datum()),
            "bridges" => Some(self.bridges.to_datum()),
            "manager_options" => Some(self.manager_options.to_datum()),
            "ssl" => Some(self.ssl.to_datum()),
            "other_config" => Some(self.other_config.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            "next_cfg" => Some(self.next_cfg.to_datum()),
            "cur_cfg" => Some(self.cur_cfg.to_datum()),
            "statistics" => Some(self.statistics.to_datum()),
            "ovs_version" => Some(self.ovs_version.to_datum()),
            "db_version" => Some(self.db_version.to_datum()),
            "system_type" => Some(self.system_type.to_datum()),
            "system_version" => Some(self.system_version.to_datum()),
            "datapath_types" => Some(self.datapath_types.to_datum()),
            "iface_types" => Some(self.iface_types.to_datum()),
            "dpdk_initialized" => Some(self.dpdk_initialized.to_datum()),
            "dpdk_version" => Some(self.dpdk_version.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.datapaths.push_to(&mut columns, "datapaths");
        self.bridges.push_to(&mut columns, "bridges");
        self.manager_options
            .push_to(&mut columns, "manager_options");
        self.ssl.push_to(&mut columns, "ssl");
        self.other_config.push_to(&mut columns, "other_config");
        self.external_ids.push_to(&mut columns, "external_ids");
        self.next_cfg.push_to(&mut columns, "next_cfg");
        self.cur_cfg.push_to(&mut columns, "cur_cfg");
        self.ovs_version.push_to(&mut columns, "ovs_version");
        self.db_version.push_to(&mut columns, "db_version");
        self.system_type.push_to(&mut columns, "system_type");
        self.system_version.push_to(&mut columns, "system_version");
        self.datapath_types.push_to(&mut columns, "datapath_types");
        self.iface_types.push_to(&mut columns, "iface_types");
        self.dpdk_initialized
            .push_to(&mut columns, "dpdk_initialized");
        self.dpdk_version.push_to(&mut columns, "dpdk_version");
        columns
    }
}
