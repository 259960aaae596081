//! Makes a private host for each measurement and has the job done inside.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

use crate::arguments::{Arguments, Job};
use crate::measure::{self, Samples, tell};
use crate::support::Sandbox;

/// How often one network is edited in a round, and how often with ovs-vsctl.
const EDITS: u16 = 40;
const EDITS_WITH_VSCTL: u16 = 5;

/// Everything of one run, in seconds and KiB.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Figures {
    pub(crate) database: Vec<Database>,
    pub(crate) switch: Vec<Removal>,
}

/// N networks, without ovs-vswitchd.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Database {
    pub(crate) networks: u16,
    pub(crate) planning: Samples,
    /// The memory that parsing, planning and the plan took.
    pub(crate) planning_kib: u64,
    pub(crate) edit_operations: u64,
    pub(crate) edit_floor: Samples,
    pub(crate) edit_native: Samples,
    pub(crate) edit_vsctl: Samples,
    pub(crate) removal: Removal,
}

/// Everything is removed.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Removal {
    pub(crate) networks: u16,
    pub(crate) floor: Samples,
    pub(crate) native: Samples,
    pub(crate) vsctl: Samples,
}

/// Measures all that was asked for.
pub(crate) fn measure(arguments: &Arguments) -> Result<Figures> {
    let mut figures = Figures::default();
    for networks in &arguments.networks {
        let measured = database(*networks, arguments.rounds);
        let measured = measured.with_context(|| format!("with {networks} networks"))?;
        figures.database.push(measured);
    }
    for networks in &arguments.switch_networks {
        let measured = removal(*networks, true, arguments.rounds);
        let measured =
            measured.with_context(|| format!("with {networks} networks and ovs-vswitchd"))?;
        figures.switch.push(measured);
    }
    Ok(figures)
}

fn database(networks: u16, rounds: u16) -> Result<Database> {
    let mut figures = Database {
        networks,
        ..Database::default()
    };
    for round in 1..=rounds {
        tell(&format!("{networks} networks, round {round} of {rounds}"));
        let told = inside(false, Job::Planning { networks })?;
        figures.planning.add_told(&told["seconds"]);
        figures.planning_kib = told["kib"].as_u64().context("no memory")?;
        let times = EDITS;
        let told = inside(false, Job::EditFloor { networks, times })?;
        figures.edit_operations = told["operations"].as_u64().context("no operations")?;
        figures.edit_floor.add_told(&told["seconds"]);
        let told = inside(false, Job::EditNative { networks, times })?;
        figures.edit_native.add_told(&told["seconds"]);
        let times = EDITS_WITH_VSCTL;
        let told = inside(false, Job::EditVsctl { networks, times })?;
        figures.edit_vsctl.add_told(&told["seconds"]);
    }
    figures.removal = removal(networks, false, rounds)?;
    Ok(figures)
}

fn removal(networks: u16, realised: bool, rounds: u16) -> Result<Removal> {
    let mut figures = Removal {
        networks,
        ..Removal::default()
    };
    for round in 1..=rounds {
        tell(&format!(
            "{networks} networks removed, round {round} of {rounds}"
        ));
        let told = inside(realised, Job::RemoveFloor { networks, realised })?;
        figures.floor.add_told(&told["seconds"]);
        let told = inside(realised, Job::RemoveNative { networks, realised })?;
        figures.native.add_told(&told["seconds"]);
        let told = inside(realised, Job::RemoveVsctl { networks, realised })?;
        figures.vsctl.add_told(&told["seconds"]);
    }
    Ok(figures)
}

/// Does a job inside a host of its own.
fn inside(vswitchd: bool, job: Job) -> Result<Value> {
    let host = Sandbox::up_with("bench", &["eth0", "eth1"], vswitchd);
    measure::host::inside(&host, &job.arguments(), Duration::from_secs(300))
}
