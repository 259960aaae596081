//! What a peer sends too much of, or too late, or not at all.

use std::time::{Duration, Instant};

use netswitch::ovsdb::{self, Limits, Options, Remote};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixListener;

use crate::peer::{Peer, SOON, chain, ends_with, scripted};

fn limited(limits: Limits) -> Options {
    Options {
        limits,
        ..Options::default()
    }
}

/// Sends one piece, again and again, until the client has had enough.
async fn flood(mut peer: Peer, start: &'static str, piece: Vec<u8>, limit: usize) {
    peer.send(start).await;
    let mut sent = 0;
    while peer.stream.write_all(&piece).await.is_ok() {
        sent += piece.len();
        assert!(sent < limit, "the client takes too much");
    }
}

/// Note 2: cap the frame size.
#[tokio::test]
async fn a_3_gb_message_fails_at_a_small_limit() {
    let limits = Limits {
        frame_size: 1 << 20,
        ..Limits::default()
    };
    let start = Instant::now();
    let scripted = scripted(limited(limits), |peer| {
        flood(
            peer,
            "{\"id\":1,\"result\":\"",
            vec![b'x'; 1 << 16],
            4 << 20,
        )
    });
    ends_with(scripted.await, "a message is longer than 1048576 bytes").await;
    assert!(start.elapsed() < SOON);
}

/// Note 2: cap the frame size.
#[tokio::test]
async fn a_3_gb_message_fails_at_the_default_limit() {
    let start = Instant::now();
    let scripted = scripted(Options::default(), |peer| {
        flood(
            peer,
            "{\"id\":1,\"result\":\"",
            vec![b'x'; 1 << 20],
            300 << 20,
        )
    });
    ends_with(scripted.await, "a message is longer than 268435456 bytes").await;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

/// Note 2: never trust the peer's depth.
#[tokio::test]
async fn a_message_nested_a_million_deep_fails_at_the_limit() {
    let scripted = scripted(Options::default(), |peer| {
        flood(peer, "{\"id\":1,\"result\":", vec![b'['; 1000], 1 << 20)
    });
    ends_with(scripted.await, "a message is nested deeper than 100").await;
}

#[tokio::test]
async fn a_stop_in_the_middle_of_a_message_times_out() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        peer.request().await;
        peer.send("{\"id\":1,\"result\":[\"Open_").await;
        peer.linger().await;
    })
    .await;
    let client = scripted.client.with_timeout(Duration::from_millis(50));
    let error = client.list_databases().await.unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown() && !error.is_closed());
    assert!(!scripted.connection.is_finished());
}

/// A big request does not wait for the server to stop talking, nor the other way round.
#[tokio::test]
async fn writing_does_not_block_reading() {
    let big = "x".repeat(8 << 20);
    let length = big.len();
    let scripted = scripted(Options::default(), async move |mut peer: Peer| {
        let notification = json!({"id": null, "method": "noise", "params": [big]}).to_string();
        peer.send(notification).await;
        let request = peer.request().await;
        assert_eq!(request["params"][1].as_str().unwrap().len(), length);
        peer.send(r#"{"id":1,"result":[{}],"error":null}"#).await;
        peer.linger().await;
    })
    .await;
    let operation = "y".repeat(length);
    let reply = scripted.client.transact_raw("db", &[operation]).await;
    assert_eq!(reply.unwrap().get(), "[{}]");
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_is_known_not_to_have_been() {
    let scripted = scripted(Options::default(), async |peer: Peer| {
        let _held = peer;
        std::future::pending().await
    })
    .await;
    let client = scripted.client.with_timeout(Duration::from_millis(100));
    let big = "x".repeat(4 << 20);
    let calls = (0..4).map(|_| {
        let (client, big) = (client.clone(), big.clone());
        tokio::spawn(async move { client.transact_raw("db", &[big]).await.unwrap_err() })
    });
    let mut unknown = 0;
    for call in calls.collect::<Vec<_>>() {
        let error = call.await.unwrap();
        assert!(error.is_timeout(), "{}", chain(&error));
        unknown += usize::from(error.is_outcome_unknown());
    }
    assert_eq!(unknown, 1, "only the first began to be sent");
}

#[tokio::test]
async fn a_connection_that_nobody_drives_times_out() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db");
    let _listener = UnixListener::bind(&path).unwrap();
    let (client, connection) = ovsdb::connect(&Remote::Unix(path).into(), &Options::default())
        .await
        .unwrap();
    let client = client.with_timeout(Duration::from_millis(10));
    let error = client.list_databases().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown());
    drop(connection);
    let error = client.list_databases().await.unwrap_err();
    assert!(error.is_closed() && !error.is_outcome_unknown());
}

/// Calls wait for room, within their limits, and go on when there is some.
#[tokio::test]
async fn more_bytes_than_may_wait_are_sent_one_after_the_other() {
    const CALLS: usize = 40;
    let (go, went) = tokio::sync::oneshot::channel::<()>();
    let limits = Limits {
        unsent_requests: 1 << 20,
        ..Limits::default()
    };
    let scripted = scripted(limited(limits), async move |mut peer: Peer| {
        went.await.unwrap();
        for _ in 0..CALLS {
            let asked = peer.request().await;
            peer.send(json!({"id": asked["id"], "result": [{}], "error": null}).to_string())
                .await;
        }
        peer.linger().await;
    })
    .await;
    let big = "x".repeat(700 << 10);
    let hasty = scripted.client.with_timeout(Duration::from_millis(100));
    let first = scripted
        .client
        .transact_raw("db", std::slice::from_ref(&big));
    let second = async {
        // The first has all the room, and is not read.
        let error = hasty.transact_raw("db", &[&big]).await.unwrap_err();
        assert!(error.is_timeout() && !error.is_outcome_unknown());
        let small = hasty.transact_raw("db", &["small"]).await.unwrap_err();
        assert!(small.is_timeout());
        go.send(()).unwrap();
    };
    let (first, ()) = tokio::join!(first, second);
    first.unwrap();
    let calls = (1..CALLS).map(|_| {
        let (client, big) = (scripted.client.clone(), big.clone());
        tokio::spawn(async move { client.transact_raw("db", &[big]).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
}

/// Few updates, but large ones: a slow reader is told that it missed some.
#[tokio::test]
async fn changes_of_more_bytes_than_may_wait_are_missed_and_said_to_be() {
    let limits = Limits {
        unread_changes: 1 << 20,
        ..Limits::default()
    };
    let scripted = scripted(limited(limits), async |mut peer: Peer| {
        let asked = peer.request().await;
        peer.send(json!({"id": asked["id"], "result": {}, "error": null}).to_string())
            .await;
        let looked = peer.request().await;
        for _ in 0..8 {
            let params = json!([asked["params"][1], {"T": "x".repeat(1 << 18)}]);
            peer.send(json!({"id": null, "method": "update", "params": params}).to_string())
                .await;
        }
        peer.send(json!({"id": looked["id"], "result": [], "error": null}).to_string())
            .await;
        peer.linger().await;
    })
    .await;
    let monitored = scripted.client.monitor_raw("db", &json!({})).await;
    let (_, mut monitor) = monitored.unwrap();
    scripted.client.list_databases().await.unwrap();
    assert!(monitor.next().await.unwrap_err().is_lagged());
    for _ in 0..3 {
        assert_eq!(monitor.next().await.unwrap().len(), 1);
    }
}
