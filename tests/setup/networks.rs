//! New networks.

use serde_json::{Value, json};

use crate::host::{
    attempt, column, is_up, link, log, log_records, mappings, mtu, next_cfg, request, set_up,
    set_up_again, set_up_at_once,
};
use crate::support::Sandbox;

#[test]
fn networks_on_a_nic() {
    let host = Sandbox::up("onnic");
    let networks = json!({
        "lan": {"nic": "eth0"},
        "web": {"nic": "eth0", "vlan": 10, "mtu": 1400},
        "db": {"nic": "eth0", "vlan": "20"},
        "zero": {"nic": "eth1", "vlan": 0},
        "top": {"nic": "eth1", "vlan": 4094, "bridged": false},
    });
    let mac = link(&host, "eth0")["address"].clone();
    set_up_at_once(&host, networks.clone(), json!({}));

    assert_eq!(host.vsctl(&["list-br"]), "nsw-eth0\nnsw-eth1");
    assert_eq!(
        host.vsctl(&["list-ports", "nsw-eth0"]),
        "db\neth0\nlan\nweb"
    );
    assert_eq!(host.vsctl(&["list-ports", "nsw-eth1"]), "eth1\ntop\nzero");
    for (network, tag) in [
        ("lan", "[]"),
        ("web", "10"),
        ("db", "20"),
        ("zero", "0"),
        ("top", "4094"),
    ] {
        assert_eq!(column(&host, "Port", network, "tag"), tag, "{network}");
        assert_eq!(column(&host, "Interface", network, "type"), "internal");
        assert!(is_up(&host, network), "{network}");
    }
    for (device, expected) in [("lan", 1500), ("web", 1400), ("db", 1500), ("eth0", 1500)] {
        assert_eq!(mtu(&host, device), expected, "{device}");
        let asked = column(&host, "Interface", device, "mtu_request");
        assert_eq!(asked, expected.to_string());
    }
    for network in ["lan", "web", "db"] {
        assert_eq!(link(&host, network)["address"], mac, "{network}");
    }
    assert_eq!(
        mappings(&host),
        "db:nsw-eth0,lan:nsw-eth0,top:nsw-eth1,web:nsw-eth0,zero:nsw-eth1"
    );
    set_up_again(&host, networks, json!({}));
}

#[test]
fn bridges_keep_to_the_contract() {
    let host = Sandbox::up("contract");
    set_up(
        &host,
        json!({"lan": {"nic": "eth0", "stp": true}}),
        json!({}),
    );
    assert_eq!(
        column(&host, "Bridge", "nsw-eth0", "fail_mode"),
        "standalone"
    );
    let datapath = column(&host, "Bridge", "nsw-eth0", "datapath_type");
    assert_eq!(format!("datapath_type={datapath}"), host.datapath());
    assert_eq!(column(&host, "Bridge", "nsw-eth0", "stp_enable"), "true");
    let hwaddr = column(&host, "Bridge", "nsw-eth0", "other_config:hwaddr");
    let hwaddr = hwaddr.trim_matches('"');
    let first = u8::from_str_radix(&hwaddr[..2], 16).unwrap();
    assert_eq!(
        first & 0b11,
        0b10,
        "locally administered, unicast: {hwaddr}"
    );
    assert_eq!(link(&host, "nsw-eth0")["address"], hwaddr);

    set_up(&host, json!({"lan": {"remove": true}}), json!({}));
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    let again = column(&host, "Bridge", "nsw-eth0", "other_config:hwaddr");
    assert_eq!(again.trim_matches('"'), hwaddr, "stable");
}

