//! The command line: statuses, forms, pipes.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::host::{Ended, attempt, log_records, next_cfg, request, set_up};
use crate::support::{Sandbox, output_of};
use crate::witness::{Witness, assert_unchanged};

const NETSWITCH: &str = env!("CARGO_BIN_EXE_netswitch");

/// Runs `netswitch` without any host.
fn bare(arguments: &[&str]) -> Ended {
    let mut command = Command::new(NETSWITCH);
    command.env_remove("NETSWITCH_DB").args(arguments);
    output_of(&mut command, "").into()
}

fn demo() -> String {
    request(
        json!({"lan": {"nic": "eth0"}, "web": {"nic": "eth1", "mtu": 1400}, "alone": {}}),
        json!({}),
    )
}

#[test]
fn wrong_usage() {
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["setup"],
        &["setup", "-", "extra"],
        &["setup", "-", "--no-such-option"],
        &["setup", "/nowhere/request.json"],
        &["setup", "-", "--timeout", "soon"],
        &["setup", "-", "--db", "smoke:signals"],
        &["setup", "-", "--format", "yaml"],
        &["setup", "-", "--format", "dot"],
        &["plan", "-", "--format", "tree"],
        &["completions", "cobol"],
    ] {
        let ended = bare(arguments);
        assert_eq!(ended.status, Some(2), "{arguments:?}: {ended:?}");
        assert_eq!(ended.stdout, "", "{arguments:?}");
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_request_that_never_comes_is_given_up() {
    let host = Sandbox::up_with("fifo", &["eth0"], false);
    let fifo = host.folder().join("request");
    assert!(
        host.run("mkfifo", &[fifo.to_str().unwrap()])
            .status
            .success()
    );
    let asked = ["plan", "--timeout", "1s", fifo.to_str().unwrap()];
    let ended: Ended = host.netswitch(&asked, "").into();
    assert_eq!(ended.status, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("within 1s"), "{ended:?}");
}

#[test]
fn what_needs_no_host() {
    let schema = bare(&["schema"]);
    let schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    assert!(schema["properties"]["networks"].is_object(), "{schema}");
    let script = bare(&["completions", "bash"]);
    assert_eq!((script.status, script.stderr.as_str()), (Some(0), ""));
    let checked = output_of(
        Command::new("bash").args(["-n", "/dev/stdin"]),
        &script.stdout,
    );
    assert!(checked.status.success(), "{checked:?}");
    for shell in ["zsh", "fish"] {
        assert!(!bare(&["completions", shell]).stdout.is_empty());
    }
    let version = bare(&["--version"]);
    assert_eq!((version.status, version.stderr.as_str()), (Some(0), ""));
    assert!(version.stdout.starts_with("netswitch "));
    let help = bare(&["setup", "--help"]);
    assert!(help.stdout.contains("--dry-run") && help.status == Some(0));
}

#[test]
fn a_plan_changes_nothing_and_a_dry_run_is_a_plan() {
    let host = Sandbox::up("plan");
    set_up(&host, json!({"old": {"nic": "eth2"}}), json!({}));
    let before = (log_records(&host), next_cfg(&host));
    let witness = Witness::of(&host);
    let wanted = demo();
    for form in ["text", "json"] {
        let run = |arguments: &[&str]| -> Ended {
            let all = [arguments, &["-", "--format", form]].concat();
            host.netswitch(&all, &wanted).into()
        };
        let plan = run(&["plan"]);
        assert_eq!((plan.status, plan.stderr.as_str()), (Some(0), ""));
        for name in ["lan", "web", "alone", "nsw-eth0", "nsw-eth1"] {
            assert!(plan.stdout.contains(name), "{name}: {}", plan.stdout);
        }
        assert_eq!(run(&["setup", "--dry-run"]).stdout, plan.stdout);
        assert_eq!((log_records(&host), next_cfg(&host)), before);
        assert_unchanged(&Witness::of(&host), &witness);
    }
    let planned: Ended = host.netswitch(&["plan", "-"], &wanted).into();
    let done = attempt(&host, &wanted, &[]);
    let (did, end) = done.stdout.rsplit_once("done in ").unwrap();
    assert_eq!(did, planned.stdout, "it does what it said");
    assert!(end.contains("looked at"), "{end}");
}

#[test]
fn requests_come_from_files_and_from_standard_input() {
    let host = Sandbox::up_with("files", &["eth0", "eth1"], false);
    let file = host.folder().join("request.json");
    fs::write(&file, demo()).unwrap();
    let file = file.to_str().unwrap();
    let from_file: Ended = host.netswitch(&["plan", file], "").into();
    let from_stdin: Ended = host.netswitch(&["plan", "-"], &demo()).into();
    assert_eq!(from_file.status, Some(0), "{from_file:?}");
    assert_eq!(from_file.stdout, from_stdin.stdout);
    let done: Ended = host.netswitch(&["setup", file, "--no-wait"], "").into();
    assert_eq!(done.status, Some(0), "{done:?}");
    assert_eq!(host.vsctl(&["--no-wait", "list-br"]).lines().count(), 3);
}

#[test]
fn what_is_piped_is_plain() {
    let host = Sandbox::up("plain");
    for arguments in [
        &["plan", "-"][..],
        &["setup", "-"],
        &["report"],
        &["report", "--format", "tree"],
    ] {
        let output = host.netswitch(arguments, &demo());
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        assert_eq!(output.stderr, b"", "no progress, no log");
        assert!(!output.stdout.contains(&0x1b), "{arguments:?}");
        assert!(!output.stdout.contains(&b'\r'), "{arguments:?}");
    }
}

#[test]
fn reports_in_every_form() {
    let host = Sandbox::up("report");
    set_up(
        &host,
        json!({"lan": {"bonding": "bond0"}, "web": {"nic": "eth2", "vlan": 5, "bridged": false}}),
        json!({"bond0": {"nics": ["eth0", "eth1"], "options": "mode=4"}}),
    );
    let witness = Witness::of(&host);
    for form in ["text", "tree", "dot", "json"] {
        let output: Ended = host.netswitch(&["report", "--format", form], "").into();
        assert_eq!(
            (output.status, output.stderr.as_str()),
            (Some(0), ""),
            "{form}"
        );
        for name in ["lan", "web", "bond0", "eth0", "eth3"] {
            assert!(
                output.stdout.contains(name),
                "{form} lacks {name}: {}",
                output.stdout
            );
        }
    }
    let report = host.netswitch(&["report", "--format", "json"], "");
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["networks"]["lan"]["iface"], "lan");
    assert_eq!(report["networks"]["web"]["iface"], "eth2.5");
    assert_eq!(report["networks"]["web"]["vlanid"], 5);
    assert_eq!(
        report["bondings"]["bond0"]["slaves"],
        json!(["eth0", "eth1"])
    );
    assert_eq!(report["bondings"]["bond0"]["opts"]["mode"], "4");
    assert_eq!(report["switches"]["ovs"]["available"], true);
    assert_eq!(report["switches"]["legacy"]["available"], true);
    assert_unchanged(&Witness::of(&host), &witness);
    let table: Ended = host.netswitch(&["report", "--format", "csv"], "").into();
    assert_eq!(table.status, Some(2), "{table:?}");
}

