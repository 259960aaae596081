//! `needs-conversion` and `convert`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::both::{assert_failed, netswitch, ovsdb_client, stdout};
use crate::odd::{ODD, add, contents, fill, odd_server, transact};
use crate::support::{Server, text};

#[test]
fn schemas_that_differ_and_schemas_that_do_not() {
    let server = odd_server();
    let again = ODD
        .replace(
            r#""key": "integer", "min": 1, "#,
            r#""key": {"type": "integer"}, "#,
        )
        .replace(r#"["b", "a", ""]"#, r#"["", "a", "b"]"#)
        .replace(r#""enum": "b""#, r#""enum": ["set", ["b"]]"#)
        .replace(
            r#""boolean": {"type": "boolean"}"#,
            r#""boolean": {"type": {"key": {"type": "boolean"}}, "mutable": true}"#,
        );
    assert_ne!(again, ODD);
    for (schema, answer) in [
        (ODD.to_owned(), "no\n"),
        (again, "no\n"),
        (ODD.replace("1.0.0", "1.0.1"), "yes\n"),
        (ODD.replace("\"Empty\"", "\"Full\""), "yes\n"),
        (ODD.replace(r#""max": 3"#, r#""max": 4"#), "yes\n"),
        (ODD.replace(r#", "ephemeral": true"#, ""), "yes\n"),
        (ODD.replace(r#", "refType": "weak""#, ""), "yes\n"),
        (ODD.replace(r#""minLength": 1, "#, ""), "yes\n"),
        (
            ODD.replace("\"tables\"", "\"cksum\": \"1 2\", \"tables\""),
            "yes\n",
        ),
    ] {
        let path = file(&server, &schema);
        let ours = stdout(&netswitch(&server, &["needs-conversion", &path]));
        assert_eq!(
            ours,
            stdout(&ovsdb_client(&server, &["needs-conversion", &path]))
        );
        assert_eq!(ours, answer, "{schema}");
    }
    let own = "/usr/share/openvswitch/vswitch.ovsschema";
    assert_eq!(
        stdout(&netswitch(&server, &["needs-conversion", own])),
        "no\n"
    );
}

#[test]
fn conversions_keep_what_the_schema_has_a_place_for() {
    let [converted, as_theirs] = [netswitch, ovsdb_client].map(|client| {
        let server = odd_server();
        fill(&server);
        let mut schema: Value = serde_json::from_str(ODD).unwrap();
        schema["version"] = json!("2.0.0");
        let columns = &mut schema["tables"]["T"]["columns"];
        columns["new"] = json!({"type": {"key": "integer", "min": 0}});
        columns.as_object_mut().unwrap().remove("map");
        columns.as_object_mut().unwrap().remove("uuids");
        let path = file(&server, &schema.to_string());
        let done = client(&server, &["convert", &path]);
        assert!(done.status.success(), "{done:?}");
        assert_eq!(stdout(&done), "");
        let schema = stdout(&netswitch(&server, &["get-schema", "Odd"]));
        schema + &contents(&server)
    });
    assert_eq!(converted, as_theirs);
    assert!(
        converted.contains("new") && converted.contains("2.0.0"),
        "{converted}"
    );
}

#[test]
fn conversions_that_cannot_be() {
    let server = odd_server();
    // With several rows ovsdb-server 3.1 crashes.
    transact(
        &server,
        &json!({"op": "insert", "table": "T", "row": {"few": ["set", [1, 2]]}}),
    );
    let before = stdout(&netswitch(&server, &["dump", "Odd"]));
    let narrow = file(&server, &ODD.replace(r#""max": 3"#, r#""max": 1"#));
    let done = netswitch(&server, &["convert", &narrow]);
    assert_failed(&done, 1, "refused convert: ");

    let missing = file(&server, &ODD.replace("\"Odd\"", "\"Nope\""));
    for verb in ["convert", "needs-conversion"] {
        let done = netswitch(&server, &[verb, &missing]);
        assert_failed(
            &done,
            1,
            "no database Nope; it has Odd, Open_vSwitch, _Server",
        );
        for (content, why) in [
            ("{", "is no schema: "),
            ("[]", "is no schema: "),
            (r#"{"name": "Odd"}"#, "is no schema: /version: missing"),
            (
                r#"{"name": "Odd", "version": "1.0.0", "tables": {"T": {"columns":
                    {"a": {"type": "text"}}}}}"#,
                "is no schema: /tables/T/columns/a/type: expected an atomic type",
            ),
        ] {
            let path = file(&server, content);
            assert_failed(&netswitch(&server, &[verb, &path]), 2, why);
        }
        let absent = netswitch(&server, &[verb, "/nonexistent/schema"]);
        assert_failed(
            &absent,
            2,
            "/nonexistent/schema cannot be read: No such file",
        );
    }
    assert_eq!(stdout(&netswitch(&server, &["dump", "Odd"])), before);
}

/// Clustered databases keep every column.
#[test]
fn columns_of_clustered_databases_last() {
    let server = Server::start();
    let schema = file(&server, ODD);
    let folder = server.socket().parent().unwrap().to_owned();
    let database = folder.join("cluster.db");
    let address = format!("unix:{}", folder.join("raft").display());
    let mut create = Command::new("ovsdb-tool");
    text(
        create
            .arg("create-cluster")
            .arg(&database)
            .args([&schema, &address]),
    );
    add(&server, &database);
    let joined = netswitch(&server, &["wait", "Odd", "connected"]);
    assert!(joined.status.success(), "{joined:?}");

    let newer = file(&server, &ODD.replace("1.0.0", "1.0.1"));
    let needs = |path: &str| {
        let ours = stdout(&netswitch(&server, &["needs-conversion", path]));
        assert_eq!(
            ours,
            stdout(&ovsdb_client(&server, &["needs-conversion", path]))
        );
        ours
    };
    assert_eq!(needs(&newer), "yes\n");
    let done = netswitch(&server, &["convert", &newer]);
    assert!(done.status.success(), "{done:?}");
    assert_eq!(needs(&newer), "no\n");
    let schema = stdout(&netswitch(&server, &["get-schema", "Odd"]));
    assert!(!schema.contains("ephemeral"), "{schema}");
}

/// Writes a file beside the server's.
fn file(server: &Server, content: &str) -> String {
    let name = format!("{}.schema", content.len());
    let path: PathBuf = server.socket().with_file_name(name);
    fs::write(&path, content).unwrap();
    path.display().to_string()
}
