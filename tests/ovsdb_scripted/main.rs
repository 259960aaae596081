//! The client against a peer on a Unix socket that says what a script makes it say, byte by byte.
//! Item numbers are those of the list of OVSDB's traps that the client is held against.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml covers test functions only, not what they call"
)]

mod cancel;
mod conditions;
mod framing;
mod hostile;
mod limits;
mod methods;
mod monitors;
mod peer;
mod requests;
