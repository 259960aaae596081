//! Networks that become different: changed where they are, in one transaction.

use serde_json::{Value, json};

use crate::host::{
    assert_same_rows, column, configuration, link, log, mappings, mtu, named, set_up, set_up_again,
    set_up_at_once, uuids,
};
use crate::support::Sandbox;

#[test]
fn another_vlan() {
    let host = Sandbox::up("vlan");
    set_up(
        &host,
        json!({"lan": {"nic": "eth0"}, "web": {"nic": "eth0", "vlan": 10}}),
        json!({}),
    );
    let (before, index) = (uuids(&host), link(&host, "web")["ifindex"].clone());
    for (vlan, tag) in [(json!(20), "20"), (json!("4094"), "4094"), (json!(0), "0")] {
        // Untagged and tag 0 are the same: the other one makes room.
        let lan = json!({"nic": "eth0", "vlan": 77});
        let web = json!({"nic": "eth0", "vlan": vlan});
        set_up_at_once(&host, json!({"lan": lan, "web": web}), json!({}));
        assert_eq!(column(&host, "Port", "web", "tag"), tag);
    }
    set_up_at_once(&host, json!({"web": {"nic": "eth0"}}), json!({}));
    assert_eq!(column(&host, "Port", "web", "tag"), "[]");
    assert_eq!(uuids(&host), before);
    assert_eq!(link(&host, "web")["ifindex"], index, "the same device");
}

#[test]
fn the_uplink_takes_the_largest_mtu_of_all_its_networks() {
    let host = Sandbox::up("mtu");
    let network = |vlan: u16, mtu: u16| json!({"nic": "eth0", "vlan": vlan, "mtu": mtu});
    set_up(
        &host,
        json!({"a": network(1, 1300), "b": network(2, 1400)}),
        json!({}),
    );
    let before = uuids(&host);
    assert_eq!(mtu(&host, "eth0"), 1400, "smaller than 1500 too");
    for (request, a, b, uplink) in [
        (json!({"a": network(1, 9000)}), 9000, 1400, 9000),
        (json!({"b": network(2, 2000)}), 9000, 2000, 9000),
        (json!({"a": network(1, 1300)}), 1300, 2000, 2000),
        (
            json!({"a": network(1, 68), "b": network(2, 68)}),
            68,
            68,
            68,
        ),
    ] {
        set_up_at_once(&host, request, json!({}));
        for (device, expected) in [("a", a), ("b", b), ("eth0", uplink)] {
            assert_eq!(mtu(&host, device), expected, "{device}");
            assert_eq!(named(&host, "Interface", device, "mtu_request"), expected);
        }
    }
    assert_eq!(uuids(&host), before);
    set_up(
        &host,
        json!({"a": network(1, 1300), "b": network(2, 9000)}),
        json!({}),
    );
    set_up_at_once(&host, json!({"b": {"remove": true}}), json!({}));
    assert_eq!(mtu(&host, "eth0"), 1300, "what is left decides");
}

#[test]
fn members_of_a_bond_take_the_largest_mtu_of_its_networks() {
    let host = Sandbox::up("bondmtu");
    let bonds = json!({"bond0": {"nics": ["eth0", "eth1"]}});
    set_up(
        &host,
        json!({"a": {"bonding": "bond0", "mtu": 2000}, "b": {"bonding": "bond0", "vlan": 2, "mtu": 1400}}),
        bonds,
    );
    set_up_at_once(
        &host,
        json!({"b": {"bonding": "bond0", "vlan": 2, "mtu": 3000}}),
        json!({}),
    );
    assert_eq!([mtu(&host, "eth0"), mtu(&host, "eth1")], [3000, 3000]);
    set_up_at_once(&host, json!({"b": {"remove": true}}), json!({}));
    assert_eq!([mtu(&host, "eth0"), mtu(&host, "eth1")], [2000, 2000]);
    let wider = json!({"bond0": {"nics": ["eth0", "eth1", "eth2"]}});
    set_up_at_once(&host, json!({}), wider);
    assert_eq!(mtu(&host, "eth2"), 2000, "a new member too");
}

#[test]
fn bridged_or_not() {
    let host = Sandbox::up("bridged");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    let before = uuids(&host);
    for bridged in [false, true] {
        let lan = json!({"lan": {"nic": "eth0", "bridged": bridged}});
        set_up_at_once(&host, lan.clone(), json!({}));
        let report = host.netswitch(&["report", "--format", "json"], "");
        let report: Value = serde_json::from_slice(&report.stdout).unwrap();
        assert_eq!(report["networks"]["lan"]["bridged"], bridged);
        assert_eq!(report["bridges"].get("lan").is_some(), bridged);
        set_up_again(&host, lan, json!({}));
    }
    assert_eq!(uuids(&host), before);
}

