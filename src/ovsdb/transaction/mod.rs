//! Transactions (RFC 7047, sections 4.1.3 and 5.2): built typed, sent whole, answered typed, and
//! undone by an inverse made of what was there before.
//!
//! ```
//! # use netswitch::ovsdb::{Set, TransactionBuilder};
//! # use netswitch::vswitch::{Bridge, Interface, Port, bridge, interface, port};
//! # fn example(bridge: netswitch::ovsdb::RowId<Bridge>) {
//! let mut builder = TransactionBuilder::new();
//! let nic = builder.insert::<Interface>().set(interface::NAME, "eth0".to_owned()).id();
//! let port = builder
//!     .insert::<Port>()
//!     .set(port::NAME, "eth0".to_owned())
//!     .set(port::INTERFACES, Set::from([nic]))
//!     .id();
//! builder.mutate(bridge).insert(bridge::PORTS, Set::from([port]));
//! builder.comment("add eth0");
//! # }
//! ```

mod builder;
mod inverse;
mod operation;
mod outcome;
mod rows;

pub use builder::{Counted, Selected, Transaction, TransactionBuilder, UnknownRow};
pub use inverse::Inverse;
pub use operation::{Mutation, Mutator, Operation, Row, Until};
pub use outcome::{Outcome, TransactionError, TransactionErrorKind};
pub use rows::{InsertRow, MutateRows, UpdateRows};
