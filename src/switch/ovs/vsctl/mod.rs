//! The configurator that has ovs-vsctl(8) change the database.
//!
//! The steps are rendered as for the native one; the transaction is then told to ovs-vsctl in one
//! call, as its arguments, without a shell. Which transactions there are is the plan's to say: more
//! than one where the arguments of one would not fit ([`split`]).
//!
//! Whether it committed is not ovs-vsctl's to tell: a call that is killed, or loses its connection
//! with the transaction under way ("database connection failed", status 1), may have committed. The
//! mark that is written in the same transaction tells, in our copy of the database.
//!
//! What ovs-vsctl 3.1 does, and what that means here:
//!
//! - `wait-until` waits for ever for a column that differs, and for a row that has gone; with
//!   `--timeout` a SIGALRM ends it. Our copy shows at once that a prerequisite does not hold, and
//!   the call is ended then.
//! - It counts `next_cfg` only where it also waits for ovs-vswitchd. So the last call of a plan
//!   does, and the others are called with `--no-wait`. That last one stays until ovs-vswitchd is
//!   done, while we wait for the same, look at the interfaces (it looks at none that `create`
//!   made), and roll back, all over our own connection.
//! - Its comment in the database's log is its whole command line.
//! - A relative path in `--db=unix:` is relative to OVS_RUNDIR.

mod error;
mod limits;
mod process;
mod split;
mod words;

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use futures_util::future::LocalBoxFuture;

pub use error::VsctlError;
pub use limits::argument_limits;
pub(crate) use process::Running;
pub(crate) use split::split;
pub use words::vsctl_words;

use super::configure::{Change, Configure, Configured, Done};
use super::switch::OvsSwitch;
use super::{guards, marks};
use crate::ovsdb::{Outcome, Transaction};
use crate::plan::ArgumentLimits;
use crate::switch::{Lost, SwitchError};
use crate::vswitch::{OpenVSwitch, OpenVSwitchDatabase};

const PROGRAM: &str = "ovs-vsctl";

/// An installed ovs-vsctl.
#[derive(Debug)]
pub(super) struct Vsctl {
    program: PathBuf,
    limits: ArgumentLimits,
}

/// What happened first.
enum First {
    /// It ended.
    Ended(Result<ExitStatus, VsctlError>),
    /// The mark of the transaction is there.
    Committed,
    /// A prerequisite does not hold any more.
    Overtaken(String),
    /// The time is up, or the connection of ours is lost.
    Lost(Lost),
}

impl Vsctl {
    /// The first that is in a folder of PATH.
    pub(super) fn find(limits: ArgumentLimits) -> Result<Self, VsctlError> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&path)
            .map(|folder| folder.join(PROGRAM))
            .find(|file| {
                let found = std::fs::metadata(file);
                found.is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
            });
        let program = program.ok_or(VsctlError::Missing)?;
        Ok(Self { program, limits })
    }

    /// The commands, if they fit into one call beside these options.
    pub(super) fn commands(
        &self,
        transaction: &Transaction,
        options: &[String],
    ) -> Result<Vec<String>, VsctlError> {
        let words = vsctl_words(transaction)?;
        let all = || options.iter().chain(&words);
        let limit = self.limits.single;
        if let Some(long) = all().find(|word| word.len() >= limit) {
            return Err(VsctlError::TooLong {
                begin: long.chars().take(40).collect(),
                bytes: long.len(),
                limit,
            });
        }
        let program = self.program.to_string_lossy();
        // The program's name is there twice: as the first argument, and for the kernel itself.
        let bytes = 2 * ArgumentLimits::size(&program)
            + all().map(|word| ArgumentLimits::size(word)).sum::<usize>();
        let limit = self.limits.total;
        if bytes > limit {
            return Err(VsctlError::TooMuch { bytes, limit });
        }
        Ok(words)
    }

    async fn carry_out(
        &self,
        switch: &OvsSwitch,
        change: &Change,
        limit: Duration,
    ) -> Result<Done, SwitchError> {
        let transaction = &change.transaction;
        let mut arguments = switch.vsctl_options(limit, change.is_last);
        arguments.extend(self.commands(transaction, &arguments)?);
        if let Some(what) = overtaken(switch, transaction)? {
            return Err(SwitchError::Outdated(what));
        }
        let mut running = Running::start(&self.program, &arguments)?;
        let marker = change.marker.to_string();
        let first = tokio::select! {
            biased;
            status = running.ended() => First::Ended(status),
            first = watch(switch, transaction, &marker, limit) => first,
        };
        let lost = match first {
            First::Committed => {
                return committed(switch, transaction, Some(Box::new(running))).await;
            }
            First::Ended(status) => match judge(status, &running)? {
                // What the server has told us of by the time that it answers has its mark in it.
                None => match switch.client.echo().await {
                    Ok(()) if is_there(switch, &marker)? => {
                        return committed(switch, transaction, None).await;
                    }
                    // Another setup may have come after it.
                    Ok(()) => Lost::Vsctl(match overtaken(switch, transaction)? {
                        Some(what) => VsctlError::Overtaken(what),
                        None => VsctlError::Unseen,
                    }),
                    Err(error) => Lost::Reply(error),
                },
                Some(lost) => lost,
            },
            First::Overtaken(what) => Lost::Vsctl(VsctlError::Overtaken(what)),
            First::Lost(lost) => lost,
        };
        running.end().await;
        Ok(Done::Unheard(lost))
    }
}

