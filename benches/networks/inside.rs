//! The jobs that are done inside a private host.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use netswitch::canonicalize::canonicalize;
use netswitch::model::Request;
use netswitch::plan::{self, LinkStep, Step};
use netswitch::setup::Host;
use netswitch::switch::{NetSwitch, Registry};
use netswitch::validate::validate;
use serde_json::{Value, json};

use crate::arguments::Job;
use crate::commands::commands;
use crate::measure::host::{
    LIMIT, message, observe, options, ovs_vsctl, planned, planning, realised, remotes, settings,
};
use crate::measure::{Raw, on_runtime, process, raw, request};

/// Does one job and gives its figures.
pub(crate) fn run(job: &Job) -> Result<Value> {
    match *job {
        Job::Prepare { networks } => on_runtime(prepare(networks)),
        Job::Floor { realised: false } => floor(),
        Job::Floor { realised: true } => realised_floor(),
        Job::Native { networks, realised } => on_runtime(native(networks, realised)),
        Job::Parts { networks } => on_runtime(parts(networks)),
        Job::Setup => {
            let mut setup = Command::new(env!("CARGO_BIN_EXE_netswitch"));
            process(
                setup
                    .args(["setup", "--no-wait"])
                    .arg(folder()?.join("request")),
            )
        }
        Job::Vsctl { realised } => vsctl(realised),
        Job::VsctlEach => vsctl_each(),
        Job::MoreFloor { present, times } => more_floor(present, times),
        Job::MoreNative { present, times } => on_runtime(more_native(present, times)),
        Job::MoreVsctl { present, times } => more_vsctl(present, times),
    }
}

/// The private host's folder.
fn folder() -> Result<PathBuf> {
    let folder = std::env::var_os("OVS_RUNDIR").context("OVS_RUNDIR is not set")?;
    Ok(folder.into())
}

fn write(file: &str, content: &[u8]) -> Result<()> {
    Ok(std::fs::write(folder()?.join(file), content)?)
}

fn read(file: &str) -> Result<Vec<u8>> {
    Ok(std::fs::read(folder()?.join(file))?)
}

async fn prepare(networks: u16) -> Result<Value> {
    let (switch, observed) = observe().await?;
    let document = request(1, networks);
    let plan = planned(&document, &observed)?;
    write("transaction", &message(&switch, &plan)?)?;
    write("commands", &serde_json::to_vec(&commands(&plan))?)?;
    write("request", &document)?;
    let ups = plan.steps.iter().filter_map(|step| match step {
        Step::Link(LinkStep::SetUp { name, up: true }) => Some(format!("link set dev {name} up\n")),
        _ => None,
    });
    write("devices", ups.collect::<String>().as_bytes())?;
    Ok(Value::Null)
}

fn floor() -> Result<Value> {
    let message = read("transaction")?;
    let mut raw = Raw::connect(&remotes()?)?;
    let start = Instant::now();
    let reply = raw.exchange(&message)?;
    let seconds = start.elapsed().as_secs_f64();
    raw::result(&reply)?;
    Ok(json!({"seconds": seconds}))
}

fn realised_floor() -> Result<Value> {
    let seconds = realised(&read("transaction")?)?;
    let start = Instant::now();
    let mut batch = Command::new("ip");
    process(batch.arg("-batch").arg(folder()?.join("devices")))?;
    let with_devices = seconds + start.elapsed().as_secs_f64();
    Ok(json!({"seconds": seconds, "with_devices": with_devices}))
}

async fn native(networks: u16, is_realised: bool) -> Result<Value> {
    let mut host = Host::reach(&Registry::new(remotes()?, None), LIMIT).await?;
    let document = request(1, networks);
    let start = Instant::now();
    let request = Request::parse(&document)?;
    let plan = host
        .set_up(&request, &options(is_realised), &|_| {})
        .await?;
    let seconds = start.elapsed().as_secs_f64();
    ensure!(!plan.is_empty(), "there was nothing to do");
    Ok(json!({"seconds": seconds}))
}

