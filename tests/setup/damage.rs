//! What was changed by hand, on our objects or beside them: a setup mends it or leaves it alone.

use serde_json::{Value, json};

use crate::host::{
    attempt, column, configuration, mappings, refuse, request, set_up, set_up_again,
};
use crate::support::Sandbox;

/// Ports of three networks, and their bridges, on the database alone.
fn three(name: &str) -> Sandbox {
    let host = Sandbox::up(name);
    let networks = json!({
        "web": {"nic": "eth0", "vlan": 10},
        "db": {"nic": "eth0", "vlan": 11},
        "adm": {"nic": "eth0"},
    });
    set_up(&host, networks, json!({}));
    host
}

#[test]
fn a_network_that_lost_its_mark_takes_no_other_along() {
    let host = three("lostmark");
    host.vsctl(&["remove", "port", "web", "external_ids", "netswitch-nic"]);
    set_up(&host, json!({"web": {"remove": true}}), json!({}));
    assert_eq!(host.vsctl(&["list-ports", "nsw-eth0"]), "adm\ndb\neth0");
    host.vsctl(&["remove", "port", "db", "external_ids", "netswitch-nic"]);
    let db = || json!({"db": {"nic": "eth0", "vlan": 11}});
    set_up(&host, db(), json!({}));
    set_up_again(&host, db(), json!({}));
    assert_eq!(mappings(&host), "adm:nsw-eth0,db:nsw-eth0");
}

#[test]
fn a_bridge_of_others_is_never_used_whatever_its_ports_carry() {
    let host = Sandbox::up("theirs");
    host.vsctl(&[
        "add-br",
        "br0",
        "--",
        "set",
        "bridge",
        "br0",
        &host.datapath(),
    ]);
    host.vsctl(&["add-port", "br0", "eth0"]);
    host.vsctl(&["set", "port", "eth0", "external_ids:netswitch-role=nic"]);
    let before = configuration(&host);
    let wanted = request(json!({"web": {"nic": "eth0", "vlan": 10}}), json!({}));
    assert_eq!(refuse(&host, &wanted)["code"], 24);
    assert_eq!(configuration(&host), before);
}

#[test]
fn an_uplink_whose_port_was_deleted_goes_back_to_its_networks() {
    let host = three("lostport");
    host.vsctl(&["del-port", "eth0"]);
    set_up(
        &host,
        json!({"web": {"nic": "eth0", "vlan": 10}}),
        json!({}),
    );
    assert_eq!(host.vsctl(&["list-br"]), "nsw-eth0");
    assert_eq!(
        host.vsctl(&["list-ports", "nsw-eth0"]),
        "adm\ndb\neth0\nweb"
    );
    host.vsctl(&["del-port", "eth0"]);
    let remove = json!({"web": {"remove": true}, "db": {"remove": true}, "adm": {"remove": true}});
    set_up(&host, remove, json!({}));
    assert_eq!(host.vsctl(&["list-br"]), "");
}

/// What the request does not name stays as it is, although a network leaves the NIC.
#[test]
fn an_uplink_whose_port_lost_its_mark_is_let_be() {
    let host = three("lostuplink");
    host.vsctl(&["clear", "port", "eth0", "external_ids"]);
    let taken = request(json!({"web": {"nic": "eth0", "vlan": 12}}), json!({}));
    assert_eq!(refuse(&host, &taken)["code"], 24);
    let alone = || json!({"web": {}});
    set_up(&host, alone(), json!({}));
    set_up_again(&host, alone(), json!({}));
    assert_eq!(host.vsctl(&["list-ports", "nsw-eth0"]), "adm\ndb\neth0");
    assert_eq!(column(&host, "Port", "eth0", "external_ids"), "{}");
    set_up(&host, json!({"db": {"remove": true}}), json!({}));
    assert_eq!(host.vsctl(&["list-ports", "nsw-eth0"]), "adm\neth0");
}

#[test]
fn an_uplink_that_was_moved_beside_another_gets_its_own_bridge_back() {
    let host = Sandbox::up("beside");
    let both = || json!({"x": {"nic": "eth0"}, "y": {"nic": "eth1"}});
    set_up(&host, both(), json!({}));
    host.vsctl(&[
        "del-port",
        "eth1",
        "--",
        "add-port",
        "nsw-eth0",
        "eth1",
        "--",
        "set",
        "port",
        "eth1",
        "external_ids:netswitch-role=nic",
    ]);
    set_up(&host, both(), json!({}));
    let bridge = |port| host.vsctl(&["port-to-br", port]);
    assert_eq!(
        (bridge("x"), bridge("eth0")),
        (bridge("eth0"), "nsw-eth0".to_owned())
    );
    assert_eq!(bridge("y"), bridge("eth1"));
    assert_ne!(bridge("y"), bridge("x"));
    set_up_again(&host, both(), json!({}));
}

