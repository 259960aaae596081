use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::ovsdb::table::Database;
use crate::ovsdb::value::Key;

/// Applies a `<table-updates2>` object (ovsdb-server(7), "Update2 Notification") to a database
/// while it is read.
pub struct Update<'a, D, S> {
    /// What the changes are applied to.
    pub database: &'a mut D,
    /// What each is handed to.
    pub sink: S,
}

impl<'de, D: Database, S: FnMut(D::Event)> DeserializeSeed<'de> for Update<'_, D, S> {
    type Value = ();

    fn deserialize<R: Deserializer<'de>>(self, deserializer: R) -> Result<(), R::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, D: Database, S: FnMut(D::Event)> Visitor<'de> for Update<'_, D, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of changed tables of database {}", D::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(table)) = map.next_key()? {
            map.next_value_seed(TableUpdate {
                database: &mut *self.database,
                table: table.as_ref(),
                sink: &mut self.sink,
            })?;
        }
        Ok(())
    }
}

struct TableUpdate<'a, D, S> {
    database: &'a mut D,
    table: &'a str,
    sink: S,
}

impl<'de, D: Database, S: FnMut(D::Event)> DeserializeSeed<'de> for TableUpdate<'_, D, S> {
    type Value = bool;

    fn deserialize<R: Deserializer<'de>>(self, deserializer: R) -> Result<bool, R::Error> {
        self.database
            .update_table(self.table, deserializer, self.sink)
    }
}
