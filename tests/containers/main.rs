//! The client, and whole setups, against Open vSwitch in containers: over a network that is not
//! the host's loopback device, and with servers that are frozen, killed and cut off by their
//! engine. Needs root, an engine that answers to `docker`, and the image that
//! `scripts/build-ovs-image` makes; `scripts/test` takes care of both.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml covers test functions only, not what they call"
)]

#[path = "../ovsdb_server/served.rs"]
#[allow(dead_code, reason = "not every part of it is of use with containers")]
mod served;
#[path = "../support/mod.rs"]
mod support;

mod clusters;
mod connected;
mod container;
mod engine;
mod interruptions;
mod network;
mod setups;
mod transactions;
