use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::conditions::{AnyOf, Conditions, NewConditions};
use crate::ovsdb::skew::Lacking;
use crate::ovsdb::table::{ColumnInfo, Database, Table};

/// Which columns of which tables to copy, and of which rows. Columns that are left out read as
/// their default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    tables: BTreeMap<&'static str, Vec<&'static str>>,
    conditions: Conditions,
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

    /// What has to be said to a server for these conditions to take the place of the present ones.
    pub(super) fn difference<'a>(&self, conditions: &'a Conditions) -> NewConditions<'a> {
        let tables = self
            .tables
            .keys()
            .map(|table| (*table, conditions.of(table)));
        NewConditions {
            tables: tables
                .filter(|(table, new)| *new != self.conditions.of(table))
                .collect(),
        }
    }

    pub(super) fn has_conditions(&self) -> bool {
        self.tables
            .keys()
            .any(|table| self.conditions.of(table).is_some())
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
            conditions: Conditions::new(),
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

    /// Only the rows that meet these conditions; they take the place of any given before.
    /// [`Monitor::change_conditions`](super::Monitor::change_conditions) gives others later. Servers
    /// before Open vSwitch 2.6 do not know conditions and refuse them.
    #[must_use]
    pub fn meeting(mut self, conditions: Conditions) -> Self {
        self.conditions = conditions;
        self
    }
}

/// `<monitor-cond-requests>` of ovsdb-server(7), section 4.1.12.
impl Serialize for Selection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Request<'a> {
            columns: &'a [&'static str],
            #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
            condition: Option<&'a AnyOf>,
        }
        let mut map = serializer.serialize_map(Some(self.tables.len()))?;
        for (table, columns) in &self.tables {
            let condition = self.conditions.of(table);
            map.serialize_entry(table, &[Request { columns, condition }])?;
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
    fn conditions_are_said_of_selected_tables_alone() {
        let name = || vec![database::NAME.equals(&"Open_vSwitch".to_owned())];
        let selected = Selection::new().table::<server_database::Database>(&["name"]);
        let only = Conditions::new()
            .any_of::<server_database::Database>(name())
            .any_of::<server_database::Database>(vec![database::INDEX.at_least(7)]);
        let none = Conditions::new().any_of::<server_database::Database>(Vec::new());
        for (selection, expected) in [
            (
                selected.clone().meeting(only.clone()),
                r#"{"Database":[{"columns":["name"],"where":[["name","==","Open_vSwitch"],["index",">=",7]]}]}"#,
            ),
            (
                selected.meeting(none),
                r#"{"Database":[{"columns":["name"],"where":[false]}]}"#,
            ),
            (Selection::new().meeting(only), "{}"),
        ] {
            assert_eq!(serde_json::to_string(&selection).unwrap(), expected);
        }
    }

    #[test]
    fn everything_has_every_column() {
        let json = serde_json::to_string(&Selection::everything::<ServerDatabase>()).unwrap();
        for column in server_database::Database::COLUMNS {
            assert!(json.contains(&format!("\"{}\"", column.name)), "{json}");
        }
    }
}
