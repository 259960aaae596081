//! Random requests, one after the other, on a real database: each is one transaction, its inverse
//! brings back what was there, and a switch that follows the changes sees what one sees that reads
//! everything anew.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what cannot be had fails the test"
)]

mod support;

use std::time::Duration;

use netswitch::canonicalize::canonicalize;
use netswitch::model::{Observed, Request};
use netswitch::ovsdb::Remotes;
use netswitch::plan::{Plan, Settings, plan};
use netswitch::switch::NetSwitch;
use netswitch::switch::ovs::OvsSwitch;
use netswitch::validate::validate;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use support::{Server, observed, random_request};

const LIMIT: Duration = Duration::from_secs(10);

/// Short sequences; a failure prints the requests that lead to it.
#[test]
fn every_step_is_undone_exactly_and_followed_exactly() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 24,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let requests = proptest::collection::vec(random_request(), 4..12);
    let done = runner.run(&requests, |requests| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(sequence(&requests))
    });
    if let Err(error) = done {
        panic!("{error}");
    }
}

async fn sequence(requests: &[Value]) -> Result<(), TestCaseError> {
    let server = Server::start();
    // Somebody else's, which must stay as it is.
    server.vsctl(&[
        "--no-wait",
        "add-br",
        "br-ex",
        "--",
        "add-port",
        "br-ex",
        "theirs",
    ]);
    server.vsctl(&[
        "--no-wait",
        "set",
        "open",
        ".",
        "external_ids:ovn-bridge-mappings=phys:br-ex",
    ]);
    let remotes: Remotes = server.remote().parse().unwrap();
    let mut switch = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
    let mut host = host_with_nics();
    let mut applied = 0;
    for request in requests {
        switch.observe(&mut host).await.unwrap();
        let Some(plan) = plan_of(request, &host) else {
            continue;
        };
        let before = server.dump();
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
        prop_assert_eq!(switch.roll_back(LIMIT).await.unwrap(), Vec::<String>::new());
        prop_assert_eq!(server.dump(), before, "after {} and back", request);
        switch.observe(&mut host).await.unwrap();
        let again = plan_of(request, &host).unwrap();
        prop_assert_eq!(&again, &plan);
        switch.apply(&again, LIMIT).await.unwrap();
        prop_assert_eq!(
            unmarked(&server.dump()),
            unmarked(&after),
            "{} again",
            request
        );
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
        applied += 1;
    }
    prop_assert!(server.dump().contains("theirs"));
    prop_assume!(applied > 0);
    Ok(())
}

fn host_with_nics() -> Observed {
    let links: Vec<String> = (0..4)
        .map(|number| format!(r#""eth{number}": {{"mac": "52:54:00:00:00:0{number}"}}"#))
        .collect();
    observed(&format!(r#"{{"links": {{{}}}}}"#, links.join(",")))
}

/// The plan, unless the request is refused or there is nothing to do.
fn plan_of(request: &Value, host: &Observed) -> Option<Plan> {
    let request = Request::parse(request.to_string().as_bytes()).unwrap();
    let valid = validate(canonicalize(request, host), host).ok()?;
    Some(plan(&valid, host, &Settings::default())).filter(|plan| !plan.is_empty())
}

/// The dump without the mark of the last transaction, which is another each time.
fn unmarked(dump: &str) -> String {
    let mark = "\"netswitch-transaction\": \"";
    match dump.split_once(mark) {
        Some((head, tail)) => format!("{head}{}", tail.get(36..).unwrap_or_default()),
        None => dump.to_owned(),
    }
}

/// How many transactions the database's log has.
fn log_length(server: &Server) -> usize {
    let log = std::process::Command::new("ovsdb-tool")
        .arg("show-log")
        .arg(server.file())
        .output();
    String::from_utf8(log.unwrap().stdout)
        .unwrap()
        .lines()
        .filter(|l| l.starts_with("record"))
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
