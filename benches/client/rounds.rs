//! Starts the server, and has every job done in turns.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::arguments::{Arguments, Job, Reader};
use crate::figures::{Figures, Idl, Pipeline, Reading};
use crate::jobs::{DATABASE, command};
use crate::measure::{Samples, request, tell};
use crate::python;
use crate::support::Sandbox;

/// How many prebuilt transactions are written before their replies; 0 for all.
const WINDOWS: [u32; 4] = [64, 256, 1024, 0];

/// Measures everything.
pub(crate) fn run(arguments: &Arguments) -> Result<Figures> {
    let networks = arguments.networks;
    let host = Sandbox::up_with("bench", &["eth0", "eth1"], false);
    tell(&format!("a database of {networks} networks"));
    let request = String::from_utf8(request(1, networks))?;
    let done = host.netswitch(&["setup", "--no-wait", "-"], &request);
    let error = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{error}");
    let python = match arguments.without_python {
        true => Err("left out".to_owned()),
        false => python::install(),
    };
    let figures = Figures {
        networks,
        bytes: bytes(&host)?,
        drain: Reading::default(),
        native: Reading::default(),
        dump: Reading::default(),
        show: Reading::default(),
        idl: python.map(|()| Idl::default()),
        pipeline: None,
    };
    let mut measured = Measured { host, figures };
    for round in 1..=arguments.rounds {
        tell(&format!("snapshots, round {round} of {}", arguments.rounds));
        measured.snapshots()?;
    }
    // They change what a snapshot has.
    let count = arguments.transactions;
    let rounds = if count == 0 { 0 } else { arguments.rounds };
    for round in 1..=rounds {
        tell(&format!("transactions, round {round} of {rounds}"));
        measured.transactions(count)?;
    }
    Ok(measured.figures)
}

/// How many bytes the server sends of everything.
fn bytes(host: &Sandbox) -> Result<usize> {
    let told = inside(host, Job::Drain { bytes: None })?;
    let bytes = told["bytes"].as_u64().context("no number of bytes")?;
    Ok(usize::try_from(bytes)?)
}

struct Measured {
    host: Sandbox,
    figures: Figures,
}

impl Measured {
    /// Everybody reads everything once.
    fn snapshots(&mut self) -> Result<()> {
        let Self { host, figures } = self;
        let bytes = Some(figures.bytes);
        let read = |reader| inside(host, Job::Run { reader, bytes });
        figures.drain.add(&read(Reader::Drain)?);
        figures.native.add(&read(Reader::Snapshot)?);
        figures.dump.add(&read(Reader::Dump)?);
        figures.show.add(&read(Reader::Show)?);
        if let Ok(idl) = &mut figures.idl {
            let told = read(Reader::Idl)?;
            idl.reading.add(&told);
            let told = &told["answer"];
            idl.version = told["version"].as_str().unwrap_or_default().to_owned();
            idl.has_extension = told["extension"] == true;
        }
        Ok(())
    }

    /// The transactions are run in every way once.
    fn transactions(&mut self, count: u32) -> Result<()> {
        let pipeline = self.figures.pipeline.get_or_insert_with(|| Pipeline {
            transactions: count,
            prebuilt: WINDOWS.map(|window| (window, Samples::default())).into(),
            native: Samples::default(),
        });
        for (window, samples) in &mut pipeline.prebuilt {
            let window = if *window == 0 { count } else { *window };
            let told = inside(&self.host, Job::PrebuiltTransactions { count, window })?;
            samples.add_told(&told["seconds"]);
        }
        let told = inside(&self.host, Job::Transactions { count })?;
        pipeline.native.add_told(&told["seconds"]);
        Ok(())
    }
}

/// Does a job in another process.
fn inside(host: &Sandbox, job: Job) -> Result<Value> {
    let mut command = command(job)?;
    let output = command
        .env(DATABASE, format!("unix:{}", host.socket().display()))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "{job:?}: {}", output.status);
    serde_json::from_slice(&output.stdout).with_context(|| format!("what {job:?} tells"))
}
