//! Real parts for integration tests: a private host ([`Sandbox`]) and a private database
//! server ([`Server`]). Both end with their value, also when a test panics.
//!
//! ```ignore
//! mod support;
//! use support::{Sandbox, Server};
//!
//! let host = Sandbox::up("edit");
//! let done = host.netswitch(&["setup", "-"], r#"{"networks": {}}"#);
//! assert!(done.status.success());
//! ```

// Each test binary is a crate that has all of this module and uses a part of it.
#![allow(
    dead_code,
    unused_imports,
    reason = "no single test binary uses every part"
)]
// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a part that cannot be had fails the test"
)]

mod carry_out;
mod cases;
mod cluster;
mod database;
mod limited;
mod observed;
mod paper_ip;
mod paper_kernel;
mod pki;
mod prepare;
mod proxy;
mod random_request;
mod sandbox;
mod server;
mod streaming;

pub(crate) use carry_out::carry_out;
pub(crate) use cases::{Case, cases};
pub(crate) use cluster::Cluster;
pub(crate) use database::unmarked;
pub(crate) use limited::{end_of, ended, output_of, text};
pub(crate) use observed::observed;
pub(crate) use pki::{Identity, Pki};
pub(crate) use prepare::prepare;
pub(crate) use proxy::{Cut, Proxy};
pub(crate) use random_request::random_request;
pub(crate) use sandbox::Sandbox;
pub(crate) use server::Server;
pub(crate) use streaming::Streaming;