#[test]
fn two_networks_exchange_their_tags() {
    let host = Sandbox::up("exchange");
    let tagged = |vlan: u16| json!({"nic": "eth0", "vlan": vlan});
    set_up(&host, json!({"a": tagged(1), "b": tagged(2)}), json!({}));
    let before = uuids(&host);
    set_up_at_once(&host, json!({"a": tagged(2), "b": tagged(1)}), json!({}));
    assert_eq!(column(&host, "Port", "a", "tag"), "2");
    assert_eq!(column(&host, "Port", "b", "tag"), "1");
    assert_eq!(uuids(&host), before);
}

#[test]
fn spanning_tree_on_while_a_network_asks_for_it() {
    let host = Sandbox::up("stp");
    let lan = |stp: &str| json!({"lan": {"nic": "eth0", "stp": stp}});
    set_up(&host, lan("on"), json!({}));
    set_up(&host, json!({"web": {"nic": "eth0", "vlan": 1}}), json!({}));
    assert_eq!(column(&host, "Bridge", "nsw-eth0", "stp_enable"), "true");
    let before = uuids(&host);
    set_up_at_once(&host, lan("off"), json!({}));
    assert_eq!(column(&host, "Bridge", "nsw-eth0", "stp_enable"), "false");
    assert_eq!(uuids(&host), before);
}

#[test]
fn additions_edits_and_removals_are_one_transaction() {
    let host = Sandbox::up("mixed");
    set_up(
        &host,
        json!({
            "stays": {"nic": "eth0", "vlan": 1},
            "edited": {"nic": "eth0", "vlan": 2},
            "goes": {"nic": "eth0", "vlan": 3},
            "alone": {"nic": "eth3"},
            "bonded": {"bonding": "bond0"},
        }),
        json!({"bond0": {"nics": ["eth1", "eth2"]}}),
    );
    let before = uuids(&host);
    set_up_at_once(
        &host,
        json!({
            "edited": {"nic": "eth0", "vlan": 3, "mtu": 1400},
            "goes": {"remove": true},
            "alone": {"remove": true},
            "new": {"nic": "eth3", "vlan": 9},
            "bonded": {"bonding": "bond0", "vlan": 9},
            "lonely": {},
        }),
        json!({"bond0": {"nics": ["eth1"], "options": "mode=1 custom=ovs_mode:balance-slb"}}),
    );
    let after = uuids(&host);
    let same = [
        "Bridge nsw-eth0",
        "Port eth0",
        "Interface eth0",
        "Port stays",
        "Interface stays",
        "Port edited",
        "Interface edited",
        "Bridge nsw-bond0",
        "Port bond0",
        "Interface eth1",
        "Port bonded",
        "Interface bonded",
        "Bridge nsw-eth3",
        "Port eth3",
    ];
    assert_same_rows(&before, &after, &same);
    for gone in [
        "Port goes",
        "Interface goes",
        "Port alone",
        "Interface eth2",
    ] {
        assert!(!after.contains_key(gone), "{gone}");
    }
    assert_eq!(
        mappings(&host),
        "bonded:nsw-bond0,edited:nsw-eth0,lonely:nsw-lonely,new:nsw-eth3,stays:nsw-eth0"
    );
    let last = log(&host);
    let last = last.lines().rfind(|line| line.contains("netswitch: "));
    for name in ["~edited", "-goes", "-alone", "+new", "~bonded", "+lonely"] {
        assert!(last.unwrap().contains(name), "{name}: {last:?}");
    }
}

#[test]
fn there_and_back_again() {
    let host = Sandbox::up("back");
    let one = json!({"a": {"nic": "eth0", "vlan": 1}, "b": {"nic": "eth1", "mtu": 2000}});
    set_up(&host, one.clone(), json!({}));
    let before = (configuration(&host), uuids(&host));
    set_up_at_once(
        &host,
        json!({"a": {"nic": "eth0", "vlan": 2, "mtu": 1400}, "b": {"nic": "eth1", "bridged": false}}),
        json!({}),
    );
    assert_ne!(configuration(&host), before.0);
    set_up_at_once(&host, one, json!({}));
    assert_eq!((configuration(&host), uuids(&host)), before);
}
