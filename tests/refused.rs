//! Every refused request of `fixtures/requests/cases`, sent by `netswitch setup` to a host that is
//! as the case describes it, with real devices and a real database: the status is 3, each violation
//! is told with its code, its place and its message, and nothing was touched.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a case that cannot be made real fails the test"
)]

mod support;

use netswitch::model::observed::{Link, Observed};
use serde_json::{Value, json};
use support::{Case, Sandbox, cases, output_of, prepare};

/// The least number of cases that must be made real.
const LEAST: usize = 200;

#[tokio::test]
async fn every_refused_case_changes_nothing() {
    let host = Sandbox::up_with("refused", &[], false);
    let (mut failures, mut refused, mut left_out) = (Vec::new(), 0, Vec::new());
    for case in cases("requests/cases") {
        let expected = case.expected();
        let Some(violations) = expected["violations"].as_array() else {
            continue;
        };
        let (name, described) = (case.name(), case.observed());
        if let Some(reason) = cannot_be_made(&described) {
            left_out.push(format!("{name}: {reason}"));
            continue;
        }
        make_devices(&host, &described);
        prepare(&host.socket(), &described).await;
        if let Err(problem) = refuse(&host, &case, violations) {
            failures.push(format!("{name}: {problem}"));
        }
        refused += 1;
        clear(&host, &described);
    }
    println!("{refused} refused; left out: {left_out:#?}");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(refused >= LEAST, "only {refused}");
}

/// Sends the request; says what is not as it should be.
fn refuse(host: &Sandbox, case: &Case, expected: &[Value]) -> Result<(), String> {
    let request = case.request().display().to_string();
    let before = (host.dump(), log(host), host.links());
    let ended = host.netswitch(&["setup", &request, "--format", "json"], "");
    let after = (host.dump(), log(host), host.links());
    if after != before {
        return Err(format!("it was {before:#?}, and is {after:#?}"));
    }
    let told = String::from_utf8(ended.stderr).unwrap();
    if ended.status.code() != Some(3) || !ended.stdout.is_empty() {
        return Err(format!("status {:?}: {told}", ended.status.code()));
    }
    let error: Value = serde_json::from_str(&told).map_err(|error| format!("{error}: {told}"))?;
    let violations = error["violations"].as_array().unwrap();
    let is_same = violations.len() == expected.len()
        && error["code"] == expected[0]["code"]
        && violations.iter().zip(expected).all(|(found, expected)| {
            // The devices that stand in for hardware are of a kind.
            let message = found["message"].as_str().unwrap();
            let message = message.replace("a ifb device", "a network device");
            found["code"] == expected["code"]
                && found["path"] == expected["path"]
                && message.contains(expected["contains"].as_str().unwrap())
        });
    match is_same {
        true => Ok(()),
        false => Err(format!("{error:#}")),
    }
}

/// The database's own log of what was done.
fn log(host: &Sandbox) -> Vec<u8> {
    std::fs::read(host.folder().join("conf.db")).unwrap()
}

/// Why a host cannot be made here: some kinds of devices need drivers that not every kernel has.
fn cannot_be_made(host: &Observed) -> Option<String> {
    let mut links = devices(host).filter(|link| !is_switchs(host, link));
    links.find_map(|link| match link.kind.as_deref() {
        _ if (link.min_mtu, link.max_mtu) != (68, 65535) => {
            Some(format!("{}'s driver takes few MTUs", link.name))
        }
        None | Some("bridge" | "ifb") => None,
        Some(kind) => Some(format!("{} is a {kind}", link.name)),
    })
}

/// The devices that are to be made: all but the loopback device.
fn devices(host: &Observed) -> impl Iterator<Item = &Link> {
    host.links.iter().filter(|link| !link.loopback)
}

/// Whether it is the device of a network or bridge. The switch, which makes those, does not run here;
/// another device stands in for it.
fn is_switchs(host: &Observed, link: &Link) -> bool {
    let name = link.name.as_str();
    let mut networks = host.ovs.networks();
    host.ovs.bridge(name).is_some() || networks.any(|port| port.name.as_str() == name)
}

fn make_devices(host: &Sandbox, described: &Observed) {
    let mut batch = String::new();
    for link in devices(described) {
        let kind = match link.kind.as_deref() {
            Some("bridge") => "bridge",
            _ => "ifb",
        };
        let address = link.mac.map(|mac| format!(" address {mac}"));
        let address = address.unwrap_or_default();
        batch += &format!(
            "link add dev {}{address} mtu {} type {kind}\n",
            link.name, link.mtu
        );
    }
    for link in devices(described) {
        let master = link
            .master
            .and_then(|index| described.links.by_index(index));
        if let Some(master) = master {
            batch += &format!("link set dev {} master {}\n", link.name, master.name);
        }
    }
    run_batch(host, &batch);
}

fn clear(host: &Sandbox, described: &Observed) {
    let batch: Vec<String> = devices(described)
        .map(|link| format!("link del dev {}\n", link.name))
        .collect();
    run_batch(host, &batch.concat());
    let nothing = json!({"bridges": ["set", []], "external_ids": ["map", []]});
    host.transact(&[json!({"op": "update", "table": "Open_vSwitch", "where": [], "row": nothing})]);
}

fn run_batch(host: &Sandbox, batch: &str) {
    let done = output_of(host.inside("ip").args(["-batch", "-"]), batch);
    assert!(done.status.success(), "{batch}: {done:?}");
}
