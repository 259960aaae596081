use std::cmp::Ordering;
use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde_json::value::RawValue;

use super::schema::{self, Atomic, Column};
use super::select::{Select, Selected};
use super::table::{Cell, Printer, Table};
use super::value::Value;
use super::words::Words;
use super::{Fault, output};
use crate::cli::Global;

/// Prints each table, its rows in a reproducible order.
pub(super) async fn run(words: Words, global: &Global, mut printer: Printer) -> anyhow::Result<()> {
    let (server, names) = words.server(global, 0)?;
    let (session, database, names) = server.open(names, 0, usize::MAX).await?;
    let schema = session.schema(&database).await?;
    let dumped = match names.split_first() {
        Some((table, columns)) => vec![Dumped::new(schema.table(table)?, columns)?],
        None => schema.tables.iter().map(Dumped::whole).collect(),
    };

    let selects: Vec<Select<'_>> = dumped.iter().map(Dumped::select).collect();
    let results = session.client().transact_raw(&database, &selects).await?;
    let results: Vec<Option<Selected<Box<RawValue>>>> = serde_json::from_str(results.get())
        .with_context(|| Fault::Answer(format!("the rows of database {database}")))?;
    let mut text = String::new();
    let mut results = results.into_iter();
    for dumped in &dumped {
        let table = dumped.table(results.next().flatten())?;
        text.push_str(&printer.text(&table)?);
    }
    output::print(&text)?;
    Ok(())
}

/// A table, and which of its columns; never `_version`, which changes with every write of the row
/// and says nothing else.
struct Dumped<'s> {
    table: &'s schema::Table,
    columns: Vec<&'s Column>,
}

impl<'s> Dumped<'s> {
    fn new(table: &'s schema::Table, columns: &[String]) -> anyhow::Result<Self> {
        if columns.is_empty() {
            return Ok(Self::whole(table));
        }
        let mut columns = columns
            .iter()
            .map(|name| table.column(name))
            .collect::<anyhow::Result<Vec<_>>>()?;
        columns.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        if let Some(twice) = columns.windows(2).find(|pair| pair.first() == pair.last()) {
            let name = twice.first().map_or("", |column| &column.name);
            bail!("column {name} of table {} is named twice", table.name);
        }
        columns.retain(|column| column.name != schema::VERSION);
        Ok(Self { table, columns })
    }

    fn whole(table: &'s schema::Table) -> Self {
        let columns = table.columns.iter();
        Self {
            table,
            columns: columns.filter(|it| it.name != schema::VERSION).collect(),
        }
    }

    fn select(&self) -> Select<'s> {
        Select::of(self.table, self.columns.iter().copied())
    }

    fn table(&self, result: Option<Selected<Box<RawValue>>>) -> anyhow::Result<Table<'s>> {
        let name = &self.table.name;
        let answer = || Fault::Answer(format!("the rows of table {name}"));
        let rows = result.with_context(answer)?.rows(name)?;
        let mut rows = rows
            .iter()
            .map(|row| self.row(row))
            .collect::<anyhow::Result<Vec<_>>>()?;
        rows.sort_by(|a, b| self.order(a, b));
        let cells = |row: Vec<Value>| row.into_iter().map(Cell::Value).collect();
        Ok(Table {
            time: None,
            caption: Some(format!("{name} table")),
            headings: self.columns.iter().map(|it| it.name.as_str()).collect(),
            rows: rows.into_iter().map(cells).collect(),
        })
    }

    fn row(&self, row: &BTreeMap<String, Box<RawValue>>) -> anyhow::Result<Vec<Value>> {
        let value = |column: &&Column| {
            let place = || Fault::Answer(self.table.place(column));
            let json = row
                .get(&column.name)
                .context("missing")
                .with_context(place)?;
            Value::read(column.kind, json.get()).with_context(place)
        };
        self.columns.iter().map(value).collect()
    }

    /// By the columns' values from left to right, but by row identifiers last: they are random.
    fn order(&self, a: &[Value], b: &[Value]) -> Ordering {
        let by = |uuids: bool| {
            let columns = self.columns.iter().zip(a.iter().zip(b));
            columns
                .filter(|(column, _)| (column.kind.key == Atomic::Uuid) == uuids)
                .map(|(_, (a, b))| a.order(b))
                .fold(Ordering::Equal, Ordering::then)
        };
        by(false).then_with(|| by(true))
    }
}
