//! A live copy of a database, kept by the connection's task and read by anybody.

mod asked;
mod batches;
mod conditions;
mod events;
mod method;
mod raw;
mod replica;
mod selection;

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, RwLockReadGuard, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use super::call::{Slot, encode};
use super::client::Client;
use super::connection::{Role, State};
use super::error::{Error, Kind};
use super::table::Database;
use replica::Held;

pub(super) use conditions::ConditionChange;
pub use conditions::Conditions;
pub use events::Events;
pub(super) use method::{Beginning, Method, Report};
pub use raw::{RawMonitor, RawUpdate};
pub(super) use replica::{Follower, Replica};
pub use selection::Selection;

/// A copy of the selected part of database `D` that follows the server.
///
/// What a transaction of the same connection changed is in the copy before the transaction's
/// reply is handed out, because servers send it first. The copy outlives the connection as it was
/// then; [`is_stale`](Monitor::is_stale) tells.
///
/// Clones are handles of the same copy. Dropping the last one ends the monitor on the server
/// (`monitor_cancel`).
pub struct Monitor<D: Database> {
    client: Client,
    // Dropped in this order: the connection looks for copies that are gone when it is told.
    replica: Arc<Replica<D>>,
    _notice: DropNotice,
}

/// The copy, held still. Updates wait for it, and the whole connection with them: keep it only
/// for as long as it takes to look, never across an `await`.
pub struct ReadGuard<'a, D>(RwLockReadGuard<'a, Held<D>>);

impl<D: Database> Monitor<D> {
    pub(super) async fn start(client: &Client, selection: &Selection) -> Result<Self, Error> {
        let link = client.link();
        let monitor = Self {
            client: client.clone(),
            replica: Arc::new(Replica::new(
                selection.clone(),
                link.skew.clone(),
                link.unread_changes,
            )),
            _notice: DropNotice(link.dropped.clone()),
        };
        monitor.resume().await?;
        Ok(monitor)
    }

    /// Whether the copy is to have this column of this table.
    pub(super) fn has(&self, table: &str, column: &str) -> bool {
        self.replica.asked().selection.has(table, column)
    }

