//! Makes a private host for each measurement and has the job done inside.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::arguments::{Arguments, Job};
use crate::figures::{Database, Parts, Switch};
use crate::measure::{self, Samples, tell};
use crate::support::Sandbox;

/// Beyond so many networks ovs-vsctl is called once only in one round, and not once per network.
const MANY: u16 = 1000;

/// How often one more network is added, and how often with ovs-vsctl.
const MORE: u16 = 60;
const MORE_WITH_VSCTL: u16 = 7;

/// Measures with the database alone.
pub(crate) fn database(networks: u16, arguments: &Arguments) -> Result<Database> {
    let mut floor = Samples::default();
    let mut native = Samples::default();
    let mut setup = Samples::default();
    let mut vsctl = Samples::default();
    let mut parts = Parts::default();
    let (mut setup_peak_kib, mut vsctl_peak_kib, mut vsctl_argument_bytes) = (0, 0, 0);
    let mut same_configuration = false;
    for round in 0..arguments.rounds {
        tell(&format!(
            "{networks} networks, round {} of {}",
            round + 1,
            arguments.rounds
        ));
        floor.add_told(&prepared(networks, false, Job::Floor { realised: false })?["seconds"]);
        let host = up(false);
        let told = inside(
            &host,
            Job::Native {
                networks,
                realised: false,
            },
        )?;
        native.add_told(&told["seconds"]);
        add_parts(&mut parts, &inside(&up(false), Job::Parts { networks })?);
        let told = prepared(networks, false, Job::Setup)?;
        setup.add_told(&told["seconds"]);
        setup_peak_kib = setup_peak_kib.max(number(&told, "peak_kib")?);
        if round == 0 || networks <= MANY {
            let other = up(false);
            inside(&other, Job::Prepare { networks })?;
            let told = inside(&other, Job::Vsctl { realised: false })?;
            vsctl.add_told(&told["seconds"]);
            vsctl_peak_kib = vsctl_peak_kib.max(number(&told, "peak_kib")?);
            vsctl_argument_bytes = number(&told, "argument_bytes")?;
            same_configuration = configuration(&host) == configuration(&other);
        }
    }
    let mut vsctl_each = None;
    if networks <= MANY || arguments.vsctl_each_above_1000 {
        tell(&format!("{networks} networks, ovs-vsctl once for each"));
        let each: &mut Samples = vsctl_each.get_or_insert_default();
        each.add_told(&prepared(networks, false, Job::VsctlEach)?["seconds"]);
    }
    tell(&format!("{networks} networks and one more"));
    let host = up(false);
    inside(
        &host,
        Job::Native {
            networks,
            realised: false,
        },
    )?;
    let more = |job| -> Result<Samples> {
        let mut samples = Samples::default();
        samples.add_told(&inside(&host, job)?["seconds"]);
        Ok(samples)
    };
    let more_floor = more(Job::MoreFloor {
        present: networks,
        times: MORE,
    })?;
    let more_native = more(Job::MoreNative {
        present: networks,
        times: MORE,
    })?;
    let present = networks + MORE;
    let more_vsctl = more(Job::MoreVsctl {
        present,
        times: MORE_WITH_VSCTL,
    })?;
    Ok(Database {
        networks,
        floor,
        native,
        parts,
        setup,
        setup_peak_kib,
        vsctl,
        vsctl_peak_kib,
        vsctl_argument_bytes,
        vsctl_each,
        same_configuration,
        more_floor,
        more_native,
        more_vsctl,
    })
}

/// Measures with ovs-vswitchd.
pub(crate) fn switch(networks: u16, arguments: &Arguments) -> Result<Switch> {
    let mut floor = Samples::default();
    let mut floor_with_devices = Samples::default();
    let mut native = Samples::default();
    let mut vsctl = Samples::default();
    for round in 0..arguments.rounds {
        let rounds = arguments.rounds;
        tell(&format!(
            "{networks} networks with ovs-vswitchd, round {} of {rounds}",
            round + 1
        ));
        let told = prepared(networks, true, Job::Floor { realised: true })?;
        floor.add_told(&told["seconds"]);
        floor_with_devices.add_told(&told["with_devices"]);
        let told = inside(
            &up(true),
            Job::Native {
                networks,
                realised: true,
            },
        )?;
        native.add_told(&told["seconds"]);
        vsctl.add_told(&prepared(networks, true, Job::Vsctl { realised: true })?["seconds"]);
    }
    Ok(Switch {
        networks,
        floor,
        floor_with_devices,
        native,
        vsctl,
    })
}

/// Always of one name, so that its NICs always have the same addresses.
fn up(vswitchd: bool) -> Sandbox {
    Sandbox::up_with("bench", &["eth0", "eth1"], vswitchd)
}

/// Does a job on a host of its own that has what the job needs.
fn prepared(networks: u16, vswitchd: bool, job: Job) -> Result<Value> {
    let host = up(vswitchd);
    inside(&host, Job::Prepare { networks })?;
    inside(&host, job)
}

/// Does a job inside the host.
fn inside(host: &Sandbox, job: Job) -> Result<Value> {
    let limit = match job {
        Job::VsctlEach => Duration::from_secs(3600),
        _ => Duration::from_secs(400),
    };
    measure::host::inside(host, &job.arguments(), limit)
}

fn add_parts(parts: &mut Parts, told: &Value) {
    parts.parse.add_told(&told["parse"]);
    parts
        .canonicalize_and_validate
        .add_told(&told["canonicalize_and_validate"]);
    parts.plan.add_told(&told["plan"]);
    parts.render.add_told(&told["render"]);
    parts.transact.add_told(&told["transact"]);
    parts.planning.add_told(&told["planning"]);
}

fn number(told: &Value, name: &str) -> Result<u64> {
    told[name]
        .as_u64()
        .with_context(|| format!("no {name} in {told}"))
}

/// A host's configuration without the marker that only netswitch leaves.
fn configuration(host: &Sandbox) -> String {
    let mut dump = host.dump();
    if let Some(start) = dump.find(r#""netswitch-transaction": "#) {
        let rest = dump.get(start..).unwrap_or_default();
        let length = rest.find(", ").map_or(0, |comma| comma + 2);
        dump.replace_range(start..start + length, "");
    }
    dump
}
