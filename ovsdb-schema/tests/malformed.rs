//! Schemas that RFC 7047, section 3.2 does not allow, and what is said of them.

#![allow(
    clippy::unwrap_used,
    reason = "clippy takes only functions marked #[test] for tests"
)]

use serde_json::{Value, json};

/// Edits of a good schema: where, what is put there (`null`: removed), and the message.
#[test]
fn malformed_parts_are_named_with_their_place() {
    let base = "/tables/Port/columns/tag/type/key";
    let kind = "/tables/Port/columns/tag/type";
    let column = "/tables/Port/columns/tag";
    let port = "/tables/Port";
    let edits: &[(&str, &str, Value, &str)] = &[
        ("", "/name", Value::Null, "/name: missing"),
        ("", "/name", json!(7), "/name: expected a string"),
        (
            "",
            "/name",
            json!("a-b"),
            "/name: `a-b` is not an identifier",
        ),
        ("", "/name", json!("9a"), "/name: `9a` is not an identifier"),
        ("", "/name", json!(""), "/name: `` is not an identifier"),
        ("", "/version", Value::Null, "/version: missing"),
        (
            "",
            "/version",
            json!("1.2"),
            "/version: expected three numbers",
        ),
        (
            "",
            "/version",
            json!("1.2.x"),
            "/version: expected three numbers",
        ),
        (
            "",
            "/version",
            json!("1.2.3.4"),
            "/version: expected three numbers",
        ),
        ("", "/cksum", json!(1), "/cksum: expected a string"),
        ("", "/tables", Value::Null, "/tables: missing"),
        ("", "/tables", json!([]), "/tables: expected an object"),
        ("", "/comment", json!("x"), "/comment: unknown"),
        (
            "",
            "/tables/a-b",
            json!({}),
            "/tables/a-b: `a-b` is not an identifier",
        ),
        (
            "",
            "/tables/_Port",
            json!({}),
            "/tables/_Port: names beginning with `_` are reserved",
        ),
        (port, "", json!("x"), ": expected an object"),
        (port, "/columns", Value::Null, "/columns: missing"),
        (
            port,
            "/columns",
            json!({}),
            "/columns: expected at least one column",
        ),
        (
            port,
            "/maxRows",
            json!(0),
            "/maxRows: expected a positive integer",
        ),
        (
            port,
            "/maxRows",
            json!("unlimited"),
            "/maxRows: expected a positive integer",
        ),
        (port, "/isRoot", json!(1), "/isRoot: expected true or false"),
        (port, "/isroot", json!(true), "/isroot: unknown"),
        (
            port,
            "/indexes",
            json!("name"),
            "/indexes: expected an array",
        ),
        (
            port,
            "/indexes",
            json!(["name"]),
            "/indexes/0: expected an array",
        ),
        (
            port,
            "/indexes",
            json!([["name"], []]),
            "/indexes/1: expected at least one column",
        ),
        (
            port,
            "/indexes",
            json!([["tag", "tag"]]),
            "/indexes/0/1: given twice",
        ),
        (
            port,
            "/indexes",
            json!([["tag", "x"]]),
            "/indexes/0/1: no column is named `x`",
        ),
        (
            port,
            "/indexes",
            json!([["_uuid"]]),
            "/indexes/0/0: no column is named `_uuid`",
        ),
        (
            port,
            "/indexes",
            json!([["status"]]),
            "/indexes/0/0: the column `status` is ephemeral",
        ),
        (
            port,
            "/columns/_uuid",
            json!({}),
            "/columns/_uuid: names beginning with `_`",
        ),
        (
            port,
            "/columns/_version",
            json!({}),
            "/columns/_version: names beginning with `_`",
        ),
        (
            port,
            "/columns/a b",
            json!({}),
            "/columns/a b: `a b` is not an identifier",
        ),
        (
            port,
            "/columns/a~1b",
            json!({}),
            "/columns/a~1b: `a/b` is not an identifier",
        ),
        (column, "/type", Value::Null, "/type: missing"),
        (
            column,
            "/type",
            json!(["string"]),
            "/type: expected an object",
        ),
        (
            column,
            "/type",
            json!("void"),
            "/type: expected an atomic type",
        ),
        (
            column,
            "/ephemeral",
            json!("no"),
            "/ephemeral: expected true or false",
        ),
        (
            column,
            "/mutable",
            json!(0),
            "/mutable: expected true or false",
        ),
        (column, "/unique", json!(true), "/unique: unknown"),
        (kind, "/key", Value::Null, "/key: missing"),
        (kind, "/key", json!("text"), "/key: expected an atomic type"),
        (
            kind,
            "/value",
            json!("map"),
            "/value: expected an atomic type",
        ),
        (kind, "/min", json!(2), "/min: expected 0 or 1"),
        (kind, "/min", json!("unlimited"), "/min: expected 0 or 1"),
        (
            kind,
            "/max",
            json!(0),
            "/max: expected a positive integer or \"unlimited\"",
        ),
        (
            kind,
            "/max",
            json!(1.5),
            "/max: expected a positive integer or \"unlimited\"",
        ),
        (
            kind,
            "/max",
            json!("many"),
            "/max: expected a positive integer or \"unlimited\"",
        ),
        (
            kind,
            "/max",
            json!(4294967295u32),
            "/max: expected a positive integer or \"unlimited\"",
        ),
        (kind, "/maximum", json!(1), "/maximum: unknown"),
        (base, "", json!({}), "/type: missing"),
        (
            base,
            "",
            json!({"type": "set"}),
            "/type: expected an atomic type",
        ),
        (
            base,
            "",
            json!({"type": "integer", "minLength": 1}),
            "/minLength: unknown or not allowed",
        ),
        (
            base,
            "",
            json!({"type": "string", "refTable": "Port"}),
            "/refTable: unknown or not",
        ),
        (
            base,
            "",
            json!({"type": "integer", "minInteger": 0.5}),
            "/minInteger: expected a 64-bit",
        ),
        (
            base,
            "",
            json!({"type": "integer", "maxInteger": u64::MAX}),
            "/maxInteger: expected a 64",
        ),
        (
            base,
            "",
            json!({"type": "integer", "minInteger": 2, "maxInteger": 1}),
            "/minInteger: minInteger exceeds maxInteger",
        ),
        (
            base,
            "",
            json!({"type": "real", "minReal": "0"}),
            "/minReal: expected a number",
        ),
        (
            base,
            "",
            json!({"type": "real", "minReal": 2, "maxReal": 1}),
            "/minReal: minReal exceeds maxReal",
        ),
        (
            base,
            "",
            json!({"type": "string", "minLength": -1}),
            "/minLength: expected an integer from 0",
        ),
        (
            base,
            "",
            json!({"type": "string", "minLength": 2, "maxLength": 1}),
            "/minLength: minLength exceeds maxLength",
        ),
        (
            base,
            "",
            json!({"type": "integer", "enum": [1, 2]}),
            "/enum: expected a 64-bit integer",
        ),
        (
            base,
            "",
            json!({"type": "integer", "enum": ["set", [1, "2"]]}),
            "/enum/1/1: expected a 64-bit integer",
        ),
        (
            base,
            "",
            json!({"type": "string", "enum": ["set", [1]]}),
            "/enum/1/0: expected a string",
        ),
        (
            base,
            "",
            json!({"type": "boolean", "enum": ["set", [0]]}),
            "/enum/1/0: expected true or false",
        ),
        (
            base,
            "",
            json!({"type": "uuid", "enum": ["uuid", "0-0-0-0-0"]}),
            "/enum: expected a uuid",
        ),
        (
            base,
            "",
            json!({"type": "string", "enum": ["set", []]}),
            "/enum/1: expected at least one value",
        ),
        (
            base,
            "",
            json!({"type": "string", "enum": ["set", ["a", "a"]]}),
            "/enum/1/1: given twice",
        ),
        (
            base,
            "",
            json!({"type": "string", "enum": ["set", "a"]}),
            "/enum/1: expected an array",
        ),
        (
            base,
            "",
            json!({"type": "integer", "enum": 1, "minInteger": 0}),
            "/minInteger: unknown or not allowed",
        ),
        (
            base,
            "",
            json!({"type": "uuid", "refTable": "Nobody"}),
            "/refTable: no table is named `Nobody`",
        ),
        (
            base,
            "",
            json!({"type": "uuid", "refTable": "a-b"}),
            "/refTable: `a-b` is not an identifier",
        ),
        (
            base,
            "",
            json!({"type": "uuid", "refTable": "Port", "refType": "soft"}),
            "/refType: expected \"strong\" or \"weak\"",
        ),
        (
            base,
            "",
            json!({"type": "uuid", "refType": "weak"}),
            "/refType: unknown or not allowed",
        ),
    ];
    for (parent, place, value, message) in edits {
        let mut schema = good();
        edit(&mut schema, &format!("{parent}{place}"), value.clone());
        let message = format!("{parent}{message}");
        let error = error(&schema.to_string());
        assert!(
            error.starts_with(&message),
            "{parent}{place} = {value}: {error}, not {message}"
        );
    }
}

