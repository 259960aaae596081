//! What others made stays as it is.

use serde_json::{Value, json};

use crate::host::{mappings, rows, set_up, set_up_again};
use crate::support::Sandbox;

const TABLES: [&str; 7] = [
    "Bridge",
    "Port",
    "Interface",
    "Mirror",
    "QoS",
    "Queue",
    "Manager",
];

/// Rows of others: those without our mark.
fn foreign(host: &Sandbox) -> Vec<Value> {
    let ours = |row: &&Value| !row["external_ids"].to_string().contains("netswitch-role");
    let all = TABLES.iter().map(|table| rows(host, table));
    all.map(|rows| {
        rows.as_array()
            .unwrap()
            .iter()
            .filter(ours)
            .cloned()
            .collect()
    })
    .collect()
}

fn make_others(host: &Sandbox) {
    host.vsctl(&[
        "add-br",
        "br-ex",
        "--",
        "set",
        "Bridge",
        "br-ex",
        &host.datapath(),
        "external_ids:owner=somebody",
        "other_config:mac-table-size=4096",
        "--",
        "add-bond",
        "br-ex",
        "bond9",
        "eth2",
        "eth3",
        "bond_mode=balance-slb",
        "other_config:bond-rebalance-interval=20000",
        "--",
        "add-port",
        "br-ex",
        "tap0",
        "tag=10",
        "--",
        "set",
        "Interface",
        "tap0",
        "type=internal",
        "external_ids:iface-id=abc",
        "--",
        "--id=@tap",
        "get",
        "Port",
        "tap0",
        "--",
        "--id=@mirror",
        "create",
        "Mirror",
        "name=watch",
        "select_src_port=@tap",
        "output_vlan=99",
        "--",
        "add",
        "Bridge",
        "br-ex",
        "mirrors",
        "@mirror",
        "--",
        "--id=@queue",
        "create",
        "Queue",
        "other_config:max-rate=1000000",
        "--",
        "--id=@qos",
        "create",
        "QoS",
        "type=linux-htb",
        "queues:0=@queue",
        "--",
        "set",
        "Port",
        "tap0",
        "qos=@qos",
    ]);
    host.vsctl(&["add-br", "fake9", "br-ex", "9"]);
    host.vsctl(&["set-manager", "ptcp:0:127.0.0.1"]);
    host.vsctl(&[
        "set",
        "Open_vSwitch",
        ".",
        "external_ids:system-id=me",
        "external_ids:ovn-bridge-mappings=phys:br-ex,odd",
        "other_config:max-idle=30000",
    ]);
}

#[test]
fn others_bridges_ports_and_settings_are_left_alone() {
    let host = Sandbox::up("others");
    make_others(&host);
    let before = foreign(&host);
    let unmarked = |host: &Sandbox| {
        let dump = host.dump();
        let root = dump.lines().filter(|line| {
            line.starts_with("Open_vSwitch ")
                && !line.contains("bridges=")
                && !line.contains("external_ids=")
        });
        root.map(str::to_owned).collect::<Vec<_>>()
    };
    let root_before = unmarked(&host);

    let networks = json!({"lan": {"nic": "eth0"}, "web": {"bonding": "bond0", "vlan": 10}});
    let bonds = json!({"bond0": {"nics": ["eth1"]}});
    set_up(&host, networks.clone(), bonds.clone());
    assert_eq!(foreign(&host), before);
    assert_eq!(mappings(&host), "phys:br-ex,odd,lan:nsw-eth0,web:nsw-bond0");
    set_up_again(&host, networks, bonds);
    set_up(
        &host,
        json!({"lan": {"nic": "eth0", "vlan": 10, "mtu": 1400}}),
        json!({}),
    );
    assert_eq!(foreign(&host), before);
    set_up(
        &host,
        json!({"lan": {"remove": true}, "web": {"remove": true}}),
        json!({"bond0": {"remove": true}}),
    );
    assert_eq!(foreign(&host), before);
    assert_eq!(unmarked(&host), root_before);
    assert_eq!(mappings(&host), "phys:br-ex,odd");
    assert_eq!(column_of_root(&host, "external_ids:system-id"), "me");
}

fn column_of_root(host: &Sandbox, column: &str) -> String {
    host.vsctl(&["get", "Open_vSwitch", ".", column])
}

#[test]
fn what_others_wrote_on_our_rows_stays() {
    let host = Sandbox::up("ourrows");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    host.vsctl(&[
        "set",
        "Bridge",
        "nsw-eth0",
        "other_config:mac-aging-time=77",
        "external_ids:note=theirs",
        "--",
        "set",
        "Port",
        "lan",
        "external_ids:note=theirs",
        "other_config:priority-tags=true",
        "--",
        "set",
        "Interface",
        "eth0",
        "external_ids:note=theirs",
    ]);
    set_up(
        &host,
        json!({"lan": {"nic": "eth0", "vlan": 3, "mtu": 1400}, "web": {"nic": "eth0"}}),
        json!({}),
    );
    for (table, name, column, value) in [
        (
            "Bridge",
            "nsw-eth0",
            "other_config:mac-aging-time",
            "\"77\"",
        ),
        ("Bridge", "nsw-eth0", "external_ids:note", "theirs"),
        ("Port", "lan", "external_ids:note", "theirs"),
        ("Port", "lan", "other_config:priority-tags", "\"true\""),
        ("Interface", "eth0", "external_ids:note", "theirs"),
    ] {
        assert_eq!(host.vsctl(&["get", table, name, column]), value, "{table}");
    }
}

#[test]
fn a_bridge_of_others_on_the_same_uplink_is_refused() {
    let host = Sandbox::up("taken");
    make_others(&host);
    let taken = crate::host::request(json!({"lan": {"nic": "eth2"}}), json!({}));
    let error = crate::host::refuse(&host, &taken);
    assert_eq!(error["code"], 24, "{error}");
    assert!(error.to_string().contains("bond9"), "{error}");
    let taken = crate::host::request(json!({"tap0": {"nic": "eth0"}}), json!({}));
    let error = crate::host::refuse(&host, &taken);
    assert_eq!(error["code"], 28, "{error}");
}
