//! Enumerated strings as enums.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::names;
use crate::phrase;
use crate::resolve::{Column, Role, Table};

use super::docs;

/// The items of one enumeration.
pub(super) fn items(
    table: &Table,
    column: &Column,
    role: Role,
    values: &[String],
) -> Vec<TokenStream> {
    let name = format_ident!("{}", names::enumeration(&table.name, &column.name, role));
    let other = format_ident!("{}", names::OTHER);
    let variants = names::variants(&column.name, values);
    let variants = variants.iter().map(|variant| format_ident!("{variant}"));
    let variants = variants.collect::<Vec<_>>();
    let variant_docs = values
        .iter()
        .map(|value| docs::attributes(&phrase::code(value)));
    let what = match role {
        Role::Element => "A value",
        Role::Key => "A key",
        Role::Value => "A value",
    };
    let doc = docs::attributes(&format!(
        "{what} of the column `{}` of [`{}`].",
        column.name,
        names::table_type(&table.name)
    ));
    vec![
        quote! {
            #doc
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum #name {
                #(#variant_docs #variants,)*
                /// A value that this version of the schema does not know.
                #other(String),
            }
        },
        quote! {
            impl #name {
                /// The value as the database has it.
                pub fn as_str(&self) -> &str {
                    match self {
                        #(Self::#variants => #values,)*
                        Self::#other(value) => value,
                    }
                }
            }
        },
        quote! {
            impl From<&str> for #name {
                fn from(value: &str) -> Self {
                    match value {
                        #(#values => Self::#variants,)*
                        _ => Self::#other(value.to_owned()),
                    }
                }
            }
        },
        quote! {
            impl Default for #name {
                /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
                fn default() -> Self {
                    Self::from("")
                }
            }
        },
        quote! {
            impl std::fmt::Display for #name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(self.as_str())
                }
            }
        },
        quote! {
            impl Element for #name {
                fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
                    match atom {
                        Atom::String(value) => Ok(Self::from(value.as_ref())),
                        other => String::from_atom(other).map(Self::#other),
                    }
                }

                fn to_atom(&self) -> Atom<'_> {
                    Atom::String(self.as_str().into())
                }
            }
        },
    ]
}
