use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::value::RawValue;

use super::schema::{self, Column};
use super::table::{Cell, Printer, Table};
use super::update::{Change, Difference, Initial, OldAndNew, Row, Updates};
use super::value::Value;
use super::words::Words;
use super::{Fault, output};
use crate::cli::Global;
use crate::ovsdb::{RawMonitor, Uuid};

/// The name that stands for every table.
const ALL: &str = "ALL";

/// Prints what there is, and then what changes, until the connection or the reader ends.
pub(super) async fn run(words: Words, global: &Global, printer: Printer) -> anyhow::Result<()> {
    let (server, names) = words.server(global, 1)?;
    let (session, database, names) = server.open(names, 1, usize::MAX).await?;
    let schema = session.schema(&database).await?;
    let (name, groups) = names.split_first().context("no table is named")?;
    let tables = match name.as_str() {
        ALL => schema.tables.iter().collect(),
        name => vec![schema.table(name)?],
    };
    let mut screen = Screen::new(tables, groups, None, printer)?;

    let client = session.client();
    let (initial, monitor) = client.monitor_raw(&database, &screen.requests()).await?;
    match screen.print::<Initial>("", &initial)? {
        true => screen.follow::<OldAndNew>(monitor).await,
        false => Ok(()),
    }
}

/// From where a monitor with conditions begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beginning {
    /// From what there is.
    Now,
    /// From a transaction, whose identifier may be the first of the words; the last one is told
    /// with everything that is printed.
    Since,
}

/// The same of the rows that meet conditions.
pub(super) async fn run_conditional(
    words: Words,
    global: &Global,
    printer: Printer,
    beginning: Beginning,
) -> anyhow::Result<()> {
    let (server, names) = words.server(global, 2)?;
    // As many as ovsdb-client takes.
    let most = match beginning {
        Beginning::Now => 3,
        Beginning::Since => 4,
    };
    let (session, database, mut names) = server.open(names, 2, most).await?;
    let since = match beginning {
        Beginning::Since if names.len() > 2 => names.first().and_then(|first| first.parse().ok()),
        _ => None,
    };
    if since.is_some() {
        names.remove(0);
    }
    let [conditions, name, groups @ ..] = names.as_slice() else {
        bail!("no table is named");
    };
    let conditions = parse_conditions(conditions)?;
    let schema = session.schema(&database).await?;
    let tables = vec![schema.table(name)?];
    let mut screen = Screen::new(tables, groups, Some(conditions), printer)?;

    let client = session.client();
    let requests = screen.requests();
    let (head, initial, monitor) = match beginning {
        Beginning::Now => {
            let (initial, monitor) = client.monitor_cond_raw(&database, &requests).await?;
            (String::new(), initial, monitor)
        }
        Beginning::Since => {
            let since: Uuid = since.unwrap_or_default();
            let (is_found, update, monitor) = client
                .monitor_cond_since_raw(&database, &requests, since)
                .await?;
            let last = update.transaction.unwrap_or_default();
            let head = format!("found: {is_found}, last_id: {last}\n");
            (head, update.tables, monitor)
        }
    };
    match screen.print::<Difference>(&head, &initial)? {
        true => screen.follow::<Difference>(monitor).await,
        false => Ok(()),
    }
}

/// Whether each is one is the server's to say.
fn parse_conditions(text: &str) -> Result<&RawValue, Fault> {
    let conditions = serde_json::from_str::<Vec<&RawValue>>(text);
    conditions
        .and_then(|_| serde_json::from_str(text))
        .map_err(|error| Fault::Usage(format!("conditions are [CONDITION, …]: {error}")))
}

/// What is printed of the tables that are followed.
#[derive(Debug)]
struct Screen<'s> {
    monitored: Vec<Monitored<'s>>,
    printer: Printer,
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

