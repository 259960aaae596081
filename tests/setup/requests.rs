//! Requests that are refused: nothing is touched, and everything that is wrong is told at once.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::host::{Ended, attempt, log, refuse, request};
use crate::rules::{host, violations};
use crate::witness::{Witness, assert_unchanged};

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
    // It writes what it learns of devices at any time.
    host.stop_switch();
    let files = || {
        let mut files: Vec<(String, u64)> = listing(&host.folder());
        // What the daemons log or lock by themselves is not ours.
        files.retain(|(name, _)| !name.ends_with(".log"));
        files
    };
    let (before, witness, records) = (files(), Witness::of(&host), log(&host));
    for wanted in [
        "",
        r#"{"networks": {"a": {"nic": "eth9", "switch": "ovs"}}}"#,
    ] {
        assert_eq!(attempt(&host, wanted, &[]).status, Some(3));
    }
    assert_unchanged(&Witness::of(&host), &witness);
    assert_eq!(log(&host), records);
    assert_eq!(files(), before);
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
