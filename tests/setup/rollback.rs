//! What fails is taken back.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::background::Background;
use crate::host::{
    Ended, attempt, many_on, mtu, our_transactions, request, set_up, set_up_at_once, wait_for,
    watch_switch,
};
use crate::support::Sandbox;
use crate::witness::{Witness, assert_unchanged};

fn assert_rolled_back(ended: &Ended, message: &str, code: u16) {
    assert_eq!(
        (ended.status, ended.stdout.as_str()),
        (Some(4), ""),
        "{ended:?}"
    );
    let error = ended.error();
    assert_eq!(error["code"], code, "{error}");
    let said = error["message"].as_str().unwrap();
    assert!(said.contains(message), "{said}");
    assert!(said.contains("the host is as it was before"), "{said}");
}

const EVERYTHING: [&str; 2] = ["--format", "json"];

#[test]
fn a_stopped_switch() {
    let host = Sandbox::up("stopped");
    set_up(&host, json!({"lan": {"nic": "eth0", "vlan": 3}}), json!({}));
    let before = Witness::of(&host);
    let wanted = request(
        json!({"lan": {"nic": "eth0", "vlan": 4}, "web": {"bonding": "bond0"}}),
        json!({"bond0": {"nics": ["eth1", "eth2"]}}),
    );
    host.stop_switch();
    let started = Instant::now();
    let ended = attempt(&host, &wanted, &["--timeout", "3s", "--format", "json"]);
    let took = started.elapsed();
    assert_rolled_back(&ended, "ovs-vswitchd did not realise the configuration", 29);
    // The process needs a moment to start and to end beside its limit.
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert!(took > Duration::from_secs(1), "{took:?}: it did not wait");
    assert_unchanged(&Witness::of(&host), &before);

    host.resume_switch();
    let done = attempt(&host, &wanted, &[]);
    assert_eq!(done.status, Some(0), "{done:?}");
}

#[test]
fn a_switch_that_is_not_running() {
    let host = Sandbox::up("killed");
    let before = Witness::of(&host);
    let wanted = request(json!({"lan": {"nic": "eth0", "mtu": 2000}}), json!({}));
    host.kill_switch();
    let ended = attempt(&host, &wanted, &["--timeout", "2s", "--format", "json"]);
    assert_rolled_back(&ended, "is it running?", 29);
    assert_unchanged(&Witness::of(&host), &before);
    host.start_switch();
    let done = attempt(&host, &wanted, &[]);
    assert_eq!(done.status, Some(0), "{done:?}");
}

