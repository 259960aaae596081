//! Servers that are not there, do not answer, or answer nonsense.

use std::io::Write;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Deserializer, Value, json};

use crate::both::{assert_failed, netswitch, netswitch_command, stderr, stdout};
use crate::odd::odd_server;
use crate::support::{Server, end_of, output_of};

#[test]
fn a_server_that_is_not_there_or_does_not_answer() {
    let nowhere = ["--db", "unix:/nonexistent/db.sock", "ovsdb", "list-dbs"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
    let unreached = output_of(command.args(nowhere), "");
    assert_failed(&unreached, 3, "unix:/nonexistent/db.sock");
    assert!(stderr(&unreached).contains("start ovsdb-server"));

    let server = Server::start();
    server.stop();
    for verb in [
        &["dump"][..],
        &["monitor", "Port"],
        &["transact", r#"["Open_vSwitch"]"#],
    ] {
        let start = Instant::now();
        let unanswered = netswitch(&server, &[&["--timeout", "1s"], verb].concat());
        assert_failed(&unanswered, 3, "was not answered by unix:");
        assert!(start.elapsed() < Duration::from_secs(5));
    }
    server.resume();

    let mut waiting = netswitch_command(&server, &["--timeout", "1s", "transact", "-"]);
    let waiting = waiting.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut waiting = waiting.spawn().unwrap();
    // Its input stays open until it has ended.
    let input = waiting.stdin.take();
    assert_failed(&end_of(waiting), 1, "standard input has not ended");
    drop(input);
}

/// What goes on for ever ends when that is asked for.
#[test]
fn monitors_and_locks_take_a_limit_too() {
    let server = Server::start();
    for (verb, shown) in [
        (&["monitor", "Port", "name"][..], ""),
        (&["lock", "l"], "locked"),
    ] {
        let ended = netswitch(&server, &[&["-t", "300ms"], verb].concat());
        assert_failed(&ended, 3, "the limit of 300ms is over");
        assert!(stdout(&ended).contains(shown));
    }
}

/// Every other test names the server behind the verb.
#[test]
fn the_server_of_the_option() {
    let server = Server::start();
    let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
    command.args(["ovsdb", "list-dbs", "--db", &server.remote()]);
    assert_eq!(
        stdout(&output_of(&mut command, "")),
        "Open_vSwitch\n_Server\n"
    );
}

#[test]
fn arguments_that_no_verb_takes() {
    let server = odd_server();
    for (arguments, why) in [
        (&["list-dbs", "Odd"][..], "what is Odd?"),
        (&["list-dbs", "Odd", "T"], "what is Odd T?"),
        (&["get-schema", "Odd", "T"], "what is T?"),
    ] {
        assert_failed(&netswitch(&server, arguments), 2, why);
    }
    for verb in ["transact", "monitor"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
        let output = output_of(command.args(["ovsdb", verb]), "");
        assert_failed(&output, 2, "an argument is missing");
    }
    for (remote, why) in [
        (
            "foo:bar",
            "expected unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT",
        ),
        ("unix:", "empty"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
        assert_failed(
            &output_of(command.args(["ovsdb", "dump", remote]), ""),
            2,
            why,
        );
    }
}

#[test]
fn a_server_that_answers_nonsense() {
    let folder = tempfile::tempdir().unwrap();
    let remote = format!("unix:{}", folder.path().join("db.sock").display());
    let listener = UnixListener::bind(folder.path().join("db.sock")).unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let requests = Deserializer::from_reader(stream.try_clone().unwrap());
            for request in requests.into_iter::<Value>().map_while(Result::ok) {
                let result = match request["method"].as_str() {
                    Some("list_dbs") => json!(["Open_vSwitch"]),
                    Some("get_schema") => json!({"name": "Open_vSwitch", "version": "1.0.0",
                        "tables": {"T": {"columns": {"a": {"type": "string"}}}}}),
                    Some("monitor") => json!({"T": {"row": {"new": {"a": 7}}}}),
                    _ => json!([{"rows": [{"a": 7}]}]),
                };
                let reply = json!({"id": request["id"], "result": result, "error": null});
                let _ = stream.write_all(reply.to_string().as_bytes());
            }
        }
    });
    for verb in ["dump", "monitor"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
        let done = output_of(command.args(["ovsdb", "--db", &remote, verb, "T", "a"]), "");
        assert_failed(
            &done,
            3,
            "column a of table T as ovsdb has it: expected a string",
        );
    }
}