#[test]
fn without_waiting_no_switch_is_needed() {
    let host = Sandbox::up("nowait");
    host.kill_switch();
    let done = attempt(&host, &demo(), &["--no-wait", "--timeout", "10s"]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (Some(0), ""),
        "{done:?}"
    );
    assert_eq!(host.vsctl(&["--no-wait", "port-to-br", "web"]), "nsw-eth1");
    assert!(host.link("web").is_none());
    host.start_switch();
    // Waits for the switch.
    host.vsctl(&["set", "Open_vSwitch", ".", "external_ids:seen=yes"]);
    assert_eq!(host.link("web").unwrap()["mtu"], 1400);
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let host = Sandbox::up("head");
    for arguments in [&["completions", "bash"][..], &["schema"], &["report"]] {
        let mut child = host
            .inside(NETSWITCH)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Closed before anything is written to it.
        drop(child.stdout.take());
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        let status = child.wait().unwrap();
        assert_eq!(
            (status.code(), said.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}

#[test]
fn errors_are_text_or_one_json_object() {
    let host = Sandbox::up_with("errors", &["eth0"], false);
    let wanted = request(json!({"lan": {"nic": "eth9"}}), json!({}));
    let text = attempt(&host, &wanted, &[]);
    assert!(text.stderr.starts_with("netswitch: "), "{text:?}");
    assert!(text.stderr.contains("code 23"), "{text:?}");
    let program = attempt(&host, &wanted, &["--format", "json"]);
    assert_eq!(program.stderr.lines().count(), 1);
    let error = program.error();
    assert_eq!(error["code"], 23);
    let first = &error["violations"][0];
    assert_eq!(first["path"], "/networks/lan/nic");
    assert!(first["message"].as_str().unwrap().contains("eth9"));
}
