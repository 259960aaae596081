// Generated from the schema _Server, version 1.2.0.
// Do not edit: run `scripts/generate-tables`.

//! The tables of the database `_Server`.

pub mod database;

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Change, Datum, RowId, Rows, Table, TableInfo, Uuid};

pub use database::{Database, DatabaseModel};

/// The rows of the database `_Server`, schema version 1.2.0.
#[derive(Debug, Clone, Default)]
pub struct ServerDatabase {
    /// The table `Database`.
    pub database: Rows<Database>,
}

/// What happened to one row of the database `_Server`.
#[derive(Debug, Clone)]
pub enum Event {
    /// A row of the table `Database`.
    Database(Change<Database>),
}

impl crate::ovsdb::Database for ServerDatabase {
    const NAME: &'static str = "_Server";
    const VERSION: &'static str = "1.2.0";
    const TABLES: &'static [TableInfo] = &[TableInfo {
        name: Database::NAME,
        is_root: Database::IS_ROOT,
        columns: Database::COLUMNS,
    }];
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
            "Database" => {
                self.database
                    .update(updates, |change| sink(Event::Database(change)))?;
            }
            _ => {
                IgnoredAny::deserialize(updates)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn differences(&self, newer: &Self, events: &mut Vec<Event>) {
        self.database.differences(&newer.database, |change| {
            events.push(Event::Database(change))
        });
    }

    fn datum(&self, table: &str, row: Uuid, column: &str) -> Option<Datum> {
        match table {
            "Database" => self.database.get(RowId::new(row))?.datum(column),
            _ => None,
        }
    }

    fn lasting(&self, table: &str, row: Uuid) -> Option<Vec<(&'static str, Datum)>> {
        match table {
            "Database" => Some(self.database.get(RowId::new(row))?.lasting()),
            _ => None,
        }
    }
}
