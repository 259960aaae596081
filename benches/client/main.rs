//! Measures the OVSDB client against the least that a server allows, and against other clients:
//! `ovsdb-client`, `ovs-vsctl` and the Python IDL. Run it with `scripts/bench client`.
//!
//! One private database server has the networks that `scripts/bench networks` makes too, without
//! ovs-vswitchd. Every measurement is a fresh process (see [`jobs`] and [`pipeline`]), which tells
//! its figures as JSON on standard output: nobody finds memory or code warm.

#![allow(
    clippy::indexing_slicing,
    reason = "what a JSON value does not have is null"
)]

#[path = "../measure/mod.rs"]
mod measure;
#[path = "../../tests/support/mod.rs"]
mod support;

mod arguments;
mod figures;
mod jobs;
mod pipeline;
mod python;
mod rounds;
mod table;

use anyhow::Result;
use clap::Parser;

use arguments::Arguments;
use measure::print;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(job) = arguments.inside {
        let told = jobs::run(job)?;
        return print(&serde_json::to_string(&told)?);
    }
    let figures = rounds::run(&arguments)?;
    match arguments.json {
        true => print(&serde_json::to_string_pretty(&figures)?),
        false => print(&table::text(&figures)),
    }
}
