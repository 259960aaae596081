mod plain;

use serde::Serialize;

use crate::cli::Format;
use crate::cli::ovsdb::value::Value;
use crate::cli::ovsdb::{Fault, json};

/// A table to print.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub(super) caption: Option<String>,
    pub(super) headings: Vec<&'a str>,
    /// Each with as many cells as there are headings.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// What stands in one place of a table.
#[derive(Debug)]
pub(super) enum Cell {
    /// Nothing: JSON's `null`.
    Empty,
    /// Words of ours.
    Text(String),
    /// What the database holds.
    Value(Value),
}

/// Writes tables as ovsdb-client does (ovsdb-client(1), "Output Formatting Options").
#[derive(Debug)]
pub(super) struct Printer {
    style: Style,
    is_first: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Table,
    List,
    Json,
    Csv,
}

impl Printer {
    /// A printer of this form.
    pub(super) fn new(format: Format) -> Result<Self, Fault> {
        let style = match format {
            Format::Text | Format::Table => Style::Table,
            Format::List => Style::List,
            Format::Json => Style::Json,
            Format::Csv => Style::Csv,
            Format::Tree | Format::Dot => {
                let problem = "ovsdb prints with --format text, table, list, json or csv";
                return Err(Fault::Usage(problem.to_owned()));
            }
        };
        Ok(Self {
            style,
            is_first: true,
        })
    }

    /// The table's text. An empty line stands between tables, but not between JSON texts.
    pub(super) fn text(&mut self, table: &Table<'_>) -> serde_json::Result<String> {
        let mut text = String::new();
        if self.style == Style::Json {
            write_json(table, &mut text)?;
            return Ok(text);
        }
        if !std::mem::take(&mut self.is_first) {
            text.push('\n');
        }
        if let Some(caption) = &table.caption {
            plain::line(&mut text, caption);
        }
        match self.style {
            Style::List => plain::write_list(table, &mut text),
            Style::Csv => plain::write_csv(table, &mut text),
            Style::Table | Style::Json => plain::write_table(table, &mut text),
        }
        Ok(text)
    }
}

/// An object a table, its members by name.
fn write_json(table: &Table<'_>, text: &mut String) -> serde_json::Result<()> {
    #[derive(Serialize)]
    struct Object<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        caption: Option<&'a str>,
        data: &'a [Vec<Cell>],
        headings: &'a [&'a str],
    }
    let object = Object {
        caption: table.caption.as_deref(),
        data: &table.rows,
        headings: &table.headings,
    };
    plain::line(text, &json::compact(&object)?);
    Ok(())
}

impl Table<'_> {
    fn texts(&self) -> Vec<Vec<String>> {
        let row = |row: &Vec<Cell>| row.iter().map(Cell::text).collect();
        self.rows.iter().map(row).collect()
    }
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Value(value) => value.text(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Empty => serializer.serialize_none(),
            Cell::Text(text) => text.serialize(serializer),
            Cell::Value(value) => value.serialize(serializer),
        }
    }
}
