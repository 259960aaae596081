//! Random requests, one after the other, on a real database. Each is one transaction; its inverse
//! brings back what was there; a switch that follows the changes sees what one sees that reads
//! everything anew; and what it leads to is what a fresh host becomes that is asked for all of it at
//! once.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "what cannot be had fails the test, and what was done is told"
)]

mod support;

use std::fmt::Write as _;
use std::time::Duration;

use netswitch::canonicalize::canonicalize;
use netswitch::model::{Observed, Request, Uplink};
use netswitch::ovsdb::Remotes;
use netswitch::plan::{BridgePolicy, Plan, Settings, plan};
use netswitch::switch::NetSwitch;
use netswitch::switch::ovs::OvsSwitch;
use netswitch::validate::validate;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use support::{Server, observed, random_request, unmarked};

const LIMIT: Duration = Duration::from_secs(10);

/// How many requests of a sequence are carried out; more are drawn, as many are refused.
const STEPS: usize = 20;

/// A failure prints the requests that lead to it. `NETSWITCH_SEQUENCES=500` runs so many of them.
#[test]
fn every_step_is_undone_exactly_and_followed_exactly() {
    run_sequences(BridgePolicy::PerUplink, 12);
}

/// Who shares a bridge depends on who came first: only that is not compared with a fresh host.
#[test]
fn steps_on_shared_bridges_are_undone_and_followed_exactly_too() {
    run_sequences(BridgePolicy::Shared, 6);
}

fn run_sequences(policy: BridgePolicy, usually: u32) {
    let sequences = std::env::var("NETSWITCH_SEQUENCES").ok();
    let sequences = sequences.map_or(usually, |number| number.parse().unwrap());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: sequences,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let requests = proptest::collection::vec(random_request(), 3 * STEPS);
    let steps = std::cell::Cell::new(0);
    let done = runner.run(&requests, |requests| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let done = runtime.block_on(sequence(policy, &requests))?;
        steps.set(steps.get() + done);
        Ok(())
    });
    if let Err(error) = done {
        panic!("{error}");
    }
    let steps = steps.get();
    println!("{policy:?}: {sequences} sequences, {steps} steps, all as they should be");
}

/// What an edit costs the server does not depend on how many networks there are.
#[tokio::test(flavor = "current_thread")]
async fn an_edit_of_one_of_many_networks_is_a_handful_of_operations() {
    const NETWORKS: u16 = 1000;
    let server = server();
    let remotes: Remotes = server.remote().parse().unwrap();
    let mut switch = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
    let mut host = host_with_nics();
    let named = |number: u16, mtu: u16| {
        let network = json!({"nic": "eth0", "vlan": number, "mtu": mtu, "switch": "ovs"});
        (format!("n{number}"), network)
    };
    let all: Map<String, Value> = (1..=NETWORKS).map(|number| named(number, 1500)).collect();
    let edits = [
        ("another MTU", named(7, 1400), 6),
        ("the uplink's MTU too", named(7, 1600), 9),
        ("another tag", named(NETWORKS + 1, 1600), 6),
    ];
    switch.observe(&mut host).await.unwrap();
    let request = json!({"networks": all});
    let plan = plan_under(BridgePolicy::PerUplink, &request, &host).unwrap();
    switch.apply(&plan, LIMIT).await.unwrap();
    for (what, (_, network), limit) in edits {
        switch.observe(&mut host).await.unwrap();
        let request = json!({"networks": {"n7": network}});
        let plan = plan_under(BridgePolicy::PerUplink, &request, &host).unwrap();
        let transaction = switch.transaction(&plan).unwrap();
        let operations = transaction.operations();
        assert!(operations.len() <= limit, "{what}: {operations:#?}");
        let length = log_length(&server);
        switch.apply(&plan, LIMIT).await.unwrap();
        assert_eq!(log_length(&server), length + 1, "{what}");
    }
}

/// A database with something of others in it, which must stay as it is.
fn server() -> Server {
    let server = Server::start();
    let bridge = ["add-br", "br-ex", "--", "add-port", "br-ex", "theirs"];
    let mappings = "external_ids:ovn-bridge-mappings=phys:br-ex";
    let settings = ["--", "set", "open", ".", mappings];
    server.vsctl(&[&["--no-wait"], &bridge[..], &settings[..]].concat());
    server
}

