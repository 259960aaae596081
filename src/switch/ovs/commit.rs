//! Sends a plan's transaction, and finds out what became of it.

use std::time::Duration;

use super::marks;
use super::switch::{Applied, OvsSwitch};
use crate::causes::chain;
use crate::ovsdb::{
    self, Map, Monitor, Outcome, Table, Transaction, TransactionBuilder, TransactionErrorKind, Uuid,
};
use crate::plan::Plan;
use crate::switch::SwitchError;
use crate::vswitch::{Bridge, Interface, OpenVSwitch, OpenVSwitchDatabase, Port, open_vswitch};

/// Transactions of more operations than this are sent with the replica paused: the server spends
/// half as much again on telling us of our own rows.
const MANY_OPERATIONS: usize = 256;

/// How long to try for a lost connection at the most, to learn whether its transaction committed.
const RECONNECT: Duration = Duration::from_secs(10);

impl OvsSwitch {
    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub(super) async fn apply_plan(
        &mut self,
        plan: &Plan,
        limit: Duration,
    ) -> Result<(), SwitchError> {
        let marker = Uuid::new_v4();
        let rendered = self.render(plan, marker)?;
        if rendered.transaction.operations().len() > MANY_OPERATIONS {
            self.replica.pause().await.map_err(SwitchError::Database)?;
        }
        let sent = self
            .client
            .with_timeout(limit)
            .transact::<OpenVSwitchDatabase>(&rendered.transaction)
            .await;
        let outcome = match sent {
            Ok(outcome) => outcome,
            Err(error) if error.is_outcome_unknown() => {
                let limit = RECONNECT.min(limit / 4);
                self.resolve(&rendered.transaction, marker, error, limit)
                    .await?
            }
            Err(error) => return Err(refusal(error)),
        };
        let missed: Vec<usize> = outcome.missed(&rendered.transaction).collect();
        // From here on there is something to take back, whatever happens.
        let applied = self.applied.insert(Applied {
            rendered,
            outcome,
            target: i64::MAX,
            is_awaited: false,
            interfaces: None,
        });
        applied.target = match next_cfg(&self.progress) {
            Ok(target) => target,
            Err(error) => return Err(SwitchError::Unknown(error)),
        };
        if missed.is_empty() {
            Ok(())
        } else {
            Err(SwitchError::Missed(missed))
        }
    }

    /// The reply was lost: the marker in the database tells whether the transaction committed, and
    /// the names of its rows which they are. One that did not is kept from committing later.
    async fn resolve(
        &mut self,
        transaction: &Transaction,
        marker: Uuid,
        lost: ovsdb::Error,
        limit: Duration,
    ) -> Result<Outcome, SwitchError> {
        if self.reconnect(limit).await.is_err() {
            return Err(SwitchError::Unknown(lost));
        }
        let marker = marker.to_string();
        match self.give_up(&marker, limit).await {
            Ok(true) => return Err(SwitchError::Refused(lost)),
            Ok(false) => {}
            Err(_) => return Err(SwitchError::Unknown(lost)),
        }
        let Ok(db) = self.replica.read() else {
            return Err(SwitchError::Unknown(lost));
        };
        let is_ours = |row: &OpenVSwitch| row.external_ids.get(marks::TRANSACTION) == Some(&marker);
        if !db.open_vswitch.iter().any(|(_, row)| is_ours(row)) {
            return Err(SwitchError::Unknown(lost));
        }
        let find = |table: &str, name: &str| match table {
            Bridge::NAME => db.bridge.by_name(name).map(|(id, _)| id.uuid()),
            Port::NAME => db.port.by_name(name).map(|(id, _)| id.uuid()),
            Interface::NAME => db.interface.by_name(name).map(|(id, _)| id.uuid()),
            _ => None,
        };
        Outcome::unheard(transaction, find).ok_or(SwitchError::Unknown(lost))
    }

    /// Unless the transaction with this marker has committed, makes sure that it never will: a
    /// server that was stopped may read it yet. It waits for the marker that it was planned for,
    /// and another takes that one's place.
    async fn give_up(&self, marker: &str, limit: Duration) -> Result<bool, SwitchError> {
        let (root, _) = self.root()?;
        let ids = open_vswitch::EXTERNAL_IDS;
        let ours = Map::from_iter([(marks::TRANSACTION.to_owned(), marker.to_owned())]);
        let mut builder = TransactionBuilder::new();
        let other = Uuid::new_v4().to_string();
        let given_up = builder.mutate_if(root, ids.excludes(&ours));
        let given_up = given_up
            .put(ids, marks::TRANSACTION.into(), other)
            .counted();
        builder.comment("netswitch gives up a transaction whose reply was lost");
        let client = self.client.with_timeout(limit);
        let transaction = builder.build().map_err(SwitchError::Transaction)?;
        let outcome = client
            .transact::<OpenVSwitchDatabase>(&transaction)
            .await
            .map_err(SwitchError::Database)?;
        Ok(outcome.count(given_up) > 0)
    }
}

/// What it means that a transaction surely did not commit.
fn refusal(error: ovsdb::Error) -> SwitchError {
    match error.transaction_error() {
        Some(cause) if cause.kind == TransactionErrorKind::NotAllowed => {
            SwitchError::ReadOnly(error)
        }
        Some(cause) if cause.is_retryable() => SwitchError::Outdated(chain(&error)),
        _ => SwitchError::Refused(error),
    }
}

/// The number of the configuration that was asked for last.
fn next_cfg(progress: &Monitor<OpenVSwitchDatabase>) -> Result<i64, ovsdb::Error> {
    let db = progress.read()?;
    let numbers = db.open_vswitch.iter().map(|(_, row)| row.next_cfg);
    Ok(numbers.max().unwrap_or(i64::MAX))
}
