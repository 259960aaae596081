//! Every case of `fixtures/requests/cases` that can be set up, carried out by both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use netswitch::model::SwitchType;
use netswitch::plan::Configurator;
use netswitch::switch::NetSwitch;
use serde_json::Value;

use crate::support::{Server, observed, prepare};
use crate::{LIMIT, plan_of, unmarked, vsctl};

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
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/requests/cases");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    let mut runs: BTreeMap<Run, Vec<String>> = BTreeMap::new();
    for case in folders {
        let expected = std::fs::read_to_string(case.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        if !expected["desired"].is_null() {
            let name = case.file_name().unwrap().to_string_lossy().into_owned();
            let run = run(&case, &expected["desired"]).await;
            runs.entry(run).or_default().push(name);
        }
    }
    println!("{runs:#?}");
    let changed = runs.get(&Run::Changed).map_or(0, Vec::len);
    assert!(
        changed >= 40,
        "only {changed} cases changed a database: {runs:#?}"
    );
}

async fn run(case: &Path, desired: &Value) -> Run {
    if is_legacy(desired) {
        return Run::Legacy;
    }
    let request = std::fs::read(case.join("request.json")).unwrap();
    let described = std::fs::read_to_string(case.join("observed.json"));
    let described = observed(&described.unwrap_or_else(|_| "{}".to_owned()));
    let mut dumps = Vec::new();
    for configurator in [Configurator::Native, vsctl()] {
        let server = Server::start();
        let mut switch = prepare(&server.socket(), &described).await;
        let mut host = described.clone();
        switch.observe(&mut host).await.unwrap();
        let before = server.dump();
        let plan = plan_of(&request, &host, configurator)
            .unwrap_or_else(|refused| panic!("{}: {refused}", case.display()));
        if plan.ovs_steps().next().is_none() {
            return Run::NothingToDo;
        }
        switch.check(&plan).unwrap();
        switch.apply(&plan, LIMIT).await.unwrap();
        let after = unmarked(&server.dump());
        // What is taken back is taken back whole, and then done again for the comparison.
        assert_eq!(switch.roll_back(LIMIT).await.unwrap(), Vec::<String>::new());
        assert_eq!(server.dump(), before, "{}", case.display());
        dumps.push(after);
    }
    let [native, vsctl] = dumps.as_slice() else {
        panic!("two configurators");
    };
    assert_eq!(vsctl, native, "{}", case.display());
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
