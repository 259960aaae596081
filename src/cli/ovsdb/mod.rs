//! `netswitch ovsdb`: the verbs of ovsdb-client(1), printed as it prints them, for any database
//! whose schema the server tells.

mod connection;
mod dump;
mod json;
mod monitor;
mod output;
mod real;
mod schema;
mod style;
mod table;
mod transact;
mod value;
mod verb;
mod words;

use std::process::ExitCode;

use clap::Args;

use super::Global;
use style::{Style, StyleOptions};
use table::Printer;
use verb::Verb;
use words::Words;

/// `netswitch ovsdb`
#[derive(Debug, Args)]
#[command(infer_long_args = true, args_override_self = true)]
pub struct OvsdbCommand {
    #[command(flatten)]
    style: StyleOptions,
    #[command(subcommand)]
    verb: Verb,
}

/// What is wrong besides the connection and what the database refuses.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The command line asks for what there cannot be: status 2.
    #[error("{0}")]
    Usage(String),
    /// The server answers nonsense, as the source tells: status 3, code 32.
    #[error("the server does not give {0} as ovsdb has it")]
    Answer(String),
}

impl Fault {
    /// More was typed than the verb takes.
    fn extra(words: Option<&[String]>) -> Self {
        let words = words.unwrap_or_default().join(" ");
        Self::Usage(format!("what is {words}? --help tells what the verb takes"))
    }
}

/// Runs a verb.
///
/// # Errors
/// [`Fault`], [`ovsdb::Error`](crate::ovsdb::Error), or another for what the database does not
/// have or did not do.
pub(super) async fn run(command: OvsdbCommand, global: &Global) -> anyhow::Result<ExitCode> {
    let printer = Printer::new(Style::new(global.format, &command.style)?);
    match command.verb {
        Verb::ListDbs(words) => list_databases(words, global).await?,
        Verb::GetSchema(words) => get_schema(words, global, &printer).await?,
        Verb::Transact(words) => transact::run(words, global, &printer).await?,
        Verb::Dump(words) => dump::run(words, global, printer).await?,
        Verb::Monitor(words) => monitor::run(words, global, printer).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list_databases(words: Words, global: &Global) -> anyhow::Result<()> {
    let (server, []) = words.exactly(global)?;
    let session = server.connect().await?;
    let mut names = session.client().list_databases().await?;
    names.sort_unstable();
    names.iter_mut().for_each(|name| name.push('\n'));
    output::print(&names.concat())?;
    Ok(())
}

async fn get_schema(words: Words, global: &Global, printer: &Printer) -> anyhow::Result<()> {
    let (server, names) = words.server(global, 0)?;
    let session = server.connect().await?;
    let (database, _) = session.split(names, 0, 0).await?;
    let schema = session.client().get_schema(&database).await?;
    output::print(&printer.json(&serde_json::from_str(schema.get())?)?)?;
    Ok(())
}