async fn sequence(policy: BridgePolicy, requests: &[Value]) -> Result<usize, TestCaseError> {
    let (server, fresh) = (server(), server());
    let remotes: Remotes = server.remote().parse().unwrap();
    let mut switch = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
    let mut host = host_with_nics();
    let mut before = server.dump();
    let mut applied = 0;
    for request in requests {
        switch.observe(&mut host).await.unwrap();
        let Some(plan) = plan_under(policy, request, &host) else {
            continue;
        };
        let length = log_length(&server);
        switch.apply(&plan, LIMIT).await.unwrap();
        prop_assert_eq!(
            log_length(&server),
            length + 1,
            "one transaction for {}",
            request
        );
        let after = server.dump();
        prop_assert_ne!(&after, &before);
        // There and back again, and there.
        prop_assert_eq!(
            switch.roll_back(LIMIT, false).await.unwrap(),
            Vec::<String>::new()
        );
        prop_assert_eq!(server.dump(), before, "after {} and back", request);
        switch.observe(&mut host).await.unwrap();
        let again = plan_under(policy, request, &host).unwrap();
        prop_assert_eq!(&again, &plan);
        switch.apply(&again, LIMIT).await.unwrap();
        before = server.dump();
        prop_assert_eq!(unmarked(&before), unmarked(&after), "{} again", request);
        switch.observe(&mut host).await.unwrap();
        let mut anew = host_with_nics();
        let mut other = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
        other.observe(&mut anew).await.unwrap();
        prop_assert_eq!(
            &host.ovs,
            &anew.ovs,
            "followed and read anew, after {}",
            request
        );
        if policy == BridgePolicy::PerUplink {
            let at_once = made_at_once(&fresh, &host).await?;
            prop_assert_eq!(
                comparable(&before, &host)?,
                comparable(&at_once, &host)?,
                "after {}",
                request
            );
        }
        applied += 1;
        if applied == STEPS {
            break;
        }
    }
    prop_assert!(server.dump().contains("theirs"));
    prop_assume!(applied > 0);
    Ok(applied)
}

/// What a host becomes that has nothing and is asked for all that `host` has. It has nothing again
/// afterwards.
async fn made_at_once(fresh: &Server, host: &Observed) -> Result<String, TestCaseError> {
    let remotes: Remotes = fresh.remote().parse().unwrap();
    let mut switch = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
    let mut nothing = host_with_nics();
    switch.observe(&mut nothing).await.unwrap();
    let before = fresh.dump();
    let request = whole(host);
    let Some(plan) = plan_of(&request, &nothing) else {
        prop_assert_eq!(host.ovs.networks().count() + host.ovs.bonds().count(), 0);
        return Ok(before);
    };
    switch.apply(&plan, LIMIT).await.unwrap();
    let at_once = fresh.dump();
    switch.roll_back(LIMIT, false).await.unwrap();
    prop_assert_eq!(fresh.dump(), before, "nothing after {} and back", request);
    Ok(at_once)
}

/// The request for all that a host has.
fn whole(host: &Observed) -> Value {
    let networks = host.ovs.networks().map(|port| {
        let network = &port.network;
        let mut all = json!({
            "switch": "ovs", "mtu": network.mtu.get(), "bridged": network.bridged,
            "stp": network.stp, "vlan": network.vlan.map(|vlan| vlan.get()),
        });
        match &network.uplink {
            Some(Uplink::Nic(name)) => all["nic"] = name.as_str().into(),
            Some(Uplink::Bond(name)) => all["bonding"] = name.as_str().into(),
            Some(Uplink::Tunnel(tunnel)) => {
                let ends = tunnel.ends();
                all["tunnel"] = json!({
                    "type": ends.kind.as_str(), "remote_ip": ends.remote.to_string(),
                    "key": ends.key,
                });
            }
            None => {}
        }
        (port.name.to_string(), all)
    });
    let bonds = host.ovs.bonds().map(|port| {
        let nics: Vec<&str> = port.bond.members.iter().map(|nic| nic.as_str()).collect();
        let options = port.bond.options.to_string();
        let mut all = json!({"switch": "ovs", "nics": nics, "options": options});
        if let Some(mac) = port.bond.hwaddr {
            all["hwaddr"] = mac.to_string().into();
        }
        (port.name.to_string(), all)
    });
    let (networks, bonds): (Map<_, _>, Map<_, _>) = (networks.collect(), bonds.collect());
    json!({"networks": networks, "bondings": bonds})
}

