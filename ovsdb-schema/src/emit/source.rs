//! Items as text: what `prettyplease` leaves out, blank lines and comments, is put in here.

use proc_macro2::TokenStream;

use crate::error::{Error, Path, Problem};

/// A file in the making.
pub(super) struct Source {
    doc: String,
    groups: Vec<Vec<TokenStream>>,
}

impl Source {
    /// A file whose module documentation is `doc`.
    pub(super) fn new(doc: String) -> Self {
        Self {
            doc,
            groups: Vec::new(),
        }
    }

    /// Adds items that stand together without blank lines between them.
    pub(super) fn group(&mut self, items: Vec<TokenStream>) {
        if !items.is_empty() {
            self.groups.push(items);
        }
    }

    /// Adds one item.
    pub(super) fn item(&mut self, item: TokenStream) {
        self.group(vec![item]);
    }

    pub(super) fn render(self, header: &str) -> Result<String, Error> {
        let mut text = format!("{header}\n");
        for line in self.doc.lines() {
            text.push_str(format!("//! {line}").trim_end());
            text.push('\n');
        }
        for group in self.groups {
            text.push('\n');
            for item in group {
                let file = syn::parse2(item)
                    .map_err(|error| Path::default().error(Problem::NotRust(error.to_string())))?;
                text.push_str(&space_out(&prettyplease::unparse(&file)));
            }
        }
        Ok(text)
    }
}

/// Puts a blank line before each function of an `impl` that something else precedes.
fn space_out(item: &str) -> String {
    let mut text = String::new();
    let mut lines = item.lines().peekable();
    while let Some(line) = lines.next() {
        text.push_str(line);
        text.push('\n');
        let follows = line == "    }" || (line.starts_with("    type ") && line.ends_with(';'));
        let last = lines.peek().is_none_or(|next| *next == "}");
        if follows && !last {
            text.push('\n');
        }
    }
    text
}
