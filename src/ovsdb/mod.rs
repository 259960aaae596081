//! A client for OVSDB, the Open vSwitch Database Management Protocol (RFC 7047).
//!
//! [`connect`] gives a [`Client`], a cheap handle that many tasks may use at once, and a
//! [`Connection`], the future that owns the socket and must be polled, usually by
//! `tokio::spawn`. A connection that is lost is made anew, after pauses that grow ([`Backoff`]), to
//! whichever of its remotes can be reached and [serves](Serving); on the way a server that says
//! nothing is found out ([`Probe`]), and every [`State`] can be watched.
//!
//! [`Client::monitor`] keeps a typed, indexed copy of a database up to date, over lost connections
//! too: what changed meanwhile is read aside, put in place whole and reported as changes.
//! [`TransactionBuilder`] puts transactions together whose references cannot dangle;
//! [`Client::transact`] commits them and tells, operation by operation, what came of it, and
//! [`Committer`] also where the reply is lost; [`Inverse`] undoes them; [`Lock`] keeps others away.
//! Rows and columns are Rust types that `ovsdb-schema` generates from a schema, such as
//! [`server_database`].
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use netswitch::ovsdb::{self, Committer, Options, Selection};
//! use netswitch::vswitch::{OpenVSwitchDatabase, bridge, open_vswitch};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let remotes = "unix:/run/openvswitch/db.sock".parse()?;
//! let (client, connection) = ovsdb::keep_connected(&remotes, &Options::default());
//! tokio::spawn(connection);
//! let everything = Selection::everything::<OpenVSwitchDatabase>();
//! let copy = client.monitor::<OpenVSwitchDatabase>(&everything).await?;
//! let root = copy.read()?.open_vswitch.iter().next().map(|(id, _)| id);
//! let root = root.ok_or("there is no database")?;
//! let marks = open_vswitch::EXTERNAL_IDS;
//! let mut committer = Committer::new(&client, &copy, root, marks, "my-agent")?;
//! committer
//!     .commit(Duration::from_secs(10), |db, transaction| {
//!         if let Some((id, bridge)) = db.bridge.by_name("br0") {
//!             transaction.wait(id, bridge::STP_ENABLE, &bridge.stp_enable);
//!             transaction.update(id).set(bridge::STP_ENABLE, true);
//!         }
//!     })
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! Below the connection there is no I/O: framing, messages, the session's rules, values, replicas
//! and transactions are plain data and state machines. Everything from a peer is bounded, in
//! size, depth and time ([`Options`], [`Limits`]); no message of a peer can panic us.
//!
//! # Notes on the protocol
//!
//! What RFC 7047 says is not all that servers do. These are the facts that this client is built
//! on; tests name them by number. They were seen with ovsdb-server 3.1.0.
//!
//! 1. JSON-RPC is version 1.0: a `jsonrpc` member, or missing `params`, closes the connection.
//! 2. Messages follow each other without any separator; a read may hold half a one or twenty.
//! 3. Error replies may have no `result` at all; `error` is a string or an object.
//! 4. Ids are any JSON value; servers echo them, and may rewrite `1.0` as `1`. A server closes
//!    the connection over a reply that it did not ask for, and so do we.
//! 5. Servers send `echo` requests, and drop clients that do not answer.
//! 6. `cancel` is a notification, and the cancelled transaction is answered only with
//!    `set_db_change_aware`; else the answer to a later request shows that none will come. A
//!    transaction whose future is dropped is cancelled at once ([`Client`]); [`Submitted::cancel`]
//!    tells what became of it. What a cluster's member has passed on it cannot cancel.
//! 7. `\u0000`, lone surrogates and a depth over 1,000 close the connection.
//! 8. A set of one may come as its bare element, an empty optional is `["set",[]]`, columns left
//!    out have their default.
//! 9. A whole real comes as an integer, and `5.0` is taken for one.
//! 10. Elements and keys given twice are refused. `insert` into a map keeps a key's old value.
//! 11. A `uuid-name` that nothing inserts fails only at the commit.
//! 12. The reply has a result an operation; after the one that fails they are null, and a commit
//!     that fails adds one more. A transaction with `abort` answers `aborted`.
//! 13. Only rows of root tables are deleted; all others vanish when nothing refers to them, an
//!     insert that nothing refers to at once.
//! 14. A change that meets no row is a success with a count of 0.
//! 15. `wait` without a timeout waits for ever: prerequisites have a timeout of 0.
//! 16. `timed out`, `canceled` and `not allowed` mean: look again, then try again. Broken
//!     constraints and references are final.
//! 17. A connection lost with a transaction under way leaves its outcome open
//!     ([`Error::is_outcome_unknown`]); only a mark written by the transaction itself tells.
//! 18. The update that a transaction causes comes before its reply; a busy server merges several
//!     into one update.
//! 19. An id that is in flight is refused.
//! 20. Monitors are `monitor_cond_since` (Open vSwitch 2.12), or else `monitor_cond` (2.6) or
//!     `monitor`, whichever the server knows; they report by `update3`, `update2` and `update`.
//! 21. What `update2` says of a modified row is a difference: symmetric for sets; for maps a
//!     deleted key with its old value, a changed key with its new one.
//! 22. A server of a standalone database keeps no history: after a lost connection it is read
//!     anew. A clustered one tells what changed since a transaction that it is told.
//! 23. What is read anew is put in place whole, and what changed meanwhile is told as differences.
//! 24. After `monitor_cond_change` the server reports what comes and goes, then replies. Until it
//!     has, the last transaction says nothing about which rows a copy has.
//! 25. With `set_db_change_aware` servers say that a database was converted or removed
//!     (`monitor_canceled`); without it they close the connection.
//! 26. `_Server` tells whether a server serves a database, leads its cluster, and how far it is.
//! 27. A server's schema may be older than the generated tables: what it lacks is left out of
//!     monitors and reads as default, and a transaction that names it is refused here.
//! 28. A transaction whose connection is lost may still be under way: a server that was stopped
//!     reads what lies in the socket, a member of a cluster passes on what it took, and the next
//!     leader commits what the last one had begun. That its mark is not there yet proves nothing;
//!     only a change that it cannot follow does ([`Committer`]).
//! 29. A member of a cluster answers what changes nothing, and what fails, from its own state,
//!     which may be old. A change is held against the end of the cluster's log.
//! 30. A conversion cancels what waits to be committed (`canceled`), though it may be in the log
//!     of a cluster, and commit.

