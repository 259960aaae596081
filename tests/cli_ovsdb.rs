//! `netswitch ovsdb` beside the real ovsdb-client, on the same server: both print the same.
// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what cannot be had fails the test"
)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Deserializer, Value, json};
use support::{Server, output_of, text};

/// Nothing here takes longer unless it hangs.
const LIMIT: Duration = Duration::from_secs(30);

/// Every column shape, and strings and numbers that are easy to print wrongly.
const ODD: &str = r#"{"name": "Odd", "version": "1.0.0", "tables": {
    "Empty": {"columns": {"a": {"type": "string"}}},
    "T": {"columns": {
        "Z": {"type": "string"},
        "boolean": {"type": "boolean"},
        "few": {"type": {"key": "integer", "min": 1, "max": 3}},
        "map": {"type": {"key": "integer", "value": "boolean", "min": 0, "max": "unlimited"}},
        "pair": {"type": {"key": "string", "value": "real", "min": 0, "max": 1}},
        "real": {"type": "real"},
        "reals": {"type": {"key": "real", "min": 0, "max": "unlimited"}},
        "string": {"type": "string"},
        "uuids": {"type": {"key": "uuid", "min": 0, "max": "unlimited"}}}}}}"#;

#[test]
fn databases_and_schemas() {
    let server = odd_server();
    for arguments in [
        &["list-dbs"][..],
        &["get-schema"],
        &["get-schema", "Odd"],
        &["get-schema", "_Server"],
    ] {
        assert_same(&server, arguments);
    }
    let missing = netswitch(&server, &["get-schema", "Nope"]);
    assert_failed(
        &missing,
        1,
        "no database Nope; it has Odd, Open_vSwitch, _Server",
    );
}

#[test]
fn dumps_in_every_form() {
    let server = odd_server();
    fill(&server);
    for format in ["table", "list", "csv", "json"] {
        for names in [
            &[][..],
            &["Odd"],
            &["_Server"],
            &["Bridge"],
            &["Open_vSwitch", "Open_vSwitch"],
            &["Bridge", "name", "_uuid", "external_ids"],
            &["Odd", "T", "uuids"],
            &["Odd", "Empty"],
        ] {
            let mut arguments = vec!["--format", format, "dump"];
            arguments.extend(names);
            assert_same(&server, &arguments);
        }
    }
    for (names, why) in [
        (&["Nope"][..], "database Open_vSwitch has no table Nope"),
        (&["Bridge", "nope"], "table Bridge has no column nope"),
        (
            &["Bridge", "name", "name"],
            "column name of table Bridge is named twice",
        ),
    ] {
        let dump = netswitch(&server, &[&["dump"], names].concat());
        assert_failed(&dump, 1, why);
    }
}

