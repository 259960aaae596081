//! The front stages on every case of `fixtures/requests/cases`: a folder with the request, the
//! host that it meets (`observed.json`, see [`support::observed`]) and what is `expected.json`:
//!
//! - `{"violations": [{"code": 26, "path": "/networks/web/vlan", "contains": "4095"}]}`: exactly
//!   these, in this order;
//! - `{"desired": {"networks": {…}, "bondings": {…}}}`: it is valid, and this is its canonical form.
//!
//! The request is `request.json`, or another `request.*` where it is not JSON.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a case that cannot be read fails the test"
)]

mod support;

use std::path::{Path, PathBuf};

use netswitch::canonicalize::canonicalize;
use netswitch::model::{Bond, Change, Network, Request, Uplink, Violations};
use netswitch::validate::{Valid, validate};
use serde_json::{Map, Value, json};

#[test]
fn every_case() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/requests/cases");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    assert!(folders.len() >= 60, "only {} cases", folders.len());
    let failures: Vec<String> = folders.iter().filter_map(|case| run(case).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn run(case: &Path) -> Result<(), String> {
    let request = std::fs::read(request_of(case)).unwrap();
    let observed = std::fs::read_to_string(case.join("observed.json"));
    let observed = observed.unwrap_or_else(|_| "{}".to_owned());
    let expected = std::fs::read_to_string(case.join("expected.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let outcome = judge(&request, &observed);
    let matches = match &outcome {
        Ok(valid) => expected["desired"] == described(valid),
        Err(violations) => violates(violations, &expected["violations"]),
    };
    let name = case.file_name().unwrap().to_string_lossy();
    match (matches, outcome) {
        (true, _) => Ok(()),
        (false, Ok(valid)) => Err(format!("{name}: desired {:#}", described(&valid))),
        (false, Err(violations)) => Err(format!("{name}:\n{violations}")),
    }
}

fn request_of(case: &Path) -> PathBuf {
    let mut files = std::fs::read_dir(case)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let request = files.find(|file| file.file_stem().is_some_and(|stem| stem == "request"));
    request.unwrap_or_else(|| panic!("{} has no request", case.display()))
}

fn judge(request: &[u8], observed: &str) -> Result<Valid, Violations> {
    let observed = support::observed(observed);
    let request = Request::parse(request)?;
    validate(canonicalize(request, &observed), &observed)
}

fn violates(found: &Violations, expected: &Value) -> bool {
    let expected = expected.as_array().map_or(&[][..], Vec::as_slice);
    let found: Vec<_> = found.iter().collect();
    found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| {
            found.code.number() == expected["code"]
                && found.path == expected["path"].as_str().unwrap()
                && found
                    .message
                    .contains(expected["contains"].as_str().unwrap())
        })
}

/// What is desired, under the names that a request has for it.
fn described(valid: &Valid) -> Value {
    let networks = valid.networks().iter();
    let networks: Map<String, Value> = networks
        .map(|(name, change)| {
            (
                name.to_string(),
                described_change(change, described_network),
            )
        })
        .collect();
    let bonds = valid.bonds().iter();
    let bonds: Map<String, Value> = bonds
        .map(|(name, change)| (name.to_string(), described_change(change, described_bond)))
        .collect();
    json!({ "networks": networks, "bondings": bonds })
}

fn described_change<T>(change: &Change<T>, describe: impl FnOnce(&T) -> Value) -> Value {
    change
        .set()
        .map_or_else(|| json!({ "remove": true }), describe)
}

fn described_network(network: &Network) -> Value {
    let mut all = Map::new();
    match &network.uplink {
        Some(Uplink::Nic(name)) => drop(all.insert("nic".into(), name.as_str().into())),
        Some(Uplink::Bond(name)) => drop(all.insert("bonding".into(), name.as_str().into())),
        None => {}
    }
    all.extend(network.vlan.map(|vlan| ("vlan".into(), vlan.get().into())));
    all.insert("switch".into(), network.switch.as_str().into());
    all.insert("mtu".into(), network.mtu.get().into());
    all.insert("bridged".into(), network.bridged.into());
    all.insert("stp".into(), network.stp.into());
    all.into()
}

fn described_bond(bond: &Bond) -> Value {
    let members: Vec<&str> = bond.members.iter().map(|nic| nic.as_str()).collect();
    let mut all = Map::new();
    all.insert("nics".into(), members.into());
    all.insert("options".into(), bond.options.to_string().into());
    all.insert("switch".into(), bond.switch.as_str().into());
    all.extend(
        bond.hwaddr
            .map(|mac| ("hwaddr".into(), mac.to_string().into())),
    );
    all.into()
}
