use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::{Notify, mpsc, watch};

use super::call::{Answer, Slot, encode};
use super::connection::{Command, Role, States};
use super::error::{Error, Kind};
use super::lock::Lock;
use super::monitor::{Beginning, Method, Monitor, RawMonitor, RawUpdate, Selection};
use super::remote::Remote;
use super::room::Room;
use super::skew::{KnownSkew, Lacking};
use super::submitted::Submitted;
use super::table::Database;
use super::transaction::{Outcome, Transaction};
use super::value::Uuid;

/// A handle of a connection: cheap to clone, usable from any task.
///
/// Calls of all handles are pipelined: none waits for another's reply. Each has a limit, by
/// default [`Options::request_timeout`](super::Options::request_timeout).
///
/// A call whose future is dropped is given up: a request that was not sent yet never is. A
/// transaction that was sent is cancelled at once (RFC 7047, section 4.1.4), so that one which
/// waits on the server does not commit behind the back of who has dropped it; one that the server
/// has carried out by then has happened. To know which of the two it is,
/// [`submit`](Client::submit) and [cancel](Submitted::cancel) it, or let a
/// [`Committer`](super::Committer) commit. Other requests that were sent run their course, and
/// their replies are thrown away.
///
/// The connection ends when its last handle and its last [`Monitor`] are gone.
#[derive(Debug, Clone)]
pub struct Client {
    commands: mpsc::Sender<Command>,
    link: Arc<Link>,
    timeout: Duration,
}

/// What the handles share besides the way in.
#[derive(Debug)]
pub(super) struct Link {
    /// The state of the connection.
    pub(super) states: States,
    /// The server that was reached last, or is tried first.
    pub(super) remote: watch::Receiver<Arc<Remote>>,
    /// Whether the connection itself asks to be told of databases that change.
    pub(super) change_aware: bool,
    /// Room for requests that wait to be sent.
    pub(super) room: Room,
    /// How many bytes of changes wait for a slow reader.
    pub(super) unread_changes: usize,
    /// Told when a monitor, a lock or a call was dropped, or is to be cancelled.
    pub(super) dropped: Arc<Notify>,
    pub(super) last_monitor: AtomicU64,
    /// What the server's databases were found to lack.
    pub(super) skew: KnownSkew,
}

impl Client {
    pub(super) fn new(commands: mpsc::Sender<Command>, link: Link, timeout: Duration) -> Self {
        Self {
            commands,
            link: Arc::new(link),
            timeout,
        }
    }

    /// A handle of the same connection whose calls have another limit, waiting for room in the
    /// queue included.
    #[must_use]
    pub fn with_timeout(&self, limit: Duration) -> Self {
        let mut client = self.clone();
        client.timeout = limit;
        client
    }

    /// The server that the connection was last made to.
    pub fn remote(&self) -> Arc<Remote> {
        self.link.remote.borrow().clone()
    }

    /// How the connection is doing: now and from now on.
    pub fn states(&self) -> States {
        self.link.states.clone()
    }

    /// The names of the server's databases (RFC 7047, section 4.1.1): `ovsdb-client list-dbs`.
    ///
    /// # Errors
    /// The connection's, a timeout or a reply that is no list of names.
    pub async fn list_databases(&self) -> Result<Vec<String>, Error> {
        let result = self.call("list_dbs", &[(); 0]).await?;
        self.read("list_dbs", &result)
    }

    /// A database's schema as JSON (RFC 7047, sections 3.2 and 4.1.2): `ovsdb-client get-schema`.
    ///
    /// # Errors
    /// The connection's, a timeout, or [`Error::rpc_error`] for a database that is not there.
    pub async fn get_schema(&self, database: &str) -> Result<Box<RawValue>, Error> {
        let result = self.call("get_schema", &[database]).await?;
        self.read("get_schema", &result)
    }

