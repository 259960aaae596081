//! Database schemas of OVSDB (RFC 7047, section 3.2): read, checked, described and turned into
//! Rust.
//!
//! Three stages, each a function that takes what the one before gives, without any I/O:
//!
//! ```text
//! text ──parse──► Schema ──resolve──► Database ──generate──► files
//! ```
//!
//! ```
//! let text = r#"{"name": "Lab", "version": "1.0.0", "tables": {
//!     "Sample": {"columns": {"weight": {"type": {"key": "real", "min": 0}}}}}}"#;
//! let schema = ovsdb_schema::parse(text)?;
//! let database = ovsdb_schema::resolve(&schema)?;
//! let files = ovsdb_schema::generate(&database, &ovsdb_schema::Options::default())?;
//! let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
//! assert_eq!(paths, ["mod.rs", "sample.rs"]);
//! # Ok::<_, ovsdb_schema::Error>(())
//! ```
//!
//! # What a column becomes
//!
//! | schema | Rust |
//! |---|---|
//! | `min` 1, `max` 1 | the element itself |
//! | `min` 0, `max` 1 | `Option` |
//! | any other `min`, `max` | `Set` |
//! | `key` and `value` | `Map` |
//!
//! | base type | element |
//! |---|---|
//! | `integer` | `i64` |
//! | `real` | `Real` |
//! | `boolean` | `bool` |
//! | `string` | `String`, or an enum when its values are enumerated |
//! | `uuid` | `Uuid`, or `RowId` of the table that `refTable` names |
//!
//! `Set`, `Map`, `Real`, `Uuid`, `RowId` and the traits that generated code implements come from
//! the module that [`Options::runtime`] names.
//!
//! Values and limits are documented on the generated fields and left to the server to enforce:
//! a newer server may have wider ones.

mod describe;
mod emit;
mod error;
mod json;
pub mod model;
mod names;
mod parse;
mod phrase;
mod resolve;

pub use describe::describe;
pub use emit::{File, Options, generate};
pub use error::{Error, Problem};
pub use parse::parse;
pub use resolve::{Column, Count, Database, Shape, Table, resolve};
