// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `AutoAttach`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, Table, Value};

/// A row of the table `AutoAttach`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AutoAttach {
    /// A string.
    pub system_name: String,
    /// A string.
    pub system_description: String,
    /// A map from integers from 0 to 16777215 to integers from 0 to 4095.
    pub mappings: Map<i64, i64>,
}

/// The column `system_name`.
pub const SYSTEM_NAME: Column<AutoAttach, String> = Column::new("system_name");
/// The column `system_description`.
pub const SYSTEM_DESCRIPTION: Column<AutoAttach, String> = Column::new("system_description");
/// The column `mappings`.
pub const MAPPINGS: Column<AutoAttach, Map<i64, i64>> = Column::new("mappings");

impl Table for AutoAttach {
    const NAME: &'static str = "AutoAttach";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "system_name",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "system_description",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "mappings",
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
            "system_name" => self.system_name = Value::decode(value)?,
            "system_description" => self.system_description = Value::decode(value)?,
            "mappings" => self.mappings = Value::decode(value)?,
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
            "system_name" => self.system_name.apply(difference)?,
            "system_description" => self.system_description.apply(difference)?,
            "mappings" => self.mappings.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "system_name" => Some(self.system_name.to_datum()),
            "system_description" => Some(self.system_description.to_datum()),
            "mappings" => Some(self.mappings.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.system_name.push_to(&mut columns, "system_name");
        self.system_description
            .push_to(&mut columns, "system_description");
        self.mappings.push_to(&mut columns, "mappings");
        columns
    }
}
