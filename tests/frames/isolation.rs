//! What a network sends reaches that network, and no other.

use serde_json::{Value, json};

use crate::support::{Sandbox, text};
use crate::{address, broadcast, reaches, received, set_up};

/// A host and its peers: `left` is on its eth0, `right` on its eth1.
struct Hosts {
    host: Sandbox,
    left: Sandbox,
    right: Sandbox,
}

impl Hosts {
    fn up(name: &str) -> Hosts {
        let up = |part: &str, nics: &[&str]| Sandbox::up_with(&format!("{name}{part}"), nics, true);
        let hosts = Hosts {
            host: up("h", &["eth0", "eth1"]),
            left: up("l", &["eth0"]),
            right: up("r", &["eth0"]),
        };
        hosts.host.join("eth0", &hosts.left, "eth0");
        hosts.host.join("eth1", &hosts.right, "eth0");
        // The NICs' own IPv6 has things to say, untagged, of which nobody asked here.
        for host in [&hosts.host, &hosts.left, &hosts.right] {
            let quiet = "net.ipv6.conf.all.disable_ipv6=1";
            text(host.inside("sysctl").args(["-q", "-w", quiet]));
        }
        hosts
    }

    /// `sender` sends to everybody in its network `from`. Those of `receivers` get it, those of
    /// `others` get nothing, although all that came before a ping through `wire` has been through by
    /// then.
    fn send(
        &self,
        (sender, from, subnet): (&Sandbox, &str, &str),
        receivers: &[(&Sandbox, &str)],
        others: &[(&Sandbox, &str)],
        wire: (&Sandbox, &str, &str),
    ) {
        let count = |ends: &[(&Sandbox, &str)]| -> Vec<u64> {
            ends.iter()
                .map(|(host, device)| received(host, device))
                .collect()
        };
        let (got, had) = (count(receivers), count(others));
        broadcast(sender, from, subnet);
        let (through, device, target) = wire;
        assert!(reaches(through, device, target), "{device} to {target}");
        for ((before, after), (_, device)) in got.iter().zip(count(receivers)).zip(receivers) {
            assert!(
                after >= before + 20,
                "{device} got {before} to {after} from {from}"
            );
        }
        for ((before, after), (_, device)) in had.iter().zip(count(others)).zip(others) {
            assert_eq!(*before, after, "{device} got frames of {from}");
        }
    }
}

/// The same tags on two uplinks, and untagged on both; another tag beside them.
fn twins(uplinks: [&str; 2]) -> Value {
    let [left, right] = uplinks;
    json!({
        "a": {"nic": left, "vlan": 10}, "b": {"nic": right, "vlan": 10},
        "ua": {"nic": left}, "ub": {"nic": right},
        "ca": {"nic": left, "vlan": 30}, "cb": {"nic": right, "vlan": 40},
    })
}

fn identical_tags_on_two_uplinks_are_isolated(name: &str, policy: &str) {
    let hosts = Hosts::up(name);
    let Hosts { host, left, right } = &hosts;
    set_up(
        host,
        &["--bridge-policy", policy],
        twins(["eth0", "eth1"]),
        json!({}),
    );
    for (peer, control) in [(left, 30), (right, 40)] {
        let networks = json!({
            "v10": {"nic": "eth0", "vlan": 10}, "flat": {"nic": "eth0"},
            "v20": {"nic": "eth0", "vlan": 20}, "wire": {"nic": "eth0", "vlan": control},
        });
        set_up(peer, &[], networks, json!({}));
    }
    for (host, device, at) in [
        (host, "ca", "198.51.100.1"),
        (left, "wire", "198.51.100.2"),
        (host, "cb", "203.0.113.1"),
        (right, "wire", "203.0.113.2"),
        (left, "v10", "192.0.2.1"),
        (left, "flat", "192.0.3.1"),
        (right, "v10", "192.0.2.2"),
        (right, "flat", "192.0.3.2"),
    ] {
        address(host, device, at);
    }
    let to_right = (right, "wire", "203.0.113.1");
    let to_left = (left, "wire", "198.51.100.1");
    // From one side to the host, and not to the other side, nor to another tag.
    hosts.send(
        (left, "v10", "192.0.2"),
        &[(host, "a")],
        &[
            (host, "b"),
            (host, "ua"),
            (host, "ub"),
            (right, "v10"),
            (right, "flat"),
        ],
        to_right,
    );
    hosts.send(
        (left, "flat", "192.0.3"),
        &[(host, "ua")],
        &[
            (host, "ub"),
            (host, "a"),
            (host, "b"),
            (right, "flat"),
            (right, "v10"),
        ],
        to_right,
    );
    hosts.send(
        (right, "v10", "192.0.2"),
        &[(host, "b")],
        &[
            (host, "a"),
            (host, "ua"),
            (left, "v10"),
            (left, "flat"),
            (left, "v20"),
        ],
        to_left,
    );
    hosts.send(
        (right, "flat", "192.0.3"),
        &[(host, "ub")],
        &[(host, "ua"), (left, "flat"), (left, "v10")],
        to_left,
    );
}

