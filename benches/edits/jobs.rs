//! The jobs that are done inside a private host.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use netswitch::model::Request;
use netswitch::setup::Host;
use netswitch::switch::Registry;
use serde_json::{Map, Value, json};

use crate::arguments::Job;
use crate::measure::host::{
    self, LIMIT, message, observe, options, ovs_vsctl, planned, realised, remotes,
};
use crate::measure::{Raw, on_runtime, process, raw, request};

/// The bridge that the networks are on.
const BRIDGE: &str = "nsw-bond0";

/// Does one job and gives its figures.
pub(crate) fn run(job: &Job) -> Result<Value> {
    match *job {
        Job::Planning { networks } => on_runtime(planning(networks)),
        Job::EditFloor { networks, times } => edit_floor(networks, times),
        Job::EditNative { networks, times } => on_runtime(edit_native(networks, times)),
        Job::EditVsctl { networks, times } => edit_vsctl(networks, times),
        Job::RemoveFloor { networks, realised } => remove_floor(networks, realised),
        Job::RemoveNative { networks, realised } => on_runtime(remove_native(networks, realised)),
        Job::RemoveVsctl { networks, realised } => remove_vsctl(networks, realised),
    }
}

async fn planning(networks: u16) -> Result<Value> {
    let (_switch, observed) = observe().await?;
    let document = request(1, networks);
    let before = peak_kib()?;
    let plan = planned(&document, &observed)?;
    let peak = peak_kib()?;
    drop(plan);
    let seconds = host::planning(&document, &observed)?;
    Ok(json!({"seconds": seconds, "kib": peak - before}))
}

/// The most memory that this process has held (proc(5), status, `VmHWM`).
fn peak_kib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = line.and_then(|rest| rest.split_whitespace().next());
    Ok(peak.context("no VmHWM")?.parse()?)
}

/// Sets the networks up; the first has a larger MTU than the others, so that an edit of another one
/// changes nothing but that one.
async fn set_up(networks: u16, wait: bool) -> Result<Host> {
    let mut host = Host::reach(&Registry::new(remotes()?, None), LIMIT).await?;
    let mut document: Value = serde_json::from_slice(&request(1, networks))?;
    document["networks"]["net0001"]["mtu"] = 9000.into();
    let request = Request::parse(document.to_string().as_bytes())?;
    host.set_up(&request, &options(wait), &|_| {}).await?;
    // What it did itself is seen before anything else is asked.
    host.observe().await?;
    Ok(host)
}

/// The request that gives the last network another MTU.
fn edit(networks: u16, mtu: u16) -> Vec<u8> {
    let name = format!("net{networks:04}");
    let network = json!({"bonding": "bond0", "vlan": networks, "mtu": mtu, "switch": "ovs"});
    json!({"networks": {name: network}})
        .to_string()
        .into_bytes()
}

/// Every time the same transaction on the same configuration: what it did is undone in between.
fn edit_floor(networks: u16, times: u16) -> Result<Value> {
    let message = on_runtime(async {
        set_up(networks, false).await?;
        let (switch, observed) = observe().await?;
        let plan = planned(&edit(networks, 2000), &observed)?;
        message(&switch, &plan)
    })?;
    let sent: Value = serde_json::from_slice(&message)?;
    let operations = sent["params"].as_array().context("no operations")?;
    let mut raw = Raw::connect(&remotes()?)?;
    let root =
        json!({"op": "select", "table": "Open_vSwitch", "where": [], "columns": ["external_ids"]});
    let before = raw.call("transact", &json!(["Open_vSwitch", root]))?;
    let ids = &before[0]["rows"][0];
    let mut seconds = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        let reply = raw.exchange(&message)?;
        seconds.push(start.elapsed().as_secs_f64());
        raw::result(&reply)?;
        let name = format!("net{networks:04}");
        raw.call(
            "transact",
            &json!([
                "Open_vSwitch",
                {"op": "update", "table": "Interface", "where": [["name", "==", name]],
                 "row": {"mtu_request": 1500}},
                {"op": "update", "table": "Open_vSwitch", "where": [], "row": ids},
            ]),
        )?;
    }
    // The first parameter is the database's name.
    Ok(json!({"seconds": seconds, "operations": operations.len() - 1}))
}

async fn edit_native(networks: u16, times: u16) -> Result<Value> {
    let mut host = set_up(networks, false).await?;
    let mut seconds = Vec::new();
    for round in 0..times {
        let document = edit(networks, 1400 + round % 2);
        let start = Instant::now();
        let request = Request::parse(&document)?;
        host.observe().await?;
        let plan = host.set_up(&request, &options(false), &|_| {}).await?;
        seconds.push(start.elapsed().as_secs_f64());
        ensure!(plan.ovs_steps().count() == 1, "{:?}", plan.steps);
    }
    Ok(json!({"seconds": seconds}))
}

fn edit_vsctl(networks: u16, times: u16) -> Result<Value> {
    on_runtime(set_up(networks, false))?;
    let mut seconds = Vec::new();
    for round in 0..times {
        let mtu = format!("mtu_request={}", 1400 + round % 2);
        let name = format!("net{networks:04}");
        let mut vsctl = ovs_vsctl()?;
        vsctl.args(["--no-wait", "set", "Interface", &name, &mtu]);
        seconds.push(process(&mut vsctl)?["seconds"].take());
    }
    Ok(json!({"seconds": seconds}))
}

/// The request that removes everything.
fn removal(networks: u16) -> Vec<u8> {
    let gone = json!({"remove": true});
    let networks: Map<String, Value> = (1..=networks)
        .map(|number| (format!("net{number:04}"), gone.clone()))
        .collect();
    json!({"networks": networks, "bondings": {"bond0": gone}})
        .to_string()
        .into_bytes()
}

fn remove_floor(networks: u16, is_realised: bool) -> Result<Value> {
    let message = on_runtime(async {
        set_up(networks, is_realised).await?;
        let (switch, observed) = observe().await?;
        let plan = planned(&removal(networks), &observed)?;
        message(&switch, &plan)
    })?;
    if is_realised {
        return Ok(json!({"seconds": realised(&message)?}));
    }
    let mut raw = Raw::connect(&remotes()?)?;
    let start = Instant::now();
    let reply = raw.exchange(&message)?;
    let seconds = start.elapsed().as_secs_f64();
    raw::result(&reply)?;
    Ok(json!({"seconds": seconds}))
}

async fn remove_native(networks: u16, is_realised: bool) -> Result<Value> {
    let mut host = set_up(networks, is_realised).await?;
    let document = removal(networks);
    let start = Instant::now();
    let request = Request::parse(&document)?;
    host.observe().await?;
    host.set_up(&request, &options(is_realised), &|_| {})
        .await?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({"seconds": seconds}))
}

fn remove_vsctl(networks: u16, is_realised: bool) -> Result<Value> {
    on_runtime(set_up(networks, is_realised))?;
    let mut vsctl = ovs_vsctl()?;
    if !is_realised {
        vsctl.arg("--no-wait");
    }
    process(vsctl.args(["del-br", BRIDGE]))
}
