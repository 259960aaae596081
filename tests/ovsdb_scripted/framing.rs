//! Bytes that are, or are not, messages.

use netswitch::ovsdb::Options;
use serde_json::json;

use crate::peer::{Peer, ends_with, scripted};

#[tokio::test]
async fn garbage_is_an_error_at_once() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.send("HTTP/1.1 400 Bad Request\r\n\r\n").await;
        peer.linger().await;
    });
    ends_with(
        scripted.await,
        "expected a message to begin with \"{\", found byte 0x48",
    )
    .await;
}

#[tokio::test]
async fn a_frame_that_is_no_json_is_an_error() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.send("{\"id\":1,result}").await;
        peer.linger().await;
    });
    ends_with(scripted.await, "key must be a string at line 1 column 9").await;
}

/// Note 2: one read may hold a part of a message.
#[tokio::test]
async fn a_reply_may_come_a_byte_at_a_time() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.request().await;
        for byte in " {\"id\":1,\"result\":[\"\\u00fc}\\\"\",\"ü\"],\"error\":null}\n".bytes() {
            peer.send([byte]).await;
            tokio::task::yield_now().await;
        }
        peer.linger().await;
    })
    .await;
    assert_eq!(
        scripted.client.list_databases().await.unwrap(),
        ["ü}\"", "ü"]
    );
}

/// Note 2: one read may hold twenty messages; they have no separator.
#[tokio::test]
async fn twenty_messages_may_come_in_one_write_and_in_any_order() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let mut replies = Vec::new();
        for _ in 0..20 {
            let request = peer.request().await;
            let name = request["params"][0].clone();
            replies.push(json!({"id": request["id"], "result": name, "error": null}).to_string());
        }
        replies.reverse();
        peer.send(replies.concat()).await;
        peer.linger().await;
    })
    .await;
    let calls = (0..20).map(|number| {
        let client = scripted.client.clone();
        tokio::spawn(async move {
            let name = format!("db{number}");
            let schema = client.get_schema(&name).await.unwrap();
            assert_eq!(schema.get(), format!("\"{name}\""));
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
}
