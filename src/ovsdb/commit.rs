use std::time::Duration;

use tokio::time::Instant;

use super::client::Client;
use super::error::{Error, Kind};
use super::monitor::Monitor;
use super::table::{Column, Database, Table};
use super::transaction::{Outcome, Transaction, TransactionBuilder, TransactionErrorKind};
use super::value::{Atom, Datum, Map, RowId, Uuid};

/// How often a transaction is put together anew because the database changed meanwhile, or the
/// connection was lost before it committed.
const ATTEMPTS: u32 = 10;

/// Where there is no mark yet.
const NONE: &str = "";

/// Commits transactions and learns in every case what became of them.
///
/// Each transaction leaves a mark of its own in the database: the value of a key in a map column.
/// And each commits only where it finds the mark that was there when it was put together. When its
/// reply does not come, because the connection is lost or the limit is over, another mark is put
/// in the place of that one: either the transaction's own is there already, or it cannot commit any
/// more, however late a server may come upon it. The key must be this committer's alone: whoever
/// else writes it makes a transaction look as if it had not committed.
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
    /// A transaction whose future is dropped is cancelled; whether it had committed by then is left
    /// open. The next one that this committer commits settles it, as both need the same mark: it is
    /// put together from a copy that shows what the dropped one did, or else the dropped one never
    /// commits.
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
            let (known, transaction) = self.transaction(&mark, &mut build)?;
            // Something is kept to find out with what became of it.
            let client = self.client.with_timeout(left(deadline) * 3 / 4);
            let error = match client.transact::<D>(&transaction).await {
                Ok(outcome) => {
                    // The copy may be in the middle of being read anew, as after a conversion.
                    let _ = self.monitor.wait_until(|_| true, left(deadline)).await;
                    return Ok(Commit::Heard(outcome));
                }
                // A cluster may commit what one of its members has canceled.
                Err(error) if error.is_outcome_unknown() || error.is_canceled() => {
                    match self.is_committed(&known, &mark, deadline).await {
                        Ok(true) => return Ok(Commit::Found),
                        Ok(false) => Kind::NotCommitted { cause: error }.into(),
                        Err(_) => return Err(self.unknown(error)),
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

    /// The transaction, and the mark that it needs.
    fn transaction(
        &self,
        mark: &str,
        build: &mut impl FnMut(&D, &mut TransactionBuilder),
    ) -> Result<(String, Transaction), Error> {
        let held = self.monitor.read()?;
        let known = self.mark_in(&held);
        let mut builder = TransactionBuilder::new();
        self.need(&known, &mut builder);
        build(&held, &mut builder);
        drop(held);
        self.leave(mark, builder).map(|built| (known, built))
    }

    /// Fails a transaction unless the row is there and has this mark. It must come before all else.
    fn need(&self, known: &str, builder: &mut TransactionBuilder) {
        if known == NONE {
            // No condition tells that a key is missing.
            let (key, none) = (self.key.clone(), NONE.to_owned());
            builder.mutate(self.row).put_absent(self.column, key, none);
        }
        let pair = (self.key.clone(), known.to_owned());
        let marked = self.column.includes(&Map::from_iter([pair]));
        builder.wait_for(self.row, marked);
    }

    /// Leaves this mark, and finishes the transaction.
    fn leave(&self, mark: &str, mut builder: TransactionBuilder) -> Result<Transaction, Error> {
        let (key, mark) = (self.key.clone(), mark.to_owned());
        builder.mutate(self.row).put(self.column, key, mark);
        builder
            .build()
            .map_err(|source| Kind::Build { source }.into())
    }

    /// Whether the transaction has committed that needed `known` and left `mark`; if it has not, it
    /// is seen to that it never will.
    async fn is_committed(
        &self,
        known: &str,
        mark: &str,
        deadline: Instant,
    ) -> Result<bool, Error> {
        let mut builder = TransactionBuilder::new();
        builder.comment("in the place of a transaction whose reply was lost");
        self.need(known, &mut builder);
        let instead = self.leave(&Uuid::new_v4().to_string(), builder)?;
        loop {
            let client = self.client.with_timeout(left(deadline));
            match client.transact::<D>(&instead).await {
                Ok(_) => return Ok(false),
                Err(error) if is_unmet(&error) => break,
                Err(error)
                    if (error.is_closed() || error.is_canceled()) && !left(deadline).is_zero() => {}
                Err(error) => return Err(error),
            }
        }
        // It is one of the two that took the place, and the copy shows which.
        self.monitor.wait_until(|_| true, left(deadline)).await?;
        Ok(self.mark_in(&*self.monitor.read()?) == mark)
    }

    /// The mark in this copy.
    fn mark_in(&self, held: &D) -> String {
        let value = held.datum(T::NAME, self.row.uuid(), self.column.name());
        let Some(Datum::Map(pairs)) = value else {
            return NONE.to_owned();
        };
        let mark = pairs.iter().find_map(|pair| match pair {
            (Atom::String(key), Atom::String(mark)) if *key == self.key => Some(mark.to_string()),
            _ => None,
        });
        mark.unwrap_or_else(|| NONE.to_owned())
    }

    /// The same, where nobody could tell what became of what was canceled.
    fn unknown(&self, error: Error) -> Error {
        if error.is_outcome_unknown() {
            return error;
        }
        let remote = self.client.remote();
        let cause = Some(error);
        Kind::CanceledLate { remote, cause }.into()
    }
}

/// Whether what a transaction waits for is not so.
fn is_unmet(error: &Error) -> bool {
    let error = error.transaction_error();
    error.is_some_and(|error| error.kind == TransactionErrorKind::TimedOut)
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
