use std::time::Duration;

use tokio::time::Instant;

use super::call::LONGEST;
use super::client::Client;
use super::connection::State;
use super::error::{Error, Kind};
use super::monitor::Monitor;
use super::table::{Column, Database, Table};
use super::transaction::{
    Outcome, Transaction, TransactionBuilder, TransactionError, TransactionErrorKind,
};
use super::value::{Atom, Condition, Datum, Map, RowId, Uuid};

/// How often a transaction is put together anew because the database changed meanwhile, or the
/// connection was lost before it committed.
const ATTEMPTS: u32 = 10;

/// Commits transactions and learns in every case what became of them.
///
/// Each transaction replaces a mark in the database, the value of a key in a map column, by one of
/// its own. When its reply does not come, because the connection is lost or the limit is over, the
/// mark tells whether it committed. That it is not there does not suffice: a server may read the
/// transaction later, or the next leader of a cluster commit what the last one had begun (note
/// 28). So what did not commit is kept from it: the mark that it replaces is replaced by another.
///
/// The key, and the same with `-checked` behind it, must be this committer's alone: whoever else
/// writes them makes a transaction look as if it had not committed.
#[derive(Debug)]
pub struct Committer<D: Database, T: Table> {
    client: Client,
    monitor: Monitor<D>,
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

/// A transaction, the mark that it leaves, and the one that it replaces.
struct Marked {
    transaction: Transaction,
    mark: String,
    replaced: String,
}

impl<D: Database, T: Table> Committer<D, T> {
    /// Commits over the connection of `client` what is put together from `monitor`, which must be
    /// of the same connection and have `column`. The marks are the value of `key` in this column
    /// of this row.
    ///
    /// # Errors
    /// The monitor does not have the column.
    pub fn new(
        client: &Client,
        monitor: &Monitor<D>,
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
            monitor: monitor.clone(),
            row,
            column,
            key: key.to_owned(),
        })
    }

    /// Puts a transaction together from the copy as it is, and commits it. Where it does not
    /// commit because the database is not what it [waits](TransactionBuilder::wait) for, or because
    /// the connection was lost, it is put together again from the copy as it is then, up to ten
    /// times within `limit`. What is committed is in the copy when this returns, unless the copy is
    /// [stale](Monitor::is_stale), or on a member of a cluster that is behind, because the server
    /// was lost again and none as good is there within `limit`.
    ///
    /// A transaction whose future is dropped is cancelled; whether it had committed by then is left
    /// open. The next one of this committer settles it, as both replace the same mark: it is put
    /// together from a copy that shows what the dropped one did, or else the dropped one never
    /// commits.
    ///
    /// # Errors
    /// [`Error::is_outcome_unknown`] only if the database could not be asked any more within the
    /// limit, or the row of the marks is gone. In all other cases nothing was committed:
    /// [`Error::transaction_error`] tells why the database refused it, [`Error::is_timeout`] and
    /// [`Error::is_closed`] that it could not be reached.
    pub async fn commit(
        &mut self,
        limit: Duration,
        mut build: impl FnMut(&D, &mut TransactionBuilder),
    ) -> Result<Commit, Error> {
        let deadline = Instant::now() + limit.min(LONGEST);
        let mut attempt = 1;
        loop {
            self.monitor.wait_until(|_| true, left(deadline)).await?;
            let error = match self.put_together(&mut build)? {
                Some(marked) => match self.attempt(&marked, deadline).await {
                    Ok(commit) => {
                        self.catch_up(&marked.replaced, deadline).await;
                        return Ok(commit);
                    }
                    Err(error) => error,
                },
                None => match self.leave_first_mark(deadline).await {
                    Ok(()) => continue,
                    Err(error) => error,
                },
            };
            let is_final = match error.transaction_error() {
                Some(refusal) => !refusal.is_retryable(),
                None => error.rpc_error().is_some() || error.is_outcome_unknown(),
            };
            if is_final || attempt == ATTEMPTS || left(deadline).is_zero() {
                return Err(error);
            }
            attempt += 1;
        }
    }

    /// `None` while there is no mark to replace.
    fn put_together(
        &self,
        build: &mut impl FnMut(&D, &mut TransactionBuilder),
    ) -> Result<Option<Marked>, Error> {
        let db = self.monitor.read()?;
        let Some(replaced) = self.mark(&*db) else {
            return Ok(None);
        };
        let mark = new_mark();
        let mut builder = TransactionBuilder::new();
        // The first operation, so that its failure tells that the mark is another.
        builder.wait_for(self.row, self.is_marked(&replaced));
        build(&*db, &mut builder);
        let marked = builder.mutate(self.row);
        marked.put(self.column, self.key.clone(), mark.clone());
        Ok(Some(Marked {
            transaction: finish(builder)?,
            mark,
            replaced,
        }))
    }

    /// Sends it once, and finds out what became of it.
    async fn attempt(&self, marked: &Marked, deadline: Instant) -> Result<Commit, Error> {
        // Something is kept to find out with.
        let client = self.client.with_timeout(left(deadline) * 3 / 4);
        let error = match client.transact::<D>(&marked.transaction).await {
            Ok(outcome) => return Ok(Commit::Heard(outcome)),
            Err(error) if is_in_doubt(&error) => error,
            // Of the caller's operations, before which there is one of ours.
            Err(error) => return Err(error.after_operations(1)),
        };
        match self.resolve(marked, deadline).await {
            Ok(true) => Ok(Commit::Found),
            Ok(false) => {
                self.catch_up(&marked.replaced, deadline).await;
                Err(Kind::NotCommitted { cause: error }.into())
            }
            Err(_) if error.is_outcome_unknown() => Err(error),
            Err(_) => Err(Kind::Unresolved { cause: error }.into()),
        }
    }

    /// Whether the database has the transaction. If not, it never will: its mark's place is taken.
    async fn resolve(&self, marked: &Marked, deadline: Instant) -> Result<bool, Error> {
        let mut builder = TransactionBuilder::new();
        let place = builder.mutate_if(self.row, self.is_marked(&marked.replaced));
        place.put(self.column, self.key.clone(), new_mark());
        // This changes nothing, and tells whether it is there. A mark that is neither its own nor the
        // one before is of another that was given up, and took the place too.
        let is_marked = self.is_marked(&marked.mark);
        let committed = builder.mutate_if(self.row, is_marked).counted();
        // What changes nothing at all is answered from the server's own state, which may be old
        // (note 29); a change comes behind or instead of all that is under way.
        let present = builder.mutate(self.row);
        let present = present
            .put(self.column, self.checked(), new_mark())
            .counted();
        let transaction = finish(builder)?;
        loop {
            let client = self.client.with_timeout(left(deadline));
            let error = match client.transact::<D>(&transaction).await {
                Ok(outcome) if outcome.count(committed) > 0 => return Ok(true),
                Ok(outcome) if outcome.count(present) > 0 => return Ok(false),
                Ok(_) => return Err(Kind::MarkGone { database: D::NAME }.into()),
                Err(error) => error,
            };
            let is_over = matches!(self.client.states().current(), State::Ended(_));
            let may_pass = error.is_closed() || is_given_up(&error);
            if is_over || !may_pass || left(deadline).is_zero() {
                return Err(error);
            }
        }
    }

    /// Puts a mark where there is none yet. It does no harm late or twice: one that is there stays.
    async fn leave_first_mark(&self, deadline: Instant) -> Result<(), Error> {
        let mut builder = TransactionBuilder::new();
        builder.wait_for(self.row, self.column.includes(&Map::default()));
        let row = builder.mutate(self.row);
        row.put_new(self.column, self.key.clone(), new_mark());
        let client = self.client.with_timeout(left(deadline));
        match client.transact::<D>(&finish(builder)?).await {
            Ok(_) => {
                let is_there = |db: &D| self.mark(db).is_some();
                self.monitor.wait_until(is_there, left(deadline)).await
            }
            Err(error) if error.is_closed() || is_given_up(&error) => Ok(()),
            // It waits for nothing but the row.
            Err(error) if is_first_unmet(&error) => {
                Err(Kind::MarkGone { database: D::NAME }.into())
            }
            Err(error) => Err(error),
        }
    }

    /// Waits until the copy shows another mark than this one, that it is as new as the transaction
    /// which replaced it.
    async fn catch_up(&self, replaced: &str, deadline: Instant) {
        let is_new = |db: &D| self.mark(db).as_deref() != Some(replaced);
        // Whether the transaction committed is known already.
        let _ = self.monitor.wait_until(is_new, left(deadline)).await;
    }

    /// The mark that the copy shows.
    fn mark(&self, db: &D) -> Option<String> {
        let is_key = |key: &Atom<'_>| matches!(key, Atom::String(key) if *key == self.key);
        match db.datum(T::NAME, self.row.uuid(), self.column.name()) {
            Some(Datum::Map(pairs)) => pairs.into_iter().find_map(|(key, value)| match value {
                Atom::String(mark) if is_key(&key) => Some(mark.into_owned()),
                _ => None,
            }),
            _ => None,
        }
    }

    fn is_marked(&self, mark: &str) -> Condition {
        let pair = (self.key.clone(), mark.to_owned());
        self.column.includes(&Map::from_iter([pair]))
    }

    /// The key that is written when a mark is looked for.
    fn checked(&self) -> String {
        format!("{}-checked", self.key)
    }
}

fn new_mark() -> String {
    Uuid::new_v4().to_string()
}

fn finish(builder: TransactionBuilder) -> Result<Transaction, Error> {
    let built = builder.build();
    built.map_err(|source| Kind::Build { source }.into())
}

/// Whether it does not say what became of the transaction.
fn is_in_doubt(error: &Error) -> bool {
    // The mark may be its own: a member of a cluster runs a transaction again when the leader is
    // lost meanwhile.
    let is_mark_another = is_first_unmet(error);
    error.is_outcome_unknown() || is_given_up(error) || is_mark_another
}

/// A transaction that waits for the log of a cluster is given up by a conversion, and may be in the
/// log (note 30).
fn is_given_up(error: &Error) -> bool {
    let refusal = error.transaction_error();
    let is_canceled = |refusal: &TransactionError| refusal.kind == TransactionErrorKind::Canceled;
    error.is_canceled() || refusal.is_some_and(is_canceled)
}

/// Whether what the first operation waits for is not so.
fn is_first_unmet(error: &Error) -> bool {
    error.transaction_error().is_some_and(|refusal| {
        refusal.kind == TransactionErrorKind::TimedOut && matches!(refusal.operation, Some((0, ..)))
    })
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
