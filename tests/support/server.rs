//! A private ovsdb-server, without a namespace and without ovs-vswitchd.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::database;
use super::limited::text;

const SCHEMA: &str = "/usr/share/openvswitch/vswitch.ovsschema";

/// An ovsdb-server with an `Open_vSwitch` database as `ovs-vsctl init` leaves it. It listens on
/// a Unix socket and on a TCP port of the loopback device, and ends with this value.
pub(crate) struct Server {
    folder: TempDir,
    port: u16,
    passive: Passive,
    process: Child,
}

/// What is spoken on the TCP port.
struct Passive {
    /// `ptcp` or `pssl`.
    method: &'static str,
    /// More of the server's options.
    options: Vec<String>,
    /// A configuration of OpenSSL for the server.
    openssl: Option<PathBuf>,
}

impl Server {
    pub(crate) fn start() -> Server {
        Server::start_with(Path::new(SCHEMA))
    }

    /// The same with another schema of the database.
    pub(crate) fn start_with(schema: &Path) -> Server {
        let plain = Passive {
            method: "ptcp",
            options: Vec::new(),
            openssl: None,
        };
        Server::listening(schema, plain)
    }

    /// Speaks TLS on its TCP port, with these options and this configuration of OpenSSL.
    pub(crate) fn start_ssl(options: Vec<String>, openssl: Option<&Path>) -> Server {
        let encrypted = Passive {
            method: "pssl",
            options,
            openssl: openssl.map(Path::to_owned),
        };
        Server::listening(Path::new(SCHEMA), encrypted)
    }

    fn listening(schema: &Path, passive: Passive) -> Server {
        let folder = TempDir::with_prefix("nsw-").unwrap();
        text(
            Command::new("ovsdb-tool")
                .arg("create")
                .arg(folder.path().join("conf.db"))
                .arg(schema),
        );
        let process = spawn(folder.path(), 0, &passive);
        let port = chosen_port(folder.path());
        let server = Server {
            folder,
            port,
            passive,
            process,
        };
        server.vsctl(&["--no-wait", "init"]);
        server
    }

    /// The path of the Unix socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("db.sock")
    }

    /// `unix:PATH`, as `--db` takes it.
    pub(crate) fn remote(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// The TCP port on 127.0.0.1; a restart keeps it.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The process id of ovsdb-server.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// The database file, whose log `ovsdb-tool show-log` prints.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("conf.db")
    }

    /// Runs `ovs-vsctl` and gives its output. Say `--no-wait`: nobody else is there to answer.
    pub(crate) fn vsctl(&self, arguments: &[&str]) -> String {
        let database = format!("--db={}", self.remote());
        text(
            Command::new("ovs-vsctl")
                .args([&database, "--timeout=30"])
                .args(arguments),
        )
    }

    /// Runs `ovs-appctl` on this server and gives its output.
    pub(crate) fn appctl(&self, arguments: &[&str]) -> String {
        let target = self.folder.path().join("server.ctl");
        text(
            Command::new("ovs-appctl")
                .arg("--target")
                .arg(target)
                .args(arguments),
        )
    }

    /// The results of these operations, sent by ovsdb-client.
    pub(crate) fn transact(&self, operations: &[Value]) -> Value {
        database::transact(&self.socket(), operations)
    }

    /// The configuration as comparable text; see [`database::configuration`].
    pub(crate) fn dump(&self) -> String {
        database::configuration(&self.socket())
    }

    /// SIGSTOP: it neither answers nor closes anything.
    pub(crate) fn stop(&self) {
        self.signal("STOP");
    }

    /// SIGCONT.
    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    /// SIGKILL, and waits for the end. [`Server::restart`] brings the same database back.
    pub(crate) fn kill(&mut self) {
        end(&mut self.process);
    }

    /// Changes the database's file; the server must have ended.
    pub(crate) fn transact_offline(&self, operations: &[Value]) {
        let mut transaction = vec![Value::from("Open_vSwitch")];
        transaction.extend_from_slice(operations);
        let results = text(
            Command::new("ovsdb-tool")
                .arg("transact")
                .arg(self.file())
                .arg(Value::Array(transaction).to_string()),
        );
        assert!(!results.contains("error"), "{results}");
    }

    /// Converts the database to this schema while no server has it.
    pub(crate) fn convert_offline(&self, schema: &Value) {
        let file = self.folder.path().join("convert.ovsschema");
        std::fs::write(&file, schema.to_string()).unwrap();
        text(
            Command::new("ovsdb-tool")
                .arg("convert")
                .arg(self.file())
                .arg(file),
        );
    }

    /// Ends it and starts it again: the same database, socket and port.
    pub(crate) fn restart(&mut self) {
        self.kill();
        // A killed server leaves its socket behind, and does not mind.
        self.process = spawn(self.folder.path(), self.port, &self.passive);
    }

    fn signal(&self, name: &str) {
        text(Command::new("kill").args(["-s", name, &self.pid().to_string()]));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts the server and waits until it serves. `--run` starts its command then, and the server
/// ends with that command: `cat` ends with its input, so not even a killed test leaves a server.
fn spawn(folder: &Path, port: u16, passive: &Passive) -> Child {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut server = Command::new("ovsdb-server");
    if let Some(openssl) = &passive.openssl {
        server.env("OPENSSL_CONF", openssl);
    }
    let mut process = server
        .arg(path("conf.db"))
        .arg(format!("--remote=punix:{}", path("db.sock")))
        .arg(format!("--remote={}:{port}:127.0.0.1", passive.method))
        .args(&passive.options)
        .arg(format!("--unixctl={}", path("server.ctl")))
        .arg(format!("--log-file={}", path("server.log")))
        .args(["-vconsole:off", "--run=echo ready; exec cat >/dev/null"])
        .env("OVS_RUNDIR", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("ovsdb-server: {error}: run scripts/install-deps"));
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    if line != "ready\n" {
        end(&mut process);
        let log = fs::read_to_string(path("server.log")).unwrap_or_default();
        panic!("ovsdb-server does not start:\n{log}");
    }
    process
}

/// Port 0 lets the kernel choose; the server's log tells which.
fn chosen_port(folder: &Path) -> u16 {
    let log = fs::read_to_string(folder.join("server.log")).unwrap();
    let (_, rest) = log.split_once("listening on port ").unwrap();
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

/// Kills the process and waits until it has gone.
fn end(process: &mut Child) {
    // It may have ended by itself.
    let _ = process.kill();
    let _ = process.wait();
}