#[test]
fn transactions_and_what_fails_of_them() {
    let server = odd_server();
    fill(&server);
    let select = json!({"op": "select", "table": "T", "where": []});
    assert_same(
        &server,
        &[
            "transact",
            &json!(["Odd", select, {"op": "comment", "comment": "é"}]).to_string(),
        ],
    );
    assert_same(&server, &["transact", "[\"Odd\"]"]);

    for (transaction, why) in [
        (
            json!(["Odd", select, {"op": "select", "table": "Nope", "where": []}, select]),
            "operation 2 of 3 (select Nope): syntax error: ",
        ),
        (
            json!(["Odd", {"op": "abort"}]),
            "operation 1 of 1 (abort): aborted",
        ),
        (
            json!(["Open_vSwitch", {"op": "update", "table": "Open_vSwitch", "where": [],
                "row": {"bridges": ["uuid", "00000000-0000-0000-0000-000000000002"]}}]),
            "the commit: referential integrity violation: ",
        ),
    ] {
        let transaction = transaction.to_string();
        let arguments = ["transact", transaction.as_str()];
        let done = netswitch(&server, &arguments);
        assert_eq!(stdout(&done), stdout(&ovsdb_client(&server, &arguments)));
        assert_failed(&done, 1, why);
    }
    let refused = netswitch(&server, &["transact", r#"["Nope"]"#]);
    assert_failed(&refused, 1, "unknown database");
    for nonsense in ["[1", "{}", "[]", "[7]"] {
        let refused = netswitch(&server, &["transact", nonsense]);
        assert_failed(
            &refused,
            2,
            r#"a transaction is ["DATABASE", OPERATION, …]"#,
        );
    }
}

#[test]
fn a_transaction_from_standard_input() {
    let server = odd_server();
    let insert = json!(["Odd", {"op": "insert", "table": "Empty", "row": {"a": "from a pipe"}}]);
    let transaction = serde_json::to_string_pretty(&insert).unwrap();
    let mut command = netswitch_command(&server, &["transact", "-"]);
    assert!(output_of(&mut command, &transaction).status.success());
    let dump = stdout(&netswitch(&server, &["dump", "Odd", "Empty", "a"]));
    assert_eq!(dump, "Empty table\na\n-------------\n\"from a pipe\"\n");
}

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
    server.vsctl(&["--no-wait", "set", "Open_vSwitch", ".", "external_ids:a=b"]);
    assert!(end_of(monitor).status.success());
}

/// A server with a switch in one database and every kind of value in another.
fn odd_server() -> Server {
    let server = Server::start();
    let folder = server.socket().parent().unwrap().to_owned();
    let (schema, file) = (folder.join("odd.ovsschema"), folder.join("odd.db"));
    fs::write(&schema, ODD).unwrap();
    text(
        Command::new("ovsdb-tool")
            .arg("create")
            .arg(&file)
            .arg(&schema),
    );
    server.appctl(&["ovsdb-server/add-db", file.to_str().unwrap()]);
    server
}

fn fill(server: &Server) {
    server.vsctl(&[
        "--no-wait",
        "add-br",
        "br0",
        "--",
        "add-port",
        "br0",
        "p1",
        "tag=5",
        "trunks=1,2,3",
        "--",
        "set",
        "bridge",
        "br0",
        "external_ids:plain=word",
        "external_ids:\"c d\"=\"e,f\"",
        "external_ids:u=é",
        "other_config:n=1",
    ]);
    for row in [
        json!({"real": 1, "few": ["set", [3, 1]], "Z": "00000000-0000-0000-0000-000000000001",
            "reals": ["set", [0.1, 1e20, 1e300, -1.5e-7, 1.0 / 3.0, 1e15, 0.0001, 0.00001]],
            "string": "tab\t \u{1}\u{7f} é / \\", "pair": ["map", [["k", 2.5]]],
            "map": ["map", [[10, true], [9, false]]]}),
        json!({"string": "true", "few": 7, "uuids": ["set", [
            ["uuid", "ffffffff-0000-0000-0000-000000000001"],
            ["uuid", "00000000-0000-0000-0000-000000000002"]]]}),
        json!({"string": "new\nline,\"q\"", "few": 8}),
    ] {
        transact(server, &json!({"op": "insert", "table": "T", "row": row}));
    }
}

/// Runs an operation on the odd database.
fn transact(server: &Server, operation: &Value) {
    let transaction = json!(["Odd", operation]).to_string();
    let results = stdout(&ovsdb_client(server, &["transact", &transaction]));
    assert!(!results.contains("error"), "{results}");
}

fn assert_same(server: &Server, arguments: &[&str]) {
    let (ours, theirs) = (
        netswitch(server, arguments),
        ovsdb_client(server, arguments),
    );
    assert_eq!(
        stdout(&ours),
        stdout(&theirs),
        "{arguments:?}: {}",
        stderr(&ours)
    );
    assert!(
        ours.status.success() && theirs.status.success(),
        "{arguments:?}"
    );
}

fn assert_failed(output: &Output, status: i32, why: &str) {
    assert_eq!(output.status.code(), Some(status), "{}", stderr(output));
    assert!(stderr(output).contains(why), "{}", stderr(output));
}

fn netswitch(server: &Server, arguments: &[&str]) -> Output {
    output_of(&mut netswitch_command(server, arguments), "")
}

fn netswitch_command(server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
    command
        .args(["ovsdb", "--db", &server.remote()])
        .args(arguments);
    command
}

fn ovsdb_client(server: &Server, arguments: &[&str]) -> Output {
    output_of(&mut ovsdb_client_command(server, arguments), "")
}

/// The same arguments; the server comes after the verb there.
fn ovsdb_client_command(server: &Server, arguments: &[&str]) -> Command {
    let verb = match arguments {
        ["--format", _, ..] => 2,
        _ => 0,
    };
    let mut command = Command::new("ovsdb-client");
    command.args(&arguments[..=verb]).arg(server.remote());
    command.args(&arguments[verb + 1..]);
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A command that prints for as long as it runs.
struct Streaming {
    process: Child,
    chunks: Receiver<Vec<u8>>,
    printed: Vec<u8>,
}

impl Streaming {
    fn start(mut command: Command) -> Self {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut output = process.stdout.take().unwrap();
        let (sender, chunks) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            process,
            chunks,
            printed: Vec::new(),
        }
    }

    /// Waits until the word has been printed.
    fn wait_for(&mut self, word: &str) {
        while !String::from_utf8_lossy(&self.printed).contains(word) {
            let chunk = self.chunks.recv_timeout(LIMIT);
            let chunk = chunk.unwrap_or_else(|_| {
                let _ = self.process.kill();
                panic!(
                    "no {word} is printed:\n{}",
                    String::from_utf8_lossy(&self.printed)
                )
            });
            self.printed.extend(chunk);
        }
    }

    /// Waits for the command's end and gives what it has printed.
    fn end(mut self) -> Output {
        let mut output = end_of(self.process);
        self.printed.extend(self.chunks.iter().flatten());
        output.stdout = self.printed;
        output
    }
}

/// Waits for a process's end, and kills it if that does not come.
fn end_of(process: Child) -> Output {
    let pid = process.id().to_string();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(process.wait_with_output()));
    ended
        .recv_timeout(LIMIT)
        .map(Result::unwrap)
        .unwrap_or_else(|_| {
            let _ = Command::new("kill").args(["-s", "KILL", &pid]).status();
            panic!("it has not ended within {LIMIT:?}")
        })
}
