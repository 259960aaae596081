//! Names that a shell, a parser or a careless writer would trip over.

use serde_json::{Value, json};

use crate::host::{configuration, mappings, named, set_up, set_up_again, set_up_at_once};
use crate::support::Sandbox;

const NAMES: [&str; 14] = [
    "@x", "$(x)", "a\"b'c", "a,b", "réseau", "网络", "a=b", "{}", "[1]", "~", "a\\b", "#1", "true",
    "*",
];

fn all(attributes: impl Fn(usize) -> Value) -> Value {
    let networks = NAMES.iter().enumerate();
    Value::Object(
        networks
            .map(|(number, name)| ((*name).to_owned(), attributes(number)))
            .collect(),
    )
}

#[test]
fn arrive_unharmed() {
    let host = Sandbox::up("names");
    let before = configuration(&host);
    let tagged = |number| json!({"nic": "eth0", "vlan": number + 1, "mtu": 1400 + number});
    set_up_at_once(&host, all(tagged), json!({}));

    for (number, name) in NAMES.iter().enumerate() {
        assert_eq!(named(&host, "Port", name, "tag"), number + 1, "{name}");
        let device = host.link(name).unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(device["mtu"], 1400 + number, "{name}");
        let number_of_port = named(&host, "Interface", name, "ofport");
        assert!(number_of_port.as_u64().is_some(), "{name}");
    }
    // A comma or colon cannot be said in the mappings.
    let mapped = mappings(&host);
    let mapped: Vec<&str> = mapped
        .split(',')
        .map(|entry| entry.strip_suffix(":nsw-eth0").unwrap())
        .collect();
    let mut expected: Vec<&str> = NAMES.into_iter().filter(|name| *name != "a,b").collect();
    expected.sort_unstable();
    assert_eq!(mapped, expected);

    set_up_again(&host, all(tagged), json!({}));
    let moved = |number| json!({"nic": "eth0", "vlan": number + 1001});
    set_up_at_once(&host, all(moved), json!({}));
    for (number, name) in NAMES.iter().enumerate() {
        assert_eq!(named(&host, "Port", name, "tag"), number + 1001, "{name}");
    }
    set_up_at_once(&host, all(|_| json!({"remove": true})), json!({}));
    assert_eq!(configuration(&host), before);
}

#[test]
fn name_bridges_where_there_is_no_uplink() {
    let host = Sandbox::up_with("ownname", &["eth0"], true);
    let before = configuration(&host);
    for name in ["$(x)", "a,b", "网络网络网", "fifteen-letters"] {
        set_up(&host, json!({ name: {} }), json!({}));
        assert!(host.link(name).is_some(), "{name}");
        set_up_again(&host, json!({ name: {} }), json!({}));
        set_up(&host, json!({ name: {"remove": true} }), json!({}));
        assert_eq!(configuration(&host), before, "{name}");
    }
}
