// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `QoS`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, RowId, Table, Value};

use super::Queue;

/// A row of the table `QoS`.
///
/// A root table: rows stay until they are deleted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Qos {
    /// A string.
    pub type_: String,
    /// A map from integers from 0 to 4294967295 to strong references to [`Queue`].
    pub queues: Map<i64, RowId<Queue>>,
    /// A map from strings to strings.
    pub other_config: Map<String, String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `type`.
pub const TYPE: Column<Qos, String> = Column::new("type");
/// The column `queues`.
pub const QUEUES: Column<Qos, Map<i64, RowId<Queue>>> = Column::new("queues");
/// The column `other_config`.
pub const OTHER_CONFIG: Column<Qos, Map<String, String>> = Column::new("other_config");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Qos, Map<String, String>> = Column::new("external_ids");

impl Table for Qos {
    const NAME: &'static str = "QoS";
    const IS_ROOT: bool = true;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "type",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "queues",
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
    type Indexes = ();

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "type" => self.type_ = Value::decode(value)?,
            "queues" => self.queues = Value::decode(value)?,
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
            "type" => self.type_.apply(difference)?,
            "queues" => self.queues.apply(difference)?,
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
            "type" => Some(self.type_.to_datum()),
            "queues" => Some(self.queues.to_datum()),
            "other_config" => Some(self.other_config.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.type_.push_to(&mut columns, "type");
        self.queues.push_to(&mut columns, "queues");
        self.other_config.push_to(&mut columns, "other_config");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}