    /// The copy as it is now, or as it last was if it is [stale](Monitor::is_stale). Never half of
    /// an update.
    ///
    /// # Errors
    /// An update did not apply: the connection has ended over it, and the copy is not to be
    /// trusted.
    pub fn read(&self) -> Result<ReadGuard<'_, D>, Error> {
        let held = self.replica.read();
        if held.is_damaged {
            return Err(Kind::Damaged { database: D::NAME }.into());
        }
        Ok(ReadGuard(held))
    }

    /// Whether the copy does not follow a server now: the monitor is paused, or the connection has
    /// ended, or is lost and being made again.
    pub fn is_stale(&self) -> bool {
        !self.replica.is_live() || matches!(self.client.states().current(), State::Ended(_))
    }

    /// The changes from now on. With a [`ReadGuard`] in hand they begin exactly after what it
    /// shows.
    pub fn events(&self) -> Events<D::Event> {
        Events::new(self.replica.subscribe(), self.client.states())
    }

    /// Waits until the copy is live and `predicate` holds of it. Looks now and after every update.
    ///
    /// # Errors
    /// [`Error::is_timeout`] after `limit`, [`Error::is_closed`] when the connection ends before.
    pub async fn wait_until(
        &self,
        mut predicate: impl FnMut(&D) -> bool,
        limit: Duration,
    ) -> Result<(), Error> {
        let mut live = self.replica.watch();
        let mut states = self.client.states();
        let wait = async {
            loop {
                let is_live = *live.borrow_and_update();
                if let Some(cause) = states.current().end() {
                    return Err(cause.clone());
                }
                if is_live && predicate(&*self.read()?) {
                    return Ok(());
                }
                tokio::select! {
                    _ = live.changed() => {}
                    _ = states.ended() => {}
                }
            }
        };
        let states = self.client.states();
        timeout(limit, wait).await.unwrap_or_else(|_| {
            Err(Kind::WaitTimeout {
                database: D::NAME,
                limit,
                cause: match states.current() {
                    State::Lost(cause) => Some(cause),
                    _ => None,
                },
            }
            .into())
        })
    }

    /// Stops following: the copy stays as it is and is stale. Before a big transaction this saves
    /// the server a third of its work, which is to tell us our own rows. Does nothing when paused.
    ///
    /// # Errors
    /// The connection's, or a timeout. Unless the request could not be sent, the monitor is paused
    /// nonetheless.
    pub async fn pause(&self) -> Result<(), Error> {
        let slot = Slot::wait(&self.client, "monitor_cancel").await?;
        // Between the number's taking and the sending nothing may be awaited: a caller that is
        // dropped there would leave the two at odds.
        let answer = {
            let mut asked = self.replica.asked();
            let Some(number) = asked.number.take() else {
                return Ok(());
            };
            self.replica.set_stale();
            let params = encode("monitor_cancel", &[number])?;
            slot.send(params, Role::Unfollow(number))
        };
        answer.wait().await.map(drop)
    }

    /// Follows again: the selected part is read anew and aside, put in place whole, and what
    /// changed meanwhile is reported to [`events`](Monitor::events) as one batch. When not paused
    /// it only waits for the copy to be live.
    ///
    /// # Errors
    /// As for [`Client::monitor`]; then the monitor stays paused.
    pub async fn resume(&self) -> Result<(), Error> {
        let method = Method::CondSince;
        let slot = Slot::wait(&self.client, method.name()).await?;
        let turn = slot.limit(self.replica.turn()).await?;
        let number = self.client.link().next_monitor();
        let started = self.replica.follow(method, number, |params| {
            slot.send(params, Role::Follow(number, self.follower()))
        })?;
        drop(turn);
        match started {
            Some(answer) => answer.wait().await.map(drop),
            None => self.wait_until(|_| true, self.client.timeout()).await,
        }
    }

    /// Copies the rows that meet these conditions from now on, instead of those that met the ones
    /// before (`monitor_cond_change`, ovsdb-server(7), section 4.1.13). When this returns, they are
    /// the copy's rows, and what came and went was reported to [`events`](Monitor::events).
    ///
    /// One change after the other is made. If it fails, the conditions are the ones before; where
    /// the server has not answered in time, what meets those is read anew. A change whose future is
    /// dropped is made nonetheless, or refused.
    ///
    /// # Errors
    /// The connection's, a timeout, or [`Error::rpc_error`] for conditions that the server does not
    /// understand.
    pub async fn change_conditions(&self, conditions: &Conditions) -> Result<(), Error> {
        let method = "monitor_cond_change";
        let slot = Slot::wait(&self.client, method).await?;
        let turn = slot.limit(self.replica.turn()).await?;
        let answer = {
            let mut asked = self.replica.asked();
            let Some(number) = asked.number else {
                asked.meet_later(conditions);
                return Ok(());
            };
            let difference = asked.known().difference(conditions);
            if difference.is_empty() {
                asked.meet(conditions);
                return Ok(());
            }
            let params = encode(method, &(number, number, difference))?;
            let change = ConditionChange {
                number,
                follower: self.follower(),
                conditions: conditions.clone(),
                _turn: turn,
            };
            slot.send(params, Role::Change(change))
        };
        answer.wait().await.map(drop)
    }

    fn follower(&self) -> Weak<dyn Follower> {
        let follower: Weak<Replica<D>> = Arc::downgrade(&self.replica);
        follower
    }
}

impl<D: Database> Clone for Monitor<D> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            replica: self.replica.clone(),
            _notice: self._notice.clone(),
        }
    }
}

impl<D: Database> fmt::Debug for Monitor<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor")
            .field("database", &D::NAME)
            .field("remote", &self.client.remote())
            .field("is_stale", &self.is_stale())
            .finish_non_exhaustive()
    }
}

impl<D> Deref for ReadGuard<'_, D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.0.database
    }
}

impl<D: fmt::Debug> fmt::Debug for ReadGuard<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Tells the connection that a copy may be gone.
#[derive(Clone)]
struct DropNotice(Arc<Notify>);

impl Drop for DropNotice {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}
