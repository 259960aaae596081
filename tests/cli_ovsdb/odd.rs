//! A database with every kind of value.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::both::{ovsdb_client, stdout};
use crate::support::{Server, text};

/// Every column shape, and strings and numbers that are easy to print wrongly.
pub(crate) const ODD: &str = r#"{"name": "Odd", "version": "1.0.0", "tables": {
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
        "uuids": {"type": {"key": "uuid", "min": 0, "max": "unlimited"}}}},
    "Types": {"columns": {
        "digit": {"type": {"key": {"type": "integer", "minInteger": 0, "maxInteger": 9}}},
        "lost": {"type": "string", "ephemeral": true},
        "one": {"type": {"key": {"type": "string", "enum": "b"}, "min": 0}},
        "peers": {"type": {"key": {"type": "uuid", "refTable": "Types", "refType": "weak"},
            "min": 0, "max": "unlimited"}},
        "shares": {"type": {"key": {"type": "string", "minLength": 1, "maxLength": 3},
            "value": {"type": "real", "minReal": 0.5}, "min": 0, "max": 9}},
        "word": {"type": {"key": {"type": "string", "enum": ["set", ["b", "a", ""]]}}}},
        "indexes": [["word", "digit"]]}}}"#;

/// A server with a switch in one database and every kind of value in another.
pub(crate) fn odd_server() -> Server {
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
    add(&server, &file);
    server
}

/// Has the server serve a database file too.
pub(crate) fn add(server: &Server, file: &Path) {
    server.appctl(&["ovsdb-server/add-db", &file.display().to_string()]);
}

/// Removes the odd database from its server.
pub(crate) fn remove(server: &Server) {
    server.appctl(&["ovsdb-server/remove-db", "Odd"]);
}

pub(crate) fn fill(server: &Server) {
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
        json!({"string": "<a href=\"x\">&é ffffffff-0000-0000-0000-00000000000f</a>", "few": 9}),
        json!({"string": "F0000000-0000-0000-0000-00000000000f00000000-0000-0000-0000-00000000000",
            "few": 10}),
    ] {
        transact(server, &json!({"op": "insert", "table": "T", "row": row}));
    }
}

/// Runs an operation on the odd database.
pub(crate) fn transact(server: &Server, operation: &Value) {
    let transaction = json!(["Odd", operation]).to_string();
    let results = stdout(&ovsdb_client(server, &["transact", &transaction]));
    assert!(!results.contains("error"), "{results}");
}

/// What the odd database holds, as text in which rows have numbers in the place of identifiers,
/// which are random.
pub(crate) fn contents(server: &Server) -> String {
    let tables = stdout(&ovsdb_client(server, &["-fjson", "dump", "Odd"]));
    let mut text = stdout(&ovsdb_client(server, &["-fcsv", "dump", "Odd"]));
    for table in tables
        .lines()
        .map(|it| serde_json::from_str::<Value>(it).unwrap())
    {
        let headings = table["headings"].as_array().unwrap();
        let column = headings.iter().position(|it| it == "_uuid").unwrap();
        for (number, row) in table["data"].as_array().unwrap().iter().enumerate() {
            let name = format!("{} {number}", table["caption"]);
            text = text.replace(row[column][1].as_str().unwrap(), &name);
        }
    }
    text
}
