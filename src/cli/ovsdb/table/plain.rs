use super::Table;

/// Columns under headings and rulers, as wide as the longest cell in bytes; no space ends a line.
pub(super) fn write_table(table: &Table<'_>, text: &mut String) {
    let rows = table.texts();
    let mut widths: Vec<usize> = table.headings.iter().map(|it| it.len()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    let mut write = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.len())))
            .collect();
        line(text, padded.join(" ").trim_end_matches(' '));
    };
    let rulers: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    write(&mut table.headings.iter().copied());
    write(&mut rulers.iter().map(String::as_str));
    for row in &rows {
        write(&mut row.iter().map(String::as_str));
    }
}

/// A line a cell, and an empty line between rows.
pub(super) fn write_list(table: &Table<'_>, text: &mut String) {
    for (index, row) in table.texts().iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        for (heading, cell) in table.headings.iter().zip(row) {
            line(text, &format!("{heading:<20}: {cell}"));
        }
    }
}

/// Commas between cells, quotes where a cell needs them (RFC 4180).
pub(super) fn write_csv(table: &Table<'_>, text: &mut String) {
    let quoted = |cell: &str| match cell.contains(['\n', '"', ',']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    let headings: Vec<String> = table.headings.iter().map(|it| quoted(it)).collect();
    line(text, &headings.join(","));
    for row in table.texts() {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        line(text, &cells.join(","));
    }
}

pub(super) fn line(text: &mut String, content: &str) {
    text.push_str(content);
    text.push('\n');
}
