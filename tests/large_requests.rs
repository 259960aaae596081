//! Requests as large as they may be: their cost grows with their size and no faster, whatever is
//! wrong with them. Times are not looked at, but a stage that compared everything with everything
//! would take hours, and a test has a minute.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a request that cannot be judged fails the test"
)]

mod support;

use netswitch::canonicalize::canonicalize;
use netswitch::model::{Code, Request, Violations};
use netswitch::validate::{Valid, validate};

use support::{ended, observed};

const MANY: usize = 100_000;

/// How many VLAN ids an uplink has.
const VLANS: usize = 4000;

/// As many as there are faults, where each of them costs a message.
const FAULTS: usize = 30_000;

/// How many violations are told one by one.
const TOLD: usize = 10_000;

/// Unknown attributes, impossible values, options that are none, NICs that are missing: each of
/// them alone, then together.
#[test]
fn too_many_violations_are_counted_and_not_told() {
    let unknown = members(FAULTS, |it| format!(r#""x{it}": 0"#));
    let unknown = format!(r#""networks": {{"a": {unknown}}}"#);
    let vlans = networks(FAULTS, |_| r#"{"vlan": 4095, "switch": "ovs"}"#.to_owned());
    let missing = networks(FAULTS, |_| r#"{"nic": "gone", "switch": "ovs"}"#.to_owned());
    let options = bonds(FAULTS, |it| {
        format!(r#"{{"nics": ["n{it}"], "switch": "ovs", "options": "mode=1 option{it}=1"}}"#)
    });
    for (parts, count) in [
        (vec![&unknown], FAULTS),
        (vec![&vlans], FAULTS),
        // No device of that name, and no network but the first can have it untagged.
        (vec![&missing], 2 * FAULTS - 1),
        // The option, and no device of that name.
        (vec![&options], 2 * FAULTS),
        (vec![&vlans, &options], 3 * FAULTS),
    ] {
        let violations = judged(&parts, 0).unwrap_err();
        assert_eq!(violations.count(), count);
        let told: Vec<_> = violations.iter().collect();
        assert_eq!(told.len(), TOLD + 1);
        let left_out = count - TOLD;
        let last = told.last().unwrap();
        assert_eq!(last.message, format!("and {left_out} more violations"));
    }
}

#[test]
fn many_bonds() {
    let bonds = bonds(MANY, |it| {
        format!(r#"{{"nics": ["eth{it}"], "switch": "ovs"}}"#)
    });
    let valid = judged(&[&bonds], MANY).unwrap();
    assert_eq!(valid.bonds().len(), MANY);
}

/// 24: every bond but the first that wants a NIC is told.
#[test]
fn a_nic_that_many_bonds_want() {
    let bonds = bonds(MANY, |it| {
        format!(r#"{{"nics": ["eth0", "eth{it}"], "switch": "ovs"}}"#)
    });
    let bonds = bonds.replace(r#"["eth0", "eth0"]"#, r#"["eth0"]"#);
    let violations = judged(&[&bonds], MANY).unwrap_err();
    assert_eq!(violations.code(), Code::UsedNic);
    assert_eq!(violations.count(), MANY - 1);
}

#[test]
fn a_bond_of_many_nics() {
    let valid = judged(&[&bond_of_all("")], MANY).unwrap();
    let bond = valid.bonds().values().next().unwrap().set().unwrap();
    assert_eq!(bond.members.len(), MANY);
    let again: Vec<String> = (0..MANY).map(|it| format!(r#", "eth{it}""#)).collect();
    let violations = judged(&[&bond_of_all(&again.concat())], MANY).unwrap_err();
    assert_eq!(violations.code(), Code::UsedNic);
    assert_eq!(violations.count(), MANY);
}

/// 21: all NICs of the bond take the MTU of each network, or one of them is named.
#[test]
fn many_networks_on_a_bond_of_many_nics() {
    for (mtu, refused) in [(9000, 0), (9001, VLANS)] {
        let networks = networks(VLANS, |it| {
            format!(r#"{{"bonding": "bond0", "vlan": {it}, "mtu": {mtu}, "switch": "ovs"}}"#)
        });
        let judged = judged(&[&networks, &bond_of_all("")], MANY);
        assert_eq!(judged.map_or_else(|all| all.count(), |_| 0), refused);
    }
}

/// `"networks": {"net0": …, …}`
fn networks(number: usize, network: impl Fn(usize) -> String) -> String {
    let networks = members(number, |it| format!(r#""net{it}": {}"#, network(it)));
    format!(r#""networks": {networks}"#)
}

/// `"bondings": {"bond0": …, …}`
fn bonds(number: usize, bond: impl Fn(usize) -> String) -> String {
    let bonds = members(number, |it| format!(r#""bond{it}": {}"#, bond(it)));
    format!(r#""bondings": {bonds}"#)
}

/// One bond of every NIC of the host, and of those that are named besides.
fn bond_of_all(besides: &str) -> String {
    let nics: Vec<String> = (0..MANY).map(|it| format!(r#""eth{it}""#)).collect();
    let nics = nics.join(", ");
    format!(r#""bondings": {{"bond0": {{"nics": [{nics}{besides}], "switch": "ovs"}}}}"#)
}

fn members(number: usize, member: impl Fn(usize) -> String) -> String {
    let members: Vec<String> = (0..number).map(member).collect();
    format!("{{{}}}", members.join(", "))
}

/// Judges the request of these parts on a host with the NICs eth0, eth1 and so on.
fn judged(parts: &[&String], nics: usize) -> Result<Valid, Violations> {
    let parts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
    let request = format!("{{{}}}", parts.join(", "));
    let links = members(nics, |it| format!(r#""eth{it}": {{"max_mtu": 9000}}"#));
    ended(move || {
        let host = observed(&format!(r#"{{"links": {links}}}"#));
        let request = Request::parse(request.as_bytes())?;
        validate(canonicalize(&request, &host), &host)
    })
}
