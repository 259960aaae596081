//! `netswitch` on private hosts, from request to result. What came of it is asked of others:
//! the database through ovs-vsctl, ovsdb-client and ovsdb-tool, the kernel through `ip`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml covers test functions only, not what they call"
)]

#[path = "../support/mod.rs"]
mod support;

mod addresses;
mod background;
mod bonds;
mod command_line;
mod damage;
mod edits;
mod escapes;
mod fake;
mod foreign;
mod guests;
mod host;
mod interruption;
mod ipv6;
mod lost;
mod moves;
mod names;
mod networks;
mod races;
mod read_only;
mod removal;
mod requests;
mod rollback;
mod rules;
mod servers;
mod terminal;
mod tls;
mod tunnels;
mod vsctl;
mod witness;
