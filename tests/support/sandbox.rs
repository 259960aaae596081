//! A private host, made by `scripts/sandbox`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

use super::database;
use super::limited::{output_of, text};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/sandbox");

/// A network namespace with veth NICs, its own ovsdb-server and ovs-vswitchd (in user
/// space unless the environment says otherwise). It goes with this value.
pub(crate) struct Sandbox {
    name: String,
    base: TempDir,
}

impl Sandbox {
    /// A host with the NICs eth0 to eth3 and a running switch. The MAC addresses are made from
    /// the name and the NIC: give hosts on one wire different names.
    pub(crate) fn up(name: &str) -> Sandbox {
        Sandbox::up_with(name, &["eth0", "eth1", "eth2", "eth3"], true)
    }

    /// A host with these NICs; without `vswitchd` there is the database alone.
    pub(crate) fn up_with(name: &str, nics: &[&str], vswitchd: bool) -> Sandbox {
        let sandbox = Sandbox {
            name: name.to_owned(),
            base: TempDir::with_prefix("nsw-").unwrap(),
        };
        let mut up = Command::new(SCRIPT);
        up.arg("up")
            .arg(sandbox.folder())
            .args(["--nics", &nics.join(",")]);
        if !vswitchd {
            up.arg("--no-vswitchd");
        }
        text(&mut up);
        sandbox
    }

    /// The folder with the sockets, process ids, logs and `conf.db`.
    pub(crate) fn folder(&self) -> PathBuf {
        self.base.path().join(&self.name)
    }

    /// The database's Unix socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder().join("db.sock")
    }

    /// Runs a command inside, with the switch's environment, for at most a minute.
    pub(crate) fn run(&self, command: &str, arguments: &[&str]) -> Output {
        output_of(self.inside(command).args(arguments), "")
    }

    /// Runs this project's `netswitch` inside, for at most a minute.
    pub(crate) fn netswitch(&self, arguments: &[&str], stdin: &str) -> Output {
        output_of(
            self.inside(env!("CARGO_BIN_EXE_netswitch")).args(arguments),
            stdin,
        )
    }

    /// A command that will run inside, to be spawned by the caller: the child's process id is
    /// the command's own, so that it can be killed.
    pub(crate) fn inside(&self, command: impl AsRef<Path>) -> Command {
        let mut run = Command::new(SCRIPT);
        run.arg("run")
            .arg(self.folder())
            .arg("--")
            .arg(command.as_ref());
        run
    }

    /// Runs `ovs-vsctl` inside and gives its output; it must succeed.
    pub(crate) fn vsctl(&self, arguments: &[&str]) -> String {
        text(self.inside("ovs-vsctl").arg("--timeout=30").args(arguments))
    }

    /// The column of a bridge that says which datapath the host's bridges have; see `scripts/sandbox`.
    pub(crate) fn datapath(&self) -> String {
        let datapath = std::env::var("NETSWITCH_SANDBOX_DATAPATH");
        format!("datapath_type={}", datapath.as_deref().unwrap_or("netdev"))
    }

    /// The configuration as comparable text; see [`database::configuration`].
    pub(crate) fn dump(&self) -> String {
        database::configuration(&self.socket())
    }

    /// The results of these operations on the database, sent by ovsdb-client.
    pub(crate) fn transact(&self, operations: &[Value]) -> Value {
        database::transact(&self.socket(), operations)
    }

    /// The host's devices, as `ip -json link` tells them.
    pub(crate) fn links(&self) -> Vec<Value> {
        let links = text(self.inside("ip").args(["-json", "link"]));
        serde_json::from_str(&links).unwrap()
    }

    /// One device of [`Sandbox::links`].
    pub(crate) fn link(&self, name: &str) -> Option<Value> {
        self.links().into_iter().find(|link| link["ifname"] == name)
    }

    /// Wires a NIC of this host to one of another. Only before a setup uses them.
    pub(crate) fn join(&self, nic: &str, other: &Sandbox, other_nic: &str) {
        let end = |host: &Sandbox, nic: &str| format!("{}:{nic}", host.folder().display());
        text(
            Command::new(SCRIPT)
                .arg("join")
                .arg(end(self, nic))
                .arg(end(other, other_nic)),
        );
    }

    /// SIGSTOP to ovs-vswitchd: it stays, and does nothing.
    pub(crate) fn stop_switch(&self) {
        self.script("stop-switch");
    }

    /// SIGCONT to ovs-vswitchd.
    pub(crate) fn resume_switch(&self) {
        self.script("cont-switch");
    }

    /// SIGKILL to ovs-vswitchd, and waits for its end.
    pub(crate) fn kill_switch(&self) {
        self.script("kill-switch");
    }

    /// Starts an ovs-vswitchd that was killed, or never ran.
    pub(crate) fn start_switch(&self) {
        self.script("start-switch");
    }

    fn script(&self, verb: &str) -> String {
        text(Command::new(SCRIPT).arg(verb).arg(self.folder()))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if thread::panicking() {
            // A second panic would hide the first.
            let _ = Command::new(SCRIPT).arg("down").arg(self.folder()).status();
        } else {
            self.script("down");
        }
    }
}
