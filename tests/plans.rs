//! Plans, on paper: what each would make of a host is compared with what it should be.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    reason = "a request that cannot be made fails the test"
)]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use netswitch::canonicalize::canonicalize;
use netswitch::model::observed::Link;
use netswitch::model::{Mtu, Observed, Request, Uplink, Violations};
use netswitch::plan::{Plan, Settings, Style, plan};
use netswitch::switch::ovs::placement::conflicts;
use netswitch::validate::validate;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{carry_out, observed};

/// `fixtures/plans/<case>`: a host, a request, and the plan as it is shown. `BLESS=1` rewrites it.
#[test]
fn every_case_is_planned_as_shown() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans");
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    let mut wrong = String::new();
    for case in cases {
        let read = |name: &str| std::fs::read_to_string(case.join(name)).unwrap_or_default();
        let host = observed(&read("observed.json"));
        let plan = plan_of(read("request.json").as_bytes(), &host).unwrap();
        let shown = plan.display(Style::Plain).to_string();
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(case.join("plan.txt"), &shown).unwrap();
        } else if shown != read("plan.txt") {
            writeln!(wrong, "{}:\n{shown}", case.display()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn plan_of(request: &[u8], host: &Observed) -> Result<Plan, Violations> {
    let request = Request::parse(request)?;
    let valid = validate(canonicalize(request, host), host)?;
    Ok(plan(&valid, host, &Settings::default()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is asked of whatever host: what was planned is all that there is to do, the
    /// inverse leads back, and the host keeps to the rules.
    #[test]
    fn plans_do_all_and_lead_back(requests in proptest::collection::vec(request(), 1..8)) {
        let mut host = empty_host();
        for request in requests {
            let text = request.to_string();
            let Ok(plan) = plan_of(text.as_bytes(), &host) else { continue };
            let after = carry_out(&host, &plan);
            let again = plan_of(text.as_bytes(), &after);
            if !is_removing(&request) {
                prop_assert_eq!(again.unwrap(), Plan::default(), "{} twice", text);
            }
            let back = carry_out(&after, &plan.inverse());
            prop_assert_eq!(&back.ovs, &host.ovs, "after {} and back", text);
            prop_assert_eq!(nics(&back), nics(&host), "after {} and back", text);
            check_rules(&after)?;
            host = after;
        }
    }

    /// A request taken apart into its networks and bonds ends in the same networks.
    #[test]
    fn one_step_or_several(request in request()) {
        let host = empty_host();
        let Ok(plan) = plan_of(request.to_string().as_bytes(), &host) else { return Ok(()) };
        let at_once = carry_out(&host, &plan);
        let mut by_steps = host;
        for part in parts(&request) {
            let plan = plan_of(part.to_string().as_bytes(), &by_steps).unwrap();
            by_steps = carry_out(&by_steps, &plan);
        }
        prop_assert_eq!(at_once.ovs, by_steps.ovs);
    }
}

/// Four NICs and nothing set up.
fn empty_host() -> Observed {
    let nic = |number: u8| json!({"mac": format!("52:54:00:00:00:0{number}")});
    let links = json!({"links": {"eth0": nic(0), "eth1": nic(1), "eth2": nic(2), "eth3": nic(3)}});
    observed(&links.to_string())
}

/// The NICs. Networks' devices come and go with their ports.
fn nics(host: &Observed) -> Vec<&Link> {
    host.links
        .iter()
        .filter(|link| link.name.as_str().starts_with("eth"))
        .collect()
}

fn check_rules(host: &Observed) -> Result<(), TestCaseError> {
    let ovs = &host.ovs;
    let uses: BTreeMap<Uplink, _> = ovs
        .uplink_uses()
        .map(|(uplink, uses)| {
            let tags = uses
                .tags()
                .map(|(tag, names)| (tag, names.first().unwrap()));
            (uplink.clone(), tags.collect())
        })
        .collect();
    for conflict in conflicts(&uses) {
        prop_assert_ne!(
            ovs.bridge_of(&conflict.left),
            ovs.bridge_of(&conflict.right)
        );
    }
    for port in ovs.networks() {
        prop_assert!(ovs.bridge(port.bridge.as_str()).is_some());
        if let Some(uplink) = &port.network.uplink {
            prop_assert_eq!(ovs.bridge_of(uplink), Some(&port.bridge));
        }
        let mapping = format!("{}:{}", port.name, port.bridge);
        let mappings = ovs.bridge_mappings.as_deref().unwrap_or_default();
        prop_assert!(mappings.split(',').any(|entry| entry == mapping));
    }
    for bond in ovs.bonds() {
        let uses = ovs.uplink_use(&Uplink::Bond(bond.name.clone()));
        let largest = uses.and_then(|uses| uses.mtus().keys().next_back().copied());
        let expected = Some(largest.unwrap_or(Mtu::DEFAULT));
        prop_assert!(bond.mtus.values().all(|mtu| *mtu == expected));
    }
    let mapped = ovs
        .bridge_mappings
        .iter()
        .flat_map(|mappings| mappings.split(','))
        .count();
    prop_assert_eq!(mapped, ovs.networks().count());
    // Nothing is left of what has gone: every bridge has an uplink or a network.
    let owners = ovs
        .ports()
        .filter(|port| port.name() != port.bridge().as_str());
    let used: std::collections::BTreeSet<_> = owners.map(|port| port.bridge().clone()).collect();
    prop_assert_eq!(used.len(), ovs.bridges().count());
    Ok(())
}

fn is_removing(request: &Value) -> bool {
    request.to_string().contains("remove")
}

/// Bonds first, then one network at a time.
fn parts(request: &Value) -> Vec<Value> {
    let bonds = json!({"bondings": request["bondings"]});
    let networks = request["networks"].as_object().unwrap().iter();
    let networks = networks.map(|(name, network)| json!({"networks": {name: network}}));
    std::iter::once(bonds).chain(networks).collect()
}

fn request() -> impl Strategy<Value = Value> {
    let networks = proptest::collection::btree_map("[a-e]", network(), 0..4);
    let bonds = proptest::collection::btree_map("bond[01]", bond(), 0..2);
    (networks, bonds).prop_map(|(networks, bonds)| json!({"networks": networks, "bondings": bonds}))
}

fn network() -> impl Strategy<Value = Value> {
    let uplink = prop_oneof![
        Just(json!({})),
        "eth[0-3]".prop_map(|nic| json!({"nic": nic})),
        "bond[01]".prop_map(|bond| json!({"bonding": bond})),
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
        if !vlan.is_null() && (network["nic"].is_string() || network["bonding"].is_string()) {
            network["vlan"] = vlan;
        }
        network
    });
    prop_oneof![5 => set, 1 => Just(json!({"remove": true}))]
}

fn bond() -> impl Strategy<Value = Value> {
    let options = prop_oneof![
        Just("mode=1"),
        Just("mode=1 miimon=100 updelay=200"),
        Just("mode=4 lacp_rate=1"),
        Just("custom=ovs_mode:balance-slb"),
    ];
    let nics = proptest::collection::btree_set("eth[0-3]", 1..4);
    let set = (nics, options)
        .prop_map(|(nics, options)| json!({"nics": nics, "options": options, "switch": "ovs"}));
    prop_oneof![5 => set, 1 => Just(json!({"remove": true}))]
}
