//! `monitor` and `monitor-cond`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::both::{assert_failed, netswitch, netswitch_command, ovsdb_client_command, stdout};
use crate::odd::{odd_server, transact};
use crate::support::{Server, Streaming, end_of};

#[test]
fn monitors_in_every_form() {
    let first = json!({"op": "insert", "table": "Empty", "row": {"a": "first"}});
    let second = json!({"op": "insert", "table": "Empty", "row": {"a": "second"}});
    let is = |value: &str| json!([["a", "==", value]]);
    let third =
        json!({"op": "update", "table": "Empty", "where": is("second"), "row": {"a": "third"}});
    let delete = json!({"op": "delete", "table": "Empty", "where": is("third")});
    for format in ["table", "list", "csv", "json", "html"] {
        for names in [
            &["Odd", "Empty"][..],
            &["Odd", "Empty", "_uuid,a"],
            &["Odd", "Empty", "a", "_version,!initial,!insert"],
            &["Odd", "Empty", "a", "_version,!modify,!delete"],
            &["Odd", "ALL"],
        ] {
            if format == "html" && names.concat().contains("_uuid") {
                // ovsdb-client prints what is in its memory where an old row has no identifier.
                continue;
            }
            let mut server = odd_server();
            transact(&server, &first);
            let arguments = [&["--format", format, "monitor"], names].concat();
            let mut both = [
                Streaming::start(ovsdb_client_command(&server, &arguments)),
                Streaming::start(netswitch_command(&server, &arguments)),
            ];
            both.iter_mut().for_each(|it| it.wait_for("initial"));
            for (operation, word) in [(&second, "second"), (&third, "third"), (&delete, "delete")] {
                transact(&server, operation);
                both.iter_mut().for_each(|it| it.wait_for(word));
            }
            server.kill();
            let [theirs, ours] = both.map(Streaming::end);
            assert_eq!(stdout(&ours), stdout(&theirs), "{arguments:?}");
            assert_failed(&ours, 3, "closed the connection");
        }
    }
}

/// In the words of `update2`: what leaves the conditions is deleted, differences are told of what
/// is modified.
#[test]
fn monitors_with_conditions_in_every_form() {
    let row = json!({"few": ["set", [1, 2, 3]], "map": ["map", [[1, true], [2, true]]],
        "string": "first"});
    let insert = json!({"op": "insert", "table": "T", "row": row});
    let update = |row: Value| json!({"op": "update", "table": "T", "where": [], "row": row});
    // The difference has more elements than the column takes.
    let few = json!(["set", [4, 5, 6]]);
    let changed = update(json!({"few": few, "map": ["map", [[1, false]]], "string": "second"}));
    let left = update(json!({"boolean": true, "string": "fourth"}));
    let delete = json!({"op": "delete", "table": "T", "where": []});
    for style in [
        &["-ftable"][..],
        &["-flist", "--data=bare"],
        &["-fcsv", "--no-headings"],
        &["-fjson"],
        &["-fhtml", "--data=json"],
    ] {
        for (names, last) in [
            (&["[]", "T"][..], ["fourth", "delete"]),
            (&["[true]", "T", "few,string,map"], ["fourth", "delete"]),
            (&["[]", "T", "string,!delete"], ["fourth", "fourth"]),
            (
                &["[[\"boolean\", \"==\", false]]", "T", "string,few"],
                ["delete", "delete"],
            ),
        ] {
            let mut server = odd_server();
            transact(&server, &insert);
            let arguments = [style, &["monitor-cond", "Odd"], names].concat();
            let mut both = [
                Streaming::start(ovsdb_client_command(&server, &arguments)),
                Streaming::start(netswitch_command(&server, &arguments)),
            ];
            both.iter_mut().for_each(|it| it.wait_for("initial"));
            let third = update(json!({"string": "third"}));
            let words = ["second", "third", last[0], last[1]];
            for (operation, word) in [&changed, &third, &left, &delete].into_iter().zip(words) {
                transact(&server, operation);
                both.iter_mut().for_each(|it| it.wait_for(word));
            }
            server.kill();
            let [theirs, ours] = both.map(Streaming::end);
            assert_eq!(stdout(&ours), stdout(&theirs), "{arguments:?}");
            assert_failed(&ours, 3, "closed the connection");
        }
    }
}

