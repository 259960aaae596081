use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

use super::batches::Batches;
use super::{DropNotice, Events, Follower, Method, Report};
use crate::ovsdb::call::{Slot, encode};
use crate::ovsdb::client::Client;
use crate::ovsdb::connection::Role;
use crate::ovsdb::error::Error;
use crate::ovsdb::value::Uuid;

/// The updates of a part of a database in the server's own words, no copy being kept.
///
/// Dropping it ends the monitor on the server (`monitor_cancel`).
pub struct RawMonitor {
    client: Client,
    events: Events<RawUpdate>,
    // Dropped in this order: the connection looks for feeds that are gone when it is told.
    feed: Arc<Feed>,
    _notice: DropNotice,
}

/// An update in the server's own words.
#[derive(Debug, Clone)]
pub struct RawUpdate {
    /// `<table-updates>` (RFC 7047, section 4.1.6), or `<table-updates2>` (ovsdb-server(7), section
    /// 4.1.14).
    pub tables: Box<RawValue>,
    /// The last transaction in it, where the server tells: `monitor_cond_since`.
    pub transaction: Option<Uuid>,
}

/// The connection's end of it.
struct Feed {
    database: String,
    /// None once the server has ended the monitor.
    updates: Mutex<Option<Batches<RawUpdate>>>,
}

impl RawMonitor {
    pub(in crate::ovsdb) async fn start(
        client: &Client,
        method: &'static str,
        database: &str,
        requests: &impl Serialize,
        since: Option<Uuid>,
    ) -> Result<(Box<RawValue>, Self), Error> {
        let unread = client.link().unread_changes;
        let updates = Batches::new(Events::<RawUpdate>::CAPACITY, unread);
        let monitor = Self {
            client: client.clone(),
            events: Events::new(updates.reader(), client.states()),
            feed: Arc::new(Feed {
                database: database.to_owned(),
                updates: Mutex::new(Some(updates)),
            }),
            _notice: DropNotice(client.link().dropped.clone()),
        };
        let number = client.link().next_monitor();
        let params = match since {
            None => encode(method, &(database, number, requests))?,
            Some(since) => encode(method, &(database, number, requests, since))?,
        };
        let follower: Weak<Feed> = Arc::downgrade(&monitor.feed);
        let slot = Slot::wait(client, method).await?;
        let initial = slot
            .send(params, Role::Follow(number, follower))
            .wait()
            .await?;
        Ok((client.read(method, &initial)?, monitor))
    }

    /// Waits for the next updates, in their order; never none.
    ///
    /// # Errors
    /// [`Error::is_lagged`] when updates were missed: nothing but a new monitor helps.
    /// [`Error::is_closed`] when the connection has ended and all updates before were read; neither
    /// when the server has ended the monitor alone, as its database was converted or removed.
    pub async fn next(&mut self) -> Result<Arc<[RawUpdate]>, Error> {
        self.events.next().await
    }
}

impl Follower for Feed {
    fn database(&self) -> &str {
        &self.database
    }

    /// The caller has chosen how to ask.
    fn request(&self, _method: Method, _number: u64) -> Option<Bytes> {
        None
    }

    /// What the follower begins with is in the reply that the caller gets.
    fn begin(&self, _: u64, _: &'static str, _: &[u8]) -> serde_json::Result<bool> {
        Ok(true)
    }

    fn update(&self, _: u64, report: &Report<'_>) -> serde_json::Result<()> {
        if let Some(updates) = &*self.updates() {
            let bytes = report.tables.get().len();
            let update = RawUpdate {
                tables: report.tables.to_owned(),
                transaction: report.transaction,
            };
            updates.put([update].into(), bytes);
        }
        Ok(())
    }

    fn stop(&self, _number: u64) {
        self.updates().take();
    }

    /// Without a copy nobody could tell what was missed.
    fn lose(&self, number: u64) -> bool {
        self.stop(number);
        false
    }
}

impl Feed {
    fn updates(&self) -> MutexGuard<'_, Option<Batches<RawUpdate>>> {
        self.updates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RawMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawMonitor")
            .field("database", &self.feed.database)
            .field("remote", &self.client.remote())
            .finish_non_exhaustive()
    }
}