#[test]
fn what_carries_several_vlans_or_leads_away_is_no_guest() {
    let host = three("trunks");
    let internal = ["--", "set", "interface", "vm1", "type=internal"];
    host.vsctl(
        &[
            &["add-port", "nsw-eth0", "vm1", "trunks=10,11"],
            &internal[..],
        ]
        .concat(),
    );
    host.vsctl(&[
        "add-br",
        "br-int",
        "--",
        "set",
        "bridge",
        "br-int",
        &host.datapath(),
        "--",
        "add-port",
        "br-int",
        "pi",
        "--",
        "set",
        "interface",
        "pi",
        "type=patch",
        "options:peer=pe",
        "--",
        "add-port",
        "nsw-eth0",
        "pe",
        "--",
        "set",
        "interface",
        "pe",
        "type=patch",
        "options:peer=pi",
    ]);
    set_up(
        &host,
        json!({"adm": {"nic": "eth0", "vlan": 20}}),
        json!({}),
    );
    assert_eq!(column(&host, "Port", "vm1", "tag"), "[]");
    assert_eq!(column(&host, "Port", "pe", "tag"), "[]");
    let all = json!({"adm": {"remove": true}, "web": {"remove": true}, "db": {"remove": true}});
    let error = refuse(&host, &request(all, json!({})));
    assert_eq!(error["code"], 28, "{error}");
    assert!(error.to_string().contains("vm1"), "{error}");
}

#[test]
fn columns_that_were_changed_by_hand_are_restored() {
    let host = three("drifted");
    host.vsctl(&["set", "port", "eth0", "tag=7", "trunks=99"]);
    host.vsctl(&["clear", "interface", "web", "mtu_request"]);
    host.vsctl(&["set", "port", "db", "vlan_mode=trunk", "trunks=5,6"]);
    host.vsctl(&["remove", "open", ".", "external_ids", "ovn-bridge-mappings"]);
    let wanted = || {
        json!({
            "web": {"nic": "eth0", "vlan": 10},
            "db": {"nic": "eth0", "vlan": 11},
            "adm": {"nic": "eth0"},
        })
    };
    set_up(&host, wanted(), json!({}));
    for (port, shown) in [("eth0", ["[]", "[]"]), ("db", ["11", "[]"])] {
        assert_eq!(column(&host, "Port", port, "tag"), shown[0]);
        assert_eq!(column(&host, "Port", port, "trunks"), shown[1]);
    }
    assert_eq!(column(&host, "Port", "db", "vlan_mode"), "[]");
    assert_eq!(column(&host, "Interface", "web", "mtu_request"), "1500");
    assert_eq!(mappings(&host), "adm:nsw-eth0,db:nsw-eth0,web:nsw-eth0");
    set_up_again(&host, wanted(), json!({}));
}

#[test]
fn a_mirror_to_a_port_that_goes_with_its_bridge_comes_back() {
    let host = Sandbox::up("mirrored");
    set_up(
        &host,
        json!({"n3": {"nic": "eth2"}, "n4": {"nic": "eth2", "vlan": 9}}),
        json!({}),
    );
    host.vsctl(&[
        "--",
        "--id=@e",
        "get",
        "port",
        "eth2",
        "--",
        "--id=@m",
        "create",
        "mirror",
        "name=m1",
        "select-all=true",
        "output_port=@e",
        "--",
        "set",
        "bridge",
        "nsw-eth2",
        "mirrors=@m",
    ]);
    let before = configuration(&host);
    let bad = json!({"n3": {"remove": true}, "n4": {"remove": true}, "wide": {"mtu": 65535}});
    let failed = attempt(&host, &request(bad, json!({})), &["--timeout", "20s"]);
    assert_eq!(failed.status, Some(4), "{failed:?}");
    assert_eq!(configuration(&host), before);
    assert_eq!(host.vsctl(&["get", "mirror", "m1", "name"]), "m1");
}

#[test]
fn the_report_tells_what_others_changed() {
    let host = Sandbox::up("changed");
    let networks = || {
        let over = json!({"type": "gre", "remote_ip": "192.0.2.2", "key": 1});
        json!({"web": {"nic": "eth0", "vlan": 10, "stp": true}, "over": {"tunnel": over}})
    };
    set_up(&host, networks(), json!({}));
    let problems = || {
        let report = host.netswitch(&["report", "--format", "json"], "");
        let report: Value = serde_json::from_slice(&report.stdout).unwrap();
        report["problems"].clone()
    };
    assert_eq!(problems(), json!([]));
    let restored = "was changed by others; setting it up again restores it";
    for (damage, problem) in [
        (
            &["set", "port", "web", "vlan_mode=trunk"][..],
            format!("port web {restored}"),
        ),
        (
            &["set", "port", "eth0", "tag=99"],
            format!("port eth0 {restored}"),
        ),
        (
            &["set", "bridge", "nsw-eth0", "fail_mode=secure"],
            format!("bridge nsw-eth0 {restored}"),
        ),
        (
            &["set", "bridge", "nsw-eth0", "stp_enable=false"],
            "network web: its bridge nsw-eth0 does not run the spanning tree protocol".to_owned(),
        ),
        (
            &["remove", "open", ".", "external_ids", "ovn-bridge-mappings"],
            "network web: ovn-bridge-mappings does not lead to nsw-eth0".to_owned(),
        ),
    ] {
        host.vsctl(damage);
        let told = problems();
        assert!(
            told.as_array().unwrap().contains(&json!(problem)),
            "{damage:?}: {told}"
        );
        set_up(&host, networks(), json!({}));
        assert_eq!(problems(), json!([]), "{damage:?}");
    }
}

/// The network's device goes with such a type, and comes again with the one that it had.
#[test]
fn a_network_whose_device_was_taken_from_it_gets_it_back() {
    let host = three("othertype");
    host.vsctl(&["set", "interface", "web", "type=system"]);
    let web = || json!({"web": {"nic": "eth0", "vlan": 10}});
    set_up(&host, web(), json!({}));
    set_up_again(&host, web(), json!({}));
}
