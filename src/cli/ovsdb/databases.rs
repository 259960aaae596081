use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;

use super::table::{Cell, Printer, Table};
use super::words::Words;
use super::{Fault, output, schema};
use crate::cli::Global;
use crate::model::Printable;

/// Prints the databases' names.
pub(super) async fn list(words: Words, global: &Global) -> anyhow::Result<()> {
    let (server, []) = words.exactly(global)?;
    let session = server.connect().await?;
    let mut names = session.client().list_databases().await?;
    names.sort_unstable();
    let lines = names.iter().map(|name| format!("{}\n", Printable(name)));
    output::print(&lines.collect::<String>())?;
    Ok(())
}

/// Prints a schema whole.
pub(super) async fn schema(words: Words, global: &Global, printer: &Printer) -> anyhow::Result<()> {
    let (_, schema, _) = fetch(words, global, 0).await?;
    output::print(&printer.json(&schema)?)?;
    Ok(())
}

/// Prints a string of the schema's own, or an empty line where it has none.
pub(super) async fn member(words: Words, global: &Global, name: &str) -> anyhow::Result<()> {
    let (_, schema, _) = fetch(words, global, 0).await?;
    let text = schema.get(name).and_then(Value::as_str).unwrap_or_default();
    output::print(&format!("{}\n", Printable(text)))?;
    Ok(())
}

/// Prints the tables' names.
pub(super) async fn tables(
    words: Words,
    global: &Global,
    mut printer: Printer,
) -> anyhow::Result<()> {
    let (database, schema, _) = fetch(words, global, 0).await?;
    let tables = Tables::read(&database, schema)?.tables;
    let row = |name: String| vec![Cell::Text(name)];
    let table = Table {
        time: None,
        caption: None,
        headings: vec!["Table"],
        rows: tables.into_keys().map(row).collect(),
    };
    output::print(&printer.text(&table)?)?;
    Ok(())
}

/// Prints the names and types of the columns of a table, or of all tables.
pub(super) async fn columns(
    words: Words,
    global: &Global,
    mut printer: Printer,
) -> anyhow::Result<()> {
    let (database, schema, names) = fetch(words, global, 1).await?;
    let mut tables = Tables::read(&database, schema)?.tables;
    let only = names.first();
    if let Some(name) = only {
        let named = tables.remove_entry(name);
        tables = BTreeMap::from([named.with_context(|| schema::no_table(&database, name))?]);
    }
    let mut rows = Vec::new();
    for (name, table) in tables {
        for (column, kind) in table.columns() {
            let cells = [Cell::Text(column), Cell::Json(kind)];
            let table = only.is_none().then(|| Cell::Text(name.clone()));
            rows.push(table.into_iter().chain(cells).collect());
        }
    }
    let table = only.is_none().then_some("Table");
    let table = Table {
        time: None,
        caption: None,
        headings: table.into_iter().chain(["Column", "Type"]).collect(),
        rows,
    };
    output::print(&printer.text(&table)?)?;
    Ok(())
}

/// The database that is meant, its schema, and at most so many words behind.
async fn fetch(
    words: Words,
    global: &Global,
    most: usize,
) -> anyhow::Result<(String, Value, Vec<String>)> {
    let (server, names) = words.server(global, 0)?;
    let (session, database, names) = server.open(names, 0, most).await?;
    let schema = session.client().get_schema(&database).await?;
    Ok((database, serde_json::from_str(schema.get())?, names))
}

/// A schema with its columns' types in the server's words.
#[derive(Debug, Deserialize)]
struct Tables {
    tables: BTreeMap<String, Columns>,
}

#[derive(Debug, Deserialize)]
struct Columns {
    columns: BTreeMap<String, Column>,
}

#[derive(Debug, Deserialize)]
struct Column {
    r#type: Value,
}

impl Tables {
    fn read(database: &str, schema: Value) -> anyhow::Result<Self> {
        serde_json::from_value(schema)
            .with_context(|| Fault::Answer(format!("the schema of database {database}")))
    }
}

impl Columns {
    /// Each column's name and type, those that every table has among them.
    fn columns(self) -> impl Iterator<Item = (String, Value)> {
        let own = [schema::UUID, schema::VERSION];
        let own = own.map(|name| (name.to_owned(), Value::from("uuid")));
        let theirs = self.columns.into_iter();
        let columns: BTreeMap<String, Value> = theirs
            .map(|(name, column)| (name, column.r#type))
            .chain(own)
            .collect();
        columns.into_iter()
    }
}
