//! What goes, and what stays when something goes.

use serde_json::{Value, json};

use crate::host::{
    assert_same_rows, configuration, is_up, links, mappings, mtu, refuse, request, set_up,
    set_up_at_once, uuids,
};
use crate::support::Sandbox;

#[test]
fn the_last_network_of_a_nic_takes_the_bridge_along() {
    let host = Sandbox::up("last");
    let (before, links_before) = (configuration(&host), links(&host));
    set_up(
        &host,
        json!({"lan": {"nic": "eth0", "mtu": 9000}, "web": {"nic": "eth0", "vlan": 2}}),
        json!({}),
    );
    let rows = uuids(&host);
    set_up_at_once(&host, json!({"web": {"remove": true}}), json!({}));
    assert_eq!(host.vsctl(&["list-ports", "nsw-eth0"]), "eth0\nlan");
    let same = ["Bridge nsw-eth0", "Port eth0", "Port lan", "Interface lan"];
    assert_same_rows(&rows, &uuids(&host), &same);

    set_up_at_once(&host, json!({"lan": {"remove": true}}), json!({}));
    assert_eq!(host.vsctl(&["list-br"]), "");
    assert_eq!(mtu(&host, "eth0"), 1500);
    assert!(is_up(&host, "eth0"));
    assert_eq!(mappings(&host), "");
    assert_eq!(configuration(&host), before);
    assert_eq!(links(&host), links_before);
}

#[test]
fn a_bond_stays_without_networks() {
    let host = Sandbox::up("bond");
    let before = configuration(&host);
    set_up(
        &host,
        json!({"lan": {"bonding": "bond0", "mtu": 3000}}),
        json!({"bond0": {"nics": ["eth0", "eth1"]}}),
    );
    let rows = uuids(&host);
    set_up_at_once(&host, json!({"lan": {"remove": true}}), json!({}));
    let same = [
        "Bridge nsw-bond0",
        "Port bond0",
        "Interface eth0",
        "Interface eth1",
    ];
    assert_same_rows(&rows, &uuids(&host), &same);
    assert_eq!([mtu(&host, "eth0"), mtu(&host, "eth1")], [1500, 1500]);

    set_up_at_once(&host, json!({}), json!({"bond0": {"remove": true}}));
    assert_eq!(configuration(&host), before);
}

#[test]
fn a_bond_in_use_is_not_removed() {
    let host = Sandbox::up("inuse");
    set_up(
        &host,
        json!({"lan": {"bonding": "bond0"}, "web": {"bonding": "bond0", "vlan": 3}}),
        json!({"bond0": {"nics": ["eth0"]}}),
    );
    let gone = json!({"bond0": {"remove": true}});
    let error = refuse(&host, &request(json!({}), gone.clone()));
    assert_eq!(error["code"], 31, "{error}");
    let error = refuse(
        &host,
        &request(json!({"lan": {"remove": true}}), gone.clone()),
    );
    assert_eq!(error["code"], 31, "{error}");
    assert!(error.to_string().contains("web"), "{error}");
    set_up_at_once(
        &host,
        json!({"lan": {"remove": true}, "web": {"remove": true}}),
        gone,
    );
    assert_eq!(host.vsctl(&["list-br"]), "");
}

#[test]
fn what_is_not_there_cannot_be_removed() {
    let host = Sandbox::up("nothing");
    host.vsctl(&[
        "add-br",
        "br0",
        "--",
        "set",
        "Bridge",
        "br0",
        &host.datapath(),
    ]);
    let gone = |name: &str| json!({ name: {"remove": true} });
    for (networks, bonds, code) in [
        (gone("lan"), json!({}), 27),
        (gone("br0"), json!({}), 27),
        (gone("eth0"), json!({}), 27),
        (json!({}), gone("bond0"), 25),
    ] {
        let error = refuse(&host, &request(networks, bonds));
        assert_eq!(error["code"], code, "{error}");
    }
}

#[test]
fn everything_removed_leaves_the_host_as_it_was() {
    let host = Sandbox::up("all");
    host.vsctl(&[
        "set",
        "Open_vSwitch",
        ".",
        "external_ids:ovn-bridge-mappings=phys:br-ex",
    ]);
    let (before, links_before) = (configuration(&host), links(&host));
    let networks = json!({
        "lan": {"bonding": "bond0", "mtu": 9000},
        "web": {"bonding": "bond0", "vlan": 100, "bridged": false},
        "a": {"nic": "eth2", "stp": true},
        "b": {"nic": "eth3", "vlan": 5, "mtu": 1300},
        "alone": {"mtu": 2000},
    });
    let names = networks.as_object().unwrap().keys().cloned();
    let gone: Value = names.map(|name| (name, json!({"remove": true}))).collect();
    let bonds = json!({"bond0": {
        "nics": ["eth0", "eth1"], "options": "mode=4 miimon=50", "hwaddr": "52:54:00:00:11:22",
    }});
    set_up_at_once(&host, networks, bonds);
    set_up_at_once(&host, gone, json!({"bond0": {"remove": true}}));
    assert_eq!(configuration(&host), before);
    assert_eq!(links(&host), links_before);
    assert!(!host.dump().contains("netswitch-role"));
}