#[test]
fn networks_on_a_bond() {
    let host = Sandbox::up("onbond");
    let networks = json!({
        "lan": {"bonding": "bond0", "mtu": 1450},
        "web": {"bonding": "bond0", "vlan": 100, "mtu": 1300},
    });
    let bonds = json!({"bond0": {
        "nics": ["eth1", "eth0"],
        "options": "mode=1 miimon=200 primary=eth1 updelay=400",
    }});
    let mac = link(&host, "eth0")["address"].clone();
    set_up_at_once(&host, networks.clone(), bonds.clone());

    assert_eq!(host.vsctl(&["list-ports", "nsw-bond0"]), "bond0\nlan\nweb");
    assert_eq!(
        host.vsctl(&["list-ifaces", "nsw-bond0"]),
        "eth0\neth1\nlan\nweb"
    );
    for (name, value) in [
        ("bond_mode", "active-backup"),
        ("lacp", "[]"),
        ("bond_updelay", "400"),
        ("other_config:bond-miimon-interval", "\"200\""),
        ("other_config:bond-primary", "eth1"),
    ] {
        assert_eq!(column(&host, "Port", "bond0", name), value, "{name}");
    }
    let shown = host.run("ovs-appctl", &["bond/show", "bond0"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("bond_mode: active-backup"), "{shown}");
    assert!(shown.contains("active-backup primary: eth1"), "{shown}");
    for (device, expected) in [("lan", 1450), ("web", 1300), ("eth0", 1450), ("eth1", 1450)] {
        assert_eq!(mtu(&host, device), expected, "{device}");
    }
    for network in ["lan", "web"] {
        assert!(is_up(&host, network));
        assert_eq!(link(&host, network)["address"], mac, "{network}");
    }
    set_up_again(&host, networks, bonds);
}

#[test]
fn a_bond_gives_its_networks_the_address_asked_for() {
    let host = Sandbox::up("hwaddr");
    let networks = json!({"lan": {"bonding": "bond1"}, "web": {"bonding": "bond1", "vlan": 7}});
    let bonds = json!({"bond1": {"nics": ["eth0"], "hwaddr": "52:54:00:12:34:56"}});
    set_up_at_once(&host, networks.clone(), bonds.clone());
    for network in ["lan", "web"] {
        assert_eq!(link(&host, network)["address"], "52:54:00:12:34:56");
    }
    set_up_again(&host, networks, bonds);
}

#[test]
fn lacp_bonds_speak_lacp() {
    let host = Sandbox::up("lacp");
    let bonds = json!({"bond0": {"nics": ["eth0", "eth1"], "options": "mode=802.3ad lacp_rate=1"}});
    set_up_at_once(&host, json!({"lan": {"bonding": "bond0"}}), bonds);
    for (name, value) in [
        ("bond_mode", "balance-tcp"),
        ("lacp", "active"),
        ("other_config:lacp-time", "fast"),
    ] {
        assert_eq!(column(&host, "Port", "bond0", name), value, "{name}");
    }
    let shown = host.run("ovs-appctl", &["lacp/show", "bond0"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("status: active"), "{shown}");
    assert!(shown.contains("lacp_time: fast"), "{shown}");
}

#[test]
fn networks_without_an_uplink_have_bridges_of_their_own() {
    let host = Sandbox::up("alone");
    let networks = json!({"one": {}, "two": {"mtu": 9000}});
    set_up_at_once(&host, networks.clone(), json!({}));
    assert_eq!(host.vsctl(&["list-br"]), "nsw-one\nnsw-two");
    assert_eq!(host.vsctl(&["port-to-br", "one"]), "nsw-one");
    assert_eq!(mtu(&host, "two"), 9000);
    assert!(is_up(&host, "one") && is_up(&host, "two"));
    assert_eq!(mappings(&host), "one:nsw-one,two:nsw-two");
    set_up_again(&host, networks, json!({}));
}

#[test]
fn two_untagged_networks_need_two_bridges_and_the_plan_says_so() {
    let host = Sandbox::up("conflict");
    let wanted = request(
        json!({"lan": {"nic": "eth0"}, "guest": {"nic": "eth1"}}),
        json!({}),
    );
    let reason = "eth0 and eth1 need different bridges: lan and guest are both untagged";
    let plan = host.netswitch(&["plan", "-"], &wanted);
    let shown = String::from_utf8(plan.stdout).unwrap();
    assert!(shown.contains(reason), "{shown}");
    let plan = host.netswitch(&["plan", "-", "--format", "json"], &wanted);
    let shown: Value = serde_json::from_slice(&plan.stdout).unwrap();
    assert_eq!(shown["conflicts"], json!([reason]));

    let done = attempt(&host, &wanted, &[]);
    assert!(done.stdout.contains(reason), "{done:?}");
    assert_eq!(host.vsctl(&["port-to-br", "lan"]), "nsw-eth0");
    assert_eq!(host.vsctl(&["port-to-br", "guest"]), "nsw-eth1");
    let web = json!({"web": {"nic": "eth1", "vlan": 5}});
    let printed = set_up(&host, web, json!({}));
    assert!(!printed.contains("need different bridges"), "{printed}");
}

#[test]
fn nics_that_are_down_come_up() {
    let host = Sandbox::up("down");
    let down = host.run("ip", &["link", "set", "dev", "eth0", "down"]);
    assert!(down.status.success());
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    assert!(is_up(&host, "eth0") && is_up(&host, "lan"));
}

#[test]
fn what_was_set_down_by_hand_comes_up_again_without_a_transaction() {
    let host = Sandbox::up("drift");
    let lan = || json!({"lan": {"nic": "eth0", "vlan": 5}});
    set_up(&host, lan(), json!({}));
    for device in ["lan", "eth0"] {
        let down = host.run("ip", &["link", "set", "dev", device, "down"]);
        assert!(down.status.success());
    }
    let records = log_records(&host);
    let told = set_up(&host, lan(), json!({}));
    assert!(is_up(&host, "eth0") && is_up(&host, "lan"));
    assert!(told.contains("~ device lan  up"), "{told}");
    assert_eq!(log_records(&host), records);
    set_up_again(&host, lan(), json!({}));
}

#[test]
fn the_log_tells_who_did_what() {
    let host = Sandbox::up_with("log", &["eth0"], false);
    let wanted = request(json!({"lan": {"nic": "eth0"}}), json!({}));
    let (records, next) = (log_records(&host), next_cfg(&host));
    let done = attempt(&host, &wanted, &["--no-wait"]);
    assert_eq!(done.status, Some(0), "{done:?}");
    assert_eq!(log_records(&host), records + 1);
    assert_eq!(next_cfg(&host), next + 1);
    let log = log(&host);
    let last = log.lines().last().unwrap();
    assert!(
        last.contains("netswitch: ") && last.contains("+lan"),
        "{last}"
    );
}
