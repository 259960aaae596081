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
    run(command.stdout(Stdio::null())).map(|(told, _)| told)
}

/// The same, and the JSON that it prints.
pub(crate) fn answer(command: &mut Command) -> Result<Value> {
    let (mut told, printed) = run(command.stdout(Stdio::piped()))?;
    told["answer"] = serde_json::from_slice(&printed)
        .with_context(|| format!("what {:?} tells", command.get_program()))?;
    Ok(told)
}

fn run(command: &mut Command) -> Result<(Value, Vec<u8>)> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let start = Instant::now();
    let output = command
        .output()
        .with_context(|| format!("{:?}", command.get_program()))?;
    let seconds = start.elapsed().as_secs_f64();
    let status = output.status;
    ensure!(status.success(), "{:?}: {status}", command.get_program());
    let peak = |who| getrusage(who).map(|usage| usage.max_rss());
    let own = peak(UsageWho::RUSAGE_SELF)?;
    let told =
        json!({"seconds": seconds, "peak_kib": peak(UsageWho::RUSAGE_CHILDREN)?, "own_kib": own});
    Ok((told, output.stdout))
}
