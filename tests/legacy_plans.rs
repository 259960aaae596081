//! Plans of the legacy switch, on paper: a kernel that refuses what the real one would.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a request that cannot be made fails the test"
)]

mod support;

use std::collections::BTreeMap;

use netswitch::canonicalize::canonicalize;
use netswitch::model::observed::{BondLink, Link, LinkData};
use netswitch::model::{
    BondName, Change, MacAddress, Observed, Request, SwitchType, Uplink, Violations,
};
use netswitch::plan::{Plan, Settings, Style, plan};
use netswitch::validate::validate;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{carry_out, observed};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whatever is asked of whatever host: the kernel takes every step, what was planned is all that
    /// there is to do, and the host is what the networks and bonds of the requests make it.
    #[test]
    fn plans_do_all_and_nothing_else(
        requests in proptest::collection::vec(any_request(), 1..8),
    ) {
        let mut host = empty_host();
        for request in requests {
            let Ok(plan) = plan_for(&request, &host) else { continue };
            let after = carry_out(&host, &plan);
            if !request.to_string().contains("remove") {
                let again = plan_for(&request, &after).unwrap();
                prop_assert_eq!(again, Plan::default(), "{} twice", request);
            }
            check(&request, &host, &after)?;
            host = after;
        }
    }
}

fn plan_for(request: &Value, host: &Observed) -> Result<Plan, Violations> {
    let request = Request::parse(request.to_string().as_bytes())?;
    let valid = validate(canonicalize(&request, host), host)?;
    Ok(plan(&valid, host, &Settings::default()))
}

/// What the request names is what it asks for, the rest is what it was, and nothing is left over.
fn check(request: &Value, before: &Observed, after: &Observed) -> Result<(), TestCaseError> {
    let request = Request::parse(request.to_string().as_bytes()).unwrap();
    let desired = canonicalize(&request, before);
    let networks = |host: &Observed| -> BTreeMap<_, _> {
        let networks = host.legacy.networks();
        networks
            .map(|it| (it.name.clone(), it.network.clone()))
            .collect()
    };
    let expected = laid_over(networks(before), &desired.networks);
    prop_assert_eq!(networks(after), expected);
    let bonds = |host: &Observed| -> BTreeMap<_, _> {
        let bonds = host.legacy.bonds();
        bonds.map(|it| (it.name.clone(), it.bond.clone())).collect()
    };
    prop_assert_eq!(bonds(after), laid_over(bonds(before), &desired.bonds));
    let mut settings: BTreeMap<_, _> = before.ip.clone();
    for name in desired.networks.keys() {
        settings.remove(name);
    }
    settings.extend(desired.ip.clone());
    prop_assert_eq!(&after.ip, &settings);
    let links = &after.links;
    for network in after.legacy.networks() {
        let own = links.get(network.device.as_str()).unwrap();
        prop_assert!(own.up, "{} is down", own.name);
        let Some(southbound) = &network.southbound else {
            continue;
        };
        let below = links.get(southbound.as_str()).unwrap();
        prop_assert!(below.up, "{} is down", below.name);
        if network.network.bridged {
            prop_assert_eq!(
                below.master,
                Some(own.index),
                "{} leads nowhere",
                below.name
            );
            let mac = uplink_mac(after, network.network.uplink.as_ref());
            prop_assert!(mac.is_none_or(|mac| own.mac == Some(mac)), "{}", own.name);
        }
        prop_assert!(u32::from(network.network.mtu.get()) <= below.mtu);
    }
    for uplink in ["eth0", "eth1", "eth2", "eth3", "bond0", "bond1"] {
        let Some(link) = links.get(uplink) else {
            continue;
        };
        if link.membership.is_some() {
            let bond = links.by_index(link.master.unwrap()).unwrap();
            prop_assert_eq!(bond.mtu, link.mtu, "{} in {}", uplink, bond.name);
            continue;
        }
        let asked = match links.bond_link(uplink) {
            Some(_) => Uplink::Bond(BondName::new(uplink).unwrap()),
            None => Uplink::Nic(link.name.clone()),
        };
        let uses = after.legacy.uplink_use(&asked);
        let largest = uses.and_then(|uses| uses.mtus().keys().next_back().copied());
        prop_assert_eq!(
            link.mtu,
            u32::from(largest.unwrap_or_default().get()),
            "{}",
            uplink
        );
    }
    let ours = |link: &&Link| !matches!(link.data, LinkData::None);
    let (networks, bonds) = (after.legacy.networks(), after.legacy.bonds().count());
    let devices: usize = networks
        .map(|it| usize::from(it.network.bridged) + usize::from(it.network.vlan.is_some()))
        .sum();
    prop_assert_eq!(links.iter().filter(ours).count(), devices + bonds);
    Ok(())
}

/// What there was with the changes made to it.
fn laid_over<N: Ord + Clone, T: Clone>(
    mut there: BTreeMap<N, T>,
    changes: &BTreeMap<N, Change<T>>,
) -> BTreeMap<N, T> {
    for (name, change) in changes {
        match change.set() {
            Some(value) => drop(there.insert(name.clone(), value.clone())),
            None => drop(there.remove(name)),
        }
    }
    there
}

/// The address of an uplink; `None` where it is now this member's and now that one's.
fn uplink_mac(host: &Observed, uplink: Option<&Uplink>) -> Option<MacAddress> {
    let name = uplink?.name();
    let wanders = |bond: &BondLink| bond.bond.has_the_active_members_mac();
    let link = host.links.get(name)?;
    link.mac
        .filter(|_| !host.links.bond_link(name).is_some_and(wanders))
}

