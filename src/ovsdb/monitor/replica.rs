use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use serde::de::{DeserializeSeed, Deserializer, Error as _};
use serde_json::value::RawValue;
use tokio::sync::{OwnedMutexGuard, watch};

use super::asked::Asked;
use super::batches::{Batches, Reader};
use super::method::Beginning;
use super::{Conditions, Events, Method, Report, Selection};
use crate::ovsdb::call::encode;
use crate::ovsdb::error::Error;
use crate::ovsdb::replica::Update;
use crate::ovsdb::skew::{KnownSkew, Lacking};
use crate::ovsdb::table::Database;
use crate::ovsdb::value::Uuid;

/// A copy, as the connection's task sees it: of whichever database.
pub(in crate::ovsdb) trait Follower: Send + Sync {
    /// The database's name.
    fn database(&self) -> &str;

    /// The parameters that ask the server by `method` to report changes under this number; `None`
    /// when it is not to be asked in that way.
    fn request(&self, method: Method, number: u64) -> Option<Bytes>;

    /// The parameters that ask the server by `method`, which it has refused, for no more than its
    /// schema has; `None` when that is not less than it was asked for.
    fn adapt(
        &self,
        _method: Method,
        _number: u64,
        _schema: &[u8],
    ) -> serde_json::Result<Option<Bytes>> {
        Ok(None)
    }

