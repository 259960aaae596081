use std::fmt;

use serde_json::value::RawValue;

use super::call::Answer;
use super::client::Client;
use super::error::{Error, Kind};
use super::server_database::{Database, DatabaseModel, ServerDatabase, database};
use super::transaction::{Outcome, Transaction, TransactionBuilder};

/// A transaction that [`Client::submit`] has handed to the connection, and that can be cancelled
/// so that it is known what came of it.
///
/// Dropped before its outcome is here, it is cancelled and nothing is known, as with every other
/// call (see [`Client`]).
pub struct Submitted<'a> {
    client: &'a Client,
    database: &'static str,
    transaction: &'a Transaction,
    answer: Answer<'a>,
}

impl<'a> Submitted<'a> {
    pub(super) fn new(
        client: &'a Client,
        database: &'static str,
        transaction: &'a Transaction,
        answer: Answer<'a>,
    ) -> Self {
        Self {
            client,
            database,
            transaction,
            answer,
        }
    }

    /// Waits for what comes of it, and gives it again to who asks again. Dropping this future
    /// cancels nothing, so that it can be one branch of a `select!` and
    /// [`cancel`](Submitted::cancel) follow from another.
    ///
    /// # Errors
    /// As for [`Client::transact`].
    pub async fn outcome(&mut self) -> Result<Outcome, Error> {
        let result = self.answer.hear().await?;
        let result: &RawValue = self.client.read("transact", &result)?;
        Outcome::read(self.transaction, result.get()).map_err(|source| {
            Kind::Transaction {
                database: self.database.to_owned(),
                source,
            }
            .into()
        })
    }

    /// Cancels it (RFC 7047, section 4.1.4) and learns what became of it: `None` when it did not
    /// commit and never will, its outcome when it was committed before.
    ///
    /// The server does not answer a cancelled transaction; that it has none to answer any more is
    /// seen from a later request that it does answer.
    ///
    /// # Errors
    /// The transaction's own, as for [`Client::transact`]: it failed before. And
    /// [`Error::is_outcome_unknown`] when the connection is lost on the way, or when the database
    /// is not a standalone one: what a member of a cluster has passed on to the others it cannot
    /// take back, and forgets.
    pub async fn cancel(mut self) -> Result<Option<Outcome>, Error> {
        if self.answer.cancel() {
            return Ok(None);
        }
        match self.outcome().await {
            Ok(outcome) => Ok(Some(outcome)),
            Err(error) if !error.is_canceled() => Err(error),
            Err(error) if error.is_unsent() => Ok(None),
            Err(_) => self.check_canceled().await.map(|()| None),
        }
    }

    /// Whether the server's cancelling is the last word. A member of a cluster destroys what waits
    /// for the entry of the log, not the entry (`ovsdb_trigger_destroy` in ovs ovsdb/trigger.c,
    /// `raft_command_unref` in ovsdb/raft.c); so does a relay with what it has passed on.
    async fn check_canceled(&self) -> Result<(), Error> {
        let unsure = |cause| Kind::CanceledLate {
            remote: self.client.remote(),
            cause,
        };
        let mut builder = TransactionBuilder::new();
        let named = database::NAME.equals(&self.database.to_owned());
        let columns = ["_uuid", database::MODEL.name()];
        let select = builder.select::<Database>(vec![named], &columns);
        let asked = builder
            .build()
            .map_err(|source| Kind::Build { source }.into());
        let asked: Result<_, Error> = match asked {
            Ok(asked) => self.client.transact::<ServerDatabase>(&asked).await,
            Err(error) => Err(error),
        };
        match asked.map(|outcome| outcome.rows(select)) {
            Ok(Ok(rows)) => {
                let is_alone = |row: &Database| row.model == DatabaseModel::Standalone;
                match !rows.is_empty() && rows.iter().all(|(_, row)| is_alone(row)) {
                    true => Ok(()),
                    false => Err(unsure(None).into()),
                }
            }
            // The server does not have the database `_Server`: it is older than clusters.
            Err(error) if error.rpc_error().is_some() => Ok(()),
            Ok(Err(_)) => Err(unsure(None).into()),
            Err(error) => Err(unsure(Some(error)).into()),
        }
    }
}

impl fmt::Debug for Submitted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submitted")
            .field("database", &self.database)
            .field("remote", &self.client.remote())
            .finish_non_exhaustive()
    }
}
