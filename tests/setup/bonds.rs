//! Bonds that become different.

use serde_json::{Value, json};

use crate::host::{assert_same_rows, column, link, mtu, set_up, set_up_at_once, uuids};
use crate::support::Sandbox;

fn bond(nics: &[&str], options: &str) -> Value {
    json!({"bond0": {"nics": nics, "options": options}})
}

/// A host with a bond of eth0 and eth1, and two networks on it.
fn bonded(name: &str) -> Sandbox {
    let host = Sandbox::up(name);
    let networks = json!({
        "lan": {"bonding": "bond0", "mtu": 2000},
        "web": {"bonding": "bond0", "vlan": 10},
    });
    set_up(&host, networks, bond(&["eth0", "eth1"], "mode=1"));
    host
}

fn members(host: &Sandbox) -> String {
    let shown = host.run("ovs-appctl", &["bond/list"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    let line = shown.lines().find(|line| line.starts_with("bond0"));
    line.unwrap().rsplit('\t').next().unwrap().to_owned()
}

#[test]
fn a_member_more() {
    let host = bonded("more");
    let before = uuids(&host);
    set_up_at_once(&host, json!({}), bond(&["eth0", "eth1", "eth2"], "mode=1"));
    let mut after = uuids(&host);
    assert!(after.remove("Interface eth2").is_some());
    assert_eq!(after, before);
    assert_eq!(mtu(&host, "eth2"), 2000);
    assert_eq!(sorted(&members(&host)), "eth0, eth1, eth2");
}

#[test]
fn a_member_less() {
    let host = bonded("less");
    let (mut before, index) = (uuids(&host), link(&host, "lan")["ifindex"].clone());
    set_up_at_once(&host, json!({}), bond(&["eth0"], "mode=1"));
    assert!(before.remove("Interface eth1").is_some());
    assert_eq!(uuids(&host), before);
    assert_eq!(mtu(&host, "eth1"), 1500, "released");
    assert_eq!(mtu(&host, "eth0"), 2000);
    assert_eq!(link(&host, "lan")["ifindex"], index);
}

#[test]
fn all_members_others() {
    let host = bonded("swap");
    let before = uuids(&host);
    let mac = link(&host, "eth2")["address"].clone();
    set_up_at_once(&host, json!({}), bond(&["eth2", "eth3"], "mode=1"));
    let same = [
        "Bridge nsw-bond0",
        "Port bond0",
        "Port lan",
        "Interface lan",
        "Port web",
    ];
    assert_same_rows(&before, &uuids(&host), &same);
    assert_eq!(sorted(&members(&host)), "eth2, eth3");
    assert_eq!([mtu(&host, "eth0"), mtu(&host, "eth1")], [1500, 1500]);
    for network in ["lan", "web"] {
        assert_eq!(link(&host, network)["address"], mac, "{network}");
    }
}

#[test]
fn networks_keep_their_address_while_its_nic_stays() {
    let host = Sandbox::up("keepmac");
    let mac = link(&host, "eth2")["address"].clone();
    set_up(
        &host,
        json!({"lan": {"bonding": "bond0"}}),
        bond(&["eth2"], ""),
    );
    assert_eq!(link(&host, "lan")["address"], mac);
    set_up_at_once(&host, json!({}), bond(&["eth0", "eth2"], ""));
    assert_eq!(link(&host, "lan")["address"], mac);
    let first = link(&host, "eth0")["address"].clone();
    set_up_at_once(&host, json!({}), bond(&["eth0"], ""));
    assert_eq!(link(&host, "lan")["address"], first);
}

#[test]
fn other_modes_and_options() {
    let host = bonded("modes");
    let before = uuids(&host);
    let nics = ["eth0", "eth1"];
    for (options, expected) in [
        (
            "mode=4 lacp_rate=fast miimon=150",
            ["balance-tcp", "active", "\"150\""],
        ),
        (
            "mode=802.3ad miimon=100",
            ["balance-tcp", "active", "\"100\""],
        ),
        (
            "mode=active-backup miimon=100",
            ["active-backup", "[]", "\"100\""],
        ),
        (
            "mode=1 miimon=50 custom=ovs_mode:balance-slb",
            ["balance-slb", "[]", "\"50\""],
        ),
    ] {
        set_up_at_once(&host, json!({}), bond(&nics, options));
        let columns = ["bond_mode", "lacp", "other_config:bond-miimon-interval"];
        let found = columns.map(|name| column(&host, "Port", "bond0", name));
        assert_eq!(found, expected, "{options}");
        assert_eq!(uuids(&host), before, "{options}");
    }
    set_up_at_once(
        &host,
        json!({}),
        bond(&nics, "mode=1 primary=eth1 downdelay=300"),
    );
    let config = column(&host, "Port", "bond0", "other_config");
    assert_eq!(
        config, "{bond-primary=eth1}",
        "what was not asked for again is gone"
    );
    assert_eq!(column(&host, "Port", "bond0", "bond_downdelay"), "300");
    set_up_at_once(&host, json!({}), bond(&nics, ""));
    assert_eq!(column(&host, "Port", "bond0", "other_config"), "{}");
    assert_eq!(column(&host, "Port", "bond0", "bond_downdelay"), "0");
    assert_eq!(uuids(&host), before);
}

#[test]
fn another_address() {
    let host = bonded("address");
    let before = uuids(&host);
    let mac = link(&host, "lan")["address"].clone();
    let wanted = json!({"bond0": {"nics": ["eth0", "eth1"], "hwaddr": "52:54:00:aa:bb:cc"}});
    set_up_at_once(&host, json!({}), wanted);
    for network in ["lan", "web"] {
        assert_eq!(
            link(&host, network)["address"],
            "52:54:00:aa:bb:cc",
            "{network}"
        );
    }
    assert_eq!(uuids(&host), before);
    assert_ne!(mac, "52:54:00:aa:bb:cc");
}

fn sorted(list: &str) -> String {
    let mut names: Vec<&str> = list.split(", ").collect();
    names.sort_unstable();
    names.join(", ")
}
