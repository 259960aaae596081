//! Database servers that are not there, or not what they should be.

use std::fs;
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::background::Background;
use crate::fake::Fake;
use crate::host::{Ended, attempt, request};
use crate::support::Sandbox;
use crate::witness::{Witness, assert_unchanged};

const ROOT: &str = "36bef046-7da7-43a5-905a-c17899216fcb";

fn wanted() -> String {
    request(json!({"lan": {"nic": "eth0"}}), json!({}))
}

/// A host without a switch: its devices tell whether something was touched.
fn host(name: &str) -> Sandbox {
    Sandbox::up_with(name, &["eth0"], false)
}

/// The setup must be refused with code 32 within two seconds beyond its limit.
fn refused(host: &Sandbox, remote: &str, limit: u64) -> String {
    let before = Witness::of(host);
    let started = Instant::now();
    let timeout = format!("{limit}s");
    let arguments = ["--db", remote, "--timeout", &timeout, "--format", "json"];
    let ended = attempt(host, &wanted(), &arguments);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(limit + 2), "{took:?}: {ended:?}");
    let message = message(&ended);
    assert_unchanged(&Witness::of(host), &before);
    message
}

fn message(ended: &Ended) -> String {
    assert_eq!(
        (ended.status, ended.stdout.as_str()),
        (Some(3), ""),
        "{ended:?}"
    );
    let error = ended.error();
    assert_eq!(error["code"], 32, "{error}");
    assert_eq!(error["violations"], json!([]));
    error["message"].as_str().unwrap().to_owned()
}

#[test]
fn no_server() {
    let host = host("missing");
    let folder = TempDir::with_prefix("nsw-").unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    let refusing = folder.path().join("refusing");
    drop(UnixListener::bind(&refusing).unwrap());
    for (path, reason) in [
        (folder.path().join("missing"), "No such file"),
        (file.clone(), "refused"),
        (folder.path().to_path_buf(), "refused"),
        (refusing, "refused"),
    ] {
        let remote = format!("unix:{}", path.display());
        let message = refused(&host, &remote, 5);
        assert!(message.contains(&remote), "{message}");
        assert!(message.contains(reason), "{message}");
    }
    let message = refused(&host, "tcp:127.0.0.1:9", 5);
    assert!(message.contains("tcp:127.0.0.1:9"), "{message}");
    assert_eq!(fs::read_to_string(file).unwrap(), "text");
}

#[test]
fn the_next_remote_is_tried() {
    let host = host("next");
    let remotes = format!("unix:/nowhere,unix:{}", host.socket().display());
    let done = attempt(&host, &wanted(), &["--db", &remotes, "--no-wait"]);
    assert_eq!(done.status, Some(0), "{done:?}");
    assert_eq!(host.vsctl(&["--no-wait", "list-br"]), "nsw-eth0");
}

#[test]
fn servers_that_do_not_speak_ovsdb() {
    let host = host("garbage");
    for garbage in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"\0\xff\xfe\x01",
        b"[]",
        b"{\"id\":0,\"error\":null,\"result\":[\"Open_vSwitch\"],}",
        b"{\"id\":\"nobody asked\",\"error\":null,\"result\":[]}",
        b"{}",
        b"{\"method\":\"update\",\"params\":null,\"id\":null}",
    ] {
        let shown = String::from_utf8_lossy(garbage);
        let fake = Fake::says(garbage);
        let message = refused(&host, &fake.remote(), 1);
        assert!(message.contains(&fake.remote()), "{shown}: {message}");
    }
}

#[test]
fn a_server_that_never_speaks() {
    let host = host("silent");
    for fake in [Fake::silent(), Fake::says(b"{\"id\":")] {
        let message = refused(&host, &fake.remote(), 1);
        assert!(message.contains("within 1"), "{message}");
    }
}

#[test]
fn a_server_that_hangs_up_in_the_middle() {
    let host = host("middle");
    let fake = Fake::serve(|mut talk| {
        talk.send(b"{\"id\":0,\"error\":null,\"res");
    });
    let message = refused(&host, &fake.remote(), 5);
    assert!(message.contains(&fake.remote()), "{message}");
}

#[test]
fn a_message_nested_a_million_deep() {
    let host = host("deep");
    let mut bytes = b"{\"id\":0,\"error\":null,\"result\":".to_vec();
    bytes.extend(vec![b'['; 1_000_000]);
    let message = refused(&host, &Fake::says(bytes).remote(), 5);
    assert!(message.contains("deep"), "{message}");
}

