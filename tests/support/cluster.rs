//! A private cluster of ovsdb-servers on this host's loopback device (ovsdb(7), "Clustered").

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::limited::text;

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
}

impl Cluster {
    /// A cluster of so many members, all of them connected.
    pub(crate) fn start(size: usize) -> Cluster {
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
                0 => tool.args(["create-cluster", &file, SCHEMA, address]),
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

    /// `unix:PATH` of a member.
    pub(crate) fn remote(&self, member: usize) -> String {
        format!("unix:{}", self.path(member, "sock"))
    }

    /// The member that leads; waits until one does.
    pub(crate) fn leader(&self) -> usize {
        let leads = |member: &usize| {
            self.members[*member].is_some() && self.status(*member).contains("\nRole: leader\n")
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
        let companion = "\"$@\" & server=$!; echo $server; read -r _; kill -KILL $server";
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
        self.members[member] = Some(Member { process, server });
    }

    /// SIGSTOP: to the others it is cut off, and so are they to it.
    pub(crate) fn stop(&self, member: usize) {
        self.signal(member, "STOP");
    }

    /// SIGCONT.
    pub(crate) fn resume(&self, member: usize) {
        self.signal(member, "CONT");
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

    fn status(&self, member: usize) -> String {
        let control = self.path(member, "ctl");
        let command = [
            "--timeout=10",
            "-t",
            &control,
            "cluster/status",
            "Open_vSwitch",
        ];
        text(Command::new("ovs-appctl").args(command))
    }

    fn signal(&self, member: usize, name: &str) {
        let server = self.members[member].as_ref().unwrap().server.to_string();
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
