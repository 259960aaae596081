//! The private hosts and servers that the other tests stand on are what they claim to be.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use support::{Sandbox, Server, output_of};
use tempfile::TempDir;

#[test]
fn a_host_has_nics_with_carrier_and_a_switch() {
    let host = Sandbox::up("nics");
    for nic in ["eth0", "eth1", "eth2", "eth3"] {
        let link = host.link(nic).unwrap();
        assert_eq!(link["operstate"], "UP", "{link}");
        assert!(
            link["address"].as_str().unwrap().starts_with("02:"),
            "{link}"
        );
    }
    assert_eq!(host.links().len(), 5, "lo and the four NICs");
    assert!(host.run("ovs-appctl", &["version"]).status.success());
}

#[test]
fn addresses_are_the_same_every_time() {
    let [first, second] = [(); 2].map(|()| {
        let host = Sandbox::up_with("again", &["eth0"], false);
        host.link("eth0").unwrap()["address"].clone()
    });
    assert_eq!(first, second);
}

#[test]
fn sysfs_is_that_of_the_host() {
    let host = Sandbox::up_with("sysfs", &["port7"], false);
    let output = host.run("ls", &["/sys/class/net"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "lo\nport7\n");
}

#[test]
fn environment_leads_to_the_hosts_own_switch() {
    let host = Sandbox::up_with("environment", &["eth0"], false);
    let output = host.run("sh", &["-c", "echo $NETSWITCH_DB $NETSWITCH_DATAPATH_TYPE"]);
    let expected = format!("unix:{} netdev\n", host.socket().display());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn two_hosts_live_side_by_side() {
    let one = Sandbox::up("one");
    let two = Sandbox::up("two");
    one.vsctl(&[
        "add-br",
        "br0",
        "--",
        "set",
        "Bridge",
        "br0",
        "datapath_type=netdev",
    ]);
    assert_eq!(one.vsctl(&["list-br"]), "br0");
    assert_eq!(two.vsctl(&["list-br"]), "");
    assert!(one.link("br0").is_some());
    assert!(two.link("br0").is_none());
}

#[test]
fn the_switch_makes_ports_real() {
    let host = Sandbox::up("ports");
    host.vsctl(&[
        "add-br",
        "br0",
        "--",
        "set",
        "Bridge",
        "br0",
        "datapath_type=netdev",
        "--",
        "add-port",
        "br0",
        "eth0",
        "--",
        "add-port",
        "br0",
        "web",
        "tag=10",
        "--",
        "set",
        "Interface",
        "web",
        "type=internal",
        "mtu_request=1400",
    ]);
    assert_eq!(host.link("web").unwrap()["mtu"], 1400);
    let ofport = host.vsctl(&["get", "Interface", "eth0", "ofport"]);
    assert!(ofport.parse::<i32>().unwrap() > 0, "{ofport}");
}

#[test]
fn frames_cross_the_wire_between_joined_hosts() {
    let one = Sandbox::up("left");
    let two = Sandbox::up("right");
    one.join("eth0", &two, "eth3");
    for (host, nic, address) in [
        (&one, "eth0", "192.0.2.1/24"),
        (&two, "eth3", "192.0.2.2/24"),
    ] {
        host.vsctl(&[
            "add-br",
            "br0",
            "--",
            "set",
            "Bridge",
            "br0",
            "datapath_type=netdev",
            "--",
            "add-port",
            "br0",
            nic,
            "--",
            "add-port",
            "br0",
            "web",
            "tag=10",
            "--",
            "set",
            "Interface",
            "web",
            "type=internal",
        ]);
        assert!(
            host.run("ip", &["address", "add", address, "dev", "web"])
                .status
                .success()
        );
        assert!(
            host.run("ip", &["link", "set", "dev", "web", "up"])
                .status
                .success()
        );
    }
    let ping = one.run(
        "ping",
        &[
            "-n",
            "-I",
            "web",
            "-c",
            "2",
            "-i",
            "0.2",
            "-w",
            "10",
            "192.0.2.2",
        ],
    );
    assert!(
        ping.status.success(),
        "{}",
        String::from_utf8_lossy(&ping.stdout)
    );
}

#[test]
fn the_switch_can_be_stopped_killed_and_started() {
    let host = Sandbox::up("faults");
    let add = |name: &str| {
        let bridge = ["--timeout=1", "add-br", name, "--", "set", "Bridge", name];
        host.run(
            "ovs-vsctl",
            &[&bridge[..], &["datapath_type=netdev"]].concat(),
        )
        .status
        .success()
    };
    host.stop_switch();
    assert!(!add("br0"), "nobody answers");
    host.resume_switch();
    host.kill_switch();
    assert!(!add("br1"), "nobody is there");
    host.start_switch();
    host.vsctl(&[
        "add-br",
        "br2",
        "--",
        "set",
        "Bridge",
        "br2",
        "datapath_type=netdev",
    ]);
    assert!(host.link("br2").is_some());
}

#[test]
fn the_end_of_a_host_leaves_nothing() {
    let host = Sandbox::up("gone");
    host.stop_switch();
    let folder = host.folder();
    let daemons = ["ovsdb-server", "ovs-vswitchd"].map(|daemon| {
        let pid = fs::read_to_string(folder.join(format!("{daemon}.pid"))).unwrap();
        PathBuf::from("/proc").join(pid.trim())
    });
    assert!(daemons.iter().all(|daemon| alive(daemon)));
    assert_eq!(
        mounts_in(&folder),
        2,
        "the host's namespace and that of the wires' far ends"
    );

    drop(host);
    assert!(!daemons.iter().any(|daemon| alive(daemon)));
    assert_eq!(mounts_in(&folder), 0);
    assert!(!folder.parent().unwrap().exists());
}

#[test]
fn a_host_that_cannot_come_up_leaves_nothing() {
    let base = TempDir::with_prefix("nsw-").unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/sandbox");
    let folder = base.path().join("half");
    let up = output_of(
        Command::new(script)
            .arg("up")
            .arg(&folder)
            .args(["--nics", "eth0,name-of-more-than-15-bytes"]),
        "",
    );
    assert!(!up.status.success());
    assert!(!up.stderr.is_empty());
    assert_eq!(mounts_in(&folder), 0);
    assert!(!folder.exists());
}

#[test]
fn a_dump_tells_the_configuration_and_nothing_else() {
    let host = Sandbox::up("dump");
    let before = host.dump();
    host.vsctl(&[
        "add-br",
        "br0",
        "--",
        "set",
        "Bridge",
        "br0",
        "datapath_type=netdev",
    ]);
    let with_bridge = host.dump();
    assert!(
        with_bridge.contains("Open_vSwitch bridges=br0\n"),
        "{with_bridge}"
    );
    assert!(
        with_bridge.contains("Bridge br0 datapath_type=\"netdev\"\n"),
        "{with_bridge}"
    );
    host.vsctl(&["del-br", "br0"]);
    assert_eq!(host.dump(), before);
}

#[test]
fn a_server_answers_stops_and_comes_back() {
    let mut server = Server::start();
    server.vsctl(&["--no-wait", "add-br", "br0"]);
    let tcp = format!("--db=tcp:127.0.0.1:{}", server.port());
    assert_eq!(server.vsctl(&[&tcp, "list-br"]), "br0");

    server.stop();
    server.resume();
    server.restart();
    let select = json!({"op": "select", "table": "Bridge", "where": [], "columns": ["name"]});
    assert_eq!(
        server.transact(&[select]),
        json!([{"rows": [{"name": "br0"}]}])
    );
    assert_eq!(server.vsctl(&[&tcp, "list-br"]), "br0");
}

#[test]
fn the_end_of_a_server_leaves_nothing() {
    let server = Server::start();
    let (process, socket) = (
        PathBuf::from(format!("/proc/{}", server.pid())),
        server.socket(),
    );
    assert!(alive(&process));
    drop(server);
    assert!(!alive(&process));
    assert!(!socket.parent().unwrap().exists());
}

/// Whether a process of `/proc` runs; one that only waits to be reaped does not.
fn alive(process: &Path) -> bool {
    fs::read_to_string(process.join("status")).is_ok_and(|status| !status.contains("State:\tZ"))
}

fn mounts_in(folder: &Path) -> usize {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let folder = format!(" {}/", folder.display());
    mounts
        .lines()
        .filter(|mount| mount.contains(&folder))
        .count()
}
