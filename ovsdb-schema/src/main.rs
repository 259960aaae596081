//! `ovsdb-schema`: describes database schemas and generates Rust from them.

mod folder;
mod rustfmt;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use ovsdb_schema::{Database, File, Options};

/// Describes OVSDB schemas and generates Rust from them.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Generates a folder with a Rust module: `mod.rs` and a file a table.
    Generate {
        /// The schema, as JSON.
        #[arg(long, value_name = "FILE")]
        schema: PathBuf,
        /// The folder, of which nothing else is kept.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Writes nothing; names the stale files and exits with status 1 if there are any.
        #[arg(long)]
        check: bool,
        /// The module that generated code imports values and traits from.
        #[arg(long, value_name = "PATH", default_value = "crate::ovsdb")]
        runtime: String,
        /// The command that the files' headers name.
        #[arg(long, value_name = "TEXT", default_value = "ovsdb-schema generate")]
        command: String,
    },
    /// Prints the tables and their columns.
    Describe {
        /// The schema, as JSON.
        file: PathBuf,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().verb {
        Verb::Generate {
            schema,
            out,
            check,
            runtime,
            command,
        } => {
            let files = generated(&schema, &out, &Options { runtime, command })?;
            if check {
                return report_stale(&out, &files);
            }
            folder::write(&out, &files)?;
        }
        Verb::Describe { file } => print(&ovsdb_schema::describe(&read(&file)?))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(schema: &Path) -> anyhow::Result<Database> {
    let file = || schema.display().to_string();
    let text = fs::read_to_string(schema).with_context(file)?;
    let schema = ovsdb_schema::parse(&text).with_context(file)?;
    ovsdb_schema::resolve(&schema).with_context(file)
}

fn generated(schema: &Path, out: &Path, options: &Options) -> anyhow::Result<Vec<File>> {
    let files = ovsdb_schema::generate(&read(schema)?, options)?;
    let formatted = files.into_iter().map(|file| {
        let content = rustfmt::format(&file.content, out)
            .with_context(|| format!("formatting {}", file.path))?;
        Ok(File { content, ..file })
    });
    formatted.collect()
}

fn report_stale(out: &Path, files: &[File]) -> anyhow::Result<ExitCode> {
    let stale = folder::stale(out, files)?;
    for path in &stale {
        print(&format!("stale: {}\n", path.display()))?;
    }
    Ok(if stale.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("writing to standard output")
}
