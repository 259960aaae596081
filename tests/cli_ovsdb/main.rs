//! `netswitch ovsdb` beside the real ovsdb-client, on the same server: both print the same.
// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what cannot be had fails the test"
)]

#[path = "../support/mod.rs"]
mod support;

mod backups;
mod both;
mod clusters;
mod conversions;
mod dumps;
mod locks;
mod monitors;
mod odd;
mod schemas;
mod servers;
mod transactions;
mod waits;
