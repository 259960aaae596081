//! Measures setups of N VLAN networks on one bond against the least that the database allows,
//! and against `ovs-vsctl`. Run it with `scripts/bench`; the README has a table of its figures.
//!
//! Every measurement has a private host of its own and runs inside that host as another process
//! of this program (see [`inside`]), which tells its figures as JSON on standard output.

#![allow(
    clippy::indexing_slicing,
    reason = "what a JSON value does not have is null"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

#[path = "../measure/mod.rs"]
mod measure;

mod arguments;
mod commands;
mod figures;
mod inside;
mod outside;
mod table;

use anyhow::{Context, Result};
use clap::Parser;

use arguments::Arguments;
use figures::Figures;
use measure::print;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(job) = &arguments.inside {
        let told = inside::run(job)?;
        return print(&serde_json::to_string(&told)?);
    }
    let mut figures = Figures::default();
    for networks in &arguments.networks {
        let measured = outside::database(*networks, &arguments);
        let measured = measured.with_context(|| format!("with {networks} networks"))?;
        figures.database.push(measured);
    }
    for networks in &arguments.switch_networks {
        let measured = outside::switch(*networks, &arguments);
        let measured =
            measured.with_context(|| format!("with {networks} networks and ovs-vswitchd"))?;
        figures.switch.push(measured);
    }
    match arguments.json {
        true => print(&serde_json::to_string_pretty(&figures)?),
        false => print(&table::text(&figures)),
    }
}