    /// The server follows under this number from now on, and its reply to `method` is where it
    /// begins. `Ok(false)`: the copy was paused meanwhile and wants nothing.
    fn begin(&self, number: u64, method: &'static str, reply: &[u8]) -> serde_json::Result<bool>;

    /// The server reports a change under this number. After an error the copy is damaged.
    fn update(&self, number: u64, report: &Report<'_>) -> serde_json::Result<()>;

    /// The server is asked for rows that meet other conditions: until it has answered, nobody can
    /// tell which the copy has.
    fn change_conditions(&self) {}

    /// It has answered under this number: by the conditions that hold now, or by refusing them.
    fn conditions_changed(&self, _number: u64, _conditions: Option<&Conditions>) {}

    /// What the server follows under the old number is not to be trusted: it is to be asked anew,
    /// under another. Whether it is wanted.
    fn renumber(&self, _old: u64, _new: u64) -> bool {
        false
    }

    /// The server does not follow under this number.
    fn stop(&self, number: u64);

    /// The connection is gone. Whether to follow under this number on the next one.
    fn lose(&self, number: u64) -> bool;
}

/// The copy and who looks at it. The connection's task alone writes. Whoever locks both, what is
/// held and what is asked, locks them in this order.
pub(in crate::ovsdb) struct Replica<D: Database> {
    held: RwLock<Held<D>>,
    asked: Mutex<Asked>,
    /// Held while the server is asked for rows that meet other conditions.
    turn: Arc<tokio::sync::Mutex<()>>,
    skew: KnownSkew,
    /// Whether it does; told anew with every update.
    live: watch::Sender<bool>,
    batches: Batches<D::Event>,
}

#[derive(Default)]
pub(in crate::ovsdb) struct Held<D> {
    pub(in crate::ovsdb) database: D,
    pub(super) is_damaged: bool,
    /// The last transaction in it, where the server tells.
    transaction: Option<Uuid>,
}

/// The right to ask for rows that meet other conditions.
pub(super) type Turn = OwnedMutexGuard<()>;

impl<D: Database> Replica<D> {
    /// An empty copy of what is selected. What the server turns out to lack is put into `skew`; so
    /// many bytes of changes wait for who reads them.
    pub(in crate::ovsdb) fn new(selection: Selection, skew: KnownSkew, unread: usize) -> Self {
        Self {
            held: RwLock::default(),
            asked: Mutex::new(Asked::new(selection)),
            turn: Arc::default(),
            skew,
            live: watch::Sender::new(false),
            batches: Batches::new(Events::<D::Event>::CAPACITY, unread),
        }
    }

    /// Waits until the server is not asked for other conditions.
    pub(super) async fn turn(&self) -> Turn {
        self.turn.clone().lock_owned().await
    }

    /// Sends the parameters of `method` that ask for what is wanted, under this number from now on;
    /// `None` if the server follows, or is asked to, already.
    pub(super) fn follow<T>(
        &self,
        method: Method,
        number: u64,
        send: impl FnOnce(Bytes) -> T,
    ) -> Result<Option<T>, Error> {
        let held = self.read();
        let mut asked = self.asked();
        if asked.number.is_some() {
            return Ok(None);
        }
        asked.forget();
        let params = held.params(&asked, method, number)?;
        asked.number = Some(number);
        Ok(Some(send(params)))
    }

    /// The server is going to be asked to report under this number.
    pub(in crate::ovsdb) fn expect(&self, number: u64) {
        self.asked().number = Some(number);
    }

    pub(in crate::ovsdb) fn read(&self) -> RwLockReadGuard<'_, Held<D>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
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

    pub(super) fn subscribe(&self) -> Reader<D::Event> {
        self.batches.reader()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held<D>> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called with the copy held, so that a reader who subscribes meanwhile misses nothing. The
    /// changes are worth the `size` that they came in, in bytes.
    fn publish(&self, events: Vec<D::Event>, size: usize) {
        if !events.is_empty() && self.batches.has_readers() {
            self.batches.put(events.into(), size);
        }
    }
}

impl<D: Database> Held<D> {
    /// From a server that knows what changed since the last transaction here, the changes are
    /// enough.
    fn params(&self, asked: &Asked, method: Method, number: u64) -> Result<Bytes, Error> {
        let selection = asked.known();
        if method != Method::CondSince {
            return encode(method.name(), &(D::NAME, number, selection));
        }
        let is_resumable = !self.is_damaged && asked.is_resumable();
        let last = self.transaction.filter(|_| is_resumable);
        encode(
            method.name(),
            &(D::NAME, number, selection, last.unwrap_or_default()),
        )
    }
}

impl<D: Database> Follower for Replica<D> {
    fn database(&self) -> &str {
        D::NAME
    }

    fn request(&self, method: Method, number: u64) -> Option<Bytes> {
        let held = self.read();
        let asked = self.asked();
        // A server that old has no conditions: it would send all rows.
        let is_possible = method != Method::Plain || !asked.selection.has_conditions();
        if asked.number != Some(number) || !is_possible {
            return None;
        }
        held.params(&asked, method, number).ok()
    }

    fn adapt(
        &self,
        method: Method,
        number: u64,
        schema: &[u8],
    ) -> serde_json::Result<Option<Bytes>> {
        let lacking = Lacking::of::<D>(schema)?;
        tracing::debug!(
            database = D::NAME,
            ?lacking,
            "it refused what it was asked for"
        );
        let is_news = self.asked().adapt(&lacking);
        self.skew.learn::<D>(lacking);
        Ok(is_news.then(|| self.request(method, number)).flatten())
    }

    fn begin(&self, number: u64, method: &'static str, reply: &[u8]) -> serde_json::Result<bool> {
        let method = Method::named(method).ok_or_else(|| serde_json::Error::custom(method))?;
        let beginning = Beginning::read(method, reply, |is_difference| match is_difference {
            true => Base(self.read().database.clone()),
            false => Base(D::default()),
        })?;
        let database = beginning.tables;
        let differences = |held: &Held<D>| {
            let mut events = Vec::new();
            held.database.differences(&database, &mut events);
            events
        };
        let events = (self.batches.has_readers()).then(|| differences(&self.read()));
        let mut held = self.write();
        let mut asked = self.asked();
        if asked.number != Some(number) {
            return Ok(false);
        }
        asked.begin();
        // A reader may have come while the copy was waited for.
        let events = match events {
            Some(events) => events,
            None if self.batches.has_readers() => differences(&held),
            None => Vec::new(),
        };
        let old = std::mem::replace(&mut held.database, database);
        held.is_damaged = false;
        held.transaction = beginning.transaction;
        self.publish(events, reply.len());
        self.live.send_replace(true);
        drop((asked, held));
        drop(old);
        Ok(true)
    }

    fn update(&self, number: u64, report: &Report<'_>) -> serde_json::Result<()> {
        let mut events = Vec::new();
        let mut held = self.write();
        // What was asked for since may begin before this.
        if self.asked().number != Some(number) {
            return Ok(());
        }
        let applied = apply(&mut held.database, &mut events, report.tables);
        match applied {
            Ok(()) => {
                held.transaction = report.transaction;
                self.publish(events, report.tables.get().len());
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

    fn change_conditions(&self) {
        self.asked().change();
    }

    fn conditions_changed(&self, number: u64, conditions: Option<&Conditions>) {
        self.asked().changed(number, conditions);
    }

    fn renumber(&self, old: u64, new: u64) -> bool {
        let mut asked = self.asked();
        asked.lose();
        let is_wanted = asked.number == Some(old);
        if is_wanted {
            asked.number = Some(new);
            self.set_stale();
        }
        is_wanted
    }

    fn stop(&self, number: u64) {
        let mut asked = self.asked();
        if asked.number == Some(number) {
            asked.number = None;
            self.set_stale();
        }
    }

    fn lose(&self, number: u64) -> bool {
        let mut asked = self.asked();
        asked.lose();
        self.set_stale();
        asked.number == Some(number)
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
            sink: drop,
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
    let sink = |event| events.push(event);
    let update = Update { database, sink };
    update.deserialize(&mut serde_json::Deserializer::from_str(tables.get()))
}
