//! The client against a real ovsdb-server. Item numbers are those of the list of OVSDB's traps
//! that the client is held against; a test of a fact that a client cannot show by itself talks to
//! the server's socket directly.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml covers test functions only, not what they call"
)]

#[path = "../support/mod.rs"]
mod support;

mod backup;
mod cancel;
mod clusters;
mod commits;
mod conditions;
mod connections;
mod conversions;
mod locks;
mod monitors;
mod probes;
mod served;
mod skew;
mod staying;
mod tls;
mod transactions;
mod values;
