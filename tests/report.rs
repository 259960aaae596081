//! Reports of whole hosts in every format, held against the files of `fixtures/report/`.
//! `BLESS=1 cargo test --test report` writes the files; read the difference before committing it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "report/hosts.rs"]
mod hosts;
mod support;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use hosts::Host;
use netswitch::canonicalize::canonicalize;
use netswitch::model::{MacAddress, Observed, Request};
use netswitch::plan::{Settings, plan};
use netswitch::report::Report;
use netswitch::validate::validate;

#[test]
fn a_host_with_everything() {
    hold("everything", &hosts::everything());
}

#[test]
fn networks_that_were_asked_for_without_a_bridge() {
    let report = hold("not-bridged", &hosts::not_bridged());
    assert!(report.bridges.is_empty());
    assert_eq!(report.networks["mgmt"].l3, report.nics["eth0"].l3);
    assert_eq!(report.networks["storage"].l3, report.bondings["bond1"].l3);
    assert_eq!(report.networks["backup"].l3, report.vlans["eth3.0"].l3);
}

#[test]
fn a_host_where_much_is_broken() {
    let report = hold("broken", &hosts::broken());
    assert_eq!(report.networks["fine"].l3.mtu, 1500);
    assert!(!report.tree(false).contains('\u{1b}'));
    assert!(!report.text().contains('\u{1b}'));
}

/// The kernel's own bridges, bonds and VLANs, those of others among them: what a plan makes on paper.
#[test]
fn a_host_on_legacy() {
    let host = support::observed(
        r#"{"links": {
            "eth0": {"mac": "52:54:00:00:00:01"}, "eth1": {"mac": "52:54:00:00:00:02"},
            "eth2": {"mac": "52:54:00:00:00:03"}, "eth3": {"mac": "52:54:00:00:00:04"}
        }}"#,
    );
    let request = br#"{
        "networks": {
            "mgmt": {"nic": "eth0", "ipaddr": "192.0.2.5", "prefix": 24, "gateway": "192.0.2.1",
                     "defaultRoute": true},
            "web": {"bonding": "bond0", "vlan": 10, "mtu": 9000, "stp": true},
            "storage": {"bonding": "bond0", "bridged": false, "ipv6addr": "2001:db8::5/64"},
            "lonely": {}
        },
        "bondings": {"bond0": {"nics": ["eth1", "eth2"], "options": "mode=4 lacp_rate=1"}}
    }"#;
    let request = Request::parse(request).unwrap();
    let valid = validate(canonicalize(&request, &host), &host).unwrap();
    let plan = plan(&valid, &host, &Settings::default());
    let mut reported = Host::default();
    reported.observed = support::carry_out(&host, &plan);
    let report = hold("legacy", &reported);
    assert_eq!(report.networks["storage"].l3, report.bondings["bond0"].l3);
}

#[test]
fn an_empty_host() {
    hold("empty", &Host::default());
}

#[test]
fn colours_are_only_there_when_asked_for() {
    let report = hosts::everything().report();
    let plain = report.tree(false);
    let coloured = report.tree(true);
    assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}[32mup\u{1b}[0m"));
    let mut stripped = String::new();
    for (index, part) in coloured.split("\u{1b}[").enumerate() {
        let text = part.split_once('m').filter(|_| index > 0);
        stripped.push_str(text.map_or(part, |(_, text)| text));
    }
    assert_eq!(stripped, plain);
}

#[test]
fn nics_are_neither_our_devices_nor_other_peoples() {
    let host = hosts::everything();
    let names: Vec<_> = netswitch::report::nics(&host.observed)
        .map(|link| link.name.as_str())
        .collect();
    assert_eq!(names, ["eth0", "eth1", "eth2", "eth3", "eth4"]);
    let mut observed = Observed::default();
    let mut tunnel = hosts::link("ib0", 9);
    tunnel.mac = None;
    observed.links.put(tunnel);
    assert_eq!(netswitch::report::nics(&observed).count(), 0);
}

#[test]
fn a_bonds_members_tell_the_address_they_were_made_with() {
    let mut host = hosts::everything();
    let mut eth1 = host.observed.links.get("eth1").unwrap().clone();
    eth1.mac = Some(MacAddress::new([2, 9, 9, 9, 9, 9]));
    host.observed.links.put(eth1);
    let report = host.report();
    assert_eq!(report.nics["eth1"].hwaddr, "02:09:09:09:09:09");
    let permanent = report.nics["eth1"].permhwaddr.as_deref();
    assert_eq!(permanent, Some("52:54:00:00:00:03"));
    assert_eq!(report.nics["eth2"].permhwaddr, None);
}

/// Holds each format against its file, and the graph against Graphviz.
fn hold(case: &str, host: &Host) -> Report {
    let report = host.report();
    let json = report.json().unwrap() + "\n";
    for (file, text) in [
        ("report.json", json),
        ("report.txt", report.text()),
        ("report.tree", report.tree(false)),
        ("report.dot", report.dot()),
    ] {
        compare(case, file, &text);
    }
    draw(&report.dot());
    report
}

fn compare(case: &str, file: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/report");
    let path = folder.join(case).join(file);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; BLESS=1 writes it", path.display()));
    assert!(expected == text, "{} differs from:\n{text}", path.display());
}

/// Graphviz reads the graph without a word, where it is installed.
fn draw(dot: &str) {
    let child = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        return;
    };
    let mut input = child.stdin.take().unwrap();
    input.write_all(dot.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !complaints.contains("Error") && !complaints.contains("arning"),
        "{complaints}\n{dot}"
    );
}
