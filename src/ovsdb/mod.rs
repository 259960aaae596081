//! A client for OVSDB, the Open vSwitch Database Management Protocol (RFC 7047).

#[cfg(test)]
pub mod generated;
pub mod replica;
pub mod server_database;
pub mod table;
pub mod transaction;
pub mod value;

pub use replica::{Change, Indexes, Rows};
pub use table::{Column, ColumnInfo, Database, Table, TableInfo};
pub use transaction::{
    Inverse, Operation, Outcome, Transaction, TransactionBuilder, TransactionError,
    TransactionErrorKind,
};
pub use value::{Atom, Condition, Datum, Element, Map, Mismatch, Real, RowId, Set, Uuid, Value};