    /// Runs a transaction (RFC 7047, section 4.1.3) as one unit. Monitors of this connection hold
    /// what it changed when this returns.
    ///
    /// # Errors
    /// [`Error::transaction_error`] when it did not commit, [`Error::rpc_error`] when the server
    /// refused it whole, one that names what a monitor has found the server to lack, a timeout or
    /// the connection's error: then
    /// [`Error::is_outcome_unknown`] tells whether it may have committed. At its limit, and when
    /// this future is dropped, a transaction is cancelled (RFC 7047, section 4.1.4).
    pub async fn transact<D: Database>(&self, transaction: &Transaction) -> Result<Outcome, Error> {
        self.submit::<D>(transaction).await?.outcome().await
    }

    /// The same in two steps: hands a transaction to the connection, and gives what waits for its
    /// outcome and can cancel it. The limit holds for both together.
    ///
    /// # Errors
    /// One that names what a monitor has found the server to lack, no room in the queue within the
    /// limit, or the connection's end: the transaction is not sent.
    pub async fn submit<'a, D: Database>(
        &'a self,
        transaction: &'a Transaction,
    ) -> Result<Submitted<'a>, Error> {
        self.check_schema::<D>(transaction).await?;
        let answer = self.send("transact", &transaction.params(D::NAME)).await?;
        Ok(Submitted::new(self, D::NAME, transaction, answer))
    }

    /// Runs a transaction of operations as they stand, and gives the results as they came, errors
    /// of operations among them: `ovsdb-client transact`.
    ///
    /// # Errors
    /// As for [`transact`](Client::transact), but for `transaction_error`.
    pub async fn transact_raw<O: Serialize>(
        &self,
        database: &str,
        operations: &[O],
    ) -> Result<Box<RawValue>, Error> {
        let params = RawParams {
            database,
            operations,
        };
        let result = self.call("transact", &params).await?;
        self.read("transact", &result)
    }

    /// Calls a method that this client has no other word for, with parameters as they stand, and
    /// gives the result as it came. Daemons of Open vSwitch speak the same JSON-RPC on their control
    /// sockets (ovs-appctl(8)).
    ///
    /// # Errors
    /// The connection's, a timeout, or [`Error::rpc_error`] when the method is refused.
    pub async fn request_raw(
        &self,
        method: &'static str,
        params: &impl Serialize,
    ) -> Result<Box<RawValue>, Error> {
        let result = self.call(method, params).await?;
        self.read(method, &result)
    }

    /// Asks the server whether it is there (RFC 7047, section 4.1.11).
    ///
    /// # Errors
    /// The connection's, a timeout, or an answer that is not what was sent.
    pub async fn echo(&self) -> Result<(), Error> {
        let result = self.call("echo", &["are you there"]).await?;
        match self.read::<[&str; 1]>("echo", &result)? {
            ["are you there"] => Ok(()),
            _ => Err(Kind::Echo {
                remote: self.remote(),
            }
            .into()),
        }
    }

    /// Copies the selected columns of a database and keeps the copy as the database is
    /// (`monitor_cond`, ovsdb-server(7), section 4.1.12).
    ///
    /// # Errors
    /// The connection's, a timeout, [`Error::rpc_error`] for a table or column that is not there,
    /// or rows that do not fit their types.
    pub async fn monitor<D: Database>(&self, selection: &Selection) -> Result<Monitor<D>, Error> {
        Monitor::start(self, selection).await
    }

    /// Follows a part of a database whose tables need not be known when this is compiled
    /// (`monitor`, RFC 7047, section 4.1.5): `ovsdb-client monitor`. `requests` are the
    /// `<monitor-requests>`; what comes back is the part as it is now, and what follows it, as
    /// `<table-updates>`.
    ///
    /// # Errors
    /// The connection's, a timeout, or [`Error::rpc_error`] for a database, table or column that
    /// is not there.
    pub async fn monitor_raw(
        &self,
        database: &str,
        requests: &impl Serialize,
    ) -> Result<(Box<RawValue>, RawMonitor), Error> {
        RawMonitor::start(self, "monitor", database, requests, None).await
    }

    /// Follows the rows of a part of a database that meet conditions (`monitor_cond`,
    /// ovsdb-server(7), section 4.1.12): `ovsdb-client monitor-cond`. `requests` are the
    /// `<monitor-cond-requests>`; what comes back is the part as it is now, and what follows it,
    /// as `<table-updates2>`.
    ///
    /// # Errors
    /// As for [`monitor_raw`](Client::monitor_raw), and [`Error::rpc_error`] for conditions that
    /// the server does not understand.
    pub async fn monitor_cond_raw(
        &self,
        database: &str,
        requests: &impl Serialize,
    ) -> Result<(Box<RawValue>, RawMonitor), Error> {
        RawMonitor::start(self, "monitor_cond", database, requests, None).await
    }

    /// The same, beginning with what changed since a transaction, zero being none
    /// (`monitor_cond_since`, ovsdb-server(7), section 4.1.15): `ovsdb-client monitor-cond-since`.
    /// Gives whether the server knows that transaction, which only one of a cluster does; if not,
    /// the update is the part as it is now.
    ///
    /// # Errors
    /// As for [`monitor_cond_raw`](Client::monitor_cond_raw).
    pub async fn monitor_cond_since_raw(
        &self,
        database: &str,
        requests: &impl Serialize,
        since: Uuid,
    ) -> Result<(bool, RawUpdate, RawMonitor), Error> {
        let method = Method::CondSince;
        let (reply, monitor) =
            RawMonitor::start(self, method.name(), database, requests, Some(since)).await?;
        let mut is_known = false;
        let beginning = Beginning::read(method, reply.get().as_bytes(), |is_difference| {
            is_known = is_difference;
            PhantomData::<Box<RawValue>>
        });
        let beginning = beginning.map_err(|source| Kind::Reply {
            remote: self.remote(),
            method: method.name(),
            source,
        })?;
        let update = RawUpdate {
            tables: beginning.tables,
            transaction: beginning.transaction,
        };
        Ok((is_known, update, monitor))
    }

    /// Converts a database, which the schema names too, to this schema (`convert`, ovsdb-server(7),
    /// section 4.1.19): `ovsdb-client convert`. What the schema has no place for is lost.
    ///
    /// The server ends this connection's monitors of the database: a [`Monitor`] is
    /// [stale](Monitor::is_stale) then, until it is resumed. Other connections are closed unless
    /// they have asked for something else.
    ///
    /// # Errors
    /// The connection's, a timeout, or [`Error::rpc_error`] for a database that is not there, for
    /// what is no schema, and for rows that do not fit it: then the database is as it was.
    pub async fn convert(&self, database: &str, schema: &impl Serialize) -> Result<(), Error> {
        // Without it the server closes this connection over the conversion too.
        self.call("set_db_change_aware", &[true]).await?;
        let converted = self.call("convert", &(database, schema)).await;
        if !self.link.change_aware {
            // If this fails, the connection has ended, and the next call tells.
            let _ = self.call("set_db_change_aware", &[false]).await;
        }
        converted.map(drop)
    }

    /// Asks for the lock of this name, a letter or `_` followed by letters, digits or `_`, and waits
    /// for the server's answer, not for the lock (RFC 7047, section 4.1.8): `ovsdb-client lock`.
    ///
    /// # Errors
    /// The connection's, a timeout, [`Error::rpc_error`] for what is no such name; or this
    /// connection has asked for that lock already.
    pub async fn lock(&self, name: &str) -> Result<Lock, Error> {
        Lock::ask(self, "lock", name).await
    }

    /// Takes the lock of this name from whoever has it: `ovsdb-client steal`.
    ///
    /// # Errors
    /// As for [`lock`](Client::lock).
    pub async fn steal(&self, name: &str) -> Result<Lock, Error> {
        Lock::ask(self, "steal", name).await
    }

    /// Gives a lock back that this connection has asked for (RFC 7047, section 4.1.8):
    /// `ovsdb-client unlock`. Its [`Lock`], if there still is one, is told so. Dropping that does the
    /// same without waiting for the answer.
    ///
    /// # Errors
    /// The connection's, a timeout, or [`Error::rpc_error`] for a lock that was not asked for.
    pub async fn unlock(&self, name: &str) -> Result<(), Error> {
        let params = encode("unlock", &[name])?;
        let slot = Slot::wait(self, "unlock").await?;
        let answer = slot.send(params, Role::Unlock(name.to_owned()));
        answer.wait().await.map(drop)
    }

    /// Which server this is (`get_server_id`, ovsdb-server(7), section 4.1.17): each has another
    /// identifier, and another one whenever it starts.
    ///
    /// # Errors
    /// The connection's, a timeout, or [`Error::rpc_error`] from a server before Open vSwitch 2.10.
    pub async fn server_id(&self) -> Result<Uuid, Error> {
        let result = self.call("get_server_id", &[(); 0]).await?;
        self.read("get_server_id", &result)
    }

    /// Refuses a transaction that names what the server lacks.
    async fn check_schema<D: Database>(&self, transaction: &Transaction) -> Result<(), Error> {
        if self.link.skew.first_in::<D>(transaction).is_none() {
            return Ok(());
        }
        // The database may have been converted since.
        let schema = self.get_schema(D::NAME).await?;
        let lacking = Lacking::of::<D>(schema.get().as_bytes()).map_err(|source| Kind::Reply {
            remote: self.remote(),
            method: "get_schema",
            source,
        })?;
        self.link.skew.learn::<D>(lacking);
        match self.link.skew.first_in::<D>(transaction) {
            None => Ok(()),
            Some((operation, lack)) => Err(Kind::Lacking {
                remote: self.remote(),
                database: D::NAME,
                operation,
                lack,
            }
            .into()),
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    pub(super) const fn commands(&self) -> &mpsc::Sender<Command> {
        &self.commands
    }

    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    async fn call(&self, method: &'static str, params: &impl Serialize) -> Result<Bytes, Error> {
        self.send(method, params).await?.wait().await
    }

    async fn send(
        &self,
        method: &'static str,
        params: &impl Serialize,
    ) -> Result<Answer<'_>, Error> {
        let params = encode(method, params)?;
        let (slot, params) = Slot::with_room(self, method, params).await?;
        Ok(slot.send(params, Role::Plain))
    }

    pub(super) fn read<'a, T: Deserialize<'a>>(
        &self,
        method: &'static str,
        result: &'a Bytes,
    ) -> Result<T, Error> {
        serde_json::from_slice(result).map_err(|source| {
            Kind::Reply {
                remote: self.remote(),
                method,
                source,
            }
            .into()
        })
    }
}

impl Link {
    /// A number that no monitor of this connection had.
    pub(super) fn next_monitor(&self) -> u64 {
        self.last_monitor.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// `[database, operation, …]`.
struct RawParams<'a, O> {
    database: &'a str,
    operations: &'a [O],
}

impl<O: Serialize> Serialize for RawParams<'_, O> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let mut seq = serializer.serialize_seq(Some(1 + self.operations.len()))?;
        seq.serialize_element(self.database)?;
        for operation in self.operations {
            seq.serialize_element(operation)?;
        }
        seq.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_operations_follow_the_databases_name() {
        let params = RawParams {
            database: "db",
            operations: &[RawValue::from_string("{\"op\":\"abort\"}".into()).unwrap()],
        };
        assert_eq!(
            encode("transact", &params).unwrap(),
            r#"["db",{"op":"abort"}]"#
        );
    }
}
