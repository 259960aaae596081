//! Measures what changes and goes: planning, editing one of N networks, removing all of them. Run it
//! with `scripts/bench edits`; the README has a table of its figures.
//!
//! Every measurement has a private host of its own and runs inside that host as another process
//! of this program, which tells its figures as JSON on standard output.

#![allow(
    clippy::indexing_slicing,
    reason = "what a JSON value does not have is null"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

#[path = "../measure/mod.rs"]
mod measure;

mod arguments;
mod jobs;
mod rounds;
mod table;

use anyhow::Result;
use clap::Parser;

use arguments::Arguments;
use measure::print;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(job) = &arguments.inside {
        return print(&serde_json::to_string(&jobs::run(job)?)?);
    }
    let figures = rounds::measure(&arguments)?;
    match arguments.json {
        true => print(&serde_json::to_string_pretty(&figures)?),
        false => print(&table::text(&figures)),
    }
}
