// Generated from the schema _Lab, version 1.20.3.
// Do not edit: run `ovsdb-schema generate`.

//! The tables of the database `_Lab`.

pub mod column;
pub mod enumerations;
pub mod qos;
pub mod rack;
pub mod sample;

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Change, Datum, RowId, Rows, Table, TableInfo, Uuid};

pub use column::{ColumnRow, ColumnRowModes};
pub use enumerations::{Enumerations, EnumerationsString};
pub use qos::{Qos, QosByModeKey, QosByModeValue};
pub use rack::Rack;
pub use sample::{Sample, SampleIndexes, SampleState};

/// The rows of the database `_Lab`, schema version 1.20.3.
#[derive(Debug, Clone, Default)]
pub struct LabDatabase {
    /// The table `Sample`.
    pub sample: Rows<Sample>,
    /// The table `Rack`.
    pub rack: Rows<Rack>,
    /// The table `Column`.
    pub column: Rows<ColumnRow>,
    /// The table `QoS`.
    pub qos: Rows<Qos>,
    /// The table `Enumerations`.
    pub enumerations: Rows<Enumerations>,
}

/// What happened to one row of the database `_Lab`.
#[derive(Debug, Clone)]
pub enum Event {
    /// A row of the table `Sample`.
    Sample(Change<Sample>),
    /// A row of the table `Rack`.
    Rack(Change<Rack>),
    /// A row of the table `Column`.
    ColumnRow(Change<ColumnRow>),
    /// A row of the table `QoS`.
    Qos(Change<Qos>),
    /// A row of the table `Enumerations`.
    Enumerations(Change<Enumerations>),
}

impl crate::ovsdb::Database for LabDatabase {
    const NAME: &'static str = "_Lab";
    const VERSION: &'static str = "1.20.3";
    const TABLES: &'static [TableInfo] = &[
        TableInfo {
            name: Sample::NAME,
            is_root: Sample::IS_ROOT,
            columns: Sample::COLUMNS,
        },
        TableInfo {
            name: Rack::NAME,
            is_root: Rack::IS_ROOT,
            columns: Rack::COLUMNS,
        },
        TableInfo {
            name: ColumnRow::NAME,
            is_root: ColumnRow::IS_ROOT,
            columns: ColumnRow::COLUMNS,
        },
        TableInfo {
            name: Qos::NAME,
            is_root: Qos::IS_ROOT,
            columns: Qos::COLUMNS,
        },
        TableInfo {
            name: Enumerations::NAME,
            is_root: Enumerations::IS_ROOT,
            columns: Enumerations::COLUMNS,
        },
    ];
    type Event = Event;

    fn update_table<'de, D, S>(
        &mut self,
        table: &str,
        updates: D,
        mut sink: S,
    ) -> Result<bool, D::Error>
    where
        D: Deserializer<'de>,
        S: FnMut(Event),
    {
        match table {
            "Sample" => {
                self.sample
                    .update(updates, |change| sink(Event::Sample(change)))?;
            }
            "Rack" => {
                self.rack
                    .update(updates, |change| sink(Event::Rack(change)))?;
            }
            "Column" => {
                self.column
                    .update(updates, |change| sink(Event::ColumnRow(change)))?;
            }
            "QoS" => {
                self.qos
                    .update(updates, |change| sink(Event::Qos(change)))?;
            }
            "Enumerations" => {
                self.enumerations
                    .update(updates, |change| sink(Event::Enumerations(change)))?;
            }
            _ => {
                IgnoredAny::deserialize(updates)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn differences(&self, newer: &Self, events: &mut Vec<Event>) {
        self.sample
            .differences(&newer.sample, |change| events.push(Event::Sample(change)));
        self.rack
            .differences(&newer.rack, |change| events.push(Event::Rack(change)));
        self.column.differences(&newer.column, |change| {
            events.push(Event::ColumnRow(change))
        });
        self.qos
            .differences(&newer.qos, |change| events.push(Event::Qos(change)));
        self.enumerations
            .differences(&newer.enumerations, |change| {
                events.push(Event::Enumerations(change))
            });
    }

    fn datum(&self, table: &str, row: Uuid, column: &str) -> Option<Datum> {
        match table {
            "Sample" => self.sample.get(RowId::new(row))?.datum(column),
            "Rack" => self.rack.get(RowId::new(row))?.datum(column),
            "Column" => self.column.get(RowId::new(row))?.datum(column),
            "QoS" => self.qos.get(RowId::new(row))?.datum(column),
            "Enumerations" => self.enumerations.get(RowId::new(row))?.datum(column),
            _ => None,
        }
    }

    fn lasting(&self, table: &str, row: Uuid) -> Option<Vec<(&'static str, Datum)>> {
        match table {
            "Sample" => Some(self.sample.get(RowId::new(row))?.lasting()),
            "Rack" => Some(self.rack.get(RowId::new(row))?.lasting()),
            "Column" => Some(self.column.get(RowId::new(row))?.lasting()),
            "QoS" => Some(self.qos.get(RowId::new(row))?.lasting()),
            "Enumerations" => Some(self.enumerations.get(RowId::new(row))?.lasting()),
            _ => None,
        }
    }
}
