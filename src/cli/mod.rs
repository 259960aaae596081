//! The command line: what is typed, what is printed, and the exit status.

mod ovsdb;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::ovsdb::Remotes;
pub use ovsdb::OvsdbCommand;

/// Sets up a virtualization host's networks as one unit.
#[derive(Debug, Parser)]
#[command(name = "netswitch", version)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every verb takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The Open vSwitch database
    #[arg(
        long,
        global = true,
        default_value = "unix:/var/run/openvswitch/db.sock"
    )]
    pub db: Remotes,
    /// The limit on the whole command
    #[arg(long, global = true, default_value = "60s", value_parser = seconds)]
    pub timeout: Duration,
    /// The form of what is printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// The forms in which verbs print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Format {
    Text,
    Json,
    Tree,
    Dot,
    Table,
    List,
    Csv,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Talk to the database, as ovsdb-client does
    Ovsdb(OvsdbCommand),
}

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    let Arguments { global, command } = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        let Command::Ovsdb(command) = command;
        let done = runtime.block_on(ovsdb::run(command, &global));
        runtime.shutdown_background();
        done
    });
    done.unwrap_or_else(|error| {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "netswitch: {error:#}");
        if error.is::<ovsdb::UsageError>() {
            return ExitCode::from(2);
        }
        let database = error.downcast_ref::<crate::ovsdb::Error>();
        ExitCode::from(match database {
            Some(error) if error.rpc_error().is_none() => 3,
            _ => 1,
        })
    })
}

fn seconds(text: &str) -> Result<Duration, std::num::ParseIntError> {
    text.trim_end_matches('s').parse().map(Duration::from_secs)
}
