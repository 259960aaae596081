//! A live copy of a database, kept by the connection's task and read by anybody.

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

use super::client::{Client, encode};
use super::connection::{Role, State};
use super::error::{Error, Kind};
use super::table::Database;
use replica::Held;

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
/// Dropping it ends the monitor on the server (`monitor_cancel`).
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
        let refused = match Self::of(client, selection.clone()).await {
            Err(error) if error.rpc_error().is_some() => error,
            other => return other,
        };
        // Servers are rarely older than the tables: only one that refuses them is asked.
        let Ok(lacking) = client.find_lacking::<D>().await else {
            return Err(refused);
        };
        let less = selection.less(&lacking);
        if less == *selection {
            return Err(refused);
        }
        tracing::debug!(database = D::NAME, ?lacking, "the server's schema is older");
        Self::of(client, less).await
    }

    async fn of(client: &Client, selection: Selection) -> Result<Self, Error> {
        let monitor = Self {
            client: client.clone(),
            replica: Arc::new(Replica::new(selection)),
            _notice: DropNotice(client.link().dropped.clone()),
        };
        monitor.resume().await?;
        Ok(monitor)
    }

    /// What the copy has.
    pub(super) fn selection(&self) -> &Selection {
        self.replica.selection()
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

    /// Whether the copy follows the server no more: the monitor is paused, or the connection has
    /// ended.
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
        timeout(limit, wait).await.unwrap_or_else(|_| {
            let database = D::NAME;
            Err(Kind::WaitTimeout { database, limit }.into())
        })
    }

    /// Stops following: the copy stays as it is and is stale. Before a big transaction this saves
    /// the server a third of its work, which is to tell us our own rows. Does nothing when paused.
    ///
    /// # Errors
    /// The connection's, or a timeout. Unless the request could not be sent, the monitor is paused
    /// nonetheless.
    pub async fn pause(&self) -> Result<(), Error> {
        let slot = self.client.slot("monitor_cancel").await?;
        // Between the number's taking and the sending nothing may be awaited: a caller that is
        // dropped there would leave the two at odds.
        let answer = {
            let mut number = self.replica.number();
            let Some(number) = number.take() else {
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
        let slot = self.client.slot(method.name()).await?;
        let started = {
            let mut number = self.replica.number();
            if number.is_some() {
                None
            } else {
                let next = self.client.link().next_monitor();
                let params = self.replica.ask(method, next)?;
                *number = Some(next);
                let replica: Weak<Replica<D>> = Arc::downgrade(&self.replica);
                Some(slot.send(params, Role::Follow(next, replica)))
            }
        };
        match started {
            Some(answer) => answer.wait().await.map(drop),
            None => self.wait_until(|_| true, self.client.timeout()).await,
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

/// Tells the connection that a copy is gone.
struct DropNotice(Arc<Notify>);

impl Drop for DropNotice {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}
