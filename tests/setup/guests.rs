//! Ports of others on our networks, such as those of virtual machines.

use serde_json::json;

use crate::host::{
    assert_same_rows, column, configuration, link, named, refuse, request, set_up, set_up_at_once,
    uuids,
};
use crate::support::Sandbox;

/// A host with a network on eth0, and a virtual machine on it.
fn hosting(name: &str) -> Sandbox {
    let host = Sandbox::up(name);
    set_up(
        &host,
        json!({"web": {"nic": "eth0", "vlan": 10}, "lan": {"nic": "eth0"}}),
        json!({}),
    );
    add_guest(&host, "vnet0", "nsw-eth0", &["tag=10"]);
    host
}

fn add_guest(host: &Sandbox, name: &str, bridge: &str, settings: &[&str]) {
    let port = [&["add-port", bridge, name], settings].concat();
    let device = [
        "--",
        "set",
        "Interface",
        name,
        "type=internal",
        "external_ids:attached-mac=\"52:54:00:00:00:09\"",
    ];
    host.vsctl(&[&port[..], &device].concat());
}

#[test]
fn stay_where_they_are_through_edits() {
    let host = hosting("stay");
    let (before, index) = (uuids(&host), link(&host, "vnet0")["ifindex"].clone());
    set_up_at_once(
        &host,
        json!({"web": {"nic": "eth0", "vlan": 10, "mtu": 1400}}),
        json!({}),
    );
    set_up_at_once(&host, json!({"lan": {"nic": "eth0", "vlan": 9}}), json!({}));
    assert_eq!(uuids(&host), before);
    assert_eq!(column(&host, "Port", "vnet0", "tag"), "10");
    assert_eq!(link(&host, "vnet0")["ifindex"], index);
}

#[test]
fn follow_their_network_to_another_vlan() {
    let host = hosting("tag");
    add_guest(&host, "vnet1", "nsw-eth0", &[]);
    add_guest(&host, "vnet2", "nsw-eth0", &["tag=11"]);
    let (before, index) = (uuids(&host), link(&host, "vnet0")["ifindex"].clone());
    set_up_at_once(
        &host,
        json!({"web": {"nic": "eth0", "vlan": 20}}),
        json!({}),
    );
    assert_eq!(uuids(&host), before);
    for (guest, tag) in [("vnet0", "20"), ("vnet1", "[]"), ("vnet2", "11")] {
        assert_eq!(column(&host, "Port", guest, "tag"), tag, "{guest}");
    }
    assert_eq!(link(&host, "vnet0")["ifindex"], index);
    let ids = named(&host, "Interface", "vnet0", "external_ids");
    assert_eq!(ids, json!(["map", [["attached-mac", "52:54:00:00:00:09"]]]));
}

#[test]
fn follow_when_networks_exchange_their_tags() {
    let host = hosting("swap");
    add_guest(&host, "vnet1", "nsw-eth0", &[]);
    set_up_at_once(
        &host,
        json!({"web": {"nic": "eth0"}, "lan": {"nic": "eth0", "vlan": 10}}),
        json!({}),
    );
    assert_eq!(column(&host, "Port", "vnet0", "tag"), "[]");
    assert_eq!(column(&host, "Port", "vnet1", "tag"), "10");
}

#[test]
fn follow_their_network_to_another_uplink() {
    let host = hosting("follow");
    let before = uuids(&host);
    set_up_at_once(
        &host,
        json!({"web": {"bonding": "bond0", "vlan": 30}, "lan": {"remove": true}}),
        json!({"bond0": {"nics": ["eth0", "eth1"]}}),
    );
    let same = ["Port vnet0", "Interface vnet0", "Port web", "Interface web"];
    assert_same_rows(&before, &uuids(&host), &same);
    assert_eq!(host.vsctl(&["list-br"]), "nsw-bond0");
    assert_eq!(host.vsctl(&["port-to-br", "vnet0"]), "nsw-bond0");
    assert_eq!(column(&host, "Port", "vnet0", "tag"), "30");
    assert!(host.link("vnet0").is_some());
    let ofport = column(&host, "Interface", "vnet0", "ofport");
    assert!(ofport.parse::<i32>().unwrap() > 0, "{ofport}");
}

#[test]
fn keep_their_network_from_being_removed() {
    let host = hosting("keep");
    add_guest(&host, "$(vm)", "nsw-eth0", &["tag=10"]);
    let error = refuse(&host, &request(json!({"web": {"remove": true}}), json!({})));
    assert_eq!(error["code"], 28, "{error}");
    let message = error["violations"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("vnet0") && message.contains("$(vm)"),
        "{message}"
    );
    assert_eq!(error["violations"][0]["path"], "/networks/web");

    host.vsctl(&["del-port", "vnet0", "--", "del-port", "$(vm)"]);
    set_up_at_once(&host, json!({"web": {"remove": true}}), json!({}));
    assert!(host.link("web").is_none());
}

#[test]
fn keep_their_bridge_from_being_removed() {
    let host = Sandbox::up("bridge");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    add_guest(
        &host,
        "trunk0",
        "nsw-eth0",
        &["trunks=5,6", "tag=99", "vlan_mode=native-tagged"],
    );
    let error = refuse(&host, &request(json!({"lan": {"remove": true}}), json!({})));
    assert_eq!(error["code"], 28, "{error}");
    assert!(error.to_string().contains("trunk0"), "{error}");
    // Another network keeps the bridge, and the port with it.
    let before = configuration(&host);
    set_up_at_once(
        &host,
        json!({"lan": {"remove": true}, "web": {"nic": "eth0", "vlan": 4}}),
        json!({}),
    );
    assert_eq!(host.vsctl(&["port-to-br", "trunk0"]), "nsw-eth0");
    assert_ne!(configuration(&host), before);
}