/// It leaves the devices that it made, and nobody but it can take them away.
#[test]
fn a_switch_that_dies_on_the_way() {
    let host = Sandbox::up("dies");
    let wanted = request(many_on("eth0", 400).into(), json!({}));
    let before = host.dump();
    let mut switch = watch_switch(&host);
    let setup = Background::set_up(&host, &wanted, &["--timeout", "5s", "--format", "json"]);
    switch.wait_for("added interface net");
    host.kill_switch();
    let ended = setup.end();
    assert_eq!(ended.status, Some(5), "{ended:?}");
    let error = ended.error();
    assert_eq!(error["code"], 29, "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("the rollback is incomplete"), "{message}");
    assert!(message.contains("is still there"), "{message}");
    assert_eq!(host.dump(), before);
}

#[test]
fn a_nic_that_vanishes_on_the_way() {
    let host = Sandbox::up("vanish");
    set_up(&host, json!({"old": {"nic": "eth0", "vlan": 9}}), json!({}));
    let before = Witness::of(&host);
    host.stop_switch();
    let wanted = request(
        json!({"old": {"nic": "eth0", "mtu": 2000}, "lan": {"nic": "eth1"}, "big": {"nic": "eth2", "mtu": 9000}}),
        json!({}),
    );
    let setup = Background::set_up(&host, &wanted, &EVERYTHING);
    wait_for(&host, "Bridge", &["nsw-eth1"]);
    assert!(host.run("ip", &["link", "delete", "eth1"]).status.success());
    host.resume_switch();
    let ended = setup.end();
    assert_rolled_back(&ended, "eth1", 29);
    assert_unchanged(&Witness::of(&host), &before.without_device("eth1"));
}

#[test]
fn a_removal_comes_back() {
    let host = Sandbox::up("removal");
    set_up(
        &host,
        json!({
            "lan": {"bonding": "bond0", "mtu": 2000},
            "web": {"bonding": "bond0", "vlan": 5, "bridged": false},
            "old": {"nic": "eth3", "mtu": 1300},
        }),
        json!({"bond0": {"nics": ["eth0", "eth1"], "options": "mode=4 miimon=77"}}),
    );
    host.vsctl(&[
        "set",
        "Bridge",
        "nsw-bond0",
        "other_config:mac-aging-time=77",
        "--",
        "set",
        "Port",
        "lan",
        "external_ids:note=theirs",
        "--",
        "--id=@lan",
        "get",
        "Port",
        "lan",
        "--",
        "--id=@mirror",
        "create",
        "Mirror",
        "name=watch",
        "select_dst_port=@lan",
        "output_vlan=99",
        "--",
        "add",
        "Bridge",
        "nsw-bond0",
        "mirrors",
        "@mirror",
    ]);
    let before = Witness::of(&host);
    host.stop_switch();
    let wanted = request(
        json!({
            "lan": {"remove": true}, "web": {"remove": true}, "old": {"remove": true},
            "new": {"nic": "eth2"},
        }),
        json!({"bond0": {"remove": true}}),
    );
    let setup = Background::set_up(&host, &wanted, &EVERYTHING);
    wait_for(&host, "Bridge", &["nsw-eth2"]);
    assert!(host.run("ip", &["link", "delete", "eth2"]).status.success());
    host.resume_switch();
    let ended = setup.end();
    assert_rolled_back(&ended, "eth2", 29);
    assert_unchanged(&Witness::of(&host), &before.without_device("eth2"));
    assert_eq!(mtu(&host, "eth0"), 2000);
}

#[test]
fn the_silent_switch_finds_the_old_configuration_when_it_wakes() {
    let host = Sandbox::up("wakes");
    set_up(
        &host,
        json!({"lan": {"nic": "eth0", "mtu": 2000}}),
        json!({}),
    );
    let before = Witness::of(&host);
    host.stop_switch();
    let gone = request(
        json!({"lan": {"remove": true}, "web": {"nic": "eth1"}}),
        json!({}),
    );
    let ended = attempt(&host, &gone, &["--timeout", "2s", "--format", "json"]);
    assert_rolled_back(&ended, "", 29);
    host.resume_switch();
    // Its answer to another transaction tells that it has seen what came before.
    host.vsctl(&["set", "Open_vSwitch", ".", "other_config:max-idle=20000"]);
    host.vsctl(&["remove", "Open_vSwitch", ".", "other_config", "max-idle"]);
    assert_unchanged(&Witness::of(&host), &before);
}

#[test]
fn a_rollback_is_one_transaction_and_says_what_it_is() {
    let host = Sandbox::up_with("once", &["eth0"], false);
    let ours = our_transactions(&host);
    let wanted = request(json!({"lan": {"nic": "eth0"}}), json!({}));
    let ended = attempt(&host, &wanted, &["--timeout", "1s", "--format", "json"]);
    assert_rolled_back(&ended, "is it running?", 29);
    assert_eq!(our_transactions(&host), ours + 2);
    let log = crate::host::log(&host);
    assert!(log.contains("netswitch: roll back"), "{log}");
}

#[test]
fn nothing_of_a_failure_stays_for_the_next_setup() {
    let host = Sandbox::up("next");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    host.stop_switch();
    let wanted = request(json!({"lan": {"nic": "eth1", "vlan": 7}}), json!({}));
    let ended = attempt(&host, &wanted, &["--timeout", "1s", "--format", "json"]);
    assert_rolled_back(&ended, "", 29);
    host.resume_switch();
    set_up_at_once(&host, json!({"lan": {"nic": "eth1", "vlan": 7}}), json!({}));
    assert_eq!(host.vsctl(&["list-br"]), "nsw-eth1");
}
