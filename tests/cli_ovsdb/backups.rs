//! `backup` and `restore`.

use std::fs::{self, File};
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::both::{
    assert_failed, netswitch, netswitch_command, ovsdb_client, ovsdb_client_command, stdout,
};
use crate::odd::{ODD, add, contents, fill, odd_server, transact};
use crate::support::{Server, output_of, text};

/// But for its time, its comment and the order of members, which ovsdb-client leaves to chance.
#[test]
fn a_backup_is_ovsdb_clients() {
    let server = filled();
    for database in ["Odd", "Open_vSwitch"] {
        let [ours, theirs] =
            [netswitch, ovsdb_client].map(|client| stdout(&client(&server, &["backup", database])));
        let [mut ours, mut theirs] = [&ours, &theirs].map(|it| records(it));
        assert_eq!(ours.len(), 2);
        for (records, program) in [
            (&mut ours, "netswitch ovsdb"),
            (&mut theirs, "ovsdb-client"),
        ] {
            let transaction = records[1].as_object_mut().unwrap();
            let comment = transaction.remove("_comment").unwrap();
            assert_eq!(comment, format!("produced by \"{program} backup\""));
            assert!(transaction.remove("_date").unwrap().is_u64());
        }
        assert_eq!(ours, theirs);
    }
}

#[test]
fn a_backup_is_a_database() {
    let server = filled();
    let backup = stdout(&netswitch(&server, &["backup", "Odd"]));
    assert!(!backup.contains("forgotten"), "{backup}");
    let other = Server::start();
    let file = other.socket().with_file_name("backup.db");
    fs::write(&file, backup).unwrap();
    let version = text(Command::new("ovsdb-tool").arg("db-version").arg(&file));
    assert_eq!(version, "1.0.0");
    let log = text(Command::new("ovsdb-tool").arg("show-log").arg(&file));
    assert!(
        log.contains("produced by \"netswitch ovsdb backup\""),
        "{log}"
    );
    add(&other, &file);
    forget(&server);
    let dump = |server| stdout(&ovsdb_client(server, &["dump", "Odd"]));
    assert_eq!(dump(&other), dump(&server));
}

#[test]
fn a_restored_database_is_as_it_was() {
    for make in [netswitch, ovsdb_client] {
        let server = filled();
        let backup = stdout(&make(&server, &["backup", "Odd"]));
        forget(&server);
        let before = contents(&server);
        transact(&server, &json!({"op": "delete", "table": "T", "where": []}));
        transact(
            &server,
            &json!({"op": "insert", "table": "Empty", "row": {"a": "late"}}),
        );
        assert_ne!(contents(&server), before);
        let done = restore(&server, &[], &backup);
        assert!(done.status.success(), "{done:?}");
        assert_eq!(stdout(&done), "");
        assert_eq!(contents(&server), before);
        // And as ovsdb-client does it.
        let file = server.socket().with_file_name("backup");
        fs::write(&file, &backup).unwrap();
        let mut theirs = ovsdb_client_command(&server, &["restore", "Odd"]);
        let theirs = theirs.stdin(File::open(&file).unwrap()).output().unwrap();
        assert!(theirs.status.success(), "{theirs:?}");
        assert_eq!(contents(&server), before);
    }
}

/// A server's own file is a log of what happened, of differences mostly.
#[test]
fn a_servers_file_is_restored() {
    let server = filled();
    let update = |table: &str, row: Value| {
        transact(
            &server,
            &json!({"op": "update", "table": table, "where": [], "row": row}),
        );
    };
    update(
        "T",
        json!({"few": ["set", [1, 2, 3]], "reals": ["set", [0.5, 1e300]]}),
    );
    update(
        "T",
        json!({"few": ["set", [3, 4]], "map": ["map", [[10, false], [11, true]]]}),
    );
    update(
        "Types",
        json!({"shares": ["map", [["b", 2.5], ["c", 0.5]]]}),
    );
    update(
        "Types",
        json!({"shares": ["map", [["b", 1.5]]], "one": ["set", []]}),
    );
    transact(
        &server,
        &json!({"op": "insert", "table": "Empty", "row": {"a": "gone"}}),
    );
    transact(
        &server,
        &json!({"op": "delete", "table": "Empty", "where": []}),
    );
    forget(&server);
    let before = contents(&server);
    let log = fs::read_to_string(server.socket().with_file_name("odd.db")).unwrap();
    assert!(records(&log).len() > 10);

    transact(&server, &json!({"op": "delete", "table": "T", "where": []}));
    let done = restore(&server, &[], &log);
    assert!(done.status.success(), "{done:?}");
    assert_eq!(contents(&server), before);
}

