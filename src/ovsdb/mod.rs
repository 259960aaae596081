//! A client for OVSDB, the Open vSwitch Database Management Protocol (RFC 7047).

mod client;
mod connection;
mod error;
#[cfg(test)]
pub mod generated;
mod monitor;
mod remote;
pub mod replica;
pub mod server_database;
mod session;
pub mod table;
pub mod transaction;
pub mod value;
mod wire;

pub use client::Client;
pub use connection::{Connection, Limits, Options, connect};
pub use error::Error;
pub use monitor::{Events, Monitor, RawMonitor, ReadGuard, Selection};
pub use remote::{DEFAULT_PORT, Remote, RemoteError, Remotes};
pub use replica::{Change, Indexes, Rows};
pub use table::{Column, ColumnInfo, Database, Table, TableInfo};
pub use transaction::{
    Inverse, Operation, Outcome, Transaction, TransactionBuilder, TransactionError,
    TransactionErrorKind,
};
pub use value::{Atom, Condition, Datum, Element, Map, Mismatch, Real, RowId, Set, Uuid, Value};
pub use wire::RpcError;
