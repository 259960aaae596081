//! The documentation of generated items.

use proc_macro2::TokenStream;
use quote::quote;

use crate::names;
use crate::phrase;
use crate::resolve::{Column, Table};

/// Doc comments of these lines.
pub(super) fn attributes(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

/// What a table's rows are and how long they live.
pub(super) fn table(table: &Table) -> String {
    let mut text = format!("A row of the table `{}`.\n\n", table.name);
    text.push_str(if table.is_root {
        "A root table: rows stay until they are deleted.\n"
    } else {
        "Not a root table: the server deletes rows that no strong reference leads to.\n"
    });
    match table.max_rows {
        Some(1) => text.push_str("It has at most one row.\n"),
        Some(max_rows) => text.push_str(&format!("It has at most {max_rows} rows.\n")),
        None => {}
    }
    text
}

/// What a column holds.
pub(super) fn column(table: &Table, column: &Column) -> String {
    let shape = phrase::shape(&column.shape, &|table| {
        format!("[`{}`]", names::table_type(table))
    });
    let mut text = capitalized(&shape);
    text.push('.');
    for remark in phrase::remarks(table, column) {
        text.push(' ');
        text.push_str(&remark);
    }
    wrap(&text)
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// Breaks lines at spaces, as `rustfmt` on stable leaves comments alone.
fn wrap(text: &str) -> String {
    const WIDTH: usize = 88;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
