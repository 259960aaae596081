//! The file of a table.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::error::Error;
use crate::resolve::Table;

use super::source::Source;
use super::{database, enumeration, indexes, row, types};

pub(super) fn source(table: &Table, runtime: &str) -> Result<Source, Error> {
    let doc = format!(
        "The table `{}`: its rows, and a handle a column.",
        table.name
    );
    let mut source = Source::new(doc);
    source.item(quote!(
        use serde::de::{Deserialize, Deserializer, IgnoredAny};
    ));
    source.item(runtime_use(table, runtime)?);
    source.group(tables_use(table).into_iter().collect());
    source.item(row::definition(table));
    source.group(row::handles(table));
    if let Some(default) = row::default(table) {
        source.item(default);
    }
    source.item(row::table_impl(table));
    for item in indexes::items(table) {
        source.item(item);
    }
    for column in &table.columns {
        for (role, values) in column.enumerations() {
            for item in enumeration::items(table, column, role, values) {
                source.item(item);
            }
        }
    }
    Ok(source)
}

fn runtime_use(table: &Table, runtime: &str) -> Result<TokenStream, Error> {
    let mut names = BTreeSet::from(["Column", "ColumnInfo", "Datum", "Table", "Value"]);
    for column in &table.columns {
        names.extend(types::runtime_names(column));
        if !column.enumerations().is_empty() {
            names.extend(["Atom", "Element", "Mismatch"]);
        }
    }
    if !indexes::of(table).is_empty() {
        names.extend(["Index", "Indexes", "RowId", "Rows"]);
    }
    let runtime = database::path(runtime)?;
    let names = names.iter().map(|name| format_ident!("{name}"));
    Ok(quote!(use #runtime::{#(#names),*};))
}

/// The import of the tables referred to, if there are any beside the table itself.
fn tables_use(table: &Table) -> Option<TokenStream> {
    let referred = table.columns.iter().flat_map(types::referred);
    let referred = referred.filter(|name| **name != table.name);
    let names = referred.map(types::table).collect::<BTreeSet<_>>();
    let names = names.iter();
    (names.len() > 0).then(|| quote!(use super::{#(#names),*};))
}
