// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Mirror`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, RowId, Set, Table, Value};

use super::Port;

/// A row of the table `Mirror`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mirror {
    /// A string.
    pub name: String,
    /// A boolean.
    pub select_all: bool,
    /// A set of weak references to [`Port`].
    pub select_src_port: Set<RowId<Port>>,
    /// A set of weak references to [`Port`].
    pub select_dst_port: Set<RowId<Port>>,
    /// A set of integers from 0 to 4095; at most 4096.
    pub select_vlan: Set<i64>,
    /// A weak reference to [`Port`], or none.
    pub output_port: Option<RowId<Port>>,
    /// An integer from 1 to 4095, or none.
    pub output_vlan: Option<i64>,
    /// An integer from 14 to 65535, or none.
    pub snaplen: Option<i64>,
    /// A map from strings to integers. Ephemeral: may be lost when the server restarts.
    pub statistics: Map<String, i64>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `name`.
pub const NAME: Column<Mirror, String> = Column::new("name");
/// The column `select_all`.
pub const SELECT_ALL: Column<Mirror, bool> = Column::new("select_all");
/// The column `select_src_port`.
pub const SELECT_SRC_PORT: Column<Mirror, Set<RowId<Port>>> = Column::new("select_src_port");
/// The column `select_dst_port`.
pub const SELECT_DST_PORT: Column<Mirror, Set<RowId<Port>>> = Column::new("select_dst_port");
/// The column `select_vlan`.
pub const SELECT_VLAN: Column<Mirror, Set<i64>> = Column::new("select_vlan");
/// The column `output_port`.
pub const OUTPUT_PORT: Column<Mirror, Option<RowId<Port>>> = Column::new("output_port");
/// The column `output_vlan`.
pub const OUTPUT_VLAN: Column<Mirror, Option<i64>> = Column::new("output_vlan");
/// The column `snaplen`.
pub const SNAPLEN: Column<Mirror, Option<i64>> = Column::new("snaplen");
/// The column `statistics`.
pub const STATISTICS: Column<Mirror, Map<String, i64>> = Column::new("statistics");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Mirror, Map<String, String>> = Column::new("external_ids");

impl Table for Mirror {
    const NAME: &'static str = "Mirror";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "name",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "select_all",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "select_src_port",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "select_dst_port",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "select_vlan",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "output_port",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "output_vlan",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "snaplen",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "statistics",
            mutable: true,
            ephemeral: true,
        },
        ColumnInfo {
            name: "external_ids",
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
            "name" => self.name = Value::decode(value)?,
            "select_all" => self.select_all = Value::decode(value)?,
            "select_src_port" => self.select_src_port = Value::decode(value)?,
            "select_dst_port" => self.select_dst_port = Value::decode(value)?,
            "select_vlan" => self.select_vlan = Value::decode(value)?,
            "output_port" => self.output_port = Value::decode(value)?,
            "output_vlan" => self.output_vlan = Value::decode(value)?,
            "snaplen" => self.snaplen = Value::decode(value)?,
            "statistics" => self.statistics = Value::decode(value)?,
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
            "select_all" => self.select_all.apply(difference)?,
            "select_src_port" => self.select_src_port.apply(difference)?,
            "select_dst_port" => self.select_dst_port.apply(difference)?,
            "select_vlan" => self.select_vlan.apply(difference)?,
            "output_port" => self.output_port.apply(difference)?,
            "output_vlan" => self.output_vlan.apply(difference)?,
            "snaplen" => self.snaplen.apply(difference)?,
            "statistics" => self.statistics.apply(difference)?,
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
            "select_all" => Some(self.select_all.to_datum()),
            "select_src_port" => Some(self.select_src_port.to_datum()),
            "select_dst_port" => Some(self.select_dst_port.to_datum()),
            "select_vlan" => Some(self.select_vlan.to_datum()),
            "output_port" => Some(self.output_port.to_datum()),
            "output_vlan" => Some(self.output_vlan.to_datum()),
            "snaplen" => Some(self.snaplen.to_datum()),
            "statistics" => Some(self.statistics.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.name.push_to(&mut columns, "name");
        self.select_all.push_to(&mut columns, "select_all");
        self.select_src_port
            .push_to(&mut columns, "select_src_port");
        self.select_dst_port
            .push_to(&mut columns, "select_dst_port");
        self.select_vlan.push_to(&mut columns, "select_vlan");
        self.output_port.push_to(&mut columns, "output_port");
        self.output_vlan.push_to(&mut columns, "output_vlan");
        self.snaplen.push_to(&mut columns, "snaplen");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}
