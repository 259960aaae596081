//! Requests that are refused: nothing is touched, and everything that is wrong is told at once.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::host::{
    Ended, Witness, assert_unchanged, attempt, log_records, refuse, request, set_up,
};
use crate::support::Sandbox;

/// A host with a network, a bond and a port of somebody else's.
fn host(name: &str) -> Sandbox {
    let host = Sandbox::up(name);
    let networks = json!({"lan": {"nic": "eth0"}, "web": {"nic": "eth0", "vlan": 10}});
    set_up(&host, networks, json!({"bond0": {"nics": ["eth1"]}}));
    host
}

/// Code and path of each violation.
fn violations(error: &Value) -> Vec<(u64, &str)> {
    let list = error["violations"].as_array().unwrap().iter();
    list.map(|it| (it["code"].as_u64().unwrap(), it["path"].as_str().unwrap()))
        .collect()
}

#[test]
fn what_is_no_request_is_refused() {
    let host = host("forms");
    for (wanted, path) in [
        ("", ""),
        ("{", ""),
        ("nonsense", ""),
        ("{} {}", ""),
        ("[]", ""),
        ("null", ""),
        (r#"{"networks": []}"#, "/networks"),
        (r#"{"networks": {"a": 1}}"#, "/networks/a"),
        (r#"{"networks": {"a": {"vlan": []}}}"#, "/networks/a/vlan"),
        (r#"{"networks": {"a": {"nic": 7}}}"#, "/networks/a/nic"),
        (
            r#"{"networks": {"a": {"bridged": "maybe"}}}"#,
            "/networks/a/bridged",
        ),
        (r#"{"networks": {"a": {"mtu": 1.5}}}"#, "/networks/a/mtu"),
        (
            r#"{"bondings": {"bond1": {"nics": "eth2"}}}"#,
            "/bondings/bond1/nics",
        ),
        (r#"{"networks": {"a": {}, "a": {}}}"#, "/networks/a"),
        (
            r#"{"networks": {"a": {"nic": "eth2", "n\u0069c": "eth3"}}}"#,
            "/networks/a/nic",
        ),
        (r#"{"networks": {}, "networks": {}}"#, "/networks"),
    ] {
        let error = refuse(&host, wanted);
        let code = if path.ends_with("vlan") { 26 } else { 21 };
        assert_eq!(error["code"], code, "{wanted}: {error}");
        let found = violations(&error);
        assert!(found.contains(&(code, path)), "{wanted}: {error}");
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    for wanted in [
        deep,
        format!(r#"{{"networks": {{"a": {}1"#, "[".repeat(100_000)),
    ] {
        assert_eq!(refuse(&host, &wanted)["code"], 21);
    }
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let host = host("rules");
    host.vsctl(&[
        "add-port",
        "nsw-eth0",
        "vnet0",
        "--",
        "set",
        "Interface",
        "vnet0",
        "type=internal",
    ]);
    let on = |attributes: Value| json!({ "new": attributes });
    let bond = |attributes: Value| json!({ "bond1": attributes });
    for (networks, bonds, code, path) in [
        (
            on(json!({"nic": "eth2", "vlan": 4095})),
            json!({}),
            26,
            "/networks/new/vlan",
        ),
        (
            on(json!({"nic": "eth2", "vlan": -1})),
            json!({}),
            26,
            "/networks/new/vlan",
        ),
        (on(json!({"vlan": 5})), json!({}), 26, "/networks/new/vlan"),
        (
            on(json!({"nic": "eth9"})),
            json!({}),
            23,
            "/networks/new/nic",
        ),
        (
            on(json!({"nic": "eth9", "vlan": 3})),
            json!({}),
            23,
            "/networks/new/nic",
        ),
        (on(json!({"nic": "lo"})), json!({}), 24, "/networks/new/nic"),
        (
            on(json!({"nic": "vnet0"})),
            json!({}),
            24,
            "/networks/new/nic",
        ),
        (
            on(json!({"nic": "eth1"})),
            json!({}),
            24,
            "/networks/new/nic",
        ),
        (
            on(json!({"bonding": "bond7"})),
            json!({}),
            25,
            "/networks/new/bonding",
        ),
        (
            on(json!({"nic": "eth2", "bonding": "bond0"})),
            json!({}),
            21,
            "/networks/new/bonding",
        ),
        (on(json!({"nic": "eth0"})), json!({}), 21, "/networks/new"),
        (
            on(json!({"nic": "eth0", "vlan": 10})),
            json!({}),
            21,
            "/networks/new/vlan",
        ),
        (
            on(json!({"nic": "eth0", "vlan": 0})),
            json!({}),
            21,
            "/networks/new/vlan",
        ),
        (
            on(json!({"nic": "eth2", "mtu": 67})),
            json!({}),
            21,
            "/networks/new/mtu",
        ),
        (
            on(json!({"nic": "eth2", "mtu": 70000})),
            json!({}),
            21,
            "/networks/new/mtu",
        ),
        (
            on(json!({"bridged": false})),
            json!({}),
            21,
            "/networks/new/bridged",
        ),
        (
            json!({"sixteen-letters-": {"nic": "eth2"}}),
            json!({}),
            27,
            "/networks/sixteen-letters-",
        ),
        (
            json!({"网络网络网x": {"nic": "eth2"}}),
            json!({}),
            27,
            "/networks/网络网络网x",
        ),
        (json!({"": {"nic": "eth2"}}), json!({}), 27, "/networks/"),
        (
            json!({"a/b": {"nic": "eth2"}}),
            json!({}),
            27,
            "/networks/a~1b",
        ),
        (
            json!({"-x": {"nic": "eth2"}}),
            json!({}),
            27,
            "/networks/-x",
        ),
        (
            json!({"eth3": {"nic": "eth2"}}),
            json!({}),
            28,
            "/networks/eth3",
        ),
        (
            json!({"vnet0": {"nic": "eth2"}}),
            json!({}),
            28,
            "/networks/vnet0",
        ),
        (
            json!({}),
            bond(json!({"nics": []})),
            21,
            "/bondings/bond1/nics",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth9"]})),
            23,
            "/bondings/bond1/nics",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth0"]})),
            24,
            "/bondings/bond1/nics",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth1"]})),
            24,
            "/bondings/bond1/nics",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth2"], "options": "mode=9"})),
            25,
            "/bondings/bond1/options",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth2"], "options": "miimon=often"})),
            25,
            "/bondings/bond1/options",
        ),
        (
            json!({}),
            json!({"team0": {"nics": ["eth2"]}}),
            25,
            "/bondings/team0",
        ),
    ] {
        let wanted = request(networks, bonds);
        let error = refuse(&host, &wanted);
        let found = violations(&error);
        assert_eq!(error["code"], code, "{wanted}: {error}");
        assert!(found.contains(&(code, path)), "{wanted}: {error}");
    }
}

#[test]
fn an_unknown_attribute_is_told_with_its_nearest_name() {
    let host = host("unknown");
    for (wanted, path, nearest) in [
        (
            r#"{"networks": {"a": {"vlam": 5}}}"#,
            "/networks/a/vlam",
            "vlan",
        ),
        (
            r#"{"networks": {"a": {"brigded": true}}}"#,
            "/networks/a/brigded",
            "bridged",
        ),
        (
            r#"{"bondings": {"bond1": {"nic": ["eth2"]}}}"#,
            "/bondings/bond1/nic",
            "nics",
        ),
        (r#"{"network": {}}"#, "/network", "networks"),
        (
            r#"{"options": {"conectivityCheck": 1}}"#,
            "/options/conectivityCheck",
            "connectivityCheck",
        ),
    ] {
        let error = refuse(&host, wanted);
        assert_eq!(error["code"], 21, "{wanted}: {error}");
        let list = error["violations"].as_array().unwrap();
        let told = list.iter().find(|it| it["path"] == path);
        let told = told.unwrap_or_else(|| panic!("{wanted}: {error}"));
        let message = told["message"].as_str().unwrap();
        assert!(message.contains(nearest), "{wanted}: {message}");
    }
}

#[test]
fn one_nic_cannot_serve_twice_in_one_request() {
    let host = host("twice");
    let networks = json!({"a": {"nic": "eth2"}, "b": {"bonding": "bond1"}});
    let bonds = json!({"bond1": {"nics": ["eth2", "eth3"]}});
    let error = refuse(&host, &request(networks, bonds));
    assert_eq!(error["code"], 24, "{error}");
    let bonds = json!({"bond1": {"nics": ["eth2"]}, "bond2": {"nics": ["eth2"]}});
    let error = refuse(&host, &request(json!({}), bonds));
    assert_eq!(error["code"], 24, "{error}");
    let networks = json!({"a": {"nic": "eth2", "vlan": 5}, "b": {"nic": "eth2", "vlan": 5}});
    let error = refuse(&host, &request(networks, json!({})));
    assert_eq!(violations(&error), [(21, "/networks/b/vlan")]);
    let networks = json!({"a": {"nic": "eth2"}, "b": {"nic": "eth2", "vlan": 0}});
    let error = refuse(&host, &request(networks, json!({})));
    assert_eq!(violations(&error), [(21, "/networks/b/vlan")]);
}

#[test]
fn everything_wrong_is_told_at_once_to_people_and_to_programs() {
    let host = host("all");
    let wanted = request(
        json!({
            "a": {"nic": "eth9"}, "b": {"nic": "eth2", "vlan": 4095}, "good": {"nic": "eth3"},
            "sixteen-letters-": {}, "gone": {"remove": true},
        }),
        json!({"bond1": {"nics": []}}),
    );
    let error = refuse(&host, &wanted);
    let mut found: Vec<u64> = violations(&error).iter().map(|it| it.0).collect();
    found.sort_unstable();
    assert_eq!(found, [21, 23, 26, 27, 27], "{error}");
    assert_eq!(error["code"], violations(&error)[0].0);
    let ended = attempt(&host, &wanted, &[]);
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(3), ""));
    for it in error["violations"].as_array().unwrap() {
        let message = it["message"].as_str().unwrap();
        assert!(
            ended.stderr.contains(message),
            "{message}\n{}",
            ended.stderr
        );
    }
    let plan: Ended = host.netswitch(&["plan", "-"], &wanted).into();
    assert_eq!((plan.status, plan.stderr), (Some(3), ended.stderr));
}

#[test]
fn the_disk_is_as_before_a_refusal() {
    let host = host("disk");
    let files = || {
        let mut files: Vec<(String, u64)> = listing(&host.folder());
        // What the daemons log or lock by themselves is not ours.
        files.retain(|(name, _)| !name.ends_with(".log"));
        files
    };
    let (before, witness, records) = (files(), Witness::of(&host), log_records(&host));
    for wanted in [
        "",
        r#"{"networks": {"a": {"nic": "eth9", "switch": "ovs"}}}"#,
    ] {
        assert_eq!(attempt(&host, wanted, &[]).status, Some(3));
    }
    assert_eq!(files(), before);
    assert_unchanged(&Witness::of(&host), &witness);
    assert_eq!(log_records(&host), records);
}

/// Names and sizes.
fn listing(folder: &Path) -> Vec<(String, u64)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut all: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, entry.metadata().map_or(0, |it| it.len()))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_legacy_network_is_refused_with_the_reason() {
    let host = host("legacy");
    let wanted = r#"{"networks": {"a": {"nic": "eth2"}}}"#;
    let error = refuse(&host, wanted);
    assert_eq!(error["code"], 21, "{error}");
}
