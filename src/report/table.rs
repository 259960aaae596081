use crate::model::Printable;

/// Rows of cells under headings, in columns as wide as their widest cell.
pub(super) struct Table<const N: usize> {
    headings: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(super) fn new(headings: [&'static str; N]) -> Self {
        Self {
            headings,
            rows: Vec::new(),
        }
    }

    /// Adds a row. An empty cell is shown as `-`.
    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| match cell.is_empty() {
            true => "-".to_owned(),
            false => Printable(&cell).to_string(),
        }));
    }

    /// Writes the table with a title; nothing when it has no rows.
    pub(super) fn write(self, title: &str, out: &mut String) {
        if self.rows.is_empty() {
            return;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(title);
        out.push('\n');
        let headings = self.headings.map(str::to_owned);
        let rows: Vec<_> = std::iter::once(headings).chain(self.rows).collect();
        let mut widths = [0; N];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        for row in &rows {
            let mut line = String::new();
            for (width, cell) in widths.iter().zip(row) {
                line.push_str(&format!("  {cell:<width$}"));
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}
