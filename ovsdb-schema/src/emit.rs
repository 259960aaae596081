//! The last stage: from [`Database`] to Rust.

mod database;
mod docs;
mod enumeration;
mod indexes;
mod row;
mod source;
mod table;
mod types;

use crate::error::Error;
use crate::names;
use crate::resolve::Database;

use self::source::Source;

/// What the generated code refers to.
#[derive(Debug, Clone)]
pub struct Options {
    /// The path of the module with the traits and values that generated code uses.
    pub runtime: String,
    /// The command that the files' headers name.
    pub command: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            runtime: "crate::ovsdb".to_owned(),
            command: "ovsdb-schema generate".to_owned(),
        }
    }
}

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the generated folder.
    pub path: String,
    /// Its text.
    pub content: String,
}

/// Generates a Rust module: `mod.rs` with the database, and a file a table.
///
/// The text is laid out by `prettyplease`; `rustfmt` has the last word on line breaks.
///
/// # Errors
///
/// Two things of the schema that would have the same name in Rust.
pub fn generate(database: &Database, options: &Options) -> Result<Vec<File>, Error> {
    names::check(database)?;
    let header = format!(
        "// Generated from the schema {}, version {}.\n// Do not edit: run `{}`.\n",
        database.name, database.version, options.command
    );
    let file = |name: &str, source: Source| {
        let content = source.render(&header)?;
        let path = format!("{name}.rs");
        Ok(File { path, content })
    };
    let mut files = vec![file("mod", database::source(database, &options.runtime)?)?];
    for table in &database.tables {
        let source = table::source(table, &options.runtime)?;
        files.push(file(&names::table_module(&table.name), source)?);
    }
    Ok(files)
}
