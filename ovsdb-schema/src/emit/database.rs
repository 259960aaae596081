//! `mod.rs`: the database as a whole.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::error::{Error, Path, Problem};
use crate::names;
use crate::resolve::{Database, Table};

use super::source::Source;
use super::{docs, indexes, types};

pub(super) fn source(database: &Database, runtime: &str) -> Result<Source, Error> {
    let doc = format!("The tables of the database `{}`.", database.name);
    let mut source = Source::new(doc);
    let runtime = path(runtime)?;
    let modules = database.tables.iter().map(|table| {
        let module = types::module(&table.name);
        quote!(pub mod #module;)
    });
    source.group(modules.collect());
    source.item(quote!(
        use serde::de::{Deserialize, Deserializer, IgnoredAny};
    ));
    source.item(quote!(use #runtime::{Change, Datum, RowId, Rows, Table, TableInfo, Uuid};));
    source.group(database.tables.iter().map(reexport).collect());
    source.item(definition(database));
    source.item(event(database));
    source.item(database_impl(database, &runtime));
    Ok(source)
}

/// The runtime's path as tokens.
pub(super) fn path(runtime: &str) -> Result<TokenStream, Error> {
    let path = syn::parse_str::<syn::Path>(runtime)
        .map_err(|error| Path::default().error(Problem::NotRust(format!("{runtime}: {error}"))))?;
    Ok(quote!(#path))
}

fn reexport(table: &Table) -> TokenStream {
    let module = types::module(&table.name);
    let row = types::table(&table.name);
    let mut items = vec![row.clone()];
    if !indexes::of(table).is_empty() {
        items.push(format_ident!("{row}Indexes"));
    }
    for column in &table.columns {
        for (role, _) in column.enumerations() {
            items.push(format_ident!(
                "{}",
                names::enumeration(&table.name, &column.name, role)
            ));
        }
    }
    match items.as_slice() {
        [item] => quote!(pub use #module::#item;),
        items => quote!(pub use #module::{#(#items),*};),
    }
}

fn definition(database: &Database) -> TokenStream {
    let name = format_ident!("{}", names::database(&database.name));
    let doc = docs::attributes(&format!(
        "The rows of the database `{}`, schema version {}.",
        database.name, database.version
    ));
    let fields = database.tables.iter().map(|table| {
        let field = types::module(&table.name);
        let row = types::table(&table.name);
        let doc = docs::attributes(&format!("The table `{}`.", table.name));
        quote!(#doc pub #field: Rows<#row>)
    });
    quote! {
        #doc
        #[derive(Debug, Clone, Default)]
        pub struct #name {
            #(#fields,)*
        }
    }
}

fn event(database: &Database) -> TokenStream {
    let doc = docs::attributes(&format!(
        "What happened to one row of the database `{}`.",
        database.name
    ));
    let variants = database.tables.iter().map(|table| {
        let row = types::table(&table.name);
        let doc = docs::attributes(&format!("A row of the table `{}`.", table.name));
        quote!(#doc #row(Change<#row>))
    });
    quote! {
        #doc
        #[derive(Debug, Clone)]
        pub enum Event {
            #(#variants,)*
        }
    }
}

/// The trait goes by its path: a table may be called `Database`, as one of `_Server` is.
fn database_impl(database: &Database, runtime: &TokenStream) -> TokenStream {
    let name = format_ident!("{}", names::database(&database.name));
    let text = database.name.as_str();
    let version = database.version.as_str();
    let tables = database.tables.iter().map(|table| table.name.as_str());
    let tables = tables.collect::<Vec<_>>();
    let rows = database
        .tables
        .iter()
        .map(|table| types::table(&table.name));
    let rows = rows.collect::<Vec<_>>();
    let fields = database
        .tables
        .iter()
        .map(|table| types::module(&table.name));
    let fields = fields.collect::<Vec<_>>();
    quote! {
        impl #runtime::Database for #name {
            const NAME: &'static str = #text;
            const VERSION: &'static str = #version;
            const TABLES: &'static [TableInfo] = &[#(TableInfo {
                name: #rows::NAME,
                is_root: #rows::IS_ROOT,
                columns: #rows::COLUMNS,
            }),*];
            type Event = Event;

            fn update_table<'de, D, S>(
                &mut self,
                table: &str,
                updates: D,
                mut sink: S,
            ) -> Result<bool, D::Error>
            where
                D: Deserializer<'de>,
                S: FnMut(Event),
            {
                match table {
                    #(#tables => {
                        self.#fields.update(updates, |change| sink(Event::#rows(change)))?;
                    })*
                    _ => {
                        IgnoredAny::deserialize(updates)?;
                        return Ok(false);
                    }
                }
                Ok(true)
            }

            fn differences(&self, newer: &Self, events: &mut Vec<Event>) {
                #(self.#fields.differences(&newer.#fields, |change| events.push(Event::#rows(change)));)*
            }

            fn datum(&self, table: &str, row: Uuid, column: &str) -> Option<Datum> {
                match table {
                    #(#tables => self.#fields.get(RowId::new(row))?.datum(column),)*
                    _ => None,
                }
            }

            fn lasting(&self, table: &str, row: Uuid) -> Option<Vec<(&'static str, Datum)>> {
                match table {
                    #(#tables => Some(self.#fields.get(RowId::new(row))?.lasting()),)*
                    _ => None,
                }
            }
        }
    }
}