/// A dump with what is another on each host and time left out: the mark of the last transaction,
/// and which member's address the networks on a bond have, as they keep it while it is a member's.
fn comparable(dump: &str, host: &Observed) -> Result<String, TestCaseError> {
    let mut kept = String::new();
    for line in unmarked(dump).lines() {
        let mac = line
            .strip_prefix("Interface ")
            .and_then(|rest| rest.split_once(" mac="));
        let bond = mac.and_then(|(name, _)| {
            let network = host
                .ovs
                .networks()
                .find(|port| port.name.as_str() == name)?;
            match &network.network.uplink {
                Some(Uplink::Bond(bond)) => host.ovs.bond(bond),
                _ => None,
            }
        });
        match (mac, bond) {
            (Some((name, mac)), Some(bond)) if bond.bond.hwaddr.is_none() => {
                let members = bond.bond.members.iter();
                let mut macs = members.filter_map(|nic| host.links.get(nic.as_str())?.mac);
                let is_members = macs.any(|it| mac == format!("\"{it}\""));
                prop_assert!(is_members, "{}", line);
                writeln!(kept, "Interface {name} mac=a member's").unwrap();
            }
            _ => writeln!(kept, "{line}").unwrap(),
        }
    }
    Ok(kept)
}

fn host_with_nics() -> Observed {
    let links: Vec<String> = (0..4)
        .map(|number| format!(r#""eth{number}": {{"mac": "52:54:00:00:00:0{number}"}}"#))
        .collect();
    observed(&format!(r#"{{"links": {{{}}}}}"#, links.join(",")))
}

/// The plan, unless the request is refused or there is nothing to do.
fn plan_of(request: &Value, host: &Observed) -> Option<Plan> {
    plan_under(BridgePolicy::PerUplink, request, host)
}

fn plan_under(bridge_policy: BridgePolicy, request: &Value, host: &Observed) -> Option<Plan> {
    let settings = Settings {
        bridge_policy,
        ..Settings::default()
    };
    let request = Request::parse(request.to_string().as_bytes()).unwrap();
    let valid = validate(canonicalize(&request, host), host).ok()?;
    Some(plan(&valid, host, &settings)).filter(|plan| !plan.is_empty())
}

/// How many transactions the database's log has: its records begin like this (ovsdb(5)).
fn log_length(server: &Server) -> usize {
    let log = std::fs::read_to_string(server.file()).unwrap();
    log.lines()
        .filter(|line| line.starts_with("OVSDB JSON "))
        .count()
}

/// Two that planned for the same configuration: the second learns that it has changed, although
/// nothing that it writes itself was touched.
#[tokio::test]
async fn of_two_plans_for_one_configuration_one_is_outdated() {
    let server = Server::start();
    let remotes: Remotes = server.remote().parse().unwrap();
    let mut host = host_with_nics();
    let mut one = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
    one.observe(&mut host).await.unwrap();
    let setup = |web: u16, db: u16| {
        json!({"networks": {
            "web": {"nic": "eth0", "vlan": web, "switch": "ovs"},
            "db": {"nic": "eth0", "vlan": db, "switch": "ovs"}}})
    };
    one.apply(&plan_of(&setup(1, 2), &host).unwrap(), LIMIT)
        .await
        .unwrap();
    one.observe(&mut host).await.unwrap();
    let mut other = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
    let mut its_host = host_with_nics();
    other.observe(&mut its_host).await.unwrap();
    // Together these would put two networks on VLAN 3.
    one.apply(&plan_of(&setup(3, 2), &host).unwrap(), LIMIT)
        .await
        .unwrap();
    let late = plan_of(&setup(1, 3), &its_host).unwrap();
    let error = other.apply(&late, LIMIT).await.unwrap_err();
    assert!(error.is_outdated(), "{error}");
    other.observe(&mut its_host).await.unwrap();
    one.observe(&mut host).await.unwrap();
    assert_eq!(its_host.ovs, host.ovs);
}
