//! A table's row: its struct, the handles of its columns and `impl Table`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::Max;
use crate::names;
use crate::resolve::{Column, Count, Shape, Table};

use super::{docs, indexes, types};

/// The handle of each column.
pub(super) fn handles(table: &Table) -> Vec<TokenStream> {
    let row = types::table(&table.name);
    let handles = table.columns.iter().map(|column| {
        let name = format_ident!("{}", names::constant(&column.name));
        let kind = types::column(table, column);
        let text = column.name.as_str();
        let doc = docs::attributes(&format!("The column `{text}`."));
        quote! {
            #doc
            pub const #name: Column<#row, #kind> = Column::new(#text);
        }
    });
    handles.collect()
}

/// The struct with a field a column.
pub(super) fn definition(table: &Table) -> TokenStream {
    let row = types::table(&table.name);
    let doc = docs::attributes(&docs::table(table));
    let fields = table.columns.iter().map(|column| {
        let doc = docs::attributes(&docs::column(table, column));
        let name = types::field(column);
        let kind = types::column(table, column);
        quote!(#doc pub #name: #kind)
    });
    let derived = match default(table) {
        Some(_) => quote!(#[derive(Debug, Clone, PartialEq)]),
        None => quote!(#[derive(Debug, Clone, PartialEq, Default)]),
    };
    quote! {
        #doc
        #derived
        pub struct #row {
            #(#fields,)*
        }
    }
}

/// The defaults of a table's columns (RFC 7047, section 5.2.1), unless they are those of the
/// columns' types: a set or map that may not be empty begins with its type's default element.
/// Servers leave out of `update2` what has its default.
pub(super) fn default(table: &Table) -> Option<TokenStream> {
    table.columns.iter().find_map(first_element)?;
    let row = types::table(&table.name);
    let fields = table.columns.iter().map(|column| {
        let name = types::field(column);
        let value = first_element(column).unwrap_or_else(|| quote!(Default::default()));
        quote!(#name: #value)
    });
    Some(quote! {
        impl Default for #row {
            /// What may not be empty has one default element (RFC 7047, section 5.2.1).
            fn default() -> Self {
                Self { #(#fields,)* }
            }
        }
    })
}

/// The default of a column that may hold several elements and holds at least one.
fn first_element(column: &Column) -> Option<TokenStream> {
    match &column.shape {
        Shape::Set(_, Count { required: true, .. }) => {
            Some(quote!(Set::from([Default::default()])))
        }
        Shape::Map(_, _, Count { required: true, .. }) => {
            Some(quote!(Map::from_iter([Default::default()])))
        }
        _ => None,
    }
}

/// How rows are read from and written to the wire.
pub(super) fn table_impl(table: &Table) -> TokenStream {
    let row = types::table(&table.name);
    let name = table.name.as_str();
    let is_root = table.is_root;
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let columns = columns.collect::<Vec<_>>();
    let fields = table.columns.iter().map(types::field).collect::<Vec<_>>();
    let lasting = || table.columns.iter().filter(|column| !column.ephemeral);
    let lasting_fields = lasting().map(types::field);
    let lasting = lasting().map(|column| column.name.as_str());
    let applied = table.columns.iter().map(apply);
    let infos = table.columns.iter().map(|column| {
        let (name, mutable, ephemeral) = (column.name.as_str(), column.mutable, column.ephemeral);
        quote!(ColumnInfo { name: #name, mutable: #mutable, ephemeral: #ephemeral })
    });
    let indexes = if indexes::of(table).is_empty() {
        quote!(())
    } else {
        let name = format_ident!("{row}Indexes");
        quote!(#name)
    };
    quote! {
        impl Table for #row {
            const NAME: &'static str = #name;
            const IS_ROOT: bool = #is_root;
            const COLUMNS: &'static [ColumnInfo] = &[#(#infos),*];
            type Indexes = #indexes;

            fn decode_column<'de, D: Deserializer<'de>>(
                &mut self,
                column: &str,
                value: D,
            ) -> Result<bool, D::Error> {
                match column {
                    #(#columns => self.#fields = Value::decode(value)?,)*
                    _ => {
                        IgnoredAny::deserialize(value)?;
                        return Ok(false);
                    }
                }
                Ok(true)
            }

            fn apply_column<'de, D: Deserializer<'de>>(
                &mut self,
                column: &str,
                difference: D,
            ) -> Result<bool, D::Error> {
                match column {
                    #(#columns => #applied,)*
                    _ => {
                        IgnoredAny::deserialize(difference)?;
                        return Ok(false);
                    }
                }
                Ok(true)
            }

            fn datum(&self, column: &str) -> Option<Datum> {
                match column {
                    #(#columns => Some(self.#fields.to_datum()),)*
                    _ => None,
                }
            }

            fn lasting(&self) -> Vec<(&'static str, Datum)> {
                let mut columns = Vec::new();
                #(self.#lasting_fields.push_to(&mut columns, #lasting);)*
                columns
            }
        }
    }
}

/// How a column takes an `update2` difference. Of one that holds a single pair at most, servers
/// tell the new value instead, as they do of a single element.
fn apply(column: &Column) -> TokenStream {
    let name = types::field(column);
    match &column.shape {
        Shape::Map(_, _, count) if count.max == Max::Elements(1) => {
            quote!(self.#name = Value::decode(difference)?)
        }
        _ => quote!(self.#name.apply(difference)?),
    }
}
