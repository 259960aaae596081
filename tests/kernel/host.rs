//! A host of the kernel's own devices: the network namespace of this thread.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use netswitch::link::Netlink;
use netswitch::model::Request;
use netswitch::model::observed::{Link, Links, Observed};
use netswitch::plan::{Plan, Settings};
use netswitch::setup::{self, Options, SetupError};
use netswitch::switch::Registry;
use nix::sched::{CloneFlags, setns, unshare};
use serde_json::Value;

use super::support::carry_out;

const LIMIT: Duration = Duration::from_secs(60);

/// The namespace, and what is known of it. Its devices go with the thread.
pub(crate) struct Host {
    runtime: tokio::runtime::Runtime,
    host: setup::Host,
}

/// Whether the kernel has devices of a kind.
pub(crate) fn is_there(kind: &str) -> bool {
    let kind = kind.to_owned();
    let tried = std::thread::spawn(move || {
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        let below = match kind.as_str() {
            "vlan" => "link try0 ",
            _ => "",
        };
        let id = if kind == "vlan" { " id 1" } else { "" };
        batch(&[
            "link add try0 type veth peer name try1",
            &format!("link add {below}name try2 type {kind}{id}"),
        ])
    });
    tried.join().unwrap()
}

impl Host {
    /// A host with these NICs.
    pub(crate) fn with(nics: &[&str]) -> Host {
        let namespace = || File::open("/proc/thread-self/ns/net").unwrap();
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        let outside = namespace();
        batch(&["link set lo up"]);
        // A file that stays open keeps the other end's namespace.
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        let inside = namespace();
        let pid = std::process::id();
        let descriptor = std::os::fd::AsRawFd::as_raw_fd(&outside);
        let lines: Vec<String> = (1..)
            .zip(nics)
            .map(|(number, nic)| {
                format!(
                    "link add {nic} index {number}0 address 02:00:00:00:00:{number:02x} type veth \
                     peer name {nic} netns /proc/{pid}/fd/{descriptor}"
                )
            })
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert!(batch(&lines), "veth devices");
        setns(outside.as_fd(), CloneFlags::CLONE_NEWNET).unwrap();
        let ups: Vec<String> = nics
            .iter()
            .map(|nic| format!("link set {nic} up"))
            .collect();
        let ups: Vec<&str> = ups.iter().map(String::as_str).collect();
        assert!(batch(&ups), "their other ends");
        setns(inside.as_fd(), CloneFlags::CLONE_NEWNET).unwrap();
        std::mem::forget(outside);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let registry = Registry::new("unix:/nonexistent".parse().unwrap(), None);
        let host = runtime
            .block_on(setup::Host::reach(&registry, LIMIT))
            .unwrap();
        Host { runtime, host }
    }

    /// Does what others do: `ip` with each of these lines.
    pub(crate) fn ip(&mut self, lines: &[&str]) {
        if !lines.is_empty() {
            assert!(batch(lines), "{lines:?}");
        }
        self.runtime.block_on(self.host.observe()).unwrap();
    }

    /// Does what others do once the host was looked at.
    pub(crate) fn behind(&mut self, lines: &[&str]) {
        if !lines.is_empty() {
            assert!(batch(lines), "{lines:?}");
        }
    }

    /// Sets a request up and looks at what must hold of every request.
    pub(crate) fn set_up(&mut self, request: &Value, at: &str) {
        let before = self.observed();
        let plan = self
            .ask(request)
            .unwrap_or_else(|error| panic!("{at}: {}", told(&error)));
        let after = self.observed();
        let paper = carry_out(&before, &plan);
        assert_eq!(after.legacy, paper.legacy, "{at}: as planned");
        let described =
            |links: &Links| -> BTreeSet<String> { links.iter().map(described).collect() };
        let (real, paper) = (described(&after.links), described(&paper.links));
        let differing: Vec<&String> = real.symmetric_difference(&paper).collect();
        assert!(differing.is_empty(), "{at}: as planned: {differing:#?}");
        if !request.to_string().contains("remove") {
            let again = self.ask(request).unwrap();
            assert_eq!(again, Plan::default(), "{at}: twice");
        }
    }

    /// Sees a request fail, and the host as it was.
    pub(crate) fn fail(&mut self, request: &Value, expected: &Value, at: &str) {
        let before = self.now();
        let error = match self.ask(request) {
            Ok(plan) => panic!("{at} was done: {plan:?}"),
            Err(error) => error,
        };
        let told = told(&error);
        let code = error.code().map(|code| code.number());
        assert_eq!(
            code.map(Value::from).as_ref(),
            expected.get("code"),
            "{at}: {told}"
        );
        let contains = expected["contains"].as_str().unwrap_or_default();
        assert!(told.contains(contains), "{at}: {told}");
        let now = self.now();
        let differ = |link: &&Link| before.get(link.name.as_str()) != Some(link);
        let differing: Vec<&Link> = now.iter().filter(differ).collect();
        assert!(differing.is_empty(), "{at}: {told}: {differing:#?}");
        assert_eq!(now.iter().count(), before.iter().count(), "{at}: {told}");
    }

    /// The devices as they are, whatever was known of them.
    fn now(&self) -> Links {
        let read = async { Netlink::open().unwrap().dump().await.unwrap() };
        self.runtime.block_on(read)
    }

    fn ask(&mut self, request: &Value) -> Result<Plan, SetupError> {
        let request = Request::parse(request.to_string().as_bytes())?;
        let options = Options {
            settings: Settings::default(),
            wait: true,
            deadline: Instant::now() + LIMIT,
            interrupt: Default::default(),
        };
        let done = self.host.set_up(&request, &options, &|_| {});
        let done = self.runtime.block_on(done);
        self.runtime.block_on(self.host.observe()).unwrap();
        done
    }

    fn observed(&self) -> Observed {
        self.host.observed().clone()
    }

    /// The host's devices, as `ip` shows them.
    pub(crate) fn shown(&self) -> Vec<Value> {
        let shown = Command::new("ip")
            .args(["-d", "-j", "link"])
            .output()
            .unwrap();
        serde_json::from_slice(&shown.stdout).unwrap()
    }

    /// What the report says.
    pub(crate) fn report(&mut self) -> Value {
        let report = self.runtime.block_on(self.host.report()).unwrap();
        serde_json::from_str(&report.json().unwrap()).unwrap()
    }
}

fn told(error: &SetupError) -> String {
    netswitch::causes::chain(error)
}

/// What of a device is the same on paper: the kernel gives numbers and carriers, and makes up
/// addresses.
fn described(link: &Link) -> String {
    let Link {
        name,
        mtu,
        up,
        master,
        alias,
        data,
        ..
    } = link;
    let master = master.is_some();
    let data = match data {
        netswitch::model::observed::LinkData::Bond(bond) => format!("{:?}", bond.bond),
        other => format!("{other:?}"),
    };
    format!("{name} mtu {mtu} up {up} enslaved {master} {alias:?} {data}")
}

/// `ip -batch`; whether it did all.
fn batch(lines: &[&str]) -> bool {
    let mut ip = Command::new("ip")
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = ip.stdin.take().unwrap();
    for line in lines {
        writeln!(stdin, "{line}").unwrap();
    }
    drop(stdin);
    ip.wait().unwrap().success()
}
