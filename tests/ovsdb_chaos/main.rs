//! Rounds of transactions while their server is killed, stopped, restarted or converted, or the
//! leader of their cluster moves: after each the copy is what the database is, and every outcome
//! that was told is true.
//!
//! A round's seed is told when it fails: `NETSWITCH_SEED=N cargo test --test ovsdb_chaos standalone`
//! replays it, or `cluster`. `NETSWITCH_ROUNDS` says how many rounds there are of each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "clippy.toml covers test functions only, not what they call"
)]

#[path = "../support/mod.rs"]
mod support;

mod cluster;
mod rounds;
mod standalone;
mod writers;