/// 3 GB in one string are neither read to their end nor kept.
#[test]
fn a_message_of_three_gigabytes() {
    const BOUND: u64 = 600 << 10; // KiB; a message may have 256 MiB
    let host = host("huge");
    let before = Witness::of(&host);
    let (pid, peak, sent) = (
        Arc::new(AtomicU32::new(0)),
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicU64::new(0)),
    );
    let fake = {
        let (pid, peak, sent) = (pid.clone(), peak.clone(), sent.clone());
        Fake::serve(move |mut talk| {
            talk.send(b"{\"id\":0,\"error\":null,\"result\":[\"");
            let text = vec![b'x'; 1 << 20];
            while sent.load(Ordering::SeqCst) < 3 << 10 && talk.send(&text) {
                sent.fetch_add(1, Ordering::SeqCst);
                peak.fetch_max(high_water(pid.load(Ordering::SeqCst)), Ordering::SeqCst);
            }
            talk.linger();
        })
    };
    let arguments = [
        "--db",
        &fake.remote(),
        "--timeout",
        "30s",
        "--format",
        "json",
    ];
    let setup = Background::start(
        &host,
        &[&["setup", "-"], &arguments[..]].concat(),
        &wanted(),
    );
    pid.store(setup.pid(), Ordering::SeqCst);
    let ended = setup.end();
    let said = message(&ended);
    assert!(said.contains(&fake.remote()), "{said}");
    assert!(!said.contains("within 30s"), "{said}");
    let (peak, sent) = (peak.load(Ordering::SeqCst), sent.load(Ordering::SeqCst));
    assert!(peak > 0 && peak < BOUND, "{peak} KiB at its peak");
    assert!(sent < 1 << 10, "{sent} MiB were read");
    assert_unchanged(&Witness::of(&host), &before);
}

/// The most memory that a process ever had, in KiB; 0 when it has gone.
fn high_water(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

#[test]
fn a_server_of_another_database_only() {
    let host = host("foreign");
    let fake = Fake::answers(|method, _| match method {
        "list_dbs" => Some(json!(["_Server", "OVN_Northbound"])),
        _ => Some(json!({})),
    });
    let message = refused(&host, &fake.remote(), 5);
    assert!(message.contains("OVN_Northbound"), "{message}");
}

/// What an `Open_vSwitch` database says that has nothing in it.
fn empty_database(method: &str) -> Option<Value> {
    match method {
        "list_dbs" => Some(json!(["Open_vSwitch", "_Server"])),
        "monitor_cond_since" => Some(json!([false, ROOT, {"Open_vSwitch": {
            ROOT: {"initial": {"next_cfg": 1, "cur_cfg": 1}},
        }}])),
        _ => None,
    }
}

#[test]
fn a_server_that_answers_monitors_with_nonsense() {
    let host = host("monitors");
    for nonsense in [
        json!(null),
        json!(7),
        json!([]),
        json!({}),
        json!([true, "not a uuid", {}]),
        json!([false, ROOT, 7]),
        json!([false, ROOT, {"Open_vSwitch": {"not a uuid": {"initial": {}}}}]),
        json!([false, ROOT, {"Open_vSwitch": {ROOT: {"initial": {"next_cfg": "many"}}}}]),
        json!([false, ROOT, {"Open_vSwitch": {
            ROOT: {"initial": {"bridges": ["set", [["uuid", "x"]]]}},
        }}]),
        json!([false, ROOT, {}]),
    ] {
        let shown = nonsense.to_string();
        let fake = Fake::answers(move |method, _| match method {
            "monitor_cond_since" => Some(nonsense.clone()),
            other => empty_database(other),
        });
        let before = Witness::of(&host);
        let arguments = [
            "--db",
            &fake.remote(),
            "--timeout",
            "2s",
            "--format",
            "json",
        ];
        let ended = attempt(&host, &wanted(), &arguments);
        assert!(matches!(ended.status, Some(3 | 4)), "{shown}: {ended:?}");
        assert_eq!(ended.error()["code"], 32, "{shown}: {ended:?}");
        assert_unchanged(&Witness::of(&host), &before);
    }
}

/// Nobody knows what such a server did; it may not be said that it did nothing, unless it says
/// so when asked again.
#[test]
fn a_server_that_answers_transactions_with_nonsense() {
    let host = host("nonsense");
    for nonsense in [
        json!(42),
        json!("committed"),
        json!([]),
        json!([{}, {}]),
        json!([null]),
        json!([{"error": "syntax error", "details": "what?"}]),
        json!([{"uuid": ["uuid", "x"]}]),
    ] {
        let shown = nonsense.to_string();
        let fake = Fake::answers(move |method, _| match method {
            "transact" => Some(nonsense.clone()),
            other => empty_database(other),
        });
        let before = Witness::of(&host);
        let arguments = [
            "--db",
            &fake.remote(),
            "--timeout",
            "3s",
            "--format",
            "json",
        ];
        let started = Instant::now();
        let ended = attempt(&host, &wanted(), &arguments);
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{shown}: {ended:?}"
        );
        assert!(matches!(ended.status, Some(4 | 5)), "{shown}: {ended:?}");
        assert_eq!(ended.error()["code"], 32, "{shown}: {ended:?}");
        assert_unchanged(&Witness::of(&host), &before);
    }
}

#[test]
fn a_server_that_is_slow_does_not_stretch_the_limit() {
    let host = host("slow");
    let fake = Fake::answers(|method, _| {
        // The peer's own slowness, nothing that is waited for.
        std::thread::sleep(Duration::from_millis(1500));
        empty_database(method)
    });
    let message = refused(&host, &fake.remote(), 2);
    assert!(message.contains("within 2"), "{message}");
}
