//! Nothing that a request, a server or a database says can steer the terminal that it is shown on.

use serde_json::{Value, json};

use crate::fake::Fake;
use crate::host::{Ended, attempt, request};
use crate::support::Sandbox;

/// Sets a title, clears the screen in the long and the short form (ECMA-48, OSC and CSI), begins
/// another line, turns the writing direction.
const HOSTILE: &str = "\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}2J\r\nnetswitch: done\u{202e}";

/// The beginning of it, as people get to see it.
const SHOWN: &str = r"\u{1b}]0;x\u{7}\u{1b}[2J\u{9b}2J";

/// What is seen of it whatever the escapes are like.
const VISIBLE: &str = "]0;x";

fn host(name: &str) -> Sandbox {
    Sandbox::up_with(name, &["eth0", "eth1"], false)
}

#[test]
fn what_a_request_says() {
    let host = host("escreq");
    let wanted = json!({
        "networks": {"a\u{1b}[2J": {}, "b": {"nic": HOSTILE, HOSTILE: 1, "switch": HOSTILE}},
        "bondings": {"bond\u{7}": {}, "bond1": {"nics": [HOSTILE], "options": HOSTILE}},
        HOSTILE: {},
    });
    let ended = attempt(&host, &wanted.to_string(), &[]);
    assert_eq!(ended.status, Some(3), "{ended:?}");
    assert_harmless(&ended);
    assert!(ended.stderr.contains(SHOWN), "{ended:?}");
    assert!(!ended.stderr.contains('\u{202e}'), "{ended:?}");
    let ended = attempt(&host, &wanted.to_string(), &["--format", "json"]);
    assert_harmless(&ended);
    let error = ended.error();
    let violations = error["violations"].as_array().unwrap();
    let path = json!(format!("/{HOSTILE}"));
    assert!(violations.iter().any(|it| it["path"] == path), "{error}");
}

/// In errors of requests and of operations, as names, and in the log.
#[test]
fn what_a_server_says() {
    let host = host("escsrv");
    let refusing = Fake::serve(|mut talk| {
        while let Some(request) = talk.request() {
            let error = json!({"error": HOSTILE, "details": HOSTILE});
            let reply = json!({"id": request["id"], "result": null, "error": error});
            talk.send(reply.to_string().as_bytes());
        }
    });
    let failing = Fake::answers(|method, _| match method {
        "list_dbs" => Some(json!([HOSTILE, "Open_vSwitch"])),
        "transact" => Some(json!([{"error": HOSTILE, "details": HOSTILE}])),
        _ => None,
    });
    let foreign = Fake::answers(|_, _| Some(json!([HOSTILE])));
    let wanted = request(json!({"lan": {"nic": "eth0"}}), json!({}));
    for (fake, arguments) in [
        (&refusing, &["setup", "-"][..]),
        (&refusing, &["report"]),
        (&refusing, &["ovsdb", "list-dbs"]),
        (&foreign, &["plan", "-"]),
        (&foreign, &["ovsdb", "get-schema"]),
        (&failing, &["ovsdb", "list-dbs"]),
        (
            &failing,
            &["ovsdb", "transact", r#"["Open_vSwitch", {"op": "abort"}]"#],
        ),
    ] {
        for (format, log) in [("text", "error"), ("text", "trace"), ("json", "error")] {
            let remote = fake.remote();
            let all = ["--db", &remote, "--timeout", "5s", "--log-level", log];
            let all = [arguments, &all, &["--format", format]].concat();
            let ended: Ended = host.netswitch(&all, &wanted).into();
            assert_harmless(&ended);
            let said = [ended.stdout.as_str(), &ended.stderr].concat();
            assert!(said.contains(VISIBLE), "{all:?}: {ended:?}");
        }
    }
}

/// Others can give ports any name, and what they wrote into our rows is shown where it goes.
#[test]
fn what_a_database_holds() {
    let host = host("escdb");
    let both = |nic: &str| request(json!({"lan": {"nic": nic, "vlan": 5}}), json!({}));
    assert_eq!(
        attempt(&host, &both("eth0"), &["--no-wait"]).status,
        Some(0)
    );
    let insert = |table: &str, row: Value, name: &str| json!({"op": "insert", "table": table, "row": row, "uuid-name": name});
    let bridge = json!([["name", "==", "nsw-eth0"]]);
    let results = host.transact(&[
        insert("Interface", json!({"name": HOSTILE}), "i"),
        insert(
            "Port",
            json!({"name": HOSTILE, "interfaces": ["named-uuid", "i"], "tag": 5}),
            "p",
        ),
        json!({"op": "mutate", "table": "Bridge", "where": bridge,
            "mutations": [["ports", "insert", ["named-uuid", "p"]]]}),
        json!({"op": "update", "table": "Bridge", "where": bridge,
            "row": {"datapath_type": HOSTILE}}),
    ]);
    assert!(!results.to_string().contains("error"), "{results}");
    for (arguments, wanted) in [
        (&["plan", "-"][..], both("eth1")),
        (&["plan", "-", "--format", "json"], both("eth1")),
        (&["report"], String::new()),
        (&["report", "--format", "tree"], String::new()),
        (&["report", "--format", "dot"], String::new()),
        (&["report", "--format", "json"], String::new()),
        (&["ovsdb", "dump", "Port", "name"], String::new()),
        (
            &["ovsdb", "dump", "Port", "name", "--format", "csv"],
            String::new(),
        ),
    ] {
        let ended: Ended = host.netswitch(arguments, &wanted).into();
        assert_eq!((ended.status, ended.stderr.as_str()), (Some(0), ""));
        assert_harmless(&ended);
        assert!(ended.stdout.contains(VISIBLE), "{arguments:?}: {ended:?}");
    }
    let removal = request(json!({"lan": {"remove": true}}), json!({}));
    let ended: Ended = host.netswitch(&["plan", "-"], &removal).into();
    assert_eq!(ended.status, Some(3), "{ended:?}");
    assert_harmless(&ended);
}

/// There are no control characters but the ends of lines, and those are ours.
fn assert_harmless(ended: &Ended) {
    for text in [&ended.stdout, &ended.stderr] {
        let harmful = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(harmful), "{ended:?}");
        assert!(!text.contains("\nnetswitch: done"), "{ended:?}");
    }
}