#[test]
fn identical_tags_on_two_uplinks_are_isolated_per_uplink() {
    identical_tags_on_two_uplinks_are_isolated("ip", "per-uplink");
}

#[test]
fn identical_tags_on_two_uplinks_are_isolated_shared() {
    identical_tags_on_two_uplinks_are_isolated("is", "shared");
}

/// Two uplinks on one bridge, until a network makes them conflict.
#[test]
fn uplinks_that_share_a_bridge_carry_their_own_vlans_only() {
    let shared = ["--bridge-policy", "shared"];
    let hosts = Hosts::up("own");
    let Hosts { host, left, right } = &hosts;
    let networks = json!({"a": {"nic": "eth0", "vlan": 10}, "b": {"nic": "eth1", "vlan": 20}});
    set_up(host, &shared, networks, json!({}));
    assert_eq!(host.vsctl(&["list-br"]), "nsw-eth0", "one bridge");
    for (peer, wire) in [(left, 10), (right, 20)] {
        let other = 30 - wire;
        let networks = json!({
            "wire": {"nic": "eth0", "vlan": wire}, "spy": {"nic": "eth0", "vlan": other},
            "flat": {"nic": "eth0"},
        });
        set_up(peer, &[], networks, json!({}));
        address(peer, "spy", "192.0.2.9");
        address(peer, "flat", "192.0.3.9");
    }
    address(host, "a", "198.51.100.1");
    address(left, "wire", "198.51.100.2");
    address(host, "b", "203.0.113.1");
    address(right, "wire", "203.0.113.2");
    let to_left = (left, "wire", "198.51.100.1");
    let to_right = (right, "wire", "203.0.113.1");
    // Out: what is VLAN 10 leaves on eth0 only.
    let left_gets = [(left, "wire")];
    let right_spies = [(right, "spy"), (right, "flat")];
    hosts.send(
        (host, "a", "198.51.100"),
        &left_gets,
        &right_spies,
        to_right,
    );
    // In: VLAN 20 does not come in on eth0, nor what has no tag.
    let others = [(host, "a"), (right, "spy"), (right, "flat")];
    hosts.send((left, "spy", "192.0.2"), &[], &others, to_right);
    hosts.send((left, "flat", "192.0.3"), &[], &others, to_right);
    let others = [(host, "a"), (left, "wire"), (left, "flat")];
    hosts.send((right, "spy", "192.0.2"), &[], &others, to_right);

    // A machine on b, which moves with it.
    let guest = ["--", "set", "Interface", "vnet0", "type=internal"];
    host.vsctl(&[&["add-port", "nsw-eth0", "vnet0", "tag=20"][..], &guest[..]].concat());
    let more = json!({"more": {"nic": "eth0", "vlan": 20}});
    let told = set_up(host, &shared, more, json!({}));
    let moved = "interrupts: uplink eth1; network b; guest vnet0, from nsw-eth0 to nsw-eth1";
    assert!(told.contains(moved), "{told}");
    assert_eq!(host.vsctl(&["port-to-br", "vnet0"]), "nsw-eth1");
    text(
        host.inside("ip")
            .args(["link", "set", "dev", "vnet0", "up"]),
    );
    // The device of "b" was made again, and has its address again.
    address(host, "more", "192.0.4.1");
    hosts.send(
        (right, "wire", "203.0.113"),
        &[(host, "b"), (host, "vnet0")],
        &[(host, "more"), (left, "spy"), (left, "flat")],
        to_left,
    );
    hosts.send(
        (host, "more", "192.0.4"),
        &[(left, "spy")],
        &[
            (host, "b"),
            (host, "vnet0"),
            (right, "wire"),
            (right, "spy"),
        ],
        to_left,
    );
}