/// Four NICs and nothing set up.
fn empty_host() -> Observed {
    let nic = |number: u8| json!({"mac": format!("52:54:00:00:00:0{number}")});
    let links = json!({"links": {"eth0": nic(0), "eth1": nic(1), "eth2": nic(2), "eth3": nic(3)}});
    observed(&links.to_string())
}

fn any_request() -> impl Strategy<Value = Value> {
    let networks = proptest::collection::btree_map("[a-e]", any_network(), 0..4);
    let bonds = proptest::collection::btree_map("bond[01]", any_bond(), 0..3);
    (networks, bonds).prop_map(|(networks, bonds)| json!({"networks": networks, "bondings": bonds}))
}

fn any_network() -> impl Strategy<Value = Value> {
    let uplink = prop_oneof![
        1 => Just(json!({})),
        2 => "eth[0-3]".prop_map(|nic| json!({"nic": nic})),
        2 => "bond[01]".prop_map(|bond| json!({"bonding": bond})),
    ];
    let vlan = prop_oneof![Just(Value::Null), (0..3).prop_map(Value::from)];
    let mtu = prop_oneof![Just(1500), Just(9000), Just(1280), Just(65535)];
    let options = prop_oneof![
        3 => Just(""), 1 => Just("forward_delay=400 priority=4096"), 1 => Just("stp_state=1"),
    ];
    let set = (uplink, vlan, mtu, any::<bool>(), any::<bool>(), options);
    let set = set.prop_map(|(mut network, vlan, mtu, bridged, stp, options)| {
        let has_uplink = !network.as_object().unwrap().is_empty();
        let bridged = bridged || !has_uplink;
        network["mtu"] = json!(mtu);
        network["bridged"] = json!(bridged);
        if bridged {
            network["stp"] = json!(stp || options == "stp_state=1");
            network["custom"] = json!({"bridge_opts": options});
        }
        if has_uplink && !vlan.is_null() {
            network["vlan"] = vlan;
        }
        network
    });
    let set = (set, any_ip()).prop_map(|(mut network, ip)| {
        for (name, value) in ip.as_object().unwrap() {
            network[name] = value.clone();
        }
        network
    });
    prop_oneof![5 => set, 1 => Just(json!({"remove": true}))]
}

fn any_ip() -> impl Strategy<Value = Value> {
    let v4 = |host: u8| json!({"ipaddr": format!("192.0.{host}.9"), "prefix": 24});
    prop_oneof![
        2 => Just(json!({})),
        1 => (0..4_u8).prop_map(v4),
        1 => (0..4_u8, any::<bool>()).prop_map(move |(host, default)| {
            let mut ip = v4(host);
            ip["gateway"] = format!("192.0.{host}.1").into();
            ip["defaultRoute"] = default.into();
            ip
        }),
        1 => Just(json!({"ipv6addr": "2001:db8::9/64", "ipv6gateway": "fe80::1"})),
        1 => Just(json!({"ipv6autoconf": true})),
    ]
}

fn any_bond() -> impl Strategy<Value = Value> {
    let options = prop_oneof![
        Just(""),
        Just("mode=1 miimon=100 updelay=200"),
        Just("mode=1 fail_over_mac=active num_grat_arp=3"),
        Just("mode=4 lacp_rate=1"),
        Just("mode=4 xmit_hash_policy=2 custom=a:b"),
        Just("mode=2 arp_interval=50 arp_ip_target=192.0.2.1"),
        Just("mode=6 miimon=0"),
    ];
    let nics = proptest::collection::btree_set("eth[0-3]", 1..4);
    let hwaddr = prop_oneof![4 => Just(Value::Null), 1 => Just(json!("52:54:00:00:00:aa"))];
    let set = (nics, options, hwaddr).prop_map(|(nics, options, hwaddr)| {
        let mut bond = json!({"nics": nics, "options": options});
        if !hwaddr.is_null() {
            bond["hwaddr"] = hwaddr;
        }
        bond
    });
    prop_oneof![5 => set, 1 => Just(json!({"remove": true}))]
}

/// What people read of a plan.
#[test]
fn a_plan_reads_well() {
    let request = json!({
        "networks": {
            "web": {"bonding": "bond0", "vlan": 10, "mtu": 9000},
            "storage": {"bonding": "bond0", "vlan": 20, "bridged": false},
            "lonely": {"stp": true},
        },
        "bondings": {"bond0": {"nics": ["eth2", "eth1"], "options": "mode=4"}},
    });
    let host = empty_host();
    let plan = plan_for(&request, &host).unwrap();
    assert_eq!(plan.switch(), Some(SwitchType::Legacy));
    let expected = "\
+ bridge lonely  mtu 1500, options stp_state=1
+ bridge web  mtu 9000
    + vlan     bond0.10         uplink bond0, vlan 10, mtu 9000, part of web
+ bond bond0  mtu 9000, options mode=4
+ vlan bond0.20  uplink bond0, vlan 20, mtu 1500
~ device eth1  mtu 1500 → 9000, part of none → bond0
~ device eth2  mtu 1500 → 9000, part of none → bond0
5 to add, 2 to change, 0 to remove
";
    assert_eq!(plan.display(Style::Plain).to_string(), expected);
    let after = carry_out(&host, &plan);
    let mac = after.links.get("web").unwrap().mac;
    assert_eq!(mac, host.links.get("eth1").unwrap().mac);
}