impl Configure for Vsctl {
    fn configure<'a>(
        &'a self,
        switch: &'a OvsSwitch,
        change: &'a Change,
        limit: Duration,
    ) -> LocalBoxFuture<'a, Result<Configured, SwitchError>> {
        Box::pin(async move {
            let inverse = switch.inverse(&change.transaction)?;
            let done = self.carry_out(switch, change, limit).await?;
            Ok(Configured {
                done,
                inverse: Some(inverse),
            })
        })
    }
}

impl OvsSwitch {
    /// What every call of ovs-vsctl begins with: the server that we are connected to, and `limit`.
    pub(super) fn vsctl_options(&self, limit: Duration, waits: bool) -> Vec<String> {
        process::options(&self.client.remote(), self.tls.as_ref(), limit, waits)
    }
}

/// Follows our copy of the database until it tells what became of the transaction.
async fn watch(
    switch: &OvsSwitch,
    transaction: &Transaction,
    marker: &str,
    limit: Duration,
) -> First {
    let mut first = None;
    let started = Instant::now();
    let seen = switch.replica.wait_until(
        |db| {
            first = match has_mark(db, marker) {
                true => Some(First::Committed),
                false => guards::broken(transaction, db).map(First::Overtaken),
            };
            first.is_some()
        },
        limit,
    );
    match (seen.await, first) {
        (Ok(()), Some(first)) => first,
        (Err(error), _) if !error.is_timeout() => First::Lost(Lost::Reply(error)),
        _ => First::Lost(Lost::Vsctl(VsctlError::Slow(started.elapsed()))),
    }
}

/// The first prerequisite that does not hold now.
fn overtaken(switch: &OvsSwitch, transaction: &Transaction) -> Result<Option<String>, SwitchError> {
    let db = switch.replica.read().map_err(SwitchError::Database)?;
    Ok(guards::broken(transaction, &*db))
}

fn is_there(switch: &OvsSwitch, marker: &str) -> Result<bool, SwitchError> {
    let db = switch.replica.read().map_err(SwitchError::Database)?;
    Ok(has_mark(&db, marker))
}

fn has_mark(db: &OpenVSwitchDatabase, marker: &str) -> bool {
    let is_ours = |row: &OpenVSwitch| {
        row.external_ids
            .get(marks::TRANSACTION)
            .is_some_and(|mark| mark == marker)
    };
    db.open_vswitch.iter().any(|(_, row)| is_ours(row))
}

async fn committed(
    switch: &OvsSwitch,
    transaction: &Transaction,
    running: Option<Box<Running>>,
) -> Result<Done, SwitchError> {
    // Our other monitor, which has `next_cfg`, is told of it too by then.
    if let Err(error) = switch.client.echo().await {
        return Ok(Done::Unheard(Lost::Reply(error)));
    }
    let db = switch.replica.read().map_err(SwitchError::Database)?;
    let find = |table: &str, name: &str| super::commit::find(&db, table, name);
    Ok(match Outcome::unheard(transaction, find) {
        Some(outcome) => Done::Committed(outcome, running),
        // Others were faster to remove what it made; that is for the rollback to say.
        None => Done::Unheard(Lost::Vsctl(VsctlError::Unseen)),
    })
}

/// What it means how ovs-vsctl ended: `None` that it committed, `Some` that it may have.
fn judge(
    status: Result<ExitStatus, VsctlError>,
    running: &Running,
) -> Result<Option<Lost>, SwitchError> {
    let status = status?;
    let said = running.said();
    if status.success() {
        return Ok(None);
    }
    if status.signal().is_some() || said.is_empty() {
        return Ok(Some(Lost::Vsctl(VsctlError::Killed(status))));
    }
    // It may have been lost with the transaction under way.
    if said.contains("database connection failed") {
        return Ok(Some(Lost::Vsctl(VsctlError::Failed(said))));
    }
    // What the plan relied on has gone.
    if said.contains("no row \"") {
        return Err(SwitchError::Outdated(said));
    }
    Err(VsctlError::Failed(said).into())
}
