//! Plans, on paper: what each would make of a host is compared with what it should be.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    reason = "a request that cannot be made fails the test"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use netswitch::canonicalize::canonicalize;
use netswitch::model::observed::{Link, NetworkPort, Trunks};
use netswitch::model::{BridgeName, Mtu, Observed, Request, Uplink, Violations};
use netswitch::plan::{BridgePolicy, Plan, Settings, Style, plan};
use netswitch::switch::ovs::placement::conflicts;
use netswitch::validate::validate;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{carry_out, cases, observed, random_request};

/// `fixtures/plans/<case>`: a host, a request, and the plan as it is shown, under the policy `shared`
/// where the case's name begins so. `BLESS=1` rewrites it.
#[test]
fn every_case_is_planned_as_shown() {
    let mut wrong = String::new();
    for case in cases("plans") {
        let request = std::fs::read(case.request()).unwrap();
        let policy = match case.name().starts_with("shared-") {
            true => BridgePolicy::Shared,
            false => BridgePolicy::PerUplink,
        };
        let plan = plan_under(policy, &request, &case.observed()).unwrap();
        let shown = plan.display(Style::Plain).to_string();
        let file = case.file("plan.txt");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(file, &shown).unwrap();
        } else if shown != std::fs::read_to_string(file).unwrap_or_default() {
            writeln!(wrong, "{}:\n{shown}", case.name()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn plan_under(
    bridge_policy: BridgePolicy,
    request: &[u8],
    host: &Observed,
) -> Result<Plan, Violations> {
    let settings = Settings {
        bridge_policy,
        ..Settings::default()
    };
    let request = Request::parse(request)?;
    let valid = validate(canonicalize(&request, host), host)?;
    Ok(plan(&valid, host, &settings))
}

fn any_policy() -> impl Strategy<Value = BridgePolicy> {
    prop_oneof![Just(BridgePolicy::PerUplink), Just(BridgePolicy::Shared)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is asked of whatever host: what was planned is all that there is to do, the
    /// inverse leads back, and the host keeps to the rules. Also where the policy changes.
    #[test]
    fn plans_do_all_and_lead_back(
        requests in proptest::collection::vec((random_request(), any_policy()), 1..8),
    ) {
        let mut host = empty_host();
        for (request, policy) in requests {
            let text = request.to_string();
            let Ok(plan) = plan_under(policy, text.as_bytes(), &host) else { continue };
            let after = carry_out(&host, &plan);
            let again = plan_under(policy, text.as_bytes(), &after);
            if !is_removing(&request) {
                prop_assert_eq!(again.unwrap(), Plan::default(), "{} twice", text);
            }
            let back = carry_out(&after, &plan.inverse());
            prop_assert_eq!(&back.ovs, &host.ovs, "after {} and back", text);
            prop_assert_eq!(nics(&back), nics(&host), "after {} and back", text);
            check_rules(&after)?;
            check_moves(policy, &host, &after)?;
            host = after;
        }
    }

    /// A request taken apart into its networks and bonds ends in the same networks.
    #[test]
    fn one_step_or_several(request in random_request(), policy in any_policy()) {
        let host = empty_host();
        let text = request.to_string();
        let Ok(plan) = plan_under(policy, text.as_bytes(), &host) else { return Ok(()) };
        let at_once = carry_out(&host, &plan);
        let mut by_steps = host;
        for part in parts(&request) {
            let plan = plan_under(policy, part.to_string().as_bytes(), &by_steps).unwrap();
            by_steps = carry_out(&by_steps, &plan);
        }
        check_rules(&by_steps)?;
        match policy {
            BridgePolicy::PerUplink => prop_assert_eq!(at_once.ovs, by_steps.ovs),
            // Who came first stays where it is: only on which bridge each is may differ.
            BridgePolicy::Shared => {
                prop_assert_eq!(without_bridges(&at_once), without_bridges(&by_steps));
            }
        }
    }

    /// On a host that has nothing, `shared` takes no more bridges than placing one uplink after the
    /// other on the first bridge that has room for it.
    #[test]
    fn shared_takes_few_bridges(request in random_request()) {
        let host = empty_host();
        let text = request.to_string();
        let Ok(plan) = plan_under(BridgePolicy::Shared, text.as_bytes(), &host) else {
            return Ok(());
        };
        let after = carry_out(&host, &plan);
        let mut greedy: Vec<BTreeSet<u16>> = Vec::new();
        for (_, uplink) in after.ovs.placed_uplinks() {
            let tags = tags_of(&after, uplink);
            match greedy.iter_mut().find(|bridge| bridge.is_disjoint(&tags)) {
                Some(bridge) => bridge.extend(tags),
                None => greedy.push(tags),
            }
        }
        let bridges: BTreeSet<_> = after.ovs.placed_uplinks().map(|(bridge, _)| bridge).collect();
        prop_assert!(bridges.len() <= greedy.len(), "{:?}", bridges);
    }
}

fn tags_of(host: &Observed, uplink: &Uplink) -> BTreeSet<u16> {
    let uses = host.ovs.uplink_use(uplink).into_iter();
    uses.flat_map(|uses| uses.tags())
        .map(|(tag, _)| tag)
        .collect()
}

/// The networks and uplinks, wherever they are.
fn without_bridges(host: &Observed) -> (Vec<(NetworkPort, Trunks)>, Vec<String>) {
    let ovs = &host.ovs;
    let anywhere = BridgeName::new("anywhere").unwrap();
    let networks = ovs.networks().map(|port| {
        let uplink = port.network.uplink.as_ref();
        let trunks = uplink.and_then(|uplink| ovs.uplink_port(uplink)?.trunks());
        let port = NetworkPort {
            bridge: anywhere.clone(),
            ..port.clone()
        };
        (port, trunks.cloned().unwrap_or_default())
    });
    let bonds = ovs
        .bonds()
        .map(|port| format!("{:?} {:?} {:?}", port.bond, port.mtus, port.trunks));
    (networks.collect(), bonds.collect())
}

/// Nothing moves that need not: what does had a tag in common with another uplink on its bridge, or
/// the policy does not let it share.
fn check_moves(
    policy: BridgePolicy,
    before: &Observed,
    after: &Observed,
) -> Result<(), TestCaseError> {
    for (bridge, uplink) in before.ovs.placed_uplinks() {
        let now = after.ovs.bridge_of(uplink);
        if now.is_none_or(|now| now == bridge) {
            continue;
        }
        let tags = tags_of(after, uplink);
        let mut others = before.ovs.uplinks_on(bridge).filter(|it| *it != uplink);
        let met = others.any(|other| !tags.is_disjoint(&tags_of(after, other)));
        prop_assert!(met, "{:?} moved {} from {}", policy, uplink, bridge);
    }
    Ok(())
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
    for (bridge, uplink) in ovs.placed_uplinks() {
        let trunks = ovs.uplink_port(uplink).and_then(|port| port.trunks());
        let limited = Trunks::only(tags_of(host, uplink));
        match trunks {
            Some(Trunks::All) => prop_assert_eq!(ovs.uplinks_on(bridge).len(), 1, "{}", bridge),
            trunks => prop_assert_eq!(trunks, Some(&limited), "{}", uplink),
        }
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
    let used: BTreeSet<_> = owners.map(|port| port.bridge().clone()).collect();
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

/// `gretap0` and `erspan0` are on every host whose kernel has had a GRE tunnel, without an address:
/// two hosts would give their bridges the same, and their bonds the same LACP system.
#[test]
fn bridges_of_two_hosts_differ() {
    let hwaddr = |mac: &str| {
        let host = json!({"links": {
            "eth0": {"mac": mac, "kind": "veth"},
            "gretap0": {"mac": "00:00:00:00:00:00", "kind": "gretap"},
        }});
        let request = br#"{"networks": {"lan": {"nic": "eth0", "switch": "ovs"}}}"#;
        let host = observed(&host.to_string());
        let plan = plan_under(BridgePolicy::PerUplink, request, &host).unwrap();
        carry_out(&host, &plan)
            .ovs
            .bridge("nsw-eth0")
            .unwrap()
            .hwaddr
            .unwrap()
    };
    assert_eq!(hwaddr("02:00:00:00:00:01"), hwaddr("02:00:00:00:00:01"));
    assert_ne!(hwaddr("02:00:00:00:00:01"), hwaddr("02:00:00:00:00:02"));
}
