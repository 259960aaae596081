// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `sFlow`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, Set, Table, Value};

/// A row of the table `sFlow`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct SFlow {
    /// A set of strings; at least 1.
    pub targets: Set<String>,
    /// An integer, or none.
    pub sampling: Option<i64>,
    /// An integer, or none.
    pub polling: Option<i64>,
    /// An integer, or none.
    pub header: Option<i64>,
    /// A string, or none.
    pub agent: Option<String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `targets`.
pub const TARGETS: Column<SFlow, Set<String>> = Column::new("targets");
/// The column `sampling`.
pub const SAMPLING: Column<SFlow, Option<i64>> = Column::new("sampling");
/// The column `polling`.
pub const POLLING: Column<SFlow, Option<i64>> = Column::new("polling");
/// The column `header`.
pub const HEADER: Column<SFlow, Option<i64>> = Column::new("header");
/// The column `agent`.
pub const AGENT: Column<SFlow, Option<String>> = Column::new("agent");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<SFlow, Map<String, String>> = Column::new("external_ids");

impl Default for SFlow {
    /// What may not be empty has one default element (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self {
            targets: Set::from([Default::default()]),
            sampling: Default::default(),
            polling: Default::default(),
            header: Default::default(),
            agent: Default::default(),
            external_ids: Default::default(),
        }
    }
}

impl Table for SFlow {
    const NAME: &'static str = "sFlow";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "targets",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "sampling",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "polling",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "header",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "agent",
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
            "sampling" => self.sampling = Value::decode(value)?,
            "polling" => self.polling = Value::decode(value)?,
            "header" => self.header = Value::decode(value)?,
            "agent" => self.agent = Value::decode(value)?,
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
            "sampling" => self.sampling.apply(difference)?,
            "polling" => self.polling.apply(difference)?,
            "header" => self.header.apply(difference)?,
            "agent" => self.agent.apply(difference)?,
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
            "sampling" => Some(self.sampling.to_datum()),
            "polling" => Some(self.polling.to_datum()),
            "header" => Some(self.header.to_datum()),
            "agent" => Some(self.agent.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.targets.push_to(&mut columns, "targets");
        self.sampling.push_to(&mut columns, "sampling");
        self.polling.push_to(&mut columns, "polling");
        self.header.push_to(&mut columns, "header");
        self.agent.push_to(&mut columns, "agent");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}
