//! The command line: what is typed, what is printed, and the exit status.

mod arguments;
mod failure;
mod output;
mod ovsdb;
mod progress;
mod report;
mod setup;
mod tls;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tracing_subscriber::fmt::format::FmtSpan;

pub use arguments::{Arguments, Command, Format, Global};
use failure::Failure;
pub use ovsdb::OvsdbCommand;

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(&arguments.global);
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Failure::unexpected(error).print(arguments.global.format),
    };
    let format = arguments.global.format;
    let done = runtime.block_on(run(arguments));
    // Connections that are still there end with the process; nothing waits for them.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(failure) => failure.print(format),
    }
}

async fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let Arguments { global, command } = arguments;
    match command {
        Command::Setup(command) => setup::run(command, &global).await,
        Command::Plan(command) => setup::plan(command, &global).await,
        Command::Report => report::run(&global).await,
        Command::Ovsdb(command) => Ok(ovsdb::run(command, &global).await?),
        Command::Schema => {
            let schema = crate::model::request::schema();
            let text = serde_json::to_string_pretty(&schema).map_err(Failure::unexpected)?;
            output::print(&format!("{text}\n"))
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "netswitch", &mut script);
            output::print(&String::from_utf8_lossy(&script))
        }
    }
}

/// Spans and events go to standard error, as much of them as the option or the environment
/// variable `NETSWITCH_LOG` asks for.
fn start_log(global: &Global) {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing::Level::ERROR.into())
        .parse_lossy(&global.log_level);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(std::io::stderr)
        .with_ansi(output::is_coloured(&std::io::stderr()))
        .init();
}
