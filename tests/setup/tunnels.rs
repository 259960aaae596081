//! Tunnels as uplinks.

use serde_json::{Value, json};

use crate::host::{
    assert_same_rows, attempt, column, configuration, link, mtu, refuse, request, set_up,
    set_up_again, set_up_at_once, uuids,
};
use crate::support::{Sandbox, text};

fn tunnel(kind: &str, key: u32) -> Value {
    json!({"type": kind, "remote_ip": "192.0.2.2", "key": key})
}

/// The name of the only tunnel's port.
fn tunnel_port(host: &Sandbox) -> String {
    let found = host.vsctl(&[
        "--no-wait",
        "--bare",
        "--columns=name",
        "find",
        "Port",
        "external_ids:netswitch-role=tunnel",
    ]);
    assert_eq!(found.lines().count(), 1, "{found}");
    found
}

#[test]
fn each_kind_with_its_options() {
    let host = Sandbox::up("kinds");
    for (kind, extra, options) in [
        (
            "vxlan",
            json!({"dst_port": 4790}),
            "{dst_port=\"4790\", key=\"7\", remote_ip=\"192.0.2.2\"}",
        ),
        (
            "geneve",
            json!({"local_ip": "192.0.2.1"}),
            "{key=\"7\", local_ip=\"192.0.2.1\", remote_ip=\"192.0.2.2\"}",
        ),
        ("gre", json!({}), "{key=\"7\", remote_ip=\"192.0.2.2\"}"),
    ] {
        let mut wanted = tunnel(kind, 7);
        wanted
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        let networks = json!({"over": {"tunnel": wanted}, "more": {"tunnel": wanted, "vlan": 5}});
        set_up_at_once(&host, networks.clone(), json!({}));
        let port = tunnel_port(&host);
        assert_eq!(column(&host, "Interface", &port, "type"), kind);
        assert_eq!(column(&host, "Interface", &port, "options"), options);
        let bridge = host.vsctl(&["port-to-br", &port]);
        assert_eq!(host.vsctl(&["port-to-br", "over"]), bridge, "{kind}");
        assert_eq!(host.vsctl(&["port-to-br", "more"]), bridge, "{kind}");
        assert_eq!(
            host.vsctl(&["list-br"]),
            bridge,
            "the other bridge has gone"
        );
        set_up_again(&host, networks, json!({}));
    }
}

#[test]
fn edits_and_removal() {
    let host = Sandbox::up("tunedit");
    let before = configuration(&host);
    set_up(
        &host,
        json!({"over": {"tunnel": tunnel("vxlan", 7)}}),
        json!({}),
    );
    let rows = uuids(&host);
    let port = tunnel_port(&host);
    let edited = json!({"over": {"tunnel": tunnel("vxlan", 7), "vlan": 9, "mtu": 1400}});
    set_up_at_once(&host, edited.clone(), json!({}));
    assert_eq!(uuids(&host), rows);
    // What somebody changed by hand is put right.
    host.vsctl(&[
        "set",
        "Interface",
        &port,
        "options:key=8",
        "--",
        "set",
        "Port",
        &port,
        "tag=3",
    ]);
    set_up_at_once(&host, edited, json!({}));
    assert_eq!(column(&host, "Interface", &port, "options:key"), "\"7\"");
    assert_eq!(column(&host, "Port", &port, "tag"), "[]");
    // From the tunnel to a NIC.
    set_up_at_once(
        &host,
        json!({"over": {"nic": "eth0", "vlan": 9}}),
        json!({}),
    );
    assert_same_rows(&rows, &uuids(&host), &["Port over", "Interface over"]);
    set_up_at_once(&host, json!({"over": {"remove": true}}), json!({}));
    assert_eq!(configuration(&host), before);
}

#[test]
fn the_report_tells_of_them() {
    let host = Sandbox::up("tunreport");
    let networks = json!({
        "over": {"tunnel": tunnel("geneve", 7), "vlan": 5},
        "flat": {"tunnel": tunnel("geneve", 7), "bridged": false},
    });
    set_up(&host, networks, json!({}));
    let port = tunnel_port(&host);
    let report = host.netswitch(&["report", "--format", "json"], "");
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(
        report["networks"]["over"]["southbound"],
        format!("{port}.5")
    );
    assert_eq!(report["networks"]["flat"]["iface"], port.as_str());
    assert_eq!(report["vlans"][format!("{port}.5")]["vlanid"], 5);
    let bridges = report["multiBridge"]["bridges"].as_object().unwrap();
    let uplink = &bridges.values().next().unwrap()["uplinks"][&port];
    assert_eq!(
        uplink["tunnel"], "geneve remote_ip=192.0.2.2 key=7",
        "{report}"
    );
    assert_eq!(report["problems"], json!([]));
    let tree = text(
        host.inside(env!("CARGO_BIN_EXE_netswitch"))
            .args(["report", "-f", "tree"]),
    );
    assert!(tree.contains("geneve remote_ip=192.0.2.2 key=7"), "{tree}");
}

