//! A client for OVSDB, the Open vSwitch Database Management Protocol (RFC 7047).
//!
//! [`connect`] gives a [`Client`], a cheap handle that many tasks may use at once, and a
//! [`Connection`], the future that owns the socket and must be polled, usually by
//! `tokio::spawn`. A connection that is lost is made anew, after pauses that grow ([`Backoff`]), to
//! whichever of its remotes can be reached; on the way a server that says nothing is found out
//! ([`Probe`]), and every [`State`] can be watched. [`Client::monitor`] keeps a typed, indexed copy of a database up to date,
//! over lost connections too: what changed meanwhile is read aside, put in place whole and
//! reported as changes;
//! [`TransactionBuilder`] puts transactions together whose references cannot dangle;
//! [`Client::transact`] commits them and tells, operation by operation, what came of it;
//! [`Inverse`] undoes them. Rows and columns are Rust types that `ovsdb-schema` generates from a
//! schema, such as [`server_database`].
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
//! 6. `cancel` is a notification: the cancelled transaction need not be answered at all.
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

mod backoff;
mod client;
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
mod monitor;
mod remote;
pub mod replica;
pub mod server_database;
mod session;
pub mod table;
pub mod transaction;
pub mod value;
mod wire;

pub use backoff::Backoff;
pub use client::Client;
pub use connection::{Connection, Limits, Options, Probe, State, States, connect, keep_connected};
pub use error::Error;
pub use monitor::{Events, Monitor, RawMonitor, ReadGuard, Selection};
pub use remote::{Remote, RemoteError, Remotes};
pub use replica::{Change, Indexes, Rows};
pub use table::{Column, ColumnInfo, Database, Table, TableInfo};
pub use transaction::{
    Inverse, Operation, Outcome, Transaction, TransactionBuilder, TransactionError,
    TransactionErrorKind,
};
pub use value::{Atom, Condition, Datum, Element, Map, Mismatch, Real, RowId, Set, Uuid, Value};
pub use wire::RpcError;
