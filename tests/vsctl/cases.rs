//! Every case of `fixtures/requests/cases` that can be set up, carried out by both.

use std::collections::BTreeMap;

use netswitch::model::SwitchType;
use netswitch::plan::Configurator;
use netswitch::switch::NetSwitch;
use serde_json::Value;

use crate::support::{Case, Server, cases, prepare, unmarked};
use crate::{LIMIT, plan_of, vsctl};

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    /// Both changed their database.
    Changed,
    /// Both found nothing to do.
    NothingToDo,
    /// It is of the other switch.
    Legacy,
}

#[tokio::test]
async fn both_leave_equal_databases_for_every_case() {
    let mut runs: BTreeMap<Run, Vec<String>> = BTreeMap::new();
    for case in cases("requests/cases") {
        let desired = &case.expected()["desired"];
        if !desired.is_null() {
            let run = run(&case, desired).await;
            runs.entry(run).or_default().push(case.name());
        }
    }
    println!("{runs:#?}");
    let changed = runs.get(&Run::Changed).map_or(0, Vec::len);
    assert!(
        changed >= 40,
        "only {changed} cases changed a database: {runs:#?}"
    );
}

async fn run(case: &Case, desired: &Value) -> Run {
    if is_legacy(desired) {
        return Run::Legacy;
    }
    let request = std::fs::read(case.request()).unwrap();
    let described = case.observed();
    let mut dumps = Vec::new();
    for configurator in [Configurator::Native, vsctl()] {
        let server = Server::start();
        let mut switch = prepare(&server.socket(), &described).await;
        let mut host = described.clone();
        switch.observe(&mut host).await.unwrap();
        let before = server.dump();
        let plan = plan_of(&request, &host, configurator)
            .unwrap_or_else(|refused| panic!("{}: {refused}", case.name()));
        if plan.ovs_steps().next().is_none() {
            return Run::NothingToDo;
        }
        switch.check(&plan).unwrap();
        switch.apply(&plan, LIMIT).await.unwrap();
        let after = unmarked(&server.dump());
        // What is taken back is taken back whole, and then done again for the comparison.
        assert_eq!(
            switch.roll_back(LIMIT, false).await.unwrap(),
            Vec::<String>::new()
        );
        assert_eq!(server.dump(), before, "{}", case.name());
        dumps.push(after);
    }
    let [native, vsctl] = dumps.as_slice() else {
        panic!("two configurators");
    };
    assert_eq!(vsctl, native, "{}", case.name());
    Run::Changed
}

/// Whether something of the other switch's is desired.
fn is_legacy(desired: &Value) -> bool {
    let legacy = SwitchType::Legacy.as_str();
    let mut parts = ["networks", "bondings"]
        .iter()
        .flat_map(|part| desired[part].as_object().into_iter().flatten());
    parts.any(|(_, attributes)| attributes["switch"] == legacy)
}
