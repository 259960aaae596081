//! A table's row: its struct, the handles of its columns and `impl Table`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::names;
use crate::resolve::Table;

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
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct #row {
            #(#fields,)*
        }
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
                    #(#columns => self.#fields.apply(difference)?,)*
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
        }
    }
}
