//! Takes back what was applied last, and proves it.

use std::time::{Duration, Instant};

use super::render;
use super::switch::{Committed, OvsSwitch};
use crate::causes::chain;
use crate::ovsdb::{self, Outcome, TransactionBuilder};
use crate::switch::SwitchError;
use crate::vswitch::OpenVSwitchDatabase;

/// How long a server may take to show that it is there before a rollback turns to another
/// connection.
const ECHO: Duration = Duration::from_secs(2);

/// How long to wait for ovs-vswitchd to follow a rollback: it may be why there is one.
const FOLLOW: Duration = Duration::from_secs(10);

impl OvsSwitch {
    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub(super) async fn roll_back_applied(
        &mut self,
        limit: Duration,
        follow: bool,
    ) -> Result<Vec<String>, SwitchError> {
        let deadline = Instant::now() + limit;
        self.make_inverse()?;
        let echo = ECHO.min(limit / 2);
        if self.client.with_timeout(echo).echo().await.is_err() {
            let left = deadline.saturating_duration_since(Instant::now());
            self.reconnect(left).await?;
        }
        let mut applied = self.applied.take().ok_or(SwitchError::NothingApplied)?;
        if let Some(running) = applied.running.take() {
            running.end().await;
        }
        let mut left = Vec::new();
        if applied.is_unknown {
            left.push("whether the last transaction committed is unknown".to_owned());
        }
        let mut transactions = applied.transactions;
        while let Some(committed) = transactions.pop() {
            let Committed { inverse, outcome } = &committed;
            let undone = match self.undo(&committed, deadline).await? {
                Ok(undone) => undone,
                Err(error) => {
                    self.refresh().await?;
                    let db = self.replica.read().map_err(SwitchError::Database)?;
                    left.push(chain(&SwitchError::Refused(error)));
                    left.extend(inverse.obstacles(outcome, &*db));
                    if !transactions.is_empty() {
                        left.push(format!("{} more transactions stand", transactions.len()));
                    }
                    return Ok(left);
                }
            };
            if transactions.is_empty() && follow && !applied.is_silent {
                self.wait_undone(deadline).await?;
            }
            self.refresh().await?;
            let db = self.replica.read().map_err(SwitchError::Database)?;
            left.extend(inverse.differences(outcome, &undone, &*db));
            drop(db);
            // The older ones know what they changed by the identifiers of then.
            transactions
                .iter_mut()
                .for_each(|older| older.inverse.follow(inverse, &undone));
        }
        Ok(left)
    }

    /// Sends the inverse of a transaction.
    async fn undo(
        &self,
        committed: &Committed,
        deadline: Instant,
    ) -> Result<Result<Outcome, ovsdb::Error>, SwitchError> {
        let (root, _) = self.root()?;
        let comment = "netswitch: roll back".to_owned();
        let finish = |builder: &mut TransactionBuilder| render::close(builder, root, comment);
        let Committed { inverse, outcome } = committed;
        let transaction = inverse.transaction(outcome, finish)?;
        let left = deadline.saturating_duration_since(Instant::now());
        let client = self.client.with_timeout(left);
        Ok(client.transact::<OpenVSwitchDatabase>(&transaction).await)
    }

    /// Waits for ovs-vswitchd to follow.
    async fn wait_undone(&self, deadline: Instant) -> Result<(), SwitchError> {
        let target = self.root()?.1.next_cfg;
        let left = deadline.saturating_duration_since(Instant::now());
        if let Err(error) = self.wait_for(target, left.min(FOLLOW)).await {
            tracing::warn!(%error, "the database is restored; ovs-vswitchd has not followed");
        }
        Ok(())
    }
}
