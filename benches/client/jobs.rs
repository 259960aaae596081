//! The jobs that are done beside the database server, each in a process of its own.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use netswitch::ovsdb::{self, Database, Options, Remotes, Selection, Uuid};
use netswitch::vswitch::OpenVSwitchDatabase;
use serde_json::{Value, json};

use crate::arguments::{Job, Reader};
use crate::measure::{Raw, answer, on_runtime, process};
use crate::{pipeline, python};

/// Names the server to the jobs.
pub(crate) const DATABASE: &str = "NETSWITCH_DB";

/// Does one job and gives its figures.
pub(crate) fn run(job: Job) -> Result<Value> {
    match job {
        Job::Drain { bytes } => drain(bytes),
        Job::Snapshot => on_runtime(snapshot()),
        Job::Run { reader, bytes } => read(reader, bytes),
        Job::PrebuiltTransactions { count, window } => pipeline::prebuilt(count, window),
        Job::Transactions { count } => on_runtime(pipeline::native(count)),
    }
}

/// The server.
pub(crate) fn remotes() -> Result<Remotes> {
    Ok(std::env::var(DATABASE)?.parse()?)
}

/// A command that does a job as another process; it is killed if it does not end.
pub(crate) fn command(job: Job) -> Result<Command> {
    let mut command = Command::new("timeout");
    command
        .args(["--signal=KILL", "400"])
        .arg(std::env::current_exe()?)
        .args(job.arguments());
    Ok(command)
}

/// What the client asks for.
fn request() -> Result<Vec<u8>> {
    let columns = Selection::everything::<OpenVSwitchDatabase>();
    let params = (OpenVSwitchDatabase::NAME, 1, columns, Uuid::nil());
    let params = serde_json::to_string(&params)?;
    let request = format!(r#"{{"id":1,"method":"monitor_cond_since","params":{params}}}"#);
    Ok(request.into_bytes())
}

fn drain(bytes: Option<usize>) -> Result<Value> {
    let request = request()?;
    let start = Instant::now();
    let mut raw = Raw::open(&remotes()?)?;
    let bytes = match bytes {
        Some(bytes) => raw.drain(&request, bytes).map(|()| bytes)?,
        None => raw.exchange(&request)?.len(),
    };
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({"seconds": seconds, "bytes": bytes}))
}

async fn snapshot() -> Result<Value> {
    let remotes = remotes()?;
    let start = Instant::now();
    let (client, connection) = ovsdb::connect(&remotes, &Options::default()).await?;
    tokio::spawn(connection);
    let everything = Selection::everything::<OpenVSwitchDatabase>();
    let copy = client.monitor::<OpenVSwitchDatabase>(&everything).await?;
    let ports = {
        let database = copy.read()?;
        let port = database.port.by_name("net0001").context("no net0001")?;
        ensure!(port.1.tag == Some(1), "net0001 is on another VLAN");
        database.port.len()
    };
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({"seconds": seconds, "ports": ports}))
}

fn read(reader: Reader, bytes: Option<usize>) -> Result<Value> {
    let database = std::env::var(DATABASE)?;
    match reader {
        Reader::Drain => answer(&mut command(Job::Drain { bytes })?),
        Reader::Snapshot => answer(&mut command(Job::Snapshot)?),
        Reader::Dump => {
            let mut dump = Command::new("ovsdb-client");
            process(dump.args([
                "--timeout=300",
                "dump",
                &database,
                OpenVSwitchDatabase::NAME,
            ]))
        }
        Reader::Show => {
            let mut show = Command::new("ovs-vsctl");
            let database = format!("--db={database}");
            process(show.args(["--timeout=300", "--no-syslog", &database, "show"]))
        }
        Reader::Idl => answer(&mut python::read(&database)),
    }
}
