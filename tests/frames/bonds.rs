//! Bonds between two hosts on two wires.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Sandbox, end_of, text};
use crate::{address, reaches, report, set_up};

/// Two hosts, each with the network `lan` on a bond of the wires between them.
fn bonded(name: &str, options: &str) -> [Sandbox; 2] {
    let hosts = ["l", "r"]
        .map(|part| Sandbox::up_with(&format!("{name}{part}"), &["eth0", "eth1", "eth2"], true));
    let [left, right] = &hosts;
    for nic in ["eth0", "eth1", "eth2"] {
        left.join(nic, right, nic);
    }
    for (host, at) in [(left, "192.0.2.1"), (right, "192.0.2.2")] {
        set_up(
            host,
            &[],
            json!({"lan": {"bonding": "bond0"}}),
            bond(&["eth0", "eth1"], options),
        );
        address(host, "lan", at);
    }
    hosts
}

fn bond(nics: &[&str], options: &str) -> Value {
    json!({"bond0": {"nics": nics, "options": options}})
}

fn wait(host: &Sandbox, table: &str, record: &str, condition: &str) {
    host.vsctl(&["--no-wait", "wait-until", table, record, condition]);
}

fn column(host: &Sandbox, table: &str, record: &str, column: &str) -> String {
    host.vsctl(&["--no-wait", "get", table, record, column])
}

#[test]
fn lacp_is_negotiated() {
    let hosts = bonded("lacp", "mode=4 lacp_rate=fast");
    for host in &hosts {
        for nic in ["eth0", "eth1"] {
            wait(host, "Interface", nic, "lacp_current=true");
        }
    }
    let [left, right] = &hosts;
    assert!(reaches(left, "lan", "192.0.2.2"));
    for (host, peer) in [(left, right), (right, left)] {
        let (here, there) = (report(host), shown(peer));
        let bond = &here["bondings"]["bond0"];
        assert_eq!(
            bond["opts"],
            json!({"mode": "4", "lacp_rate": "1"}),
            "{bond}"
        );
        assert_eq!(bond["ad_partner_mac"], there["sys_id"], "{bond}");
        assert_eq!(bond["ad_aggregator_id"], shown(host)["aggregation key"]);
        for nic in ["eth0", "eth1"] {
            assert_eq!(
                here["nics"][nic]["ad_aggregator_id"],
                bond["ad_aggregator_id"]
            );
        }
        assert!(here["nics"]["eth2"].get("ad_aggregator_id").is_none());
        assert_eq!(here["problems"], json!([]), "{here}");
    }
    // Without LACP nothing is told of it.
    for host in &hosts {
        let options = "mode=1 primary=eth0";
        set_up(host, &[], json!({}), bond(&["eth0", "eth1"], options));
    }
    assert!(reaches(left, "lan", "192.0.2.2"));
    let here = report(left);
    assert!(here["bondings"]["bond0"].get("ad_partner_mac").is_none());
    assert!(here["nics"]["eth0"].get("ad_aggregator_id").is_none());
}

/// What `ovs-appctl lacp/show` says of the bond itself.
fn shown(host: &Sandbox) -> Value {
    let told = text(host.inside("ovs-appctl").args(["lacp/show", "bond0"]));
    let lines = told.lines().take_while(|line| !line.is_empty());
    let facts = lines.filter_map(|line| line.trim().split_once(": "));
    facts
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect()
}

#[test]
fn another_member_takes_over() {
    let [left, right] = bonded("over", "mode=1 primary=eth0");
    let active = |host: &Sandbox| report(host)["bondings"]["bond0"]["active_slave"].clone();
    assert!(reaches(&left, "lan", "192.0.2.2"));
    assert_eq!(active(&left), "eth0");
    for (state, member) in [("down", "eth1"), ("up", "eth0")] {
        let before = column(&left, "Port", "bond0", "bond_active_slave");
        text(
            right
                .inside("ip")
                .args(["link", "set", "dev", "eth0", state]),
        );
        wait(
            &left,
            "Port",
            "bond0",
            &format!("bond_active_slave!={before}"),
        );
        assert_eq!(active(&left), member, "eth0 is {state}");
        assert!(reaches(&left, "lan", "192.0.2.2"), "eth0 is {state}");
    }
}

/// One member stays the whole time, and is the active one.
#[test]
fn members_come_and_go_while_frames_flow() {
    let [left, right] = bonded("flow", "mode=1 primary=eth0");
    assert!(reaches(&left, "lan", "192.0.2.2"));
    let kept = |host: &Sandbox| {
        let port = column(host, "Port", "bond0", "_uuid");
        let network = column(host, "Port", "lan", "_uuid");
        let member = column(host, "Interface", "eth0", "ofport");
        (port, network, member)
    };
    let before = [&left, &right].map(kept);
    // It ends by itself; the limit of waiting for its end is a minute.
    let ping = [
        "-n",
        "-q",
        "-I",
        "lan",
        "-i",
        "0.02",
        "-c",
        "150",
        "-w",
        "20",
        "192.0.2.2",
    ];
    let ping = left
        .inside("ping")
        .args(ping)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    for nics in [
        &["eth0", "eth1", "eth2"][..],
        &["eth0", "eth2"],
        &["eth0"],
        &["eth0", "eth1"],
    ] {
        for host in [&left, &right] {
            set_up(host, &[], json!({}), bond(nics, "mode=1 primary=eth0"));
        }
    }
    let told = String::from_utf8(end_of(ping).stdout).unwrap();
    // With a limit it goes on until it has its 150 replies, and may have asked once more by then.
    let is_complete = ["150", "151"]
        .map(|sent| format!("{sent} packets transmitted, 150 received"))
        .iter()
        .any(|line| told.contains(line));
    assert!(is_complete, "{told}");
    assert_eq!([&left, &right].map(kept), before);
}

#[test]
fn another_mode_on_the_same_bond() {
    let [left, right] = bonded("mode", "mode=1");
    let port = column(&left, "Port", "bond0", "_uuid");
    for options in [
        "mode=4 lacp_rate=fast",
        "custom=ovs_mode:balance-slb",
        // Without a switch between them both must choose the same member.
        "mode=1 primary=eth0 miimon=50 updelay=10",
    ] {
        for host in [&left, &right] {
            set_up(host, &[], json!({}), bond(&["eth0", "eth1"], options));
        }
        assert!(reaches(&left, "lan", "192.0.2.2"), "{options}");
        assert_eq!(column(&left, "Port", "bond0", "_uuid"), port, "{options}");
    }
}