#[test]
fn a_schema_that_differs_takes_force() {
    let server = filled();
    let backup = stdout(&netswitch(&server, &["backup", "Odd"]));
    let convert = |from: &str, to: &str| {
        let file = server.socket().with_file_name("newer");
        assert!(ODD.contains(from));
        fs::write(&file, ODD.replace(from, to)).unwrap();
        let done = netswitch(&server, &["convert", &file.display().to_string()]);
        assert!(done.status.success(), "{done:?}");
    };
    convert("1.0.0", "1.0.1");
    forget(&server);
    let before = contents(&server);
    let refused = restore(&server, &[], &backup);
    assert_failed(
        &refused,
        1,
        "the backup's schema has version 1.0.0, the database's 1.0.1",
    );
    convert("\"reals\"", "\"others\"");
    let refused = restore(&server, &[], &backup);
    assert_failed(&refused, 1, "both schemas have version 1.0.0 and differ");
    // Nor does it fit: nothing at all is done.
    let refused = restore(&server, &["--force"], &backup);
    assert_failed(&refused, 1, "the transaction did not commit: ");
    convert("1.0.0", "1.0.1");

    transact(&server, &json!({"op": "delete", "table": "T", "where": []}));
    let done = restore(&server, &["--force"], &backup);
    assert!(done.status.success(), "{done:?}");
    assert_eq!(contents(&server), before);
}

#[test]
fn a_file_that_is_no_backup_changes_nothing() {
    let server = filled();
    let before = contents(&server);
    let backup = stdout(&netswitch(&server, &["backup", "Odd"]));
    let second = backup.rfind("OVSDB JSON").unwrap();
    let short = &backup[..backup.len() - 1];
    let at = format!("record 2 (at byte {second}): ");
    for (input, why) in [
        ("", "it is empty"),
        (
            "{}",
            "record 1 (at byte 0): it begins with no line OVSDB JSON",
        ),
        (
            ODD,
            "record 1 (at byte 0): it begins with no line OVSDB JSON",
        ),
        (
            "OVSDB CLUSTER 2 da\n",
            "record 1 (at byte 0): it is of a cluster's server",
        ),
        (short, &at),
        (
            &backup.replace("\"few\":7", "\"few\":6"),
            &format!("{at}its data do not have"),
        ),
        (
            &backup.replace("OVSDB JSON ", "OVSDB JSON 9"),
            "bytes were to follow",
        ),
    ] {
        let done = restore(&server, &[], input);
        assert_failed(&done, 2, why);
        assert_failed(&done, 2, "the backup is no database file: ");
    }
    let switch = stdout(&netswitch(&server, &["backup", "Open_vSwitch"]));
    let done = restore(&server, &["--force"], &switch);
    assert_failed(
        &done,
        1,
        "the backup is of database Open_vSwitch, not of Odd",
    );
    assert_eq!(contents(&server), before);
}

/// The odd database with rows that refer to each other, and a column that does not last.
fn filled() -> Server {
    let server = odd_server();
    fill(&server);
    let row = json!({"word": "a", "digit": 1, "lost": "forgotten"});
    transact(
        &server,
        &json!({"op": "insert", "table": "Types", "row": row}),
    );
    let select = json!(["Odd", {"op": "select", "table": "Types", "where": []}]).to_string();
    let selected = stdout(&ovsdb_client(&server, &["transact", &select]));
    let selected: Value = serde_json::from_str(&selected).unwrap();
    let row = json!({"word": "b", "digit": 2, "one": "b", "peers": selected[0]["rows"][0]["_uuid"],
        "shares": ["map", [["a", 0.5], ["b", 1.0]]]});
    transact(
        &server,
        &json!({"op": "insert", "table": "Types", "row": row}),
    );
    server
}

/// Clears the column that does not last.
fn forget(server: &Server) {
    let row = json!({"lost": ""});
    transact(
        server,
        &json!({"op": "update", "table": "Types", "where": [], "row": row}),
    );
}

fn restore(server: &Server, options: &[&str], input: &str) -> Output {
    let arguments = [options, &["restore", "Odd"]].concat();
    output_of(&mut netswitch_command(server, &arguments), input)
}

/// The JSON of a database file's records.
fn records(file: &str) -> Vec<Value> {
    let json = file.lines().filter(|line| !line.starts_with("OVSDB JSON "));
    json.map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
