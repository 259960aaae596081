use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::ovsdb::skew::Lacking;
use crate::ovsdb::table::{ColumnInfo, Database, Table};

/// Which columns of which tables to copy. Columns that are left out read as their default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    tables: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Selection {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything that database `D` has.
    pub fn everything<D: Database>() -> Self {
        Self::of::<D>(|_| true)
    }

    /// Everything but the columns that the server forgets when it restarts: the configuration,
    /// without the statistics and states that change all the time.
    pub fn lasting<D: Database>() -> Self {
        Self::of::<D>(|column| !column.ephemeral)
    }

    /// Whether this column of this table is selected.
    pub(in crate::ovsdb) fn has(&self, table: &str, column: &str) -> bool {
        let columns = self.tables.get(table);
        columns.is_some_and(|columns| columns.contains(&column))
    }

    /// The same without what a server lacks.
    pub(in crate::ovsdb) fn less(&self, lacking: &Lacking) -> Self {
        let mut less = self.clone();
        less.tables.retain(|table, columns| {
            columns.retain(|column| lacking.has_column(table, column));
            lacking.has_table(table)
        });
        less
    }

    fn of<D: Database>(is_selected: impl Fn(&ColumnInfo) -> bool) -> Self {
        let tables = D::TABLES.iter().map(|table| {
            let columns = table.columns.iter().filter(|column| is_selected(column));
            (table.name, columns.map(|column| column.name).collect())
        });
        Self {
            tables: tables.collect(),
        }
    }

    /// These columns of table `T` too.
    #[must_use]
    pub fn table<T: Table>(mut self, columns: &[&'static str]) -> Self {
        let selected = self.tables.entry(T::NAME).or_default();
        for column in columns {
            if !selected.contains(column) {
                selected.push(column);
            }
        }
        self
    }

    /// Not these columns of table `T`.
    #[must_use]
    pub fn without<T: Table>(mut self, columns: &[&'static str]) -> Self {
        if let Some(selected) = self.tables.get_mut(T::NAME) {
            selected.retain(|column| !columns.contains(column));
        }
        self
    }
}

/// `<monitor-cond-requests>` of ovsdb-server(7), section 4.1.12, without conditions.
impl Serialize for Selection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Request<'a> {
            columns: &'a [&'static str],
        }
        let mut map = serializer.serialize_map(Some(self.tables.len()))?;
        for (table, columns) in &self.tables {
            map.serialize_entry(table, &[Request { columns }])?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ovsdb::server_database::{self, ServerDatabase, database};

    #[test]
    fn columns_are_named_once() {
        let selection = Selection::new()
            .table::<server_database::Database>(&[database::NAME.name(), database::LEADER.name()])
            .table::<server_database::Database>(&[database::NAME.name()]);
        assert_eq!(
            serde_json::to_string(&selection).unwrap(),
            r#"{"Database":[{"columns":["name","leader"]}]}"#
        );
    }

    #[test]
    fn everything_has_every_column() {
        let json = serde_json::to_string(&Selection::everything::<ServerDatabase>()).unwrap();
        for column in server_database::Database::COLUMNS {
            assert!(json.contains(&format!("\"{}\"", column.name)), "{json}");
        }
    }
}
