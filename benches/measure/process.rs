//! Other programs.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use serde_json::{Value, json};

/// Runs a command to its end: how long it took, and the most memory that it held.
///
/// The kernel counts the memory of the process that starts the command too, so this process must
/// not have held more itself.
pub(crate) fn process(command: &mut Command) -> Result<Value> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("{:?}", command.get_program()))?;
    let seconds = start.elapsed().as_secs_f64();
    ensure!(status.success(), "{:?}: {status}", command.get_program());
    let peak = |who| getrusage(who).map(|usage| usage.max_rss());
    let own = peak(UsageWho::RUSAGE_SELF)?;
    Ok(json!({"seconds": seconds, "peak_kib": peak(UsageWho::RUSAGE_CHILDREN)?, "own_kib": own}))
}