async fn parts(networks: u16) -> Result<Value> {
    let (mut switch, observed) = observe().await?;
    let document = request(1, networks);
    let mut marks = vec![Instant::now()];
    let request = Request::parse(&document)?;
    marks.push(Instant::now());
    let valid = validate(canonicalize(&request, &observed), &observed)?;
    marks.push(Instant::now());
    let plan = plan::plan(&valid, &observed, &settings());
    marks.push(Instant::now());
    let _transaction = switch.transaction(&plan)?;
    marks.push(Instant::now());
    switch.apply(&plan, LIMIT).await?;
    marks.push(Instant::now());
    let times: Vec<f64> = marks
        .windows(2)
        .filter_map(|pair| Some(pair.last()?.duration_since(*pair.first()?).as_secs_f64()))
        .collect();
    let [parse, judge, plan, render, apply] = times.as_slice() else {
        anyhow::bail!("not five parts");
    };
    let planning = planning(&document, &observed)?;
    Ok(json!({
        "parse": parse, "canonicalize_and_validate": judge, "plan": plan, "render": render,
        "transact": apply - render, "planning": planning,
    }))
}

fn vsctl(is_realised: bool) -> Result<Value> {
    let commands: Vec<Vec<String>> = serde_json::from_slice(&read("commands")?)?;
    let mut vsctl = ovs_vsctl()?;
    if !is_realised {
        vsctl.arg("--no-wait");
    }
    let mut bytes = 0;
    for words in commands {
        bytes += words.iter().map(|word| word.len() + 1).sum::<usize>() + 3;
        vsctl.arg("--").args(words);
    }
    let mut told = process(&mut vsctl)?;
    told["argument_bytes"] = bytes.into();
    Ok(told)
}

fn vsctl_each() -> Result<Value> {
    let commands: Vec<Vec<String>> = serde_json::from_slice(&read("commands")?)?;
    let start = Instant::now();
    for words in commands {
        process(ovs_vsctl()?.arg("--no-wait").arg("--").args(words))?;
    }
    Ok(json!({"seconds": start.elapsed().as_secs_f64()}))
}

/// Every time the same transaction on the same configuration: what it did is undone in between.
fn more_floor(present: u16, times: u16) -> Result<Value> {
    let message = on_runtime(async {
        let (switch, observed) = observe().await?;
        let plan = planned(&request(present + 1, present + 1), &observed)?;
        message(&switch, &plan)
    })?;
    let sent: Value = serde_json::from_slice(&message)?;
    let operations = sent["params"].as_array().context("no operations")?;
    let find = |op: &str, table: &str| {
        let is_it = |one: &&Value| one["op"] == op && one["table"] == table;
        operations
            .iter()
            .position(|one| is_it(&one))
            .context("no such operation")
    };
    // The first parameter is the database's name, which has no result.
    let port = find("insert", "Port")? - 1;
    let before = &operations
        .get(find("wait", "Open_vSwitch")?)
        .context("no wait")?["rows"][0];
    let mut raw = Raw::connect(&remotes()?)?;
    let mut seconds = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        let reply = raw.exchange(&message)?;
        seconds.push(start.elapsed().as_secs_f64());
        let id = raw::result(&reply)?[port]["uuid"].take();
        let gone = json!([["ports", "delete", id]]);
        raw.call(
            "transact",
            &json!([
                "Open_vSwitch",
                {"op": "mutate", "table": "Bridge", "where": [], "mutations": gone},
                {"op": "update", "table": "Open_vSwitch", "where": [], "row": before},
            ]),
        )?;
    }
    Ok(json!({"seconds": seconds, "bytes": message.len()}))
}

async fn more_native(present: u16, times: u16) -> Result<Value> {
    let mut host = Host::reach(&Registry::new(remotes()?, None), LIMIT).await?;
    let mut seconds = Vec::new();
    for number in present + 1..=present + times {
        let document = request(number, number);
        let start = Instant::now();
        let request = Request::parse(&document)?;
        host.observe().await?;
        let plan = host.set_up(&request, &options(false), &|_| {}).await?;
        seconds.push(start.elapsed().as_secs_f64());
        ensure!(!plan.is_empty(), "there was nothing to do");
    }
    Ok(json!({"seconds": seconds}))
}

fn more_vsctl(present: u16, times: u16) -> Result<Value> {
    let mut seconds = Vec::new();
    for number in present + 1..=present + times {
        let commands = on_runtime(async {
            let (_switch, observed) = observe().await?;
            Ok(commands(&planned(&request(number, number), &observed)?))
        })?;
        let mut vsctl = ovs_vsctl()?;
        vsctl.arg("--no-wait");
        for words in commands {
            vsctl.arg("--").args(words);
        }
        seconds.push(process(&mut vsctl)?["seconds"].take());
    }
    Ok(json!({"seconds": seconds}))
}
