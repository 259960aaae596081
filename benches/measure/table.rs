//! Tables of figures for people.

use std::fmt::Write;

use super::Samples;

/// Columns as wide as they must be, as Markdown.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Table {
        let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
        Table { rows: vec![head] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn print(&self, out: &mut String) -> std::fmt::Result {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(&widths);
            let cells: Vec<String> = cells
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
            if number == 0 {
                let lines: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                writeln!(out, "| {} |", lines.join(" | "))?;
            }
        }
        Ok(())
    }
}

pub(crate) fn both(samples: &Samples) -> String {
    format!("{} ({})", time(samples.median), time(samples.min))
}

/// How the medians compare, and the least of each.
pub(crate) fn ratios(left: &Samples, right: &Samples) -> String {
    let medians = ratio(left.median, right.median);
    format!("{medians} ({})", ratio(left.min, right.min))
}

pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        s if s >= 10.0 => format!("{s:.1} s"),
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 0.01 => format!("{:.0} ms", s * 1e3),
        s if s >= 0.001 => format!("{:.1} ms", s * 1e3),
        s => format!("{:.2} ms", s * 1e3),
    }
}

pub(crate) fn ratio(left: f64, right: f64) -> String {
    match left / right {
        ratio if ratio >= 10.0 => format!("{ratio:.0}"),
        ratio => format!("{ratio:.2}"),
    }
}

pub(crate) fn size(kib: u64) -> String {
    match kib {
        kib if kib < 1024 => format!("{kib} KiB"),
        kib => format!("{:.1} MiB", kib as f64 / 1024.0),
    }
}
