//! The Rust types of columns, and which of the runtime's names they need.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::model::{BaseType, Id, Values};
use crate::names;
use crate::resolve::{Column, Role, Shape, Table};

pub(super) fn table(name: &Id) -> Ident {
    format_ident!("{}", names::table_type(name))
}

pub(super) fn module(name: &Id) -> Ident {
    format_ident!("{}", names::table_module(name))
}

pub(super) fn field(column: &Column) -> Ident {
    format_ident!("{}", names::field(&column.name))
}

/// The type of a column: `Option<i64>`.
pub(super) fn column(table: &Table, column: &Column) -> TokenStream {
    let element = |role, base_type| element(table, column, role, base_type);
    match &column.shape {
        Shape::Scalar(of) => element(Role::Element, of),
        Shape::Optional(of) => {
            let of = element(Role::Element, of);
            quote!(Option<#of>)
        }
        Shape::Set(of, _) => {
            let of = element(Role::Element, of);
            quote!(Set<#of>)
        }
        Shape::Map(key, value, _) => {
            let key = element(Role::Key, key);
            let value = element(Role::Value, value);
            quote!(Map<#key, #value>)
        }
    }
}

fn element(table: &Table, column: &Column, role: Role, base_type: &BaseType) -> TokenStream {
    match base_type {
        BaseType::Integer(_) => quote!(i64),
        BaseType::Real(_) => quote!(Real),
        BaseType::Boolean(_) => quote!(bool),
        BaseType::String(Values::OneOf(_)) => {
            let name = format_ident!("{}", names::enumeration(&table.name, &column.name, role));
            quote!(#name)
        }
        BaseType::String(Values::Within(_)) => quote!(String),
        BaseType::Uuid(Values::Within(Some(reference))) => {
            let table = self::table(&reference.table);
            quote!(RowId<#table>)
        }
        BaseType::Uuid(_) => quote!(Uuid),
    }
}

/// The runtime's names in the type of a column.
pub(super) fn runtime_names(column: &Column) -> Vec<&'static str> {
    let mut names = Vec::new();
    match &column.shape {
        Shape::Scalar(_) | Shape::Optional(_) => {}
        Shape::Set(..) => names.push("Set"),
        Shape::Map(..) => names.push("Map"),
    }
    for (_, base_type) in column.base_types() {
        match base_type {
            BaseType::Real(_) => names.push("Real"),
            BaseType::Uuid(Values::Within(Some(_))) => names.push("RowId"),
            BaseType::Uuid(_) => names.push("Uuid"),
            BaseType::Integer(_) | BaseType::Boolean(_) | BaseType::String(_) => {}
        }
    }
    names
}

/// The tables that a column refers to.
pub(super) fn referred(column: &Column) -> Vec<&Id> {
    let base_types = column.base_types().into_iter();
    let tables = base_types.filter_map(|(_, base_type)| match base_type {
        BaseType::Uuid(Values::Within(Some(reference))) => Some(&reference.table),
        _ => None,
    });
    tables.collect()
}
