//! `transact` and `query`.

use serde_json::json;

use crate::both::{assert_failed, assert_same, netswitch, netswitch_command, ovsdb_client, stdout};
use crate::odd::{fill, odd_server};
use crate::support::output_of;

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
    let transaction = json!(["Odd", {"op": "comment", "comment": ""}, select]).to_string();
    assert_same(&server, &["--pretty", "transact", &transaction]);

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
fn queries_change_nothing() {
    let server = odd_server();
    fill(&server);
    let before = stdout(&netswitch(&server, &["dump", "Odd"]));
    let select = json!({"op": "select", "table": "Empty", "where": []});
    let insert = json!({"op": "insert", "table": "Empty", "row": {"a": "b"}});
    for query in [
        json!(["Odd", select]),
        json!(["Odd"]),
        json!(["Odd", {"op": "update", "table": "T", "where": [], "row": {"few": 3}}]),
        json!(["Odd", {"op": "delete", "table": "T", "where": []}, {"op": "comment", "comment": ""}]),
    ] {
        assert_same(&server, &["query", &query.to_string()]);
        assert_same(&server, &["--pretty", "query", &query.to_string()]);
    }
    let inserted = stdout(&netswitch(
        &server,
        &["query", &json!(["Odd", insert]).to_string()],
    ));
    assert!(
        inserted.starts_with("[{\"uuid\":[\"uuid\",\""),
        "{inserted}"
    );
    for (query, why) in [
        (
            json!(["Odd", {"op": "abort"}]),
            "operation 1 of 1 (abort): aborted",
        ),
        (
            json!(["Odd", {"op": "select", "table": "Nope", "where": []}, select]),
            "operation 1 of 2 (select Nope): syntax error",
        ),
    ] {
        let query = query.to_string();
        let done = netswitch(&server, &["query", &query]);
        assert_eq!(
            stdout(&done),
            stdout(&ovsdb_client(&server, &["query", &query]))
        );
        assert_failed(&done, 1, why);
    }
    let nonsense = netswitch(&server, &["query", "[3]"]);
    assert_failed(&nonsense, 2, "a transaction is");
    assert_eq!(stdout(&netswitch(&server, &["dump", "Odd"])), before);
}
