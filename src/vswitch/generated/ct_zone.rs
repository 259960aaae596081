// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `CT_Zone`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, RowId, Table, Value};

use super::CtTimeoutPolicy;

/// A row of the table `CT_Zone`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CtZone {
    /// A strong reference to [`CtTimeoutPolicy`], or none.
    pub timeout_policy: Option<RowId<CtTimeoutPolicy>>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `timeout_policy`.
pub const TIMEOUT_POLICY: Column<CtZone, Option<RowId<CtTimeoutPolicy>>> =
    Column::new("timeout_policy");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<CtZone, Map<String, String>> = Column::new("external_ids");

impl Table for CtZone {
    const NAME: &'static str = "CT_Zone";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "timeout_policy",
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
            "timeout_policy" => self.timeout_policy = Value::decode(value)?,
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
            "timeout_policy" => self.timeout_policy.apply(difference)?,
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
            "timeout_policy" => Some(self.timeout_policy.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.timeout_policy.push_to(&mut columns, "timeout_policy");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}
