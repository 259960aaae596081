use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::de::DeserializeSeed;
use tokio::sync::{broadcast, watch};

use super::Events;
use crate::ovsdb::replica::Update;
use crate::ovsdb::table::Database;

/// A copy, as the connection's task sees it: of whichever database.
pub(in crate::ovsdb) trait Follower: Send + Sync {
    /// The database's name.
    fn database(&self) -> &str;

    /// The server follows under this number from now on, and this is where it begins. `Ok(false)`:
    /// the copy was paused meanwhile and wants nothing.
    fn begin(&self, number: u64, tables: &[u8]) -> serde_json::Result<bool>;

    /// The server reports a change. After an error the copy is damaged.
    fn update(&self, tables: &str) -> serde_json::Result<()>;

    /// The server does not follow under this number.
    fn stop(&self, number: u64);
}

/// The copy and who looks at it. The connection's task alone writes.
pub(super) struct Replica<D: Database> {
    held: RwLock<Held<D>>,
    /// Under which number the server follows, or was asked to.
    number: Mutex<Option<u64>>,
    /// Whether it does; told anew with every update.
    live: watch::Sender<bool>,
    batches: broadcast::Sender<Arc<[D::Event]>>,
}

#[derive(Default)]
pub(super) struct Held<D> {
    pub(super) database: D,
    pub(super) is_damaged: bool,
}

impl<D: Database> Default for Replica<D> {
    fn default() -> Self {
        Self {
            held: RwLock::default(),
            number: Mutex::new(None),
            live: watch::Sender::new(false),
            batches: broadcast::Sender::new(Events::<D::Event>::CAPACITY),
        }
    }
}

impl<D: Database> Replica<D> {
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Held<D>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn number(&self) -> MutexGuard<'_, Option<u64>> {
        self.number.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_live(&self) -> bool {
        *self.live.borrow()
    }

    pub(super) fn set_stale(&self) {
        self.live.send_replace(false);
    }

    pub(super) fn watch(&self) -> watch::Receiver<bool> {
        self.live.subscribe()
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<[D::Event]>> {
        self.batches.subscribe()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held<D>> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called with the copy held, so that a reader who subscribes meanwhile misses nothing.
    fn publish(&self, events: Vec<D::Event>) {
        if !events.is_empty() && self.batches.receiver_count() > 0 {
            // Nobody may listen any more.
            let _ = self.batches.send(events.into());
        }
    }
}

impl<D: Database> Follower for Replica<D> {
    fn database(&self) -> &str {
        D::NAME
    }

    fn begin(&self, number: u64, tables: &[u8]) -> serde_json::Result<bool> {
        let mut database = D::default();
        let mut events = Vec::new();
        let update = Update {
            database: &mut database,
            events: &mut events,
        };
        update.deserialize(&mut serde_json::Deserializer::from_slice(tables))?;
        events.clear();
        if self.batches.receiver_count() > 0 {
            self.read().database.differences(&database, &mut events);
        }
        let wanted = self.number();
        if *wanted != Some(number) {
            return Ok(false);
        }
        let mut held = self.write();
        let old = std::mem::replace(&mut held.database, database);
        self.publish(events);
        drop(held);
        self.live.send_replace(true);
        drop(wanted);
        drop(old);
        Ok(true)
    }

    fn update(&self, tables: &str) -> serde_json::Result<()> {
        let mut events = Vec::new();
        let mut held = self.write();
        let update = Update {
            database: &mut held.database,
            events: &mut events,
        };
        let applied = update.deserialize(&mut serde_json::Deserializer::from_str(tables));
        match applied {
            Ok(()) => {
                self.publish(events);
                drop(held);
                self.live.send_modify(|_| {});
            }
            Err(_) => {
                held.is_damaged = true;
                drop(held);
                self.set_stale();
            }
        }
        applied
    }

    fn stop(&self, number: u64) {
        let mut current = self.number();
        if *current == Some(number) {
            *current = None;
            self.set_stale();
        }
    }
}
