//! `netswitch ovsdb`: the verbs of ovsdb-client(1) with its arguments and options, printed as it
//! prints them, for any database whose schema the server tells.
//!
//! A verb's [`Words`](words::Words) become a [`Server`](connection::Server) and what the verb is
//! about; [`Style`] and [`Printer`] are how it looks.
//!
//! | verb | module |
//! |---|---|
//! | `list-dbs`, `get-schema…`, `list-tables`, `list-columns` | [`databases`] |
//! | `transact`, `query` | [`transact`] |
//! | `dump` | [`dump`] |
//! | `monitor`, `monitor-cond`, `monitor-cond-since` | [`monitor`] |
//! | `lock`, `steal`, `unlock` | [`lock`] |
//! | `wait` | [`wait`] |
//! | `needs-conversion`, `convert` | [`conversion`] |
//! | `backup`, `restore` | [`backup`], [`restore`] |

mod atom;
mod backup;
mod canonical;
mod connection;
mod conversion;
mod databases;
mod dump;
mod input;
mod json;
mod lock;
mod log;
mod monitor;
mod output;
mod real;
mod restore;
mod schema;
mod select;
mod snapshot;
mod style;
mod table;
mod transact;
mod update;
mod value;
mod verb;
mod wait;
mod words;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use tokio::time::timeout;

use super::Global;
use monitor::Beginning;
use style::{Style, StyleOptions};
use table::Printer;
use transact::Purpose;
use verb::Verb;

/// `netswitch ovsdb`
#[derive(Debug, Args)]
#[command(infer_long_args = true, args_override_self = true)]
pub struct OvsdbCommand {
    #[command(flatten)]
    style: StyleOptions,
    /// `restore` only: also a backup whose schema differs from the database's
    #[arg(long, global = true)]
    force: bool,
    /// Of several servers of a clustered database, use its leader only (as without this option)
    #[arg(long, global = true, overrides_with = "no_leader_only")]
    leader_only: bool,
    /// Of several servers of a clustered database, use the first that is connected to the cluster
    #[arg(long, global = true, overrides_with = "leader_only")]
    no_leader_only: bool,
    #[command(subcommand)]
    verb: Verb,
}

/// A request that is not answered within the limit says so itself, at its end.
const GRACE: Duration = Duration::from_millis(100);

/// What is wrong besides the connection and what the database refuses.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The command line asks for what there cannot be: status 2.
    #[error("{0}")]
    Usage(String),
    /// None of several servers will do, for these reasons: status 3, code 32.
    #[error("no server will do: {0}")]
    NoServer(String),
    /// What goes on for ever was to end by then: status 3.
    #[error("the limit of {0:?} is over")]
    Over(Duration),
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
        Verb::ListDbs(words) => databases::list(words, global).await?,
        Verb::GetSchema(words) => databases::schema(words, global, &printer).await?,
        Verb::GetSchemaVersion(words) => databases::member(words, global, "version").await?,
        Verb::GetSchemaCksum(words) => databases::member(words, global, "cksum").await?,
        Verb::ListTables(words) => databases::tables(words, global, printer).await?,
        Verb::ListColumns(words) => databases::columns(words, global, printer).await?,
        Verb::Transact(words) => transact::run(words, global, &printer, Purpose::Change).await?,
        Verb::Query(words) => transact::run(words, global, &printer, Purpose::Query).await?,
        Verb::Dump(words) => dump::run(words, global, printer).await?,
        Verb::Monitor(words) => {
            until_limit(global, monitor::run(words, global, printer)).await?;
        }
        Verb::MonitorCond(words) => {
            let monitor = monitor::run_conditional(words, global, printer, Beginning::Now);
            until_limit(global, monitor).await?;
        }
        Verb::MonitorCondSince(words) => {
            let monitor = monitor::run_conditional(words, global, printer, Beginning::Since);
            until_limit(global, monitor).await?;
        }
        Verb::Wait(words) => wait::run(words, global).await?,
        Verb::Lock(words) => {
            until_limit(global, lock::run(words, global, lock::Manner::Wait)).await?;
        }
        Verb::Steal(words) => {
            until_limit(global, lock::run(words, global, lock::Manner::Steal)).await?;
        }
        Verb::Unlock(words) => lock::give_back(words, global).await?,
        Verb::NeedsConversion(words) => conversion::is_needed(words, global).await?,
        Verb::Convert(words) => conversion::convert(words, global).await?,
        Verb::Backup(words) => backup::run(words, global).await?,
        Verb::Restore(words) => restore::run(words, global, command.force).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs what goes on until it is interrupted, or until a limit that was asked for.
async fn until_limit(
    global: &Global,
    verb: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    match global.timeout {
        None => verb.await,
        Some(limit) => match timeout(limit.saturating_add(GRACE), verb).await {
            Ok(ended) => ended,
            Err(_) => bail!(Fault::Over(limit)),
        },
    }
}
