use super::Table;
use crate::cli::ovsdb::style::Style;

/// Columns as wide as the longest cell in bytes, under headings and rulers; no space ends a line.
pub(super) fn write_table(table: &Table<'_>, style: &Style, text: &mut String) {
    let rows = table.texts(style.data);
    let widths: Vec<usize> = table
        .headings
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let longest = cells.map(String::len).max().unwrap_or_default();
            let least = if style.has_headings { heading.len() } else { 0 };
            longest.min(style.widest).max(least)
        })
        .collect();
    let mut write = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| {
                let cell = cut(cell, *width);
                format!("{cell}{}", " ".repeat(width - cell.len()))
            })
            .collect();
        line(text, padded.join(" ").trim_end_matches(' '));
    };
    if style.has_headings {
        let rulers: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        write(&mut table.headings.iter().copied());
        write(&mut rulers.iter().map(String::as_str));
    }
    for row in &rows {
        write(&mut row.iter().map(String::as_str));
    }
}

/// The beginning that is no longer than `width` bytes, all its characters whole.
fn cut(text: &str, width: usize) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take_while(|end| *end <= width).last();
    text.get(..end.unwrap_or_default()).unwrap_or(text)
}

/// A line a cell, and an empty line between rows.
pub(super) fn write_list(table: &Table<'_>, style: &Style, text: &mut String) {
    for (index, row) in table.texts(style.data).iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        for (heading, cell) in table.headings.iter().zip(row) {
            if style.has_headings {
                text.push_str(&format!("{heading:<20}: "));
            }
            line(text, cell);
        }
    }
}

/// Commas between cells, quotes where a cell needs them (RFC 4180).
pub(super) fn write_csv(table: &Table<'_>, style: &Style, text: &mut String) {
    let quoted = |cell: &str| match cell.contains(['\n', '"', ',']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    if style.has_headings {
        let headings: Vec<String> = table.headings.iter().map(|it| quoted(it)).collect();
        line(text, &headings.join(","));
    }
    for row in table.texts(style.data) {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        line(text, &cells.join(","));
    }
}

pub(super) fn line(text: &mut String, content: &str) {
    text.push_str(content);
    text.push('\n');
}
