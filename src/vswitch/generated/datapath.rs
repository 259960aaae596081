// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Datapath`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, RowId, Table, Value};

use super::CtZone;

/// A row of the table `Datapath`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Datapath {
    /// A string.
    pub datapath_version: String,
    /// A map from integers from 0 to 65535 to strong references to [`CtZone`].
    pub ct_zones: Map<i64, RowId<CtZone>>,
    /// A map from strings to strings.
    pub capabilities: Map<String, String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `datapath_version`.
pub const DATAPATH_VERSION: Column<Datapath, String> = Column::new("datapath_version");
/// The column `ct_zones`.
pub const CT_ZONES: Column<Datapath, Map<i64, RowId<CtZone>>> = Column::new("ct_zones");
/// The column `capabilities`.
pub const CAPABILITIES: Column<Datapath, Map<String, String>> = Column::new("capabilities");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Datapath, Map<String, String>> = Column::new("external_ids");

impl Table for Datapath {
    const NAME: &'static str = "Datapath";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "datapath_version",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ct_zones",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "capabilities",
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
            "datapath_version" => self.datapath_version = Value::decode(value)?,
            "ct_zones" => self.ct_zones = Value::decode(value)?,
            "capabilities" => self.capabilities = Value::decode(value)?,
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
            "datapath_version" => self.datapath_version.apply(difference)?,
            "ct_zones" => self.ct_zones.apply(difference)?,
            "capabilities" => self.capabilities.apply(difference)?,
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
            "datapath_version" => Some(self.datapath_version.to_datum()),
            "ct_zones" => Some(self.ct_zones.to_datum()),
            "capabilities" => Some(self.capabilities.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.datapath_version
            .push_to(&mut columns, "datapath_version");
        self.ct_zones.push_to(&mut columns, "ct_zones");
        self.capabilities.push_to(&mut columns, "capabilities");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}
