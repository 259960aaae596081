use std::collections::BTreeMap;
use std::sync::Weak;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::replica::{Follower, Turn};
use crate::ovsdb::table::Table;
use crate::ovsdb::value::Condition;

/// Which rows to copy, table by table; of a table that is not mentioned, every row.
///
/// The server compares (ovsdb-server(7), section 4.1.12): rows that come to meet the conditions
/// appear in the copy, rows that cease to meet them vanish from it. Columns that are compared need
/// not be copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    tables: BTreeMap<&'static str, AnyOf>,
}

/// Other conditions, under way to the server.
pub(in crate::ovsdb) struct ConditionChange {
    /// Of which monitor.
    pub(in crate::ovsdb) number: u64,
    pub(in crate::ovsdb) follower: Weak<dyn Follower>,
    pub(in crate::ovsdb) conditions: Conditions,
    /// Nobody asks for others before the server has answered.
    pub(super) _turn: Turn,
}

/// A row is to meet one of them at least.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AnyOf(Vec<Condition>);

impl Conditions {
    /// Every row of every table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of table `T` only the rows that meet one of these conditions at least, or one of those that
    /// were given for it before. Where none are given at all, no row meets them.
    #[must_use]
    pub fn any_of<T: Table>(mut self, conditions: Vec<Condition>) -> Self {
        let AnyOf(all) = self.tables.entry(T::NAME).or_default();
        all.extend(conditions);
        self
    }

    /// Those for one table.
    pub(super) fn of(&self, table: &str) -> Option<&AnyOf> {
        self.tables.get(table)
    }
}

/// The conditions of some tables, to take the place of others: `<monitor-cond-update-requests>` of
/// ovsdb-server(7), section 4.1.13.
pub(super) struct NewConditions<'a> {
    /// The tables that have other conditions than before.
    pub(super) tables: Vec<(&'static str, Option<&'a AnyOf>)>,
}

impl NewConditions<'_> {
    /// Whether they are the present ones.
    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

impl Serialize for NewConditions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Request<C: Serialize> {
            #[serde(rename = "where")]
            condition: C,
        }
        let mut map = serializer.serialize_map(Some(self.tables.len()))?;
        for (table, condition) in &self.tables {
            match condition {
                Some(condition) => map.serialize_entry(table, &[Request { condition }])?,
                None => map.serialize_entry(table, &[Request { condition: &[true] }])?,
            }
        }
        map.end()
    }
}

/// The value of `where` in ovsdb-server(7), section 4.1.12.
impl Serialize for AnyOf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(conditions) = self;
        if conditions.is_empty() {
            // To a server, an empty array is no condition at all.
            return serializer.collect_seq([false]);
        }
        serializer.collect_seq(conditions)
    }
}
