//! The wire as the server speaks it.

use std::time::Duration;

use netswitch::ovsdb::{self, Options, Selection, TransactionBuilder};
use netswitch::vswitch::{Port, Queue, queue};
use serde_json::{Value, json};

use crate::served::{Vswitch, connect_to, followed, raw, run, said, served};
use crate::support::Server;

#[tokio::test]
async fn databases_and_schemas_over_unix_and_tcp() {
    let server = Server::start();
    for remote in [server.remote(), format!("tcp:127.0.0.1:{}", server.port())] {
        let client = connect_to(&remote).await;
        assert_eq!(client.remote().to_string(), remote);
        client.echo().await.unwrap();
        let names = client.list_databases().await.unwrap();
        assert!(names.contains(&"Open_vSwitch".to_owned()), "{names:?}");
        let schema = client.get_schema("Open_vSwitch").await.unwrap();
        let schema: Value = serde_json::from_str(schema.get()).unwrap();
        assert_eq!(
            schema["tables"]["Port"]["columns"]["name"]["mutable"],
            false
        );
    }
}

/// Note 1: `jsonrpc` of any value, or missing or null `params`, closes the connection; what we
/// send has neither.
#[test]
fn requests_are_json_rpc_1_0() {
    let server = Server::start();
    for refused in [
        r#"{"method":"list_dbs","params":[],"id":1,"jsonrpc":"1.0"}"#,
        r#"{"method":"list_dbs","id":1}"#,
        r#"{"method":"list_dbs","params":null,"id":1}"#,
    ] {
        assert_eq!(said(&server, refused, 1), None, "{refused}");
    }
    let taken = r#"{"id":1,"method":"list_dbs","params":[]}"#;
    assert!(said(&server, taken, 1).is_some());
}

/// Note 2 and 19: messages without separators; ids in flight at the same time are all different,
/// and every reply finds its own request.
#[tokio::test]
async fn many_requests_are_pipelined() {
    let (_server, client) = served().await;
    let calls = (0..500).map(|number| {
        let client = client.clone();
        tokio::spawn(async move {
            let row = json!({"op": "insert", "table": "Queue", "row": {"dscp": number % 64}});
            let select = json!({"op": "select", "table": "Queue", "columns": ["dscp"],
                "where": [["dscp", "==", number % 64]]});
            let results = raw(&client, json!([row, select])).await;
            assert_eq!(results[1]["rows"][0]["dscp"], number % 64);
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
}

/// Note 3: an error reply of a real server has no `result` member at all; the connection lives on.
#[tokio::test]
async fn a_refused_request_is_an_rpc_error() {
    let (server, client) = served().await;
    let request = r#"{"method":"get_schema","params":["nope"],"id":1}"#;
    let replies = said(&server, request, 1).unwrap();
    assert!(replies[0].get("result").is_none_or(Value::is_null));
    let error = client.get_schema("nope").await.unwrap_err();
    assert!(error.rpc_error().unwrap().to_string().contains("nope"));
    let selection = Selection::new().table::<Port>(&["nope"]);
    let error = client.monitor::<Vswitch>(&selection).await.unwrap_err();
    assert_eq!(
        error.rpc_error().unwrap().details(),
        Some("nope is not a valid column name")
    );
    client.echo().await.unwrap();
}

/// Note 4: ids may be any JSON value, and `1.0` comes back as `1`; a reply that nobody asked for
/// makes the server close the session.
#[test]
fn ids_are_echoed_and_unexpected_ones_close() {
    let server = Server::start();
    let request =
        r#"{"method":"echo","params":[],"id":1.0}{"method":"echo","params":[],"id":[{}]}"#;
    let replies = said(&server, request, 2).unwrap();
    assert_eq!(replies[0]["id"].to_string(), "1");
    assert_eq!(replies[1]["id"], json!([{}]));
    assert_eq!(
        said(&server, r#"{"id":7,"result":[],"error":null}"#, 1),
        None
    );
}

/// Note 19: an id that is in flight is refused.
#[test]
fn reusing_an_id_in_flight_is_refused() {
    let server = Server::start();
    let wait = json!({"method": "transact", "id": 1, "params": ["Open_vSwitch",
        {"op": "wait", "table": "Queue", "where": [], "columns": ["dscp"], "until": "==",
         "rows": [{"dscp": 7}]}]});
    let replies = said(&server, &format!("{wait}{wait}"), 1).unwrap();
    assert_eq!(
        replies[0]["error"]["details"],
        "transact: duplicate request ID"
    );
}

/// Note 7: a server closes the connection over a NUL character, so we refuse to send one.
#[tokio::test]
async fn a_nul_character_closes_and_is_never_sent() {
    let (server, client) = served().await;
    for refused in ["\\u0000", "\\ud800"] {
        let request = format!(r#"{{"method":"echo","params":["{refused}"],"id":1}}"#);
        assert_eq!(said(&server, &request, 1), None, "{refused}");
    }
    let deep = format!(r#"{{"method":"echo","params":{}"#, "[".repeat(1001));
    assert_eq!(said(&server, &deep, 1), None);
    let error = client.get_schema("a\0b").await.unwrap_err();
    assert!(!error.is_closed() && !error.is_outcome_unknown());
    let escaped = client.get_schema("a\\u0000b").await.unwrap_err();
    assert!(escaped.rpc_error().is_some());
    client.echo().await.unwrap();
}

/// Note 17, the first half: a server that dies with a transaction in flight leaves its outcome open,
/// and later requests were surely not sent.
#[tokio::test]
async fn a_server_killed_with_a_request_in_flight() {
    let (mut server, client) = served().await;
    let monitor = followed(&client).await;
    server.stop();
    let busy = client.clone();
    let call = tokio::spawn(async move {
        let mut builder = TransactionBuilder::new();
        builder.insert::<Queue>().set(queue::DSCP, Some(1));
        run(&busy, builder).await
    });
    let silent = client.with_timeout(Duration::from_millis(50)).echo().await;
    assert!(silent.unwrap_err().is_timeout());
    server.kill();
    let error = call.await.unwrap().unwrap_err();
    assert!(error.is_closed() && error.is_outcome_unknown());
    let short = client.with_timeout(Duration::from_millis(50));
    let error = short.echo().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown());
    assert!(monitor.is_stale());
    assert_eq!(monitor.read().unwrap().open_vswitch.len(), 1);
    let remotes = server.remote().parse().unwrap();
    let refused = ovsdb::connect(&remotes, &Options::default())
        .await
        .unwrap_err();
    assert!(refused.is_connect() && !refused.is_outcome_unknown());
}
