use std::path::Path;

use proptest::prelude::*;

use super::attributes::{BOND, NETWORK, PARTS};
use super::{options, qos, tunnel, *};

fn read(document: &str) -> Request {
    Request::parse(document.as_bytes()).unwrap()
}

/// Every violation as `code path: message`.
fn flaws(document: &str) -> Vec<String> {
    let flaws = read(document).flaws;
    let told = flaws.violations.iter();
    told.map(|it| format!("{} {}: {}", it.code, it.path, it.message))
        .collect()
}

#[test]
fn every_spelling_of_an_attribute() {
    let request = read(
        r#"{"networks": {"web": {"nic": "eth0", "vlan": "10", "mtu": "9000", "bridged": "No",
            "STP": 1, "switch": "ovs", "custom": {"ovs": "on", "x": "y"}, "remove": false}}}"#,
    );
    let network = &request.networks["web"];
    assert_eq!(request.flaws, Flaws::default());
    assert_eq!(network.vlan, VlanId::new(10));
    assert_eq!(network.mtu, Mtu::new(9000));
    assert_eq!(network.bridged, Some(false));
    assert_eq!(network.stp, Some(true));
    assert_eq!(network.custom.ovs, Some(true));
    assert!(!network.remove);
}

#[test]
fn nothing_hides_anything() {
    let flaws = flaws(
        r#"{"networks": {"a": {"vlan": 4095, "mtu": 1.5, "nick": "x"}, "sixteen-bytes-16": {"nic": 1},
            "b": {"bridged": 2}}, "bondings": {"b": {"nics": ["e", "e"], "options": 7}}, "option": {}}"#,
    );
    let places: Vec<&str> = flaws
        .iter()
        .map(|it| it.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "26 /networks/a/vlan",
            "21 /networks/a/mtu",
            "21 /networks/a/nick",
            "27 /networks/sixteen-bytes-16",
            "21 /networks/sixteen-bytes-16/nic",
            "21 /networks/b/bridged",
            "25 /bondings/b",
            "24 /bondings/b/nics/1",
            "25 /bondings/b/options",
            "21 /option",
        ]
    );
    assert!(flaws[2].ends_with(r#"unknown attribute "nick"; did you mean "nic"?"#));
}

#[test]
fn unreadable_documents_say_where() {
    for (document, part) in [
        (&b""[..], "line 1 column 0"),
        (
            b"{\n  nope}",
            "not JSON: key must be a string at line 2 column 3",
        ),
        (b"{} {}", "trailing characters at line 1 column 4"),
        (b"{\"networks\": \xff}", "line 1 column 14"),
        (b"{\"a\": \"\xff\"}", "invalid unicode"),
        (b"{\"networks\": NaN}", "line 1 column 14"),
    ] {
        let violations = Request::parse(document).unwrap_err();
        let violation = violations.iter().next().unwrap();
        assert_eq!(violation.code, Code::BadParams);
        assert!(violation.message.contains(part), "{violation}");
    }
    assert!(Request::parse(&vec![b' '; Request::MAX_BYTES + 1]).is_err());
}

#[test]
fn many_violations_cost_no_more_than_their_number() {
    let attributes: Vec<String> = (0..200_000).map(|i| format!("\"x{i}\":0")).collect();
    let document = format!(r#"{{"networks": {{"a": {{{}}}}}}}"#, attributes.join(","));
    let violations = read(&document).flaws.check().unwrap_err();
    assert_eq!(violations.count(), 200_000);
    let last = violations.iter().last().unwrap();
    assert_eq!(violations.iter().count(), 10_001);
    assert_eq!(last.message, "and 190000 more violations");
}

fn sorted(names: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    names.sort();
    names
}

fn properties(pointer: &str) -> Vec<String> {
    let schema = schema().to_value();
    let properties = schema.pointer(pointer).unwrap().as_object().unwrap();
    let mut names: Vec<String> = properties.keys().cloned().collect();
    names.sort();
    names
}

#[test]
fn the_schema_and_the_reader_know_the_same_names() {
    let out = "/$defs/NetworkAttributes/properties/hostQos/properties/out/properties";
    for (pointer, known) in [
        ("/properties", PARTS),
        ("/properties/options/properties", options::OPTIONS),
        ("/$defs/NetworkAttributes/properties", NETWORK),
        (
            "/$defs/NetworkAttributes/properties/tunnel/properties",
            tunnel::TUNNEL,
        ),
        (
            "/$defs/NetworkAttributes/properties/hostQos/properties",
            qos::DIRECTIONS,
        ),
        (out, qos::CURVES),
        (&format!("{out}/ls/properties"), qos::NUMBERS),
        ("/$defs/BondAttributes/properties", BOND),
        (
            "/$defs/Custom/properties",
            &["ovs", "default_route", "bridge_opts"],
        ),
    ] {
        assert_eq!(properties(pointer), sorted(known), "{pointer}");
    }
    for (place, known) in [
        ("networks\": {\"a", NETWORK),
        ("bondings\": {\"bond0", BOND),
    ] {
        for name in known {
            let found = flaws(&format!(r#"{{"{place}": {{"{name}": []}}}}}}"#));
            assert!(
                !found.iter().any(|it| it.contains("unknown")),
                "{name}: {found:?}"
            );
        }
    }
}

#[test]
fn every_attribute_is_described() {
    let schema = schema().to_value();
    for pointer in [
        "/properties",
        "/properties/options/properties",
        "/$defs/NetworkAttributes/properties",
        "/$defs/BondAttributes/properties",
        "/$defs/Custom/properties",
    ] {
        for (name, property) in schema.pointer(pointer).unwrap().as_object().unwrap() {
            assert!(property.get("description").is_some(), "{name}: {property}");
        }
    }
}

/// `BLESS=1 cargo test` writes the file anew.
#[test]
fn the_schema_checked_in_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/request.schema.json");
    let fresh = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == fresh,
        "stale: run `BLESS=1 cargo test` and look at the difference"
    );
}

proptest! {
    #[test]
    fn no_document_panics(document in "\\PC*|[\\[\\]{}\",:a0 ]*") {
        let _ = Request::parse(document.as_bytes());
    }

    #[test]
    fn no_attribute_panics(name in prop::sample::select(NETWORK), value in "\\PC*") {
        let name = serde_json::to_string(name).unwrap();
        let value = serde_json::to_string(&value).unwrap();
        let document = format!(r#"{{"networks": {{"web": {{{name}: {value}}}}}}}"#);
        prop_assert!(Request::parse(document.as_bytes()).is_ok());
    }
}