#[test]
fn text_that_is_no_object_is_refused() {
    let cases = [
        ("", "/: not JSON: EOF"),
        ("{", "/: not JSON: EOF"),
        ("{} {}", "/: not JSON: trailing characters"),
        ("[]", "/: expected an object"),
        (r#"{"name": "A", "name": "B"}"#, "/name: given twice"),
        (
            r#"{"tables": {"A": {}, "A": {}}}"#,
            "/tables/A: given twice",
        ),
    ];
    for (text, message) in cases {
        let error = error(text);
        assert!(error.starts_with(message), "{text}: {error}");
    }
    assert!(error(&"[".repeat(100_000)).starts_with("/: not JSON: recursion limit"));
}

#[test]
fn names_that_meet_in_rust_are_refused() {
    let cases = [
        (
            "/tables/port",
            json!({"columns": {"a": {"type": "string"}}}),
            "/tables/port: becomes `Port`",
        ),
        (
            "/tables/Port/columns/tag_",
            json!({"type": "string"}),
            "/tables/Port/columns/tag_: becomes `tag`",
        ),
        (
            "/tables/PortIndexes",
            json!({"columns": {"a": {"type": "string"}}}),
            "/tables/PortIndexes: becomes `PortIndexes`",
        ),
    ];
    for (place, value, message) in cases {
        let mut schema = good();
        edit(&mut schema, "/tables/Port/indexes", json!([["name"]]));
        edit(&mut schema, place, value);
        let schema = ovsdb_schema::parse(&schema.to_string()).unwrap();
        let database = ovsdb_schema::resolve(&schema).unwrap();
        let options = ovsdb_schema::Options::default();
        let error = ovsdb_schema::generate(&database, &options)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(message), "{place}: {error}");
    }
}

fn good() -> Value {
    json!({
        "name": "Lab",
        "version": "1.0.0",
        "tables": {"Port": {"columns": {
            "name": {"type": "string"},
            "status": {"type": "string", "ephemeral": true},
            "tag": {"type": {"key": "integer", "min": 0}},
        }}},
    })
}

fn edit(schema: &mut Value, place: &str, value: Value) {
    let (parent, name) = place.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    let parent = schema.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => parent.remove(&name),
        value => parent.insert(name, value),
    };
}

fn error(text: &str) -> String {
    let resolved = ovsdb_schema::parse(text).and_then(|schema| ovsdb_schema::resolve(&schema));
    resolved.unwrap_err().to_string()
}
