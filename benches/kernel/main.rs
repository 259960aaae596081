//! Measures the legacy switch against `ip -batch`: N networks, each a VLAN and a bridge, on one bond;
//! another MTU for all of them; an address with a
//! gateway for each; their removal; and the report against `ip -d -j addr show`.
//!
//! `scripts/bench kernel` runs it in the kernel of `scripts/kernel-test`, whose clock is its own: what
//! it says is how the two compare. Every measurement has a network namespace of its own, and both
//! sides are processes that are started for it.

#![allow(
    clippy::indexing_slicing,
    reason = "what a JSON value does not have is null"
)]

#[path = "../../tests/support/mod.rs"]
mod support;

#[path = "../measure/mod.rs"]
mod measure;

mod job;
mod table;

use anyhow::Result;
use clap::Parser;

use job::{JOBS, Side};
use measure::{Samples, print, tell};

/// Measures the legacy switch against ip -batch
#[derive(Debug, Parser)]
#[command(name = "scripts/bench kernel")]
struct Arguments {
    /// How many networks
    #[arg(long, value_delimiter = ',', value_name = "N,…", default_value = "100,300,1000",
          value_parser = clap::value_parser!(u16).range(1..=4000))]
    networks: Vec<u16>,
    /// How often each is measured
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// What was measured for a number of networks.
#[derive(Debug, Clone, Default, serde::Serialize)]
struct Figures {
    networks: u16,
    /// By job and side, in the order of the jobs.
    jobs: Vec<(&'static str, Samples, Samples)>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut all = Vec::new();
    for networks in arguments.networks {
        let mut figures = Figures {
            networks,
            jobs: JOBS
                .map(|name| (name, Samples::default(), Samples::default()))
                .to_vec(),
        };
        for round in 1..=arguments.rounds {
            tell(&format!("{networks} networks, round {round}"));
            let ours = job::measure(Side::Netswitch, networks)?;
            let theirs = job::measure(Side::Ip, networks)?;
            for ((_, netswitch, ip), (ours, theirs)) in
                figures.jobs.iter_mut().zip(ours.into_iter().zip(theirs))
            {
                netswitch.add([ours]);
                ip.add([theirs]);
            }
        }
        all.push(figures);
    }
    match arguments.json {
        true => print(&serde_json::to_string_pretty(&all)?),
        false => print(&table::text(&all)?),
    }
}
