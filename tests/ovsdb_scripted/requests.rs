//! Requests, their replies, and how a connection ends.

use netswitch::ovsdb::{self, Options};
use serde_json::json;
use tokio::net::UnixListener;

use crate::peer::{Peer, chain, ends_with, scripted};

/// Note 3: an error reply with a null result or none, the error a string or an object.
#[tokio::test]
async fn error_replies_of_every_form_are_errors_of_their_call_alone() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        for reply in [
            r#"{"id":1,"error":"unknown method"}"#,
            r#"{"id":2,"result":null,"error":"unknown method"}"#,
            r#"{"id":3,"error":{"error":"unknown database","details":"no x","syntax":"[]"}}"#,
            r#"{"error":{"error":"unknown database","details":"no x"},"result":null,"id":4}"#,
            r#"{"id":5,"result":["a"],"error":null}"#,
        ] {
            peer.request().await;
            peer.send(reply).await;
        }
        peer.linger().await;
    })
    .await;
    for (error, details) in [
        ("unknown method", None),
        ("unknown method", None),
        ("unknown database", Some("no x")),
        ("unknown database", Some("no x")),
    ] {
        let refused = scripted.client.get_schema("x").await.unwrap_err();
        let rpc = refused.rpc_error().unwrap();
        assert_eq!((rpc.error(), rpc.details()), (error, details));
        assert!(!refused.is_closed() && !refused.is_outcome_unknown());
    }
    assert_eq!(scripted.client.list_databases().await.unwrap(), ["a"]);
}

#[tokio::test]
async fn a_result_of_another_form_is_an_error_of_its_call_alone() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.request().await;
        peer.send(r#"{"id":1,"result":{"no":"list"},"error":null}"#)
            .await;
        peer.request().await;
        peer.send(r#"{"id":2,"result":[],"error":null}"#).await;
        peer.linger().await;
    })
    .await;
    let error = scripted.client.list_databases().await.unwrap_err();
    assert!(error.is_protocol() && !error.is_closed());
    assert!(scripted.client.list_databases().await.unwrap().is_empty());
}

/// Note 5: same id, same params, at once, while our own request waits.
#[tokio::test]
async fn echo_is_answered_while_a_reply_is_pending() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let asked = peer.request().await;
        peer.send(r#"{"method":"echo","params":["x",{"y":1}],"id":"echo"}"#)
            .await;
        assert_eq!(
            peer.request().await,
            json!({"id": "echo", "result": ["x", {"y": 1}], "error": null})
        );
        let reply = json!({"id": asked["id"], "result": ["a"], "error": null});
        peer.send(reply.to_string()).await;
        peer.linger().await;
    })
    .await;
    assert_eq!(scripted.client.list_databases().await.unwrap(), ["a"]);
}

/// Note 4: a reply that nobody asked for ends the session.
#[tokio::test]
async fn an_unexpected_id_ends_the_connection() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.request().await;
        peer.send(r#"{"id":"x","result":[],"error":null}"#).await;
        peer.linger().await;
    });
    ends_with(
        scripted.await,
        "a reply to a request that was never made: id \"x\"",
    )
    .await;
}

/// Note 4: `1.0` for `1`.
#[tokio::test]
async fn a_rewritten_id_finds_its_request() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.request().await;
        peer.send(r#"{"id":1.0,"result":["a"],"error":null}"#).await;
        peer.linger().await;
    })
    .await;
    assert_eq!(scripted.client.list_databases().await.unwrap(), ["a"]);
}

#[tokio::test]
async fn a_connection_closed_in_the_middle_of_a_reply_leaves_the_outcome_unknown() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.request().await;
        peer.send("{\"id\":1,\"result\":[\"Open_").await;
    })
    .await;
    let error = scripted.client.list_databases().await.unwrap_err();
    assert!(error.is_closed() && error.is_outcome_unknown() && !error.is_protocol());
    assert!(
        chain(&error).ends_with("closed in the middle of a message"),
        "{}",
        chain(&error)
    );
}

#[tokio::test]
async fn a_connection_closed_between_messages_says_who_closed_it() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.request().await;
    })
    .await;
    let error = scripted.client.list_databases().await.unwrap_err();
    assert!(error.is_closed() && error.is_outcome_unknown());
    assert!(
        chain(&error).ends_with("closed the connection"),
        "{}",
        chain(&error)
    );
}

#[tokio::test]
async fn the_connection_ends_well_with_its_last_client() {
    let scripted = scripted(Options::default(), Peer::linger).await;
    drop(scripted.client);
    scripted.connection.await.unwrap().unwrap();
    scripted.script.await.unwrap();
}

#[tokio::test]
async fn remotes_are_tried_in_their_order_and_every_failure_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (missing, there) = (dir.path().join("missing"), dir.path().join("there"));
    let remotes = |second: &str| {
        format!("unix:{},{second}", missing.display())
            .parse()
            .unwrap()
    };
    let error = ovsdb::connect(&remotes("tcp:127.0.0.1:1"), &Options::default())
        .await
        .unwrap_err();
    assert!(error.is_connect() && !error.is_outcome_unknown());
    let text = error.to_string();
    assert!(
        text.contains("No such file") && text.contains("refused"),
        "{text}"
    );
    let _listener = UnixListener::bind(&there).unwrap();
    let there = format!("unix:{}", there.display());
    let (client, _connection) = ovsdb::connect(&remotes(&there), &Options::default())
        .await
        .unwrap();
    assert_eq!(client.remote().to_string(), there);
}

#[tokio::test]
async fn a_connection_that_is_dropped_tells_who_waits() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.request().await;
        // Still open when the connection is dropped.
        std::mem::forget(peer);
    })
    .await;
    let call = async {
        let error = scripted.client.list_databases().await.unwrap_err();
        assert!(error.is_closed() && error.is_outcome_unknown());
    };
    let abort = async {
        // The request has arrived when the script ends.
        scripted.script.await.unwrap();
        scripted.connection.abort();
    };
    tokio::join!(call, abort);
    let after = scripted.client.list_databases().await.unwrap_err();
    assert!(after.is_closed() && !after.is_outcome_unknown());
}
