//! The private host that a job runs in, and what is asked of it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use netswitch::canonicalize::canonicalize;
use netswitch::link::Netlink;
use netswitch::model::{Observed, Request};
use netswitch::ovsdb::{Database, Remotes};
use netswitch::plan::{self, Plan, Settings};
use netswitch::setup::Options;
use netswitch::switch::NetSwitch;
use netswitch::switch::ovs::OvsSwitch;
use netswitch::validate::validate;
use netswitch::vswitch::OpenVSwitchDatabase;
use nix::sys::resource::{RLIM_INFINITY, Resource, setrlimit};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::raw::Raw;
use crate::support::Sandbox;

/// No setup takes longer unless it hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// The host's database.
pub(crate) fn remotes() -> Result<Remotes> {
    Ok(std::env::var("NETSWITCH_DB")?.parse()?)
}

/// What plans are made with.
pub(crate) fn settings() -> Settings {
    Settings {
        datapath_type: "netdev".to_owned(),
        ..Settings::default()
    }
}

/// A switch and the host as it is.
pub(crate) async fn observe() -> Result<(OvsSwitch, Observed)> {
    let mut switch = OvsSwitch::connect(&remotes()?, None, LIMIT).await?;
    let mut observed = Observed {
        links: Netlink::open()?.dump().await?,
        ..Observed::default()
    };
    switch.observe(&mut observed).await?;
    Ok((switch, observed))
}

/// What a request would change.
pub(crate) fn planned(document: &[u8], observed: &Observed) -> Result<Plan> {
    let desired = canonicalize(&Request::parse(document)?, observed);
    Ok(plan::plan(
        &validate(desired, observed)?,
        observed,
        &settings(),
    ))
}

/// How long canonicalizing, validating and planning take in seconds, again and again.
pub(crate) fn planning(document: &[u8], observed: &Observed) -> Result<Vec<f64>> {
    const REPETITIONS: usize = 15;
    let mut seconds = Vec::new();
    for _ in 0..REPETITIONS {
        let request = Request::parse(document)?;
        let start = Instant::now();
        let valid = validate(canonicalize(&request, observed), observed)?;
        let plan = plan::plan(&valid, observed, &settings());
        seconds.push(start.elapsed().as_secs_f64());
        drop(plan);
    }
    Ok(seconds)
}

/// Does a job, told by its arguments, in another process of this program inside a host; it is killed
/// if it does not end within `limit`.
pub(crate) fn inside(host: &Sandbox, arguments: &[String], limit: Duration) -> Result<Value> {
    let what = arguments.join(" ");
    let mut command = host.inside("timeout");
    command
        .args(["--signal=KILL", &limit.as_secs().to_string()])
        .arg(std::env::current_exe()?)
        .args(arguments);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "{what}: {}", output.status);
    serde_json::from_slice(&output.stdout).with_context(|| format!("what {what} tells"))
}

/// The message that carries a plan out, ready to be written.
pub(crate) fn message(switch: &OvsSwitch, plan: &Plan) -> Result<Vec<u8>> {
    let transaction = switch.transaction(plan)?;
    let params = serde_json::to_string(&transaction.params(OpenVSwitchDatabase::NAME))?;
    Ok(format!(r#"{{"method":"transact","id":1,"params":{params}}}"#).into_bytes())
}

/// Sends a transaction without a client, and waits until ovs-vswitchd has realised it: how long
/// that took, in seconds.
pub(crate) fn realised(message: &[u8]) -> Result<f64> {
    let mut raw = Raw::connect(&remotes()?)?;
    let columns = json!({"Open_vSwitch": [{"columns": ["next_cfg", "cur_cfg"]}]});
    let root = raw.call("monitor_cond", &json!(["Open_vSwitch", 0, columns]))?;
    // A column that has its default is left out.
    let target = number(&root, "next_cfg").unwrap_or(0) + 1;
    let start = Instant::now();
    let mut news = raw.exchange(message)?;
    loop {
        // The reply of the transaction is long, and no update.
        if news.len() < 4096 {
            let update: Value = serde_json::from_slice(&news)?;
            if number(&update, "cur_cfg").is_some_and(|cfg| cfg >= target) {
                break;
            }
        }
        news = raw.message()?;
    }
    Ok(start.elapsed().as_secs_f64())
}

/// The number that a member of this name has, wherever it is.
fn number(value: &Value, name: &str) -> Option<i64> {
    match value {
        Value::Object(members) => {
            let own = members.get(name).and_then(Value::as_i64);
            own.or_else(|| members.values().find_map(|member| number(member, name)))
        }
        Value::Array(elements) => elements.iter().find_map(|element| number(element, name)),
        _ => None,
    }
}

/// The limits of one setup.
pub(crate) fn options(wait: bool) -> Options {
    let interrupt = CancellationToken::new();
    Options {
        settings: settings(),
        wait,
        deadline: Instant::now() + LIMIT,
        interrupt,
    }
}

/// ovs-vsctl with a limit. The kernel lets arguments have a quarter of the stack's limit, 6 MiB
/// at most.
pub(crate) fn ovs_vsctl() -> Result<Command> {
    setrlimit(Resource::RLIMIT_STACK, RLIM_INFINITY, RLIM_INFINITY)?;
    let mut command = Command::new("ovs-vsctl");
    command.args(["--timeout=300", "--no-syslog", "--verbose=console:err"]);
    Ok(command)
}