mod backoff;
mod call;
mod client;
mod commit;
mod connection;
mod error;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(test)]
mod generated;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
#[path = "../../ovsdb-schema/tests/golden/lab/mod.rs"]
pub mod lab;
mod lock;
mod monitor;
mod remote;
pub mod replica;
mod room;
pub mod server_database;
mod session;
mod skew;
mod submitted;
pub mod table;
pub mod transaction;
pub mod value;
mod wire;

pub use backoff::Backoff;
pub use client::Client;
pub use commit::{Commit, Committer};
pub use connection::{
    CaCertificate, Connection, Limits, Options, Probe, Serving, State, States, Tls, connect,
    keep_connected,
};
pub use error::Error;
pub use lock::{Lock, LockChange};
pub use monitor::{Conditions, Events, Monitor, RawMonitor, RawUpdate, ReadGuard, Selection};
pub use remote::{Remote, RemoteError, Remotes};
pub use replica::{Change, Index, Indexes, Rows};
pub use submitted::Submitted;
pub use table::{Column, ColumnInfo, Database, Table, TableInfo};
pub use transaction::{
    Inverse, Operation, Outcome, Transaction, TransactionBuilder, TransactionError,
    TransactionErrorKind,
};
pub use value::{Atom, Condition, Datum, Element, Map, Mismatch, Real, RowId, Set, Uuid, Value};
pub use wire::RpcError;
