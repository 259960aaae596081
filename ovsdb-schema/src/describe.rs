use std::fmt::Write as _;

use crate::phrase;
use crate::resolve::{Database, Table};

/// A database's tables and columns as text for reading.
pub fn describe(database: &Database) -> String {
    let mut text = format!("database {}, version {}", database.name, database.version);
    if let Some(cksum) = &database.cksum {
        text.push_str(", cksum ");
        text.push_str(cksum);
    }
    text.push('\n');
    for table in &database.tables {
        text.push('\n');
        describe_table(table, &mut text);
    }
    text
}

fn describe_table(table: &Table, text: &mut String) {
    let mut traits = Vec::new();
    if table.is_root {
        traits.push("root".to_owned());
    }
    if let Some(max_rows) = table.max_rows {
        traits.push(format!(
            "at most {max_rows} {}",
            if max_rows == 1 { "row" } else { "rows" }
        ));
    }
    for index in &table.indexes {
        let columns = index.iter().map(|column| column.name.to_string());
        traits.push(format!("unique {}", phrase::list(columns, "and")));
    }
    let _ = write!(text, "table {}", table.name);
    if !traits.is_empty() {
        let _ = write!(text, " ({})", traits.join("; "));
    }
    text.push('\n');

    let names = table
        .columns
        .iter()
        .map(|column| column.name.as_str().len());
    let width = names.max().unwrap_or_default();
    for column in &table.columns {
        let shape = phrase::shape(&column.shape, &|table| table.to_string());
        let mut marks = String::new();
        if !column.mutable {
            marks.push_str("; immutable");
        }
        if column.ephemeral {
            marks.push_str("; ephemeral");
        }
        let _ = writeln!(text, "  {:width$}  {shape}{marks}", column.name.as_str());
    }
}