/// RFC 7047, section 4.1.5, `<monitor-request>`, or with a condition ovsdb-server(7), section
/// 4.1.12, `<monitor-cond-request>`.
#[derive(Debug, Serialize)]
struct Request<'s> {
    columns: Vec<&'s str>,
    select: Select,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#where: Option<&'s RawValue>,
}

#[derive(Debug, Serialize)]
struct Select {
    initial: bool,
    insert: bool,
    delete: bool,
    modify: bool,
}

impl<'s> Screen<'s> {
    fn new(
        tables: Vec<&'s schema::Table>,
        groups: &[String],
        conditions: Option<&'s RawValue>,
        printer: Printer,
    ) -> anyhow::Result<Self> {
        let has_caption = tables.len() > 1;
        let monitored = tables.into_iter().map(|table| {
            let mut monitored = Monitored {
                table,
                columns: Vec::new(),
                requests: Vec::new(),
                has_caption,
            };
            match groups {
                [] => monitored.add("", conditions)?,
                groups => groups
                    .iter()
                    .try_for_each(|it| monitored.add(it, conditions))?,
            }
            Ok(monitored)
        });
        Ok(Self {
            monitored: monitored.collect::<anyhow::Result<_>>()?,
            printer,
        })
    }

    fn requests(&self) -> BTreeMap<&str, &[Request<'s>]> {
        let monitored = self.monitored.iter();
        monitored
            .map(|it| (it.table.name.as_str(), it.requests.as_slice()))
            .collect()
    }

    /// Prints what changes from now on.
    async fn follow<C: Change>(mut self, mut monitor: RawMonitor) -> anyhow::Result<()> {
        loop {
            for update in monitor.next().await?.iter() {
                // What is printed next begins with the line's end, but not always: as ovsdb-client
                // has it.
                let last = update.transaction.map(|id| format!("\nlast_id: {id}"));
                if !self.print::<C>(&last.unwrap_or_default(), &update.tables)? {
                    return Ok(());
                }
            }
        }
    }

    /// Prints the tables of an update, those without changes left out, and before them `head`;
    /// tells whether anybody still reads.
    fn print<C: Change>(&mut self, head: &str, updates: &RawValue) -> anyhow::Result<bool> {
        let updates: Updates<C> = serde_json::from_str(updates.get())
            .with_context(|| Fault::Answer("an update".to_owned()))?;
        let mut text = head.to_owned();
        for monitored in &self.monitored {
            if let Some(rows) = updates.get(&monitored.table.name) {
                let table = monitored.table(rows, self.printer.time())?;
                text.push_str(&self.printer.text(&table)?);
            }
        }
        Ok(output::print(&text)?)
    }
}

impl<'s> Monitored<'s> {
    /// Adds a request for a group of columns, `COLUMN,…`; without one for all of them.
    fn add(&mut self, group: &str, conditions: Option<&'s RawValue>) -> anyhow::Result<()> {
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
            r#where: conditions,
        });
        for column in columns {
            if self.columns.contains(&column) {
                bail!("column {} is named twice", column.name);
            }
            self.columns.push(column);
        }
        Ok(())
    }

    /// The table to print of these changes.
    fn table<C: Change>(
        &self,
        rows: &BTreeMap<String, C>,
        time: Option<String>,
    ) -> anyhow::Result<Table<'s>> {
        let mut printed = Vec::new();
        for (id, change) in rows {
            let lines = change.lines();
            if lines.is_empty() {
                bail!(Fault::Answer(format!("an update of row {id}")));
            }
            for (index, (action, row)) in lines.into_iter().enumerate() {
                let id = if index == 0 { id } else { "" };
                printed.push(self.row(id, action, row)?);
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

    /// A column that is not told has an empty cell.
    fn row(&self, id: &str, action: &str, row: Option<&Row>) -> anyhow::Result<Vec<Cell>> {
        let value = |column: &&Column| {
            let Some(json) = row.and_then(|row| row.get(&column.name)) else {
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
