//! The unique indexes of a table, and lookups by them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::{BaseType, Values};
use crate::names;
use crate::resolve::{Column, Shape, Table};

use super::{docs, types};

/// The indexes that rows are looked up by: real numbers, sets and maps make no keys.
pub(super) fn of(table: &Table) -> Vec<&[Column]> {
    let indexes = table.indexes.iter().map(Vec::as_slice);
    indexes.filter(|index| index.iter().all(is_key)).collect()
}

fn is_key(column: &Column) -> bool {
    match &column.shape {
        Shape::Scalar(of) | Shape::Optional(of) => !matches!(of, BaseType::Real(_)),
        Shape::Set(..) | Shape::Map(..) => false,
    }
}

/// The items for a table's indexes; none if it has no index.
pub(super) fn items(table: &Table) -> Vec<TokenStream> {
    let indexes = of(table);
    if indexes.is_empty() {
        return Vec::new();
    }
    let row = types::table(&table.name);
    let name = format_ident!("{row}Indexes");
    let fields = indexes
        .iter()
        .map(|index| format_ident!("{}", names::index_field(index)));
    let fields = fields.collect::<Vec<_>>();
    let keys = indexes.iter().map(|index| key_type(table, index));
    let cloned = indexes.iter().map(|index| key(index)).collect::<Vec<_>>();
    let removals = indexes.iter().zip(&fields).map(|(index, field)| {
        let key = borrowed_key(index);
        quote! {
            if self.#field.get(#key) == Some(&id) {
                self.#field.remove(#key);
            }
        }
    });
    let lookups = indexes.iter().map(|index| lookup(table, index));
    let doc = docs::attributes(&format!("The unique indexes of [`{row}`]."));
    vec![
        quote! {
            #doc
            #[derive(Debug, Clone, Default)]
            pub struct #name {
                #(#fields: Index<#keys, RowId<#row>>,)*
            }
        },
        quote! {
            impl Indexes<#row> for #name {
                fn insert(&mut self, id: RowId<#row>, row: &#row) {
                    #(self.#fields.insert(#cloned, id);)*
                }

                fn remove(&mut self, id: RowId<#row>, row: &#row) {
                    #(#removals)*
                }
            }
        },
        quote! {
            impl Rows<#row> {
                #(#lookups)*
            }
        },
    ]
}

fn lookup(table: &Table, index: &[Column]) -> TokenStream {
    let row = types::table(&table.name);
    let name = format_ident!("{}", names::lookup(index));
    let field = format_ident!("{}", names::index_field(index));
    let parameters = index.iter().map(types::field).collect::<Vec<_>>();
    let parameter_types = index.iter().map(|column| {
        let owned = types::column(table, column);
        match &column.shape {
            _ if is_text(column) => quote!(&str),
            _ if is_copy(column) => owned,
            _ => quote!(&#owned),
        }
    });
    let key = match (index, parameters.as_slice()) {
        ([column], [parameter]) if is_copy(column) => quote!(&#parameter),
        ([_], [parameter]) => quote!(#parameter),
        _ => {
            let parts =
                index
                    .iter()
                    .zip(&parameters)
                    .map(|(column, parameter)| match &column.shape {
                        _ if is_text(column) => quote!(#parameter.to_owned()),
                        _ if is_copy(column) => quote!(#parameter),
                        _ => quote!(#parameter.clone()),
                    });
            quote!(&(#(#parts),*))
        }
    };
    let columns = index.iter().map(|column| format!("`{}`", column.name));
    let columns = crate::phrase::list(columns, "and");
    let doc = docs::attributes(&format!("The row with this {columns}, if there is one."));
    quote! {
        #doc
        pub fn #name(&self, #(#parameters: #parameter_types),*) -> Option<(RowId<#row>, &#row)> {
            let id = *self.indexes().#field.get(#key)?;
            self.get(id).map(|row| (id, row))
        }
    }
}

fn key_type(table: &Table, index: &[Column]) -> TokenStream {
    let columns = index.iter().map(|column| types::column(table, column));
    match index {
        [_] => quote!(#(#columns)*),
        _ => quote!((#(#columns),*)),
    }
}

fn key(index: &[Column]) -> TokenStream {
    let parts = index.iter().map(|column| {
        let field = types::field(column);
        if is_copy(column) {
            quote!(row.#field)
        } else {
            quote!(row.#field.clone())
        }
    });
    match index {
        [_] => quote!(#(#parts)*),
        _ => quote!((#(#parts),*)),
    }
}

fn borrowed_key(index: &[Column]) -> TokenStream {
    match index {
        [column] => {
            let field = types::field(column);
            quote!(&row.#field)
        }
        _ => {
            let key = key(index);
            quote!(&#key)
        }
    }
}

fn is_text(column: &Column) -> bool {
    matches!(
        &column.shape,
        Shape::Scalar(BaseType::String(Values::Within(_)))
    )
}

fn is_copy(column: &Column) -> bool {
    match &column.shape {
        Shape::Scalar(of) | Shape::Optional(of) => !matches!(of, BaseType::String(_)),
        Shape::Set(..) | Shape::Map(..) => false,
    }
}
