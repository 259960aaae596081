//! `monitor`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::json;

use crate::both::{assert_failed, netswitch, netswitch_command, ovsdb_client_command, stdout};
use crate::odd::{odd_server, transact};
use crate::streaming::{Streaming, end_of};
use crate::support::Server;

#[test]
fn monitors_in_every_form() {
    let first = json!({"op": "insert", "table": "Empty", "row": {"a": "first"}});
    let second = json!({"op": "insert", "table": "Empty", "row": {"a": "second"}});
    let is = |value: &str| json!([["a", "==", value]]);
    let third =
        json!({"op": "update", "table": "Empty", "where": is("second"), "row": {"a": "third"}});
    let delete = json!({"op": "delete", "table": "Empty", "where": is("third")});
    for format in ["table", "list", "csv", "json"] {
        for names in [
            &["Odd", "Empty"][..],
            &["Odd", "Empty", "_uuid,a"],
            &["Odd", "Empty", "a", "_version,!initial,!insert"],
            &["Odd", "Empty", "a", "_version,!modify,!delete"],
            &["Odd", "ALL"],
        ] {
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