#[test]
fn a_port_of_others_with_its_name_is_in_the_way() {
    let host = Sandbox::up("tuntaken");
    let over = json!({"over": {"tunnel": tunnel("gre", 1)}});
    set_up(&host, over.clone(), json!({}));
    let port = tunnel_port(&host);
    set_up(&host, json!({"over": {"remove": true}}), json!({}));
    let datapath = host.datapath();
    let bridge = ["add-br", "br0", "--", "set", "Bridge", "br0", &datapath];
    let taken = [
        "--",
        "add-port",
        "br0",
        &port,
        "--",
        "set",
        "Interface",
        &port,
        "type=internal",
    ];
    host.vsctl(&[&bridge[..], &taken[..]].concat());
    let error = refuse(&host, &request(over, json!({})));
    assert_eq!(error["code"], 28, "{error}");
    assert_eq!(error["violations"][0]["path"], "/networks/over/tunnel");
}

/// Two hosts on a wire with an address each below their tunnel: on the bridge's own device, as the
/// switch in user space looks for it there.
fn joined() -> [Sandbox; 2] {
    let hosts = ["tunleft", "tunright"].map(Sandbox::up);
    let [left, right] = &hosts;
    left.join("eth0", right, "eth0");
    for (host, address) in [(left, "192.0.2.1/24"), (right, "192.0.2.2/24")] {
        set_up(host, json!({"below": {"nic": "eth0"}}), json!({}));
        addressed(host, "nsw-eth0", address);
    }
    hosts
}

fn addressed(host: &Sandbox, device: &str, address: &str) {
    for arguments in [
        &["address", "add", address, "dev", device][..],
        &["link", "set", "dev", device, "up"][..],
    ] {
        text(host.inside("ip").args(arguments));
    }
}

#[test]
fn frames_cross_them() {
    let [left, right] = joined();
    for (number, kind) in ["vxlan", "geneve", "gre"].into_iter().enumerate() {
        for (host, remote, last) in [(&left, "192.0.2.2", 1), (&right, "192.0.2.1", 2)] {
            let ends = json!({"type": kind, "remote_ip": remote, "key": 77});
            let networks = json!({"over": {"tunnel": ends, "vlan": 5, "mtu": 1400}});
            let done = attempt(host, &request(networks, json!({})), &[]);
            assert_eq!(done.status, Some(0), "{done:?}");
            addressed(host, "over", &format!("198.51.{number}.{last}/24"));
        }
        let target = format!("198.51.{number}.2");
        let ping = [
            "-n", "-I", "over", "-c", "2", "-i", "0.2", "-w", "15", &target,
        ];
        let ping = left.run("ping", &ping);
        assert!(
            ping.status.success(),
            "{kind}: {}",
            String::from_utf8_lossy(&ping.stdout)
        );
        // No other way leads there: the bridge has nothing else on it.
        for host in [&left, &right] {
            let bridge = host.vsctl(&["port-to-br", "over"]);
            let port = tunnel_port(host);
            let mut ports = ["over", port.as_str()];
            ports.sort_unstable();
            assert_eq!(host.vsctl(&["list-ports", &bridge]), ports.join("\n"));
            assert_eq!(mtu(host, "over"), 1400);
        }
    }
}

/// To Open vSwitch 3.1 the port of a tunnel that goes to another bridge is in its own way at first
/// ("File exists").
#[test]
fn one_goes_to_another_bridge_and_its_networks_keep_their_address() {
    let host = Sandbox::up("tunmove");
    let shared = ["--bridge-policy", "shared"];
    let over = tunnel("gre", 1);
    let apply = |networks: Value| {
        let done = attempt(&host, &request(networks, json!({})), &shared);
        assert_eq!((done.status, done.stderr.as_str()), (Some(0), ""));
    };
    apply(json!({
        "lan": {"nic": "eth0", "vlan": 10}, "flat": {"nic": "eth0"},
        "over": {"tunnel": over, "vlan": 20}, "own": {},
    }));
    let port = tunnel_port(&host);
    assert_eq!(host.vsctl(&["port-to-br", &port]), "nsw-eth0");
    let addresses = || ["over", "own"].map(|name| link(&host, name)["address"].clone());
    let before = addresses();
    let (rows, kept) = (uuids(&host), ["Interface over", "Interface own"]);
    apply(json!({"more": {"nic": "eth0", "vlan": 20}}));
    assert_ne!(host.vsctl(&["port-to-br", &port]), "nsw-eth0");
    assert_eq!(
        host.vsctl(&["port-to-br", "over"]),
        host.vsctl(&["port-to-br", &port])
    );
    assert_eq!(column(&host, "Interface", &port, "error"), "[]");
    assert_eq!(addresses(), before);
    assert_same_rows(&rows, &uuids(&host), &kept);
    // There and back: neither has another address afterwards.
    apply(json!({"over": {"nic": "eth1", "vlan": 20}, "own": {"nic": "eth2"}}));
    assert_ne!(addresses(), before);
    apply(json!({"over": {"tunnel": over, "vlan": 20}, "own": {}}));
    assert_eq!(addresses(), before);
}
