// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `NetFlow`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, Set, Table, Value};

/// A row of the table `NetFlow`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct NetFlow {
    /// A set of strings; at least 1.
    pub targets: Set<String>,
    /// An integer from 0 to 255, or none.
    pub engine_type: Option<i64>,
    /// An integer from 0 to 255, or none.
    pub engine_id: Option<i64>,
    /// A boolean.
    pub add_id_to_interface: bool,
    /// An integer from -1.
    pub active_timeout: i64,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `targets`.
pub const TARGETS: Column<NetFlow, Set<String>> = Column::new("targets");
/// The column `engine_type`.
pub const ENGINE_TYPE: Column<NetFlow, Option<i64>> = Column::new("engine_type");
/// The column `engine_id`.
pub const ENGINE_ID: Column<NetFlow, Option<i64>> = Column::new("engine_id");
/// The column `add_id_to_interface`.
pub const ADD_ID_TO_INTERFACE: Column<NetFlow, bool> = Column::new("add_id_to_interface");
/// The column `active_timeout`.
pub const ACTIVE_TIMEOUT: Column<NetFlow, i64> = Column::new("active_timeout");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<NetFlow, Map<String, String>> = Column::new("external_ids");

impl Default for NetFlow {
    /// What may not be empty has one default element (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self {
            targets: Set::from([Default::default()]),
            engine_type: Default::default(),
            engine_id: Default::default(),
            add_id_to_interface: Default::default(),
            active_timeout: Default::default(),
            external_ids: Default::default(),
        }
    }
}

impl Table for NetFlow {
    const NAME: &'static str = "NetFlow";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "targets",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "engine_type",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "engine_id",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "add_id_to_interface",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "active_timeout",
            mutable: true,
            ephemeral: false,
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
            "targets" => self.targets = Value::decode(value)?,
            "engine_type" => self.engine_type = Value::decode(value)?,
            "engine_id" => self.engine_id = Value::decode(value)?,
            "add_id_to_interface" => self.add_id_to_interface = Value::decode(value)?,
            "active_timeout" => self.active_timeout = Value::decode(value)?,
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
            "targets" => self.targets.apply(difference)?,
            "engine_type" => self.engine_type.apply(difference)?,
            "engine_id" => self.engine_id.apply(difference)?,
            "add_id_to_interface" => self.add_id_to_interface.apply(difference)?,
            "active_timeout" => self.active_timeout.apply(difference)?,
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
            "targets" => Some(self.targets.to_datum()),
            "engine_type" => Some(self.engine_type.to_datum()),
            "engine_id" => Some(self.engine_id.to_datum()),
            "add_id_to_interface" => Some(self.add_id_to_interface.to_datum()),
            "active_timeout" => Some(self.active_timeout.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.targets.push_to(&mut columns, "targets");
        self.engine_type.push_to(&mut columns, "engine_type");
        self.engine_id.push_to(&mut columns, "engine_id");
        self.add_id_to_interface
            .push_to(&mut columns, "add_id_to_interface");
        self.active_timeout.push_to(&mut columns, "active_timeout");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}
