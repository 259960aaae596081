use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::Fault;
use super::schema::{Column, Table};

/// RFC 7047, section 5.2.2, of all rows.
#[derive(Serialize)]
pub(super) struct Select<'s> {
    op: &'static str,
    table: &'s str,
    r#where: [(); 0],
    columns: Vec<&'s str>,
}

/// What comes of it, columns as `V`.
#[derive(Deserialize)]
pub(super) struct Selected<V> {
    rows: Option<Vec<BTreeMap<String, V>>>,
    error: Option<String>,
    details: Option<String>,
}

impl<'s> Select<'s> {
    /// All rows of the table, these columns of them.
    pub(super) fn of(table: &'s Table, columns: impl Iterator<Item = &'s Column>) -> Self {
        Self {
            op: "select",
            table: &table.name,
            r#where: [],
            columns: columns.map(|column| column.name.as_str()).collect(),
        }
    }
}

impl<V> Selected<V> {
    /// The rows of the table.
    ///
    /// # Errors
    /// Why the database does not give them, or [`Fault::Answer`].
    pub(super) fn rows(self, table: &str) -> anyhow::Result<Vec<BTreeMap<String, V>>> {
        if let Some(error) = self.error {
            let details = self.details.unwrap_or_default();
            bail!("table {table} cannot be read: {error}: {details}");
        }
        let answer = || Fault::Answer(format!("the rows of table {table}"));
        self.rows.with_context(answer)
    }
}
