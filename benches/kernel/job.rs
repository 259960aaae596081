//! What is done and how long it takes.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use nix::sched::{CloneFlags, unshare};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// In the order in which they are done.
pub(crate) const JOBS: [&str; 5] = ["add all", "report", "MTU of all", "IP of all", "remove all"];

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Netswitch,
    Ip,
}

/// The jobs' times in seconds, in a new network namespace.
pub(crate) fn measure(side: Side, networks: u16) -> Result<Vec<f64>> {
    let thread = std::thread::spawn(move || {
        unshare(CloneFlags::CLONE_NEWNET)?;
        let folder = TempDir::new()?;
        let nics = "link add eth0 type dummy\nlink add eth1 type dummy\nlink set lo up\n";
        timed(ip_batch(&folder, nics)?)?;
        match side {
            Side::Netswitch => ours(&folder, networks),
            Side::Ip => theirs(&folder, networks),
        }
    });
    thread
        .join()
        .map_err(|_| anyhow::anyhow!("a measurement panicked"))?
}

fn ours(folder: &TempDir, count: u16) -> Result<Vec<f64>> {
    let networks = |attributes: &dyn Fn(u16) -> Value| -> Value {
        let all = (1..=count).map(|id| (format!("n{id}"), attributes(id)));
        all.collect::<Map<String, Value>>().into()
    };
    let network = |id, mtu| json!({"bonding": "bond0", "vlan": id, "mtu": mtu});
    let bonding = json!({"bond0": {"nics": ["eth0", "eth1"], "options": "mode=1 miimon=100"}});
    let add = json!({"networks": networks(&|id| network(id, 1500)), "bondings": bonding});
    let edit = json!({"networks": networks(&|id| network(id, 9000))});
    let address = |id| {
        let mut network = network(id, 9000);
        if let Some(attributes) = network.as_object_mut() {
            attributes.insert("ipaddr".into(), format!("{}.5", subnet(id)).into());
            attributes.insert("prefix".into(), 24.into());
            attributes.insert("gateway".into(), format!("{}.1", subnet(id)).into());
        }
        network
    };
    let addresses = json!({"networks": networks(&address)});
    let remove = json!({
        "networks": networks(&|_| json!({"remove": true})),
        "bondings": {"bond0": {"remove": true}},
    });
    let setup = |request: &Value| -> Result<Command> {
        let file = folder.path().join("request.json");
        File::create(&file)?.write_all(request.to_string().as_bytes())?;
        let mut command = netswitch();
        command.arg("setup").arg(file);
        Ok(command)
    };
    let mut report = netswitch();
    report.args(["report", "--format", "json"]);
    Ok(vec![
        timed(setup(&add)?)?,
        timed(report)?,
        timed(setup(&edit)?)?,
        timed(setup(&addresses)?)?,
        timed(setup(&remove)?)?,
    ])
}

/// A network's subnet of /24, without its last number.
fn subnet(id: u16) -> String {
    let [high, low] = id.to_be_bytes();
    format!("10.{high}.{low}")
}

fn netswitch() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
    command.args(["--db", "unix:/nonexistent"]);
    command
}

/// What somebody would write who knows `ip`: a line a device where one is enough.
fn theirs(folder: &TempDir, count: u16) -> Result<Vec<f64>> {
    let bond = "link add bond0 type bond mode active-backup miimon 100\n\
        link set eth0 down master bond0\nlink set eth1 down master bond0\nlink set bond0 up\n";
    let lines = |line: &dyn Fn(&mut String, u16) -> std::fmt::Result| -> Result<String> {
        let mut text = String::new();
        (1..=count).try_for_each(|id| line(&mut text, id))?;
        Ok(text)
    };
    let add = lines(&|text, id| {
        writeln!(text, "link add name n{id} up type bridge")?;
        writeln!(
            text,
            "link add link bond0 name bond0.{id} up master n{id} type vlan id {id}"
        )
    })?;
    let edit = lines(&|text, id| {
        writeln!(text, "link set bond0.{id} mtu 9000")?;
        writeln!(text, "link set n{id} mtu 9000")
    })?;
    let addresses = lines(&|text, id| {
        let subnet = subnet(id);
        writeln!(
            text,
            "address add {subnet}.5/24 broadcast {subnet}.255 dev n{id}"
        )?;
        let own = 1_000_000 + u32::from(id);
        writeln!(
            text,
            "route add {subnet}.0/24 dev n{id} table {own} src {subnet}.5"
        )?;
        writeln!(
            text,
            "route add default via {subnet}.1 dev n{id} table {own}"
        )?;
        writeln!(
            text,
            "rule add priority 32000 from {subnet}.0/24 table {own}"
        )?;
        writeln!(
            text,
            "rule add priority 32000 to {subnet}.0/24 iif n{id} table {own}"
        )
    })?;
    let remove = lines(&|text, id| {
        writeln!(text, "link del bond0.{id}")?;
        writeln!(text, "link del n{id}")
    })?;
    let mut report = Command::new("ip");
    report.args(["-d", "-j", "addr", "show"]);
    Ok(vec![
        timed(ip_batch(folder, &format!("{bond}{add}"))?)?,
        timed(report)?,
        timed(ip_batch(
            folder,
            &format!("link set bond0 mtu 9000\n{edit}"),
        )?)?,
        timed(ip_batch(folder, &addresses)?)?,
        timed(ip_batch(folder, &format!("{remove}link del bond0\n"))?)?,
    ])
}

fn ip_batch(folder: &TempDir, lines: &str) -> Result<Command> {
    let file = folder.path().join("batch");
    File::create(&file)?.write_all(lines.as_bytes())?;
    let mut command = Command::new("ip");
    command.arg("-batch").arg(file);
    Ok(command)
}

/// How long a process takes that must succeed.
fn timed(mut command: Command) -> Result<f64> {
    let start = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .output()
        .with_context(|| format!("{command:?}"))?;
    let seconds = start.elapsed().as_secs_f64();
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{command:?}: {}: {error}",
        output.status
    );
    Ok(seconds)
}
