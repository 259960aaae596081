//! Requests that a host with the NICs eth0 to eth3 may meet; many of them break rules.

use proptest::prelude::*;
use serde_json::{Value, json};

/// A request for some of the networks a to e and the bonds bond0 and bond1.
pub(crate) fn random_request() -> impl Strategy<Value = Value> {
    let networks = proptest::collection::btree_map("[a-e]", network(), 0..4);
    let bonds = proptest::collection::btree_map("bond[01]", bond(), 0..2);
    (networks, bonds).prop_map(|(networks, bonds)| json!({"networks": networks, "bondings": bonds}))
}

fn network() -> impl Strategy<Value = Value> {
    let uplink = prop_oneof![
        Just(json!({})),
        "eth[0-3]".prop_map(|nic| json!({"nic": nic})),
        "bond[01]".prop_map(|bond| json!({"bonding": bond})),
        tunnel(),
    ];
    let vlan = prop_oneof![Just(Value::Null), (0..3).prop_map(Value::from)];
    let mtu = prop_oneof![Just(1500), Just(9000), Just(1280)];
    let set = (uplink, vlan, mtu, any::<bool>(), any::<bool>());
    let set = set.prop_map(|(uplink, vlan, mtu, bridged, stp)| {
        let mut network = uplink;
        let bridged = bridged || network.as_object().unwrap().is_empty();
        for (key, value) in [
            ("switch", json!("ovs")),
            ("mtu", json!(mtu)),
            ("bridged", json!(bridged)),
            ("stp", json!(bridged && stp)),
        ] {
            network[key] = value;
        }
        let has_uplink = ["nic", "bonding", "tunnel"].map(|name| !network[name].is_null());
        if !vlan.is_null() && has_uplink.contains(&true) {
            network["vlan"] = vlan;
        }
        network
    });
    prop_oneof![5 => set, 1 => Just(json!({"remove": true}))]
}

fn tunnel() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![Just("vxlan"), Just("geneve"), Just("gre")];
    (kind, 0..2).prop_map(|(kind, key)| {
        let tunnel = json!({"type": kind, "remote_ip": "192.0.2.7", "key": key});
        json!({ "tunnel": tunnel })
    })
}

fn bond() -> impl Strategy<Value = Value> {
    let options = prop_oneof![
        Just("mode=1"),
        Just("mode=1 miimon=100 updelay=200"),
        Just("mode=4 lacp_rate=1"),
        Just("custom=ovs_mode:balance-slb"),
    ];
    let nics = proptest::collection::btree_set("eth[0-3]", 1..4);
    let hwaddr = prop_oneof![
        4 => Just(Value::Null),
        1 => Just(json!("52:54:00:00:00:aa")),
    ];
    let set = (nics, options, hwaddr).prop_map(|(nics, options, hwaddr)| {
        let mut bond = json!({"nics": nics, "options": options, "switch": "ovs"});
        if !hwaddr.is_null() {
            bond["hwaddr"] = hwaddr;
        }
        bond
    });
    prop_oneof![5 => set, 1 => Just(json!({"remove": true}))]
}
