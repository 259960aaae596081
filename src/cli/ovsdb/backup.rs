use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::Value;

use super::json::{self, Layout};
use super::schema::{self, Table};
use super::select::{Select, Selected};
use super::words::Words;
use super::{Fault, log, output};
use crate::cli::Global;
use crate::ovsdb::Uuid;

/// What the file says of itself.
const COMMENT: &str = "produced by \"netswitch ovsdb backup\"";

/// Prints a database as a file that ovsdb-server serves: the schema, and one transaction with all
/// rows as they are at one moment.
pub(super) async fn run(words: Words, global: &Global) -> anyhow::Result<()> {
    if std::io::stdout().is_terminal() {
        let problem = "a backup is for a file: lead standard output there";
        bail!(Fault::Usage(problem.to_owned()));
    }
    let (server, names) = words.server(global, 0)?;
    let (session, database, _) = server.open(names, 0, 0).await?;
    let text = session.client().get_schema(&database).await?;
    let schema = session.schema(&database).await?;

    let selects: Vec<Select<'_>> = schema.tables.iter().map(lasting).collect();
    let results = session.client().transact_raw(&database, &selects).await?;
    let answer = || Fault::Answer(format!("the rows of database {database}"));
    let results: Vec<Option<Selected<Value>>> =
        serde_json::from_str(results.get()).with_context(answer)?;
    let mut tables = BTreeMap::new();
    let mut results = results.into_iter();
    for table in &schema.tables {
        let name = table.name.as_str();
        let result = results.next().flatten().with_context(answer)?;
        let rows = by_id(result, name)?;
        if !rows.is_empty() {
            tables.insert(name, rows);
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let transaction = Transaction {
        date: u64::try_from(now.as_millis())?,
        comment: COMMENT,
        is_diff: true,
        tables,
    };
    for record in [
        serde_json::from_str(text.get())?,
        serde_json::to_value(&transaction)?,
    ] {
        let json = json::sorted(&record, Layout::Compact)?;
        output::print(&log::record(&json))?;
    }
    Ok(())
}

/// A record of a transaction: what ovsdb-server keeps in its file.
#[derive(Serialize)]
struct Transaction<'a> {
    /// In milliseconds.
    #[serde(rename = "_date")]
    date: u64,
    #[serde(rename = "_comment")]
    comment: &'a str,
    /// Whether columns are told as differences from what they were: from their default here.
    #[serde(rename = "_is_diff")]
    is_diff: bool,
    #[serde(flatten)]
    tables: BTreeMap<&'a str, Rows>,
}

type Rows = BTreeMap<Uuid, BTreeMap<String, Value>>;

/// The columns that a server keeps when it restarts.
fn lasting(table: &Table) -> Select<'_> {
    let columns = table.columns.iter();
    Select::of(
        table,
        columns.filter(|it| !it.is_ephemeral && it.name != schema::VERSION),
    )
}

/// The rows by their identifiers.
fn by_id(selected: Selected<Value>, table: &str) -> anyhow::Result<Rows> {
    let answer = || Fault::Answer(format!("the rows of table {table}"));
    let mut rows = BTreeMap::new();
    for mut row in selected.rows(table)? {
        let id = row.remove(schema::UUID).with_context(answer)?;
        let (_, id): (String, Uuid) = serde_json::from_value(id).with_context(answer)?;
        rows.insert(id, row);
    }
    Ok(rows)
}
