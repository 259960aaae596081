//! Networks and NICs that change places.

use serde_json::json;

use crate::host::{
    assert_same_rows, column, configuration, link, mappings, mtu, set_up, set_up_again,
    set_up_at_once, uuids,
};
use crate::support::Sandbox;

#[test]
fn from_one_nic_to_another() {
    let host = Sandbox::up("nics");
    let on = |nic: &str| json!({"lan": {"nic": nic, "vlan": 3, "mtu": 2000}});
    set_up(&host, on("eth0"), json!({}));
    let (before, configuration_before) = (uuids(&host), configuration(&host));
    let mac = link(&host, "eth1")["address"].clone();
    set_up_at_once(&host, on("eth1"), json!({}));
    assert_same_rows(&before, &uuids(&host), &["Port lan", "Interface lan"]);
    assert_eq!(host.vsctl(&["list-br"]), "nsw-eth1");
    assert_eq!(host.vsctl(&["list-ports", "nsw-eth1"]), "eth1\nlan");
    assert_eq!(link(&host, "lan")["address"], mac);
    assert_eq!([mtu(&host, "eth0"), mtu(&host, "eth1")], [1500, 2000]);
    assert_eq!(mappings(&host), "lan:nsw-eth1");
    set_up_again(&host, on("eth1"), json!({}));
    set_up_at_once(&host, on("eth0"), json!({}));
    assert_eq!(configuration(&host), configuration_before);
}

#[test]
fn from_a_nic_to_a_bond_with_that_nic() {
    let host = Sandbox::up("nictobond");
    set_up(
        &host,
        json!({"lan": {"nic": "eth0"}, "web": {"nic": "eth0", "vlan": 7}}),
        json!({}),
    );
    let before = uuids(&host);
    let mac = link(&host, "lan")["address"].clone();
    set_up_at_once(
        &host,
        json!({"lan": {"bonding": "bond0"}, "web": {"bonding": "bond0", "vlan": 7}}),
        json!({"bond0": {"nics": ["eth0", "eth1"]}}),
    );
    let same = ["Port lan", "Interface lan", "Port web", "Interface web"];
    assert_same_rows(&before, &uuids(&host), &same);
    assert_eq!(host.vsctl(&["list-br"]), "nsw-bond0");
    let ifaces = host.vsctl(&["list-ifaces", "nsw-bond0"]);
    assert_eq!(ifaces, "eth0\neth1\nlan\nweb");
    for name in ["eth0", "eth1", "lan", "web"] {
        let ofport = column(&host, "Interface", name, "ofport");
        assert!(ofport.parse::<i32>().unwrap() > 0, "{name}: {ofport}");
    }
    assert_eq!(link(&host, "lan")["address"], mac);
}

#[test]
fn from_a_bond_to_one_of_its_nics() {
    let host = Sandbox::up("bondtonic");
    set_up(
        &host,
        json!({"lan": {"bonding": "bond0", "mtu": 2000}}),
        json!({"bond0": {"nics": ["eth0", "eth1"]}}),
    );
    let before = uuids(&host);
    set_up_at_once(
        &host,
        json!({"lan": {"nic": "eth1", "mtu": 2000}}),
        json!({"bond0": {"remove": true}}),
    );
    assert_same_rows(&before, &uuids(&host), &["Port lan", "Interface lan"]);
    assert_eq!(host.vsctl(&["list-ifaces", "nsw-eth1"]), "eth1\nlan");
    assert_eq!([mtu(&host, "eth0"), mtu(&host, "eth1")], [1500, 2000]);
}

#[test]
fn a_nic_goes_from_one_bond_to_another() {
    let host = Sandbox::up("between");
    let networks = json!({"a": {"bonding": "bond0"}, "b": {"bonding": "bond1", "mtu": 1400}});
    let bonds = |first: &[&str], second: &[&str]| json!({"bond0": {"nics": first}, "bond1": {"nics": second}});
    set_up(&host, networks, bonds(&["eth0", "eth1"], &["eth2", "eth3"]));
    let before = uuids(&host);
    set_up_at_once(
        &host,
        json!({}),
        bonds(&["eth0"], &["eth1", "eth2", "eth3"]),
    );
    let same = [
        "Bridge nsw-bond0",
        "Bridge nsw-bond1",
        "Port bond0",
        "Port bond1",
        "Interface eth0",
        "Interface eth2",
        "Interface eth3",
        "Port a",
        "Port b",
        "Interface a",
        "Interface b",
    ];
    assert_same_rows(&before, &uuids(&host), &same);
    assert_eq!(host.vsctl(&["iface-to-br", "eth1"]), "nsw-bond1");
    assert_eq!(mtu(&host, "eth1"), 1400);
    let ofport = column(&host, "Interface", "eth1", "ofport");
    assert!(ofport.parse::<i32>().unwrap() > 0, "{ofport}");
}

#[test]
fn bonds_exchange_their_nics() {
    let host = Sandbox::up("exchange");
    let bonds = |first: &str, second: &str| json!({"bond0": {"nics": [first]}, "bond1": {"nics": [second]}});
    let networks = json!({"a": {"bonding": "bond0"}, "b": {"bonding": "bond1"}});
    set_up(&host, networks.clone(), bonds("eth0", "eth1"));
    let before = uuids(&host);
    set_up_at_once(&host, json!({}), bonds("eth1", "eth0"));
    let same = [
        "Port bond0",
        "Port bond1",
        "Port a",
        "Port b",
        "Interface a",
        "Interface b",
    ];
    assert_same_rows(&before, &uuids(&host), &same);
    assert_eq!(host.vsctl(&["iface-to-br", "eth0"]), "nsw-bond1");
    assert_eq!(host.vsctl(&["iface-to-br", "eth1"]), "nsw-bond0");
    set_up_again(&host, networks, bonds("eth1", "eth0"));
}

#[test]
fn networks_gain_and_lose_an_uplink() {
    let host = Sandbox::up("uplink");
    set_up(&host, json!({"lan": {}}), json!({}));
    let (before, alone) = (uuids(&host), configuration(&host));
    set_up_at_once(&host, json!({"lan": {"nic": "eth0", "vlan": 5}}), json!({}));
    assert_same_rows(&before, &uuids(&host), &["Port lan", "Interface lan"]);
    assert_eq!(host.vsctl(&["list-br"]), "nsw-eth0");
    assert_eq!(mappings(&host), "lan:nsw-eth0");
    set_up_at_once(&host, json!({"lan": {}}), json!({}));
    assert_eq!(host.vsctl(&["list-br"]), "nsw-lan");
    assert_same_rows(&before, &uuids(&host), &["Port lan", "Interface lan"]);
    assert_eq!(configuration(&host), alone, "its address is its own again");
}
