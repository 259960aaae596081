//! `netswitch ovsdb`: the verbs of ovsdb-client(1), printed as it prints them, for any database
//! whose schema the server tells.

mod connection;
mod dump;
mod json;
mod monitor;
mod output;
mod real;
mod schema;
mod table;
mod transact;
mod value;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Global;
use crate::model::Printable;
use connection::Server;
use table::Printer;

/// `netswitch ovsdb`
#[derive(Debug, Args)]
pub struct OvsdbCommand {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the names of the server's databases
    ListDbs,
    /// Print a database's schema as JSON
    GetSchema {
        /// The database; Open_vSwitch if the server has it
        database: Option<String>,
    },
    /// Run a transaction and print the results of its operations as JSON
    Transact {
        /// ["DATABASE", OPERATION, …] (RFC 7047, section 4.1.3); "-" is standard input
        transaction: String,
    },
    /// Print what a database, a table or some of its columns hold
    #[command(override_usage = "netswitch ovsdb dump [OPTIONS] [DATABASE] [TABLE [COLUMN]...]")]
    Dump {
        /// The database (Open_vSwitch if the server has it), a table, and columns of it; all of
        /// them if none is named
        #[arg(value_name = "NAME")]
        names: Vec<String>,
    },
    /// Print what a table holds, and then every change of it until interrupted
    #[command(
        override_usage = "netswitch ovsdb monitor [OPTIONS] [DATABASE] TABLE [COLUMN[,COLUMN]...]...\n       \
                          netswitch ovsdb monitor [OPTIONS] [DATABASE] ALL"
    )]
    Monitor {
        /// The database (Open_vSwitch if the server has it), a table or ALL of them, and columns,
        /// all of them if none is named; !initial, !insert, !delete and !modify leave out that
        /// kind of change
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
    },
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

/// Runs a verb.
///
/// # Errors
/// [`Fault`], [`ovsdb::Error`](crate::ovsdb::Error), or another for what the database does not
/// have or did not do.
pub(super) async fn run(command: OvsdbCommand, global: &Global) -> anyhow::Result<ExitCode> {
    let server = Server::new(global)?;
    let printer = Printer::new(global.format)?;
    match command.verb {
        Verb::ListDbs => list_databases(&server).await?,
        Verb::GetSchema { database } => get_schema(&server, database.as_deref()).await?,
        Verb::Transact { transaction } => transact::run(&server, transaction).await?,
        Verb::Dump { names } => dump::run(&server, names, printer).await?,
        Verb::Monitor { names } => monitor::run(&server, names, printer).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list_databases(server: &Server<'_>) -> anyhow::Result<()> {
    let session = server.connect().await?;
    let mut names = session.client().list_databases().await?;
    names.sort_unstable();
    let lines = names.iter().map(|name| format!("{}\n", Printable(name)));
    output::print(&lines.collect::<String>())?;
    Ok(())
}

async fn get_schema(server: &Server<'_>, database: Option<&str>) -> anyhow::Result<()> {
    let session = server.connect().await?;
    let database = session.database(database).await?;
    let schema = session.client().get_schema(&database).await?;
    let mut text = json::sorted(&serde_json::from_str(schema.get())?)?;
    text.push('\n');
    output::print(&text)?;
    Ok(())
}
