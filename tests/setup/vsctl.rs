//! `--configurator vsctl` on private hosts.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::background::Background;
use crate::host::{
    Ended, attempt, configuration, log, log_records, mtu, next_cfg, request, set_up, wait_for,
    wait_until_gone,
};
use crate::support::{Cut, Pki, Proxy, Sandbox, output_of, text};
use crate::witness::{Witness, assert_unchanged};

const NETSWITCH: &str = env!("CARGO_BIN_EXE_netswitch");

const VSCTL: [&str; 2] = ["--configurator", "vsctl"];

fn attempt_with(host: &Sandbox, request: &str, arguments: &[&str]) -> Ended {
    attempt(host, request, &[&VSCTL, arguments].concat())
}

fn assert_done(ended: &Ended) {
    assert_eq!(
        (ended.status, ended.stderr.as_str()),
        (Some(0), ""),
        "{ended:?}"
    );
}

/// The ovs-vsctl processes that work on the host's database.
fn running(host: &Sandbox) -> Vec<String> {
    let socket = host.socket().display().to_string();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mut found = Vec::new();
    for process in processes {
        let command = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let command = String::from_utf8_lossy(&command).replace('\0', " ");
        if command.contains("ovs-vsctl ") && command.contains(&socket) {
            found.push(process.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn a_host_from_setup_to_removal() {
    let host = Sandbox::up("vsctl");
    let native = Sandbox::up("vsctl-native");
    let networks = json!({
        "lan": {"bonding": "bond0", "mtu": 2000},
        "web": {"bonding": "bond0", "vlan": 5, "bridged": false},
        "old": {"nic": "eth3", "mtu": 1300},
    });
    let bonds = json!({"bond0": {
        "nics": ["eth0", "eth1"], "options": "mode=4 miimon=77", "hwaddr": "52:54:00:11:22:33",
    }});
    let edited = json!({
        "web": {"bonding": "bond0", "vlan": 6, "mtu": 1400},
        "old": {"remove": true},
        "new": {"nic": "eth2", "vlan": 9},
    });
    for (networks, bonds) in [
        (networks, bonds),
        (edited, json!({})),
        (
            json!({"lan": {"remove": true}, "web": {"remove": true}, "new": {"remove": true}}),
            json!({"bond0": {"remove": true}}),
        ),
    ] {
        let wanted = request(networks.clone(), bonds.clone());
        let (records, next) = (calls(&host), next_cfg(&host));
        let done = attempt_with(&host, &wanted, &[]);
        assert_done(&done);
        assert!(done.stdout.contains("realised and looked at"), "{done:?}");
        assert_eq!(calls(&host), records + 1, "one transaction");
        assert_eq!(next_cfg(&host), next + 1);
        assert_eq!(running(&host), Vec::<String>::new());
        if !networks.to_string().contains("remove") {
            let again = attempt_with(&host, &wanted, &[]);
            assert_done(&again);
            assert_eq!(again.stdout, "nothing to do\n");
            assert_eq!(next_cfg(&host), next + 1);
            assert_eq!(mtu(&host, "eth0"), 2000);
        }
        set_up(&native, networks, bonds);
        // Bridges' addresses, and networks', come from the NICs', which are others on each host.
        assert_eq!(addressless(&host), addressless(&native));
    }
}

/// How many transactions ovs-vsctl has made.
fn calls(host: &Sandbox) -> usize {
    log(host).matches("(invoked by").count()
}

fn addressless(host: &Sandbox) -> String {
    let lines = configuration(host);
    let lines = lines
        .lines()
        .filter(|line| !line.contains(" mac=") && !line.contains("hwaddr"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_environment_chooses_it_and_a_dry_run_does_nothing() {
    let host = Sandbox::up_with("vsctl-env", &["eth0"], false);
    let wanted = request(json!({"lan": {"nic": "eth0"}}), json!({}));
    let records = log_records(&host);
    let dry = attempt_with(&host, &wanted, &["--dry-run", "--format", "json"]);
    assert_done(&dry);
    let plan: Value = serde_json::from_str(&dry.stdout).unwrap();
    assert_eq!(plan["transactions"], 1);
    assert_eq!(log_records(&host), records);
    let mut call = host.inside("env");
    call.args(["NETSWITCH_CONFIGURATOR=vsctl", NETSWITCH]);
    call.args(["setup", "-", "--no-wait"]);
    assert_done(&output_of(&mut call, &wanted).into());
    assert!(log(&host).contains("create Bridge"), "{}", log(&host));
    assert_eq!(host.vsctl(&["--no-wait", "list-br"]), "nsw-eth0");
    assert_eq!(running(&host), Vec::<String>::new());
}

#[test]
fn a_nic_that_vanishes_on_the_way() {
    let host = Sandbox::up("vsctl-vanish");
    set_up(&host, json!({"old": {"nic": "eth0", "vlan": 9}}), json!({}));
    let before = Witness::of(&host);
    host.stop_switch();
    let wanted = request(
        json!({"old": {"nic": "eth0", "mtu": 2000}, "lan": {"nic": "eth1"}}),
        json!({}),
    );
    let arguments = [&VSCTL[..], &["--format", "json"]].concat();
    let setup = Background::set_up(&host, &wanted, &arguments);
    wait_for(&host, "Bridge", &["nsw-eth1"]);
    assert!(host.run("ip", &["link", "delete", "eth1"]).status.success());
    host.resume_switch();
    let ended = setup.end();
    assert_eq!(ended.status, Some(4), "{ended:?}");
    let error = ended.error();
    assert_eq!(error["code"], 29, "{error}");
    assert!(error["message"].to_string().contains("eth1"), "{error}");
    assert_unchanged(&Witness::of(&host), &before.without_device("eth1"));
}

#[test]
fn a_stopped_switch() {
    let host = Sandbox::up("vsctl-stopped");
    set_up(&host, json!({"lan": {"nic": "eth0", "vlan": 3}}), json!({}));
    let before = Witness::of(&host);
    let wanted = request(
        json!({"lan": {"nic": "eth0", "vlan": 4}, "web": {"nic": "eth1"}}),
        json!({}),
    );
    host.stop_switch();
    let started = Instant::now();
    let ended = attempt_with(&host, &wanted, &["--timeout", "3s", "--format", "json"]);
    let took = started.elapsed();
    assert_eq!(running(&host), Vec::<String>::new());
    assert_eq!(ended.status, Some(4), "{ended:?}");
    let error = ended.error();
    assert_eq!(error["code"], 29, "{error}");
    let said = error["message"].to_string();
    assert!(said.contains("did not realise"), "{said}");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_unchanged(&Witness::of(&host), &before);
    host.resume_switch();
    assert_done(&attempt_with(&host, &wanted, &[]));
}

#[test]
fn signals_while_ovs_vsctl_waits() {
    let host = Sandbox::up("vsctl-signal");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    let before = Witness::of(&host);
    let wanted = request(json!({"web": {"nic": "eth1", "mtu": 2000}}), json!({}));
    let arguments = [&VSCTL[..], &["--format", "json"]].concat();
    host.stop_switch();
    for signal in ["TERM", "INT"] {
        let setup = Background::set_up(&host, &wanted, &arguments);
        wait_for(&host, "Bridge", &["nsw-eth1"]);
        setup.signal(signal);
        wait_until_gone(&host, "Bridge", "nsw-eth1");
        host.resume_switch();
        let ended = setup.end();
        host.stop_switch();
        assert_eq!(running(&host), Vec::<String>::new());
        assert_eq!(ended.status, Some(4), "{signal}: {ended:?}");
        let message = ended.error()["message"].to_string();
        assert!(message.contains("interrupted"), "{signal}: {message}");
        assert_unchanged(&Witness::of(&host), &before);
    }
    host.resume_switch();
}

/// It has committed: that it does not live to see the end is no matter.
#[test]
fn an_ovs_vsctl_that_is_killed_while_it_waits() {
    let host = Sandbox::up("vsctl-killed");
    let wanted = request(json!({"web": {"nic": "eth1"}}), json!({}));
    host.stop_switch();
    let setup = Background::set_up(&host, &wanted, &VSCTL);
    wait_for(&host, "Bridge", &["nsw-eth1"]);
    for pid in running(&host) {
        text(Command::new("kill").args(["-s", "KILL", &pid]));
    }
    host.resume_switch();
    assert_done(&setup.end());
}

/// The connection of ovs-vsctl is cut when it sends its transaction.
#[test]
fn a_transaction_whose_reply_ovs_vsctl_never_sees() {
    for (name, cut, again, status) in [
        ("vsctl-unheard", Cut::After, true, 0),
        ("vsctl-never", Cut::Before, true, 4),
        ("vsctl-late", Cut::Late, true, 4),
        ("vsctl-unknown", Cut::Before, false, 5),
    ] {
        let host = Sandbox::up(name);
        set_up(&host, json!({"old": {"nic": "eth1"}}), json!({}));
        let before = Witness::of(&host).without_mark();
        let proxy = Proxy::before(host.socket(), cut, again);
        let wanted = request(
            json!({"lan": {"nic": "eth0", "mtu": 2000}, "old": {"nic": "eth1", "vlan": 7}}),
            json!({}),
        );
        let arguments = ["--timeout", "5s", "--db", &proxy.remote()];
        let ended = attempt_with(&host, &wanted, &arguments);
        assert_eq!(ended.status, Some(status), "{name}: {ended:?}");
        if cut == Cut::Late {
            proxy.deliver_late();
        }
        match status {
            0 => assert_eq!(host.vsctl(&["list-br"]), "nsw-eth0\nnsw-eth1"),
            4 => assert_unchanged(&Witness::of(&host).without_mark(), &before),
            _ => assert!(ended.stderr.contains("unknown"), "{ended:?}"),
        }
    }
}

/// Runs a setup with a folder alone in PATH that has this script as ovs-vsctl.
fn with_script(host: &Sandbox, script: &str, request: &str) -> Ended {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ovs-vsctl");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    with_path(host, folder.path(), request)
}

fn with_path(host: &Sandbox, path: &Path, request: &str) -> Ended {
    let mut call = host.inside("/usr/bin/env");
    call.arg(format!("PATH={}", path.display())).arg(NETSWITCH);
    call.args(["setup", "-", "--format", "json"]).args(VSCTL);
    output_of(&mut call, request).into()
}

#[test]
fn what_is_missing_is_said_with_nothing_touched() {
    let host = Sandbox::up("vsctl-missing");
    let before = Witness::of(&host);
    let wanted = request(json!({"lan": {"nic": "eth0", "mtu": 2000}}), json!({}));
    let empty = TempDir::new().unwrap();
    let ended = with_path(&host, empty.path(), &wanted);
    assert_eq!(ended.status, Some(3), "{ended:?}");
    let error = ended.error();
    assert_eq!(error["code"], 32, "{error}");
    let said = error["message"].to_string();
    assert!(said.contains("ovs-vsctl is missing"), "{said}");
    assert!(said.contains("openvswitch-switch"), "{said}");
    assert_unchanged(&Witness::of(&host), &before);

    let remote = "unix:/nonexistent/db.sock";
    let ended = attempt_with(&host, &wanted, &["--format", "json", "--db", remote]);
    assert_eq!(ended.status, Some(3), "{ended:?}");
    let error = ended.error();
    assert_eq!(error["code"], 32, "{error}");
    let said = error["message"].to_string();
    assert!(said.contains(remote), "{said}");
    assert!(said.contains("ovsdb-server"), "{said}");
    assert!(!said.contains("ovs-vsctl"), "{said}");
    assert_unchanged(&Witness::of(&host), &before);
}

#[test]
fn an_ovs_vsctl_that_does_nothing_is_not_believed() {
    let host = Sandbox::up("vsctl-liar");
    let before = Witness::of(&host).without_mark();
    let wanted = request(json!({"lan": {"nic": "eth0", "mtu": 2000}}), json!({}));
    for (script, expected) in [
        ("exit 0", "reported success"),
        ("kill -9 $$", "signal: 9"),
        ("echo 'ovs-vsctl: it is broken' >&2; exit 1", "it is broken"),
        ("exit 77", "exit status"),
    ] {
        let ended = with_script(&host, script, &wanted);
        assert_eq!(ended.status, Some(4), "{script}: {ended:?}");
        let error = ended.error();
        assert_eq!(error["code"], 32, "{script}: {error}");
        let said = error["message"].to_string();
        assert!(said.contains(expected), "{script}: {said}");
        assert!(said.contains("as it was before"), "{script}: {said}");
        assert_unchanged(&Witness::of(&host).without_mark(), &before);
    }
    // It did its work, whatever became of it then.
    let ended = with_script(&host, "/usr/bin/ovs-vsctl \"$@\"; kill -9 $$", &wanted);
    assert_done(&ended);
}

/// The system's own limit, made small: the arguments do not fit into one call.
#[test]
fn more_networks_than_fit_into_one_call() {
    let host = Sandbox::up_with("vsctl-parts", &["eth0"], false);
    let other = Sandbox::up_with("vsctl-parts", &["eth0"], false);
    let networks: Map<String, Value> = (1..400)
        .map(|number| {
            (
                format!("net{number}"),
                json!({"nic": "eth0", "vlan": number}),
            )
        })
        .collect();
    let wanted = request(networks.into(), json!({}));
    let calls_before = calls(&host);
    let mut call = host.inside("prlimit");
    call.args(["--stack=524288", NETSWITCH, "setup", "-", "--no-wait"]);
    let ended: Ended = output_of(call.args(VSCTL), &wanted).into();
    assert_done(&ended);
    assert!(ended.stdout.contains("in 3 transactions"), "{ended:?}");
    assert_eq!(calls(&host), calls_before + 3);
    assert_done(&attempt_with(&other, &wanted, &["--no-wait"]));
    assert_eq!(configuration(&host), configuration(&other));
}

#[test]
fn a_setup_over_ssl() {
    let pki = Pki::new();
    let host = Sandbox::up("vsctl-ssl");
    let server = pki.anonymous("server", "controller");
    host.vsctl(&[
        "set-ssl",
        server.private_key.to_str().unwrap(),
        server.certificate.to_str().unwrap(),
        pki.ca("controller").to_str().unwrap(),
        "--",
        "set-manager",
        "pssl:6640:127.0.0.1",
    ]);
    let client = pki.anonymous("client", "controller");
    let ca = pki.ca("controller");
    let wanted = request(json!({"lan": {"nic": "eth0", "vlan": 7}}), json!({}));
    let options = [
        "--db",
        "ssl:127.0.0.1:6640",
        "-p",
        client.private_key.to_str().unwrap(),
        "-c",
        client.certificate.to_str().unwrap(),
        "-C",
        ca.to_str().unwrap(),
    ];
    assert_done(&attempt_with(&host, &wanted, &options));
    assert_eq!(host.vsctl(&["port-to-br", "lan"]), "nsw-eth0");
}
