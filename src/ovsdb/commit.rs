use std::time::Duration;

use tokio::time::Instant;

use super::client::Client;
use super::error::{Error, Kind};
use super::monitor::Monitor;
use super::table::{Column, Database, Table};
use super::transaction::{Operation, Outcome, Transaction, TransactionBuilder};
use super::value::{Atom, Datum, Map, RowId, Uuid};

/// How often a transaction is put together anew because the database changed meanwhile, or the
/// connection was lost before it committed.
const ATTEMPTS: u32 = 10;

/// Commits transactions and learns in every case what became of them.
///
/// Each transaction leaves a mark of its own in the database: the value of a key in a map column.
/// When its reply does not come, because the connection is lost or the limit is over, the mark
/// tells whether it committed. The key must be this committer's alone: whoever else writes it
/// makes a transaction look as if it had not committed.
#[derive(Debug)]
pub struct Committer<'a, D: Database, T: Table> {
    client: Client,
    monitor: &'a Monitor<D>,
    row: RowId<T>,
    column: Column<T, Map<String, String>>,
    key: String,
}

/// A transaction committed.
#[derive(Debug)]
pub enum Commit {
    /// Its reply is here.
    Heard(Outcome),
    /// Its reply was lost; the database shows its mark.
    Found,
}

impl<'a, D: Database, T: Table> Committer<'a, D, T> {
    /// Commits over the connection of `client` what is put together from `monitor`, which must be
    /// of the same connection and have `column`. The marks are the value of `key` in this column
    /// of this row.
    ///
    /// # Errors
    /// The monitor does not have the column.
    pub fn new(
        client: &Client,
        monitor: &'a Monitor<D>,
        row: RowId<T>,
        column: Column<T, Map<String, String>>,
        key: &str,
    ) -> Result<Self, Error> {
        if !monitor.has(T::NAME, column.name()) {
            let (table, column) = (T::NAME, column.name());
            return Err(Kind::NotSelected { table, column }.into());
        }
        Ok(Self {
            client: client.clone(),
            monitor,
            row,
            column,
            key: key.to_owned(),
        })
    }

    /// Puts a transaction together from the copy as it is, and commits it. Where it does not
    /// commit because the database is not what it [waits](TransactionBuilder::wait) for, or because
    /// the connection was lost, it is put together again from the copy as it is then, up to ten
    /// times within `limit`. What is committed is in the copy when this returns, unless the copy is
    /// [stale](Monitor::is_stale) because the server was lost again and is not back within `limit`.
    ///
    /// Dropping the future leaves open whether the transaction commits; it never commits twice.
    ///
    /// # Errors
    /// [`Error::is_outcome_unknown`] only if the database could not be asked any more within the
    /// limit. In all other cases nothing was committed: [`Error::transaction_error`] tells why the
    /// database refused it, [`Error::is_timeout`] and [`Error::is_closed`] that it could not be
    /// reached.
    pub async fn commit(
        &mut self,
        limit: Duration,
        mut build: impl FnMut(&D, &mut TransactionBuilder),
    ) -> Result<Commit, Error> {
        let deadline = Instant::now() + limit;
        let mut attempt = 1;
        loop {
            self.monitor.wait_until(|_| true, left(deadline)).await?;
            let mark = Uuid::new_v4().to_string();
            let transaction = self.transaction(&mark, &mut build)?;
            // Something is kept to find out with what became of it.
            let client = self.client.with_timeout(left(deadline) * 3 / 4);
            let error = match client.transact::<D>(&transaction).await {
                Ok(outcome) => {
                    // The copy may be in the middle of being read anew, as after a conversion.
                    let _ = self.monitor.wait_until(|_| true, left(deadline)).await;
                    return Ok(Commit::Heard(outcome));
                }
                Err(error) if error.is_outcome_unknown() => {
                    match self.is_committed(&mark, deadline).await {
                        Ok(true) => return Ok(Commit::Found),
                        Ok(false) => Kind::NotCommitted { cause: error }.into(),
                        Err(_) => return Err(error),
                    }
                }
                Err(error) => error,
            };
            let is_refused = error
                .transaction_error()
                .is_some_and(|error| !error.is_retryable());
            if is_refused || error.rpc_error().is_some() || attempt == ATTEMPTS {
                return Err(error);
            }
            if left(deadline).is_zero() {
                return Err(error);
            }
            attempt += 1;
        }
    }

    fn transaction(
        &self,
        mark: &str,
        build: &mut impl FnMut(&D, &mut TransactionBuilder),
    ) -> Result<Transaction, Error> {
        let mut builder = TransactionBuilder::new();
        build(&*self.monitor.read()?, &mut builder);
        // Without its row there would be no mark.
        builder.wait_for(self.row, self.column.includes(&Map::default()));
        let marked = builder.mutate(self.row);
        marked.put(self.column, self.key.clone(), mark.to_owned());
        builder
            .build()
            .map_err(|source| Kind::Build { source }.into())
    }

    /// Whether the database shows the mark. First it is made sure that nothing of the transaction
    /// is under way any more, and that the copy is as new as that.
    async fn is_committed(&self, mark: &str, deadline: Instant) -> Result<bool, Error> {
        loop {
            let nothing = Operation::Comment("what became of it?".to_owned());
            let client = self.client.with_timeout(left(deadline));
            match client.transact_raw(D::NAME, &[nothing]).await {
                Ok(_) => break,
                Err(error) if error.is_closed() && !left(deadline).is_zero() => {}
                Err(error) => return Err(error),
            }
        }
        self.monitor.wait_until(|_| true, left(deadline)).await?;
        let held = self.monitor.read()?;
        let value = held.datum(T::NAME, self.row.uuid(), self.column.name());
        let is_mark = |(key, value): &(Atom<'_>, Atom<'_>)| {
            matches!((key, value), (Atom::String(key), Atom::String(value))
                if *key == self.key && value == mark)
        };
        Ok(match value {
            Some(Datum::Map(pairs)) => pairs.iter().any(is_mark),
            _ => false,
        })
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
