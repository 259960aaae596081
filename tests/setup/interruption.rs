//! Signals, and the end of the database server, in the middle of a setup.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::background::Background;
use crate::fake::Fake;
use crate::host::{
    attempt, many_on, request, set_up, wait_for, wait_until_gone, watch_bridges, watch_switch,
};
use crate::support::{Sandbox, Streaming, text};
use crate::witness::{Witness, assert_unchanged};

#[test]
fn signals_while_waiting_for_the_switch() {
    let host = Sandbox::up("signals");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    let before = Witness::of(&host);
    let wanted = request(
        json!({"lan": {"nic": "eth0", "vlan": 5}, "web": {"nic": "eth1", "mtu": 2000}}),
        json!({}),
    );
    for signal in ["TERM", "INT"] {
        host.stop_switch();
        let setup = Background::set_up(&host, &wanted, &["--format", "json"]);
        wait_for(&host, "Bridge", &["nsw-eth1"]);
        setup.signal(signal);
        wait_until_gone(&host, "Bridge", "nsw-eth1");
        host.resume_switch();
        let ended = setup.end();
        assert_eq!(ended.status, Some(4), "{signal}: {ended:?}");
        let message = ended.error()["message"].to_string();
        assert!(message.contains("interrupted"), "{signal}: {message}");
        assert!(message.contains("as it was before"), "{signal}: {message}");
        assert_unchanged(&Witness::of(&host), &before);
    }
    let done = attempt(&host, &wanted, &[]);
    assert_eq!(done.status, Some(0), "{done:?}");
}

#[test]
fn a_signal_while_the_database_is_silent() {
    let host = Sandbox::up_with("silent", &["eth0"], false);
    let before = Witness::of(&host);
    let fake = Fake::silent();
    let wanted = request(json!({"lan": {"nic": "eth0"}}), json!({}));
    let started = Instant::now();
    let setup = Background::set_up(&host, &wanted, &["--db", &fake.remote()]);
    fake.wait_for_request();
    setup.signal("TERM");
    let ended = setup.end();
    assert!(started.elapsed() < Duration::from_secs(10), "{ended:?}");
    assert_eq!(ended.status, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("interrupted"), "{ended:?}");
    assert_unchanged(&Witness::of(&host), &before);
}

#[test]
fn the_end_of_the_database_server_while_waiting_for_the_switch() {
    let host = Sandbox::up("noserver");
    host.stop_switch();
    let wanted = request(json!({"lan": {"nic": "eth0"}}), json!({}));
    let setup = Background::set_up(&host, &wanted, &["--timeout", "6s", "--format", "json"]);
    wait_for(&host, "Bridge", &["nsw-eth0"]);
    let pid = fs::read_to_string(host.folder().join("ovsdb-server.pid")).unwrap();
    text(Command::new("kill").args(["-s", "KILL", pid.trim()]));
    let ended = setup.end();
    assert_eq!(ended.status, Some(5), "{ended:?}");
    let error = ended.error();
    assert_eq!(error["code"], 32, "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("db.sock"), "{message}");
    assert!(message.contains("the rollback is incomplete"), "{message}");
    host.resume_switch();
}

#[test]
fn others_who_edit_the_same_column_are_not_overwritten() {
    let host = Sandbox::up("same");
    set_up(
        &host,
        json!({"lan": {"nic": "eth0", "mtu": 1400}}),
        json!({}),
    );
    host.stop_switch();
    let wanted = request(json!({"lan": {"nic": "eth0", "mtu": 1300}}), json!({}));
    let setup = Background::set_up(&host, &wanted, &["--format", "json"]);
    wait_for(&host, "Interface", &["lan", "mtu_request=1300"]);
    host.vsctl(&["--no-wait", "set", "Interface", "lan", "mtu_request=1200"]);
    setup.signal("TERM");
    let ended = setup.end();
    assert_eq!(ended.status, Some(5), "{ended:?}");
    let message = ended.error()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("interrupted"), "{message}");
    assert!(message.contains("the rollback is incomplete"), "{message}");
    for left in ["Interface", "lan", "mtu_request"] {
        assert!(message.contains(left), "{left} is not named: {message}");
    }
    host.resume_switch();
    assert_eq!(
        host.vsctl(&["get", "Interface", "lan", "mtu_request"]),
        "1200"
    );
}