#[test]
fn conditions_that_are_none() {
    let server = odd_server();
    for (names, status, why) in [
        (&["{", "T"][..], 2, "conditions are [CONDITION, …]: "),
        (&["true", "T"], 2, "conditions are [CONDITION, …]: "),
        (&["[]", "Nope"], 1, "database Odd has no table Nope"),
        (&["[]", "ALL"], 1, "database Odd has no table ALL"),
        (&["[]", "T", "few", "map"], 2, "what is map?"),
        (&["[7]", "T"], 1, "refused monitor_cond"),
        (&["[[\"few\", \"~\", 7]]", "T"], 1, "refused monitor_cond"),
        (
            &["[[\"few\", \"==\", \"a\"]]", "T"],
            1,
            "refused monitor_cond",
        ),
    ] {
        let arguments = [&["monitor-cond", "Odd"], names].concat();
        assert_failed(&netswitch(&server, &arguments), status, why);
    }
}

/// The row's time is not compared: it is another one.
#[test]
fn times_stand_above_the_tables() {
    let mut server = odd_server();
    transact(
        &server,
        &json!({"op": "insert", "table": "Empty", "row": {"a": "first"}}),
    );
    for style in ["-ftable", "-flist", "-fcsv", "-fhtml"] {
        let arguments = ["--timestamp", style, "monitor", "Odd", "Empty", "a"];
        let printed = [
            ovsdb_client_command(&server, &arguments),
            netswitch_command(&server, &arguments),
        ]
        .map(|command| {
            let mut monitor = Streaming::start(command);
            monitor.wait_for("first");
            monitor.stop()
        });
        let [theirs, ours] = printed.each_ref().map(|it| without_digits(it));
        assert_eq!(ours, theirs);
        assert!(ours.starts_with("0000-00-00 00:00:00.000\n"), "{ours}");
    }
    let arguments = ["--timestamp", "-fjson", "monitor", "Odd", "Empty", "a"];
    let mut monitor = Streaming::start(netswitch_command(&server, &arguments));
    monitor.wait_for("time");
    server.kill();
    let printed = without_digits(&stdout(&monitor.end()));
    // There ovsdb-client 3.1 crashes.
    assert!(
        printed.contains(",\"time\":\"0000-00-00 00:00:00.000\"}"),
        "{printed}"
    );
}

/// With the first line's digits made zeros, and no row identifiers.
fn without_digits(text: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap();
    first.replace(|c: char| c.is_ascii_digit(), "0") + "\n" + rest
}

#[test]
fn a_monitor_of_what_is_not_there() {
    let server = Server::start();
    for (names, why) in [
        (&["Nope"][..], "database Open_vSwitch has no table Nope"),
        (&["Port", "nope"], "table Port has no column nope"),
        (&["Port", "name", "tag,name"], "column name is named twice"),
    ] {
        let monitor = netswitch(&server, &[&["monitor"], names].concat());
        assert_failed(&monitor, 1, why);
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let server = odd_server();
    let mut monitor = netswitch_command(&server, &["monitor", "Open_vSwitch"]);
    let mut monitor = monitor.stdout(Stdio::piped()).spawn().unwrap();
    let mut headings = String::new();
    let mut reader = BufReader::new(monitor.stdout.take().unwrap());
    reader.read_line(&mut headings).unwrap();
    assert!(headings.starts_with("row "), "{headings}");
    drop(reader);
    // A process that another test is starting may hold the pipe open for a moment.
    for number in 0.. {
        if monitor.try_wait().unwrap().is_some() {
            break;
        }
        let pair = format!("external_ids:a={number}");
        server.vsctl(&["--no-wait", "set", "Open_vSwitch", ".", &pair]);
    }
    assert!(end_of(monitor).status.success());
}
