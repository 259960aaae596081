//! The native configurator: sends the transaction itself.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use super::configure::{Change, Configure, Configured, Done};
use super::switch::OvsSwitch;
use crate::causes::chain;
use crate::ovsdb::{self, TransactionErrorKind};
use crate::switch::{Lost, SwitchError};
use crate::vswitch::OpenVSwitchDatabase;

/// Transactions that touch more rows than this are sent with the replica paused: the server spends
/// half as much again on telling us of our own rows, and several times as much on those that go.
const MANY_ROWS: usize = 256;

#[derive(Debug)]
pub(super) struct Native;

impl Configure for Native {
    fn configure<'a>(
        &'a self,
        switch: &'a OvsSwitch,
        change: &'a Change,
        limit: Duration,
    ) -> LocalBoxFuture<'a, Result<Configured, SwitchError>> {
        Box::pin(async move {
            let transaction = &change.transaction;
            let client = switch.client.with_timeout(limit);
            let rows = transaction.operations().len() + transaction.vanishing().len();
            let inverse = if rows > MANY_ROWS {
                switch
                    .replica
                    .pause()
                    .await
                    .map_err(SwitchError::Database)?;
                // A damaged replica is found before anything is sent.
                drop(switch.replica.read().map_err(SwitchError::Database)?);
                None
            } else {
                Some(switch.inverse(transaction)?)
            };
            let reply = client.transact::<OpenVSwitchDatabase>(transaction).await;
            let done = match reply {
                Ok(outcome) => Done::Committed(outcome, None),
                Err(error) if error.is_outcome_unknown() => Done::Unheard(Lost::Reply(error)),
                Err(error) => return Err(refusal(error)),
            };
            Ok(Configured { done, inverse })
        })
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
