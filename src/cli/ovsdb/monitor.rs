use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::schema::{self, Column, Schema};
use super::table::{Cell, Printer, Table};
use super::value::Value;
use super::words::Words;
use super::{Fault, output};
use crate::cli::Global;

/// The name that stands for every table.
const ALL: &str = "ALL";

/// Prints what there is, and then what changes, until the connection or the reader ends.
pub(super) async fn run(words: Words, global: &Global, mut printer: Printer) -> anyhow::Result<()> {
    let (server, names) = words.server(global, 1)?;
    let session = server.connect().await?;
    let (database, names) = session.split(names, 1, usize::MAX).await?;
    let schema = session.schema(&database).await?;
    let monitored = monitored(&schema, &names)?;

    let requests: BTreeMap<&str, &[Request<'_>]> = monitored
        .iter()
        .map(|it| (it.table.name.as_str(), it.requests.as_slice()))
        .collect();
    let (initial, mut monitor) = session.client().monitor_raw(&database, &requests).await?;
    let mut print = |updates: &RawValue, is_initial: bool| {
        let text = text(&monitored, updates, is_initial, &mut printer)?;
        anyhow::Ok(output::print(&text)?)
    };
    if !print(&initial, true)? {
        return Ok(());
    }
    loop {
        for updates in monitor.next().await?.iter() {
            if !print(updates, false)? {
                return Ok(());
            }
        }
    }
}

/// A table, and what of it is followed.
#[derive(Debug)]
struct Monitored<'s> {
    table: &'s schema::Table,
    /// Those of all requests, in their order.
    columns: Vec<&'s Column>,
    requests: Vec<Request<'s>>,
    has_caption: bool,
}

/// RFC 7047, section 4.1.5, `<monitor-request>`.
#[derive(Debug, Serialize)]
struct Request<'s> {
    columns: Vec<&'s str>,
    select: Select,
}

#[derive(Debug, Serialize)]
struct Select {
    initial: bool,
    insert: bool,
    delete: bool,
    modify: bool,
}

/// RFC 7047, section 4.1.6, `<table-updates>`: by table and row.
type Updates = BTreeMap<String, BTreeMap<String, RowUpdate>>;

#[derive(Debug, Deserialize)]
struct RowUpdate {
    old: Option<Row>,
    new: Option<Row>,
}

type Row = BTreeMap<String, Box<RawValue>>;

fn monitored<'s>(schema: &'s Schema, names: &[String]) -> anyhow::Result<Vec<Monitored<'s>>> {
    let (name, groups) = names.split_first().context("no table is named")?;
    let tables = match name.as_str() {
        ALL => schema.tables.iter().collect(),
        name => vec![schema.table(name)?],
    };
    let has_caption = tables.len() > 1;
    let monitored = tables.into_iter().map(|table| {
        let mut monitored = Monitored {
            table,
            columns: Vec::new(),
            requests: Vec::new(),
            has_caption,
        };
        match groups {
            [] => monitored.add("")?,
            groups => groups.iter().try_for_each(|it| monitored.add(it))?,
        }
        Ok(monitored)
    });
    monitored.collect()
}

impl<'s> Monitored<'s> {
    /// Adds a request for a group of columns, `COLUMN,…`; without one for all of them.
    fn add(&mut self, group: &str) -> anyhow::Result<()> {
        let mut select = Select {
            initial: true,
            insert: true,
            delete: true,
            modify: true,
        };
        let mut columns = Vec::new();
        for word in group.split(',').filter(|word| !word.is_empty()) {
            match word {
                "!initial" => select.initial = false,
                "!insert" => select.insert = false,
                "!delete" => select.delete = false,
                "!modify" => select.modify = false,
                name => columns.push(self.table.column(name)?),
            }
        }
        if columns.is_empty() {
            let own = [schema::UUID, schema::VERSION];
            let theirs = |column: &&Column| !own.contains(&column.name.as_str());
            columns.extend(self.table.columns.iter().filter(theirs));
            columns.push(self.table.column(schema::VERSION)?);
        }
        self.requests.push(Request {
            columns: columns.iter().map(|it| it.name.as_str()).collect(),
            select,
        });
        for column in columns {
            if self.columns.contains(&column) {
                bail!("column {} is named twice", column.name);
            }
            self.columns.push(column);
        }
        Ok(())
    }

    /// The table to print of these changes: a row each, two where a row was modified.
    fn table(
        &self,
        rows: &BTreeMap<String, RowUpdate>,
        is_initial: bool,
        time: Option<String>,
    ) -> anyhow::Result<Table<'s>> {
        let mut printed = Vec::new();
        for (id, update) in rows {
            match (&update.old, &update.new) {
                (_, Some(new)) if is_initial => printed.push(self.row(id, "initial", new)?),
                (None, Some(new)) => printed.push(self.row(id, "insert", new)?),
                (Some(old), None) => printed.push(self.row(id, "delete", old)?),
                (Some(old), Some(new)) => {
                    printed.push(self.row(id, "old", old)?);
                    printed.push(self.row("", "new", new)?);
                }
                (None, None) => bail!(Fault::Answer(format!("an update of row {id}"))),
            }
        }
        let columns = self.columns.iter().map(|it| it.name.as_str());
        Ok(Table {
            time,
            caption: self.has_caption.then(|| self.table.name.clone()),
            headings: ["row", "action"].into_iter().chain(columns).collect(),
            rows: printed,
        })
    }

    /// What did not change is not in an old row.
    fn row(&self, id: &str, action: &str, row: &Row) -> anyhow::Result<Vec<Cell>> {
        let value = |column: &&Column| {
            let Some(json) = row.get(&column.name) else {
                return Ok(Cell::Empty);
            };
            Value::read(column.kind, json.get())
                .map(Cell::Value)
                .with_context(|| Fault::Answer(self.table.place(column)))
        };
        let mut cells = vec![Cell::Text(id.to_owned()), Cell::Text(action.to_owned())];
        for column in &self.columns {
            cells.push(value(column)?);
        }
        Ok(cells)
    }
}

/// The tables of an update, those without changes left out.
fn text(
    monitored: &[Monitored<'_>],
    updates: &RawValue,
    is_initial: bool,
    printer: &mut Printer,
) -> anyhow::Result<String> {
    let updates: Updates = serde_json::from_str(updates.get())
        .with_context(|| Fault::Answer("an update".to_owned()))?;
    let mut text = String::new();
    for monitored in monitored {
        if let Some(rows) = updates.get(&monitored.table.name) {
            let table = monitored.table(rows, is_initial, printer.time())?;
            text.push_str(&printer.text(&table)?);
        }
    }
    Ok(text)
}
