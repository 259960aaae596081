//! A host of the kernel's own devices: the network namespace of this thread.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use netswitch::ip::IpConfigurator;
use netswitch::link::Netlink;
use netswitch::model::Request;
use netswitch::model::observed::{Link, Links, Observed};
use netswitch::plan::{Plan, Settings};
use netswitch::setup::{self, Options, SetupError};
use netswitch::switch::Registry;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns, unshare};
use serde_json::Value;
use tempfile::NamedTempFile;

use super::support::carry_out;

const LIMIT: Duration = Duration::from_secs(60);

/// The namespace, and what is known of it. Its devices go with the thread.
pub(crate) struct Host {
    runtime: tokio::runtime::Runtime,
    host: setup::Host,
    who: IpConfigurator,
    /// What stands for the host's own resolv.conf.
    _resolver: NamedTempFile,
}

/// What resolv.conf holds at first.
pub(crate) const RESOLV_CONF: &str = "search example.net\nnameserver 192.0.2.53\noptions ndots:2\n";

/// Lets this thread see a resolv.conf of its own.
fn private_resolver() -> NamedTempFile {
    const NOTHING: Option<&str> = None;
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(RESOLV_CONF.as_bytes()).unwrap();
    // What is mounted here, nobody else sees.
    unshare(CloneFlags::CLONE_FS | CloneFlags::CLONE_NEWNS).unwrap();
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(NOTHING, "/", NOTHING, private, NOTHING).unwrap();
    let bind = MsFlags::MS_BIND;
    mount(
        Some(file.path()),
        "/etc/resolv.conf",
        NOTHING,
        bind,
        NOTHING,
    )
    .unwrap();
    file
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
    pub(crate) fn with(nics: &[&str], who: IpConfigurator) -> Host {
        let resolver = private_resolver();
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
        Host {
            runtime,
            host,
            who,
            _resolver: resolver,
        }
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
    pub(crate) fn set_up(&mut self, request: &Value, on_paper: bool, at: &str) {
        let before = self.observed();
        let plan = self
            .ask(request)
            .unwrap_or_else(|error| panic!("{at}: {}", told(&error)));
        let after = self.observed();
        if on_paper {
            self.compare(&after, &carry_out(&before, &plan), at);
        }
        if !request.to_string().contains("remove") {
            let again = self.ask(request).unwrap();
            assert_eq!(again, Plan::default(), "{at}: twice");
        }
    }

    /// Compares the host with what it was on paper.
    fn compare(&self, after: &Observed, paper: &Observed, at: &str) {
        assert_eq!(after.legacy, paper.legacy, "{at}: as planned");
        assert_eq!(after.ip, paper.ip, "{at}: as planned");
        let described =
            |links: &Links| -> BTreeSet<String> { links.iter().map(described).collect() };
        let (real, paper) = (described(&after.links), described(&paper.links));
        let differing: Vec<&String> = real.symmetric_difference(&paper).collect();
        assert!(differing.is_empty(), "{at}: as planned: {differing:#?}");
    }

    /// Sees a request fail, and the host as it was.
    pub(crate) fn fail(&mut self, request: &Value, expected: &Value, at: &str) {
        let before = self.now();
        let settings = self.settings();
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
        assert_eq!(self.settings(), settings, "{at}: {told}");
    }

    /// The devices as they are, whatever was known of them.
    fn now(&self) -> Links {
        let read = async { Netlink::open().unwrap().dump().await.unwrap() };
        self.runtime.block_on(read)
    }

    fn ask(&mut self, request: &Value) -> Result<Plan, SetupError> {
        let request = Request::parse(request.to_string().as_bytes())?;
        let options = Options {
            settings: Settings {
                ip_configurator: self.who,
                ..Settings::default()
            },
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
            .args(["-d", "-j", "address"])
            .output()
            .unwrap();
        serde_json::from_slice(&shown.stdout).unwrap()
    }

    /// `ip route` and `ip rule`, of both families.
    pub(crate) fn routes(&self) -> String {
        let said = |arguments: &[&str]| {
            let output = Command::new("ip").args(arguments).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let routes = [
            said(&["route", "list", "table", "all"]),
            said(&["rule"]),
            said(&["-6", "rule"]),
        ];
        routes.concat()
    }

    /// Addresses, routes and rules, but for what the kernel makes up.
    pub(crate) fn settings(&self) -> String {
        let links = self.now();
        let read = async { Netlink::open().unwrap().addresses().await.unwrap() };
        let all_addresses = self.runtime.block_on(read);
        let mut all = String::new();
        for link in links.iter() {
            let addresses = all_addresses.of(link.index).iter();
            let mut nets: Vec<String> = addresses.map(|it| it.net.to_string()).collect();
            nets.retain(|net| !net.starts_with("fe80:"));
            let parameters = (link.ipv6, link.accept_ra, link.autoconf);
            writeln!(all, "{} {nets:?} {parameters:?}", link.name).unwrap();
        }
        let mut routes: Vec<String> = self.routes().lines().map(str::to_owned).collect();
        routes.retain(|line| !line.contains("fe80:") && !line.contains("ff00:"));
        routes.sort();
        all + &routes.join("\n")
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
