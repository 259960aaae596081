mod html;
mod plain;

use std::io::{self, IsTerminal};
use std::time::SystemTime;

use serde::Serialize;

use super::json::{self, Layout};
use super::style::{Data, Form, Style};
use super::value::Value;
use crate::cli::output::escape;

/// A table to print.
#[derive(Debug)]
pub(super) struct Table<'a> {
    /// When it was made, where that is to be printed.
    pub(super) time: Option<String>,
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
    /// JSON that is no value of a column.
    Json(serde_json::Value),
}

/// Writes tables as ovsdb-client does (ovsdb-client(1), "Output Formatting Options").
#[derive(Debug)]
pub(super) struct Printer {
    style: Style,
    is_first: bool,
}

impl Printer {
    /// A printer of this style.
    pub(super) fn new(style: Style) -> Self {
        Self {
            style,
            is_first: true,
        }
    }

    /// A line of JSON, or several.
    pub(super) fn json(&self, value: &serde_json::Value) -> serde_json::Result<String> {
        Ok(escape(&json::sorted(value, self.style.layout)?) + "\n")
    }

    /// The time to print with a table, where it was asked for: `2026-01-31 23:59:59.999`, UTC.
    pub(super) fn time(&self) -> Option<String> {
        let now = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        let now = now.trim_end_matches('Z').replace('T', " ");
        self.style.has_time.then_some(now)
    }

    /// The table's text. An empty line stands between tables of text.
    ///
    /// Bare strings are for programs, which take them as they are; a terminal might obey them.
    pub(super) fn text(&mut self, table: &Table<'_>) -> serde_json::Result<String> {
        let text = self.lines(table)?;
        let is_exact = self.style.data == Data::Bare && !io::stdout().is_terminal();
        Ok(if is_exact { text } else { escape(&text) })
    }

    fn lines(&mut self, table: &Table<'_>) -> serde_json::Result<String> {
        let mut text = String::new();
        let style = &self.style;
        if style.form == Form::Json {
            write_json(table, style, &mut text)?;
            return Ok(text);
        }
        let is_first = std::mem::take(&mut self.is_first);
        if !is_first && style.form != Form::Html {
            text.push('\n');
        }
        if let Some(time) = &table.time {
            plain::line(&mut text, time);
        }
        if style.form == Form::Html {
            html::write_html(table, style, &mut text);
            return Ok(text);
        }
        if let Some(caption) = &table.caption {
            plain::line(&mut text, caption);
        }
        match style.form {
            Form::List => plain::write_list(table, style, &mut text),
            Form::Csv => plain::write_csv(table, style, &mut text),
            Form::Table | Form::Html | Form::Json => plain::write_table(table, style, &mut text),
        }
        Ok(text)
    }
}

/// An object a table, its members by name.
fn write_json(table: &Table<'_>, style: &Style, text: &mut String) -> serde_json::Result<()> {
    #[derive(Serialize)]
    struct Object<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        caption: Option<&'a str>,
        data: &'a [Vec<Cell>],
        headings: &'a [&'a str],
        #[serde(skip_serializing_if = "Option::is_none")]
        time: Option<&'a str>,
    }
    let object = Object {
        caption: table.caption.as_deref(),
        data: &table.rows,
        headings: &table.headings,
        time: table.time.as_deref(),
    };
    plain::line(text, &json::values(&object, style.layout)?);
    Ok(())
}

impl Table<'_> {
    fn texts(&self, data: Data) -> Vec<Vec<String>> {
        let row = |row: &Vec<Cell>| row.iter().map(|cell| cell.text(data)).collect();
        self.rows.iter().map(row).collect()
    }
}

impl Cell {
    fn text(&self, data: Data) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Value(value) => value.text(data),
            // Writing to memory does not fail.
            Cell::Json(json) => json::sorted(json, Layout::Compact).unwrap_or_default(),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Empty => serializer.serialize_none(),
            Cell::Text(text) => text.serialize(serializer),
            Cell::Value(value) => value.serialize(serializer),
            Cell::Json(json) => json.serialize(serializer),
        }
    }
}
