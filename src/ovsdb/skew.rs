use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::table::Database;
use super::transaction::{Operation, Transaction};
use super::wire::Object;

/// What the schema of a server lacks that the generated tables have: it is older than they are.
/// What a newer one has besides is never asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lacking {
    tables: BTreeSet<&'static str>,
    columns: BTreeSet<(&'static str, &'static str)>,
}

/// A table, or a column of it, that a server lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lack {
    table: &'static str,
    column: Option<&'static str>,
}

/// What the databases of a server were found to lack, for all who use its connection.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownSkew(Arc<Mutex<HashMap<&'static str, Lacking>>>);

impl KnownSkew {
    /// This was found about database `D`.
    pub(super) fn learn<D: Database>(&self, lacking: Lacking) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(D::NAME, lacking);
    }

    /// The first that a transaction names which database `D` was found to lack.
    pub(super) fn first_in<D: Database>(&self, transaction: &Transaction) -> Option<(usize, Lack)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(D::NAME)?.first_in(transaction)
    }
}

impl Lacking {
    /// What this schema (RFC 7047, section 3.2) lacks of database `D`.
    pub(super) fn of<D: Database>(schema: &[u8]) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Schema {
            tables: BTreeMap<String, Object<TableSchema>>,
        }
        #[derive(Deserialize)]
        struct TableSchema {
            columns: BTreeMap<String, IgnoredAny>,
        }
        let Object(schema): Object<Schema> = serde_json::from_slice(schema)?;
        let mut lacking = Self::default();
        for table in D::TABLES {
            let Some(there) = schema.tables.get(table.name) else {
                lacking.tables.insert(table.name);
                continue;
            };
            let columns = table.columns.iter().map(|column| column.name);
            let columns = columns.filter(|column| !there.0.columns.contains_key(*column));
            lacking
                .columns
                .extend(columns.map(|column| (table.name, column)));
        }
        Ok(lacking)
    }

    /// Whether the server has the table.
    pub(super) fn has_table(&self, table: &str) -> bool {
        !self.tables.contains(table)
    }

    /// Whether the server has the column.
    pub(super) fn has_column(&self, table: &'static str, column: &'static str) -> bool {
        !self.columns.contains(&(table, column))
    }

    /// The first that a transaction names, and the number of its operation.
    pub(super) fn first_in(&self, transaction: &Transaction) -> Option<(usize, Lack)> {
        let operations = transaction.operations().iter().enumerate();
        operations
            .filter_map(|(number, operation)| Some((number, self.named_by(operation)?)))
            .next()
    }

    fn named_by(&self, operation: &Operation) -> Option<Lack> {
        let table = operation.table()?;
        if !self.has_table(table) {
            let column = None;
            return Some(Lack { table, column });
        }
        let columns = operation.columns();
        let column = columns
            .into_iter()
            .find(|column| !self.has_column(table, column))?;
        Some(Lack {
            table,
            column: Some(column),
        })
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            None => write!(f, "table {}", self.table),
            Some(column) => write!(f, "column {column} of table {}", self.table),
        }
    }
}
