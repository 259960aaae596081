//! A private cluster of ovsdb-servers on this host's loopback device (ovsdb(7), "Clustered").

use std::cell::Cell;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::limited::{output_of, text};

const SCHEMA: &str = "/usr/share/openvswitch/vswitch.ovsschema";

/// The members of a cluster that serves an empty `Open_vSwitch` database. They end with this value.
pub(crate) struct Cluster {
    folder: TempDir,
    members: Vec<Option<Member>>,
}

/// A shell, and the process id of the server beside it.
struct Member {
    process: Child,
    server: u32,
    is_stopped: Cell<bool>,
}

impl Cluster {
    /// A cluster of so many members, all of them connected. A leader is missed after a second.
    pub(crate) fn start(size: usize) -> Cluster {
        Cluster::start_electing(size, 1_000)
    }

    /// The same with another time, in milliseconds, after which a leader is missed.
    pub(crate) fn start_electing(size: usize, timer: u32) -> Cluster {
        let folder = TempDir::with_prefix("nsw-").unwrap();
        // Held until all are chosen, so that no port is chosen twice.
        let ports: Vec<TcpListener> = (0..size)
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let addresses: Vec<String> = ports
            .iter()
            .map(|port| format!("tcp:{}", port.local_addr().unwrap()))
            .collect();
        drop(ports);
        let mut cluster = Cluster {
            folder,
            members: Vec::new(),
        };
        for (member, address) in addresses.iter().enumerate() {
            let file = cluster.path(member, "db");
            let mut tool = Command::new("ovsdb-tool");
            match member {
                0 => {
                    tool.arg(format!("--election-timer={timer}"));
                    tool.args(["create-cluster", &file, SCHEMA, address])
                }
                _ => tool.args([
                    "join-cluster",
                    &file,
                    "Open_vSwitch",
                    address,
                    &addresses[0],
                ]),
            };
            text(&mut tool);
            cluster.members.push(None);
            cluster.revive(member);
            cluster.wait_until_connected(member);
        }
        cluster
    }

    /// Gives the database its row, as `ovs-vsctl init` does.
    pub(crate) fn init(&self) {
        let database = format!("--db={}", self.remotes(0));
        text(Command::new("ovs-vsctl").args([&database, "--timeout=30", "--no-wait", "init"]));
    }

    /// `unix:PATH` of a member.
    pub(crate) fn remote(&self, member: usize) -> String {
        format!("unix:{}", self.path(member, "sock"))
    }

    /// The remotes of all members, this one's first.
    pub(crate) fn remotes(&self, first: usize) -> String {
        let size = self.members.len();
        let members = (first..first + size).map(|member| self.remote(member % size));
        members.collect::<Vec<_>>().join(",")
    }

    /// How many members there are, running or not.
    pub(crate) fn size(&self) -> usize {
        self.members.len()
    }

    /// The member that leads; waits until one does. A stopped one cannot say so.
    pub(crate) fn leader(&self) -> usize {
        let leads = |member: &usize| {
            self.is_running(*member) && self.status(*member).contains("\nRole: leader\n")
        };
        let attempts = std::iter::repeat_with(|| (0..self.members.len()).find(leads));
        attempts.flatten().next().unwrap()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self, member: usize) {
        if let Some(Member { mut process, .. }) = self.members[member].take() {
            drop(process.stdin.take());
            let _ = process.wait();
        }
    }

    /// Starts a member that was killed.
    ///
    /// A shell keeps it company, whose input ends with this process: so not even a killed test
    /// leaves a server.
    pub(crate) fn revive(&mut self, member: usize) {
        let path = |kind| self.path(member, kind);
        let companion = "\"$@\" & server=$!; echo $server; read -r _; kill -KILL $server; wait";
        let mut process = Command::new("sh")
            .args(["-c", companion, "sh", "ovsdb-server", &path("db")])
            .arg(format!("--remote=punix:{}", path("sock")))
            .arg(format!("--unixctl={}", path("ctl")))
            .arg(format!("--log-file={}", path("log")))
            .arg("-vconsole:off")
            .env("OVS_RUNDIR", self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let server = line.trim().parse().unwrap();
        self.members[member] = Some(Member {
            process,
            server,
            is_stopped: Cell::new(false),
        });
    }

    /// SIGSTOP: to the others it is cut off, and so are they to it.
    pub(crate) fn stop(&self, member: usize) {
        self.signal(member, "STOP");
        self.member(member).is_stopped.set(true);
    }

    /// SIGCONT.
    pub(crate) fn resume(&self, member: usize) {
        self.signal(member, "CONT");
        self.member(member).is_stopped.set(false);
    }

    /// Waits until a member serves the database.
    pub(crate) fn wait_until_connected(&self, member: usize) {
        let wait = [
            "--timeout=30",
            "wait",
            &self.remote(member),
            "Open_vSwitch",
            "connected",
        ];
        text(Command::new("ovsdb-client").args(wait));
    }

    /// Arms one of the server's own failures, such as `transfer-leadership` and
    /// `crash-before-sending-append-request`: `ovs-appctl cluster/failure-test`.
    pub(crate) fn arm(&self, member: usize, failure: &str) {
        text(&mut self.appctl(member, &["cluster/failure-test", failure]));
    }

    /// Whether a member has neither been killed nor stopped, nor ended by itself.
    fn is_running(&self, member: usize) -> bool {
        let member = self.members[member].as_ref();
        member.is_some_and(|member| {
            // SIGCHLD is the shell's: a server that ended is a zombie or gone.
            let stat = fs::read_to_string(format!("/proc/{}/stat", member.server));
            !member.is_stopped.get() && stat.is_ok_and(|stat| !stat.contains(") Z "))
        })
    }

    fn status(&self, member: usize) -> String {
        let status = ["cluster/status", "Open_vSwitch"];
        let output = output_of(&mut self.appctl(member, &status), "");
        // It may end at any moment, and then says nothing.
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn appctl(&self, member: usize, arguments: &[&str]) -> Command {
        let mut command = Command::new("ovs-appctl");
        command.args(["--timeout=10", "-t", &self.path(member, "ctl")]);
        command.args(arguments);
        command
    }

    fn member(&self, member: usize) -> &Member {
        self.members[member].as_ref().unwrap()
    }

    fn signal(&self, member: usize, name: &str) {
        let server = self.member(member).server.to_string();
        text(Command::new("kill").args(["-s", name, &server]));
    }

    fn path(&self, member: usize, kind: &str) -> String {
        let folder: &Path = self.folder.path();
        folder
            .join(format!("{member}.{kind}"))
            .display()
            .to_string()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for member in 0..self.members.len() {
            self.kill(member);
        }
    }
}