#[test]
fn others_who_edit_other_things_are_not_in_the_way() {
    let host = Sandbox::up("other");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    host.stop_switch();
    let wanted = request(
        json!({"lan": {"nic": "eth0", "vlan": 3}, "web": {"nic": "eth0"}}),
        json!({}),
    );
    let setup = Background::set_up(&host, &wanted, &["--format", "json"]);
    wait_for(&host, "Port", &["web"]);
    host.vsctl(&[
        "--no-wait",
        "add-port",
        "nsw-eth0",
        "vnet0",
        "tag=8",
        "--",
        "set",
        "Interface",
        "vnet0",
        "type=internal",
        "--",
        "set",
        "Open_vSwitch",
        ".",
        "external_ids:note=theirs",
        "--",
        "set",
        "Port",
        "lan",
        "external_ids:note=theirs",
    ]);
    setup.signal("TERM");
    wait_until_gone(&host, "Port", "web");
    host.resume_switch();
    let ended = setup.end();
    assert_eq!(ended.status, Some(4), "{ended:?}");
    assert_eq!(host.vsctl(&["port-to-br", "vnet0"]), "nsw-eth0");
    assert_eq!(host.vsctl(&["get", "Port", "lan", "tag"]), "[]");
    for (table, row) in [("Port", "lan"), ("Open_vSwitch", ".")] {
        assert_eq!(
            host.vsctl(&["get", table, row, "external_ids:note"]),
            "theirs"
        );
    }
}

#[test]
fn a_database_server_that_falls_silent_while_the_switch_is_waited_for() {
    let host = Sandbox::up("stopserver");
    host.stop_switch();
    let wanted = request(json!({"lan": {"nic": "eth0"}}), json!({}));
    let started = Instant::now();
    let setup = Background::set_up(&host, &wanted, &["--timeout", "4s", "--format", "json"]);
    wait_for(&host, "Bridge", &["nsw-eth0"]);
    let pid = fs::read_to_string(host.folder().join("ovsdb-server.pid")).unwrap();
    let signal = |name: &str| text(Command::new("kill").args(["-s", name, pid.trim()]));
    signal("STOP");
    let ended = setup.end();
    let took = started.elapsed();
    signal("CONT");
    host.resume_switch();
    assert!(took < Duration::from_secs(6), "{took:?}: {ended:?}");
    assert_eq!(ended.status, Some(5), "{ended:?}");
    let message = ended.error()["message"].to_string();
    assert!(message.contains("the rollback is incomplete"), "{message}");
}

/// As soon as the transaction is in the database, and with few and with many devices there. It is so
/// long that its inverse is made only then.
#[test]
fn signals_while_the_switch_is_at_work() {
    let mut many = many_on("eth0", 200);
    many.insert("old".to_owned(), json!({"remove": true}));
    let wanted = request(many.into(), json!({}));
    type Watch = fn(&Sandbox) -> Streaming;
    let moments: [(Watch, &str); 3] = [
        (watch_bridges, "nsw-eth0"),
        (watch_switch, "added interface net"),
        (watch_switch, "added interface net50"),
    ];
    for configurator in ["native", "vsctl"] {
        for (watch, what) in moments {
            let host = Sandbox::up("moments");
            set_up(&host, json!({"old": {"nic": "eth1"}}), json!({}));
            let before = Witness::of(&host).without_mark();
            let mut told = watch(&host);
            // It is there to tell.
            told.wait_for("nsw-eth1");
            let setup = Background::set_up(&host, &wanted, &["--configurator", configurator]);
            told.wait_for(what);
            setup.signal("INT");
            let ended = setup.end();
            assert_eq!(ended.status, Some(4), "{what}: {ended:?}");
            assert!(ended.stderr.contains("as it was before"), "{ended:?}");
            assert_unchanged(&Witness::of(&host).without_mark(), &before);
        }
    }
}
