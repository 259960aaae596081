use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use serde::de::{DeserializeSeed, Deserializer, Error as _};
use serde_json::value::RawValue;
use tokio::sync::{broadcast, watch};

use super::method::Beginning;
use super::{Events, Method, Report, Selection};
use crate::ovsdb::client::encode;
use crate::ovsdb::error::Error;
use crate::ovsdb::replica::Update;
use crate::ovsdb::table::Database;
use crate::ovsdb::value::Uuid;

/// A copy, as the connection's task sees it: of whichever database.
pub(in crate::ovsdb) trait Follower: Send + Sync {
    /// The database's name.
    fn database(&self) -> &str;

    /// The parameters that ask the server by `method` to report changes under this number; `None`
    /// when it is not to be asked in that way.
    fn request(&self, method: Method, number: u64) -> Option<Bytes>;

    /// The server follows under this number from now on, and its reply to `method` is where it
    /// begins. `Ok(false)`: the copy was paused meanwhile and wants nothing.
    fn begin(&self, number: u64, method: &'static str, reply: &[u8]) -> serde_json::Result<bool>;

    /// The server reports a change. After an error the copy is damaged.
    fn update(&self, report: &Report<'_>) -> serde_json::Result<()>;

    /// The server does not follow under this number.
    fn stop(&self, number: u64);

    /// The connection is gone. Whether to follow under this number on the next one.
    fn lose(&self, number: u64) -> bool;
}

/// The copy and who looks at it. The connection's task alone writes.
pub(in crate::ovsdb) struct Replica<D: Database> {
    selection: Selection,
    held: RwLock<Held<D>>,
    /// Under which number the server follows, or was asked to.
    number: Mutex<Option<u64>>,
    /// Whether it does; told anew with every update.
    live: watch::Sender<bool>,
    batches: broadcast::Sender<Arc<[D::Event]>>,
}

#[derive(Default)]
pub(in crate::ovsdb) struct Held<D> {
    pub(in crate::ovsdb) database: D,
    pub(super) is_damaged: bool,
    /// The last transaction in it, where the server tells.
    transaction: Option<Uuid>,
}

impl<D: Database> Replica<D> {
    /// An empty copy of what is selected.
    pub(in crate::ovsdb) fn new(selection: Selection) -> Self {
        Self {
            selection,
            held: RwLock::default(),
            number: Mutex::new(None),
            live: watch::Sender::new(false),
            batches: broadcast::Sender::new(Events::<D::Event>::CAPACITY),
        }
    }

    pub(super) fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The parameters of `method` under this number. From a server that knows what changed since
    /// the last transaction here, the changes are enough.
    pub(super) fn ask(&self, method: Method, number: u64) -> Result<Bytes, Error> {
        let selection = &self.selection;
        if method != Method::CondSince {
            return encode(method.name(), &(D::NAME, number, selection));
        }
        let held = self.read();
        let last = held.transaction.filter(|_| !held.is_damaged);
        let last = last.unwrap_or_default();
        encode(method.name(), &(D::NAME, number, selection, last))
    }

    /// The server is going to be asked to report under this number.
    pub(in crate::ovsdb) fn expect(&self, number: u64) {
        *self.number() = Some(number);
    }

    pub(in crate::ovsdb) fn read(&self) -> RwLockReadGuard<'_, Held<D>> {
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

    fn request(&self, method: Method, number: u64) -> Option<Bytes> {
        let is_wanted = *self.number() == Some(number);
        is_wanted.then(|| self.ask(method, number).ok())?
    }

    fn begin(&self, number: u64, method: &'static str, reply: &[u8]) -> serde_json::Result<bool> {
        let method = Method::named(method).ok_or_else(|| serde_json::Error::custom(method))?;
        let beginning = Beginning::read(method, reply, |is_difference| match is_difference {
            true => Base(self.read().database.clone()),
            false => Base(D::default()),
        })?;
        let database = beginning.tables;
        let mut events = Vec::new();
        if self.batches.receiver_count() > 0 {
            self.read().database.differences(&database, &mut events);
        }
        let wanted = self.number();
        if *wanted != Some(number) {
            return Ok(false);
        }
        let mut held = self.write();
        let old = std::mem::replace(&mut held.database, database);
        held.is_damaged = false;
        held.transaction = beginning.transaction;
        self.publish(events);
        drop(held);
        self.live.send_replace(true);
        drop(wanted);
        drop(old);
        Ok(true)
    }

    fn update(&self, report: &Report<'_>) -> serde_json::Result<()> {
        let mut events = Vec::new();
        let mut held = self.write();
        let applied = apply(&mut held.database, &mut events, report.tables);
        match applied {
            Ok(()) => {
                held.transaction = report.transaction;
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

    fn lose(&self, number: u64) -> bool {
        let current = self.number();
        self.set_stale();
        *current == Some(number)
    }
}

/// A database, which becomes another by the changes that are read.
struct Base<D>(D);

impl<'de, D: Database> DeserializeSeed<'de> for Base<D> {
    type Value = D;

    fn deserialize<R: Deserializer<'de>>(self, deserializer: R) -> Result<D, R::Error> {
        let Self(mut database) = self;
        let update = Update {
            database: &mut database,
            events: &mut Vec::new(),
        };
        update.deserialize(deserializer)?;
        Ok(database)
    }
}

fn apply<D: Database>(
    database: &mut D,
    events: &mut Vec<D::Event>,
    tables: &RawValue,
) -> serde_json::Result<()> {
    let update = Update { database, events };
    update.deserialize(&mut serde_json::Deserializer::from_str(tables.get()))
}
