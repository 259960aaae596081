//! The client against a peer on a Unix socket that says what a script makes it say, byte by byte.
//! Item numbers are those of the list of OVSDB's traps that the client is held against.

use std::future::Future;
use std::time::{Duration, Instant};

use netswitch::ovsdb::{self, Client, Error, Limits, Monitor, Options, Remote, Selection};
use netswitch::vswitch::{OpenVSwitchDatabase, Queue, queue};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

const SOON: Duration = Duration::from_secs(10);

/// The peer's end of the connection.
struct Peer {
    stream: UnixStream,
    read: Vec<u8>,
}

impl Peer {
    async fn request(&mut self) -> Value {
        loop {
            let mut values = serde_json::Deserializer::from_slice(&self.read).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                let length = values.byte_offset();
                self.read.drain(..length);
                return value;
            }
            assert_ne!(self.stream.read_buf(&mut self.read).await.unwrap(), 0);
        }
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Keeps the connection open until the client closes it.
    async fn linger(mut self) {
        while self.stream.read_buf(&mut self.read).await.unwrap_or(0) > 0 {
            self.read.clear();
        }
    }
}

struct Scripted {
    client: Client,
    connection: JoinHandle<Result<(), Error>>,
    script: JoinHandle<()>,
    _dir: tempfile::TempDir,
}

async fn scripted<F, Fut>(options: Options, script: F) -> Scripted
where
    F: FnOnce(Peer) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db");
    let listener = UnixListener::bind(&path).unwrap();
    let remotes = Remote::Unix(path).into();
    let (client, connection) = ovsdb::connect(&remotes, &options).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let read = Vec::new();
    Scripted {
        client,
        connection: tokio::spawn(connection),
        script: tokio::spawn(script(Peer { stream, read })),
        _dir: dir,
    }
}

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

fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

async fn ends_with(scripted: Scripted, reason: &str) {
    let lost = scripted.client.list_databases().await.unwrap_err();
    assert!(lost.is_closed() && lost.is_protocol(), "{}", chain(&lost));
    assert!(chain(&lost).ends_with(reason), "{}", chain(&lost));
    let end = scripted.connection.await.unwrap().unwrap_err();
    assert!(chain(&end).ends_with(reason), "{}", chain(&end));
    let after = scripted.client.list_databases().await.unwrap_err();
    assert!(after.is_closed() && !after.is_outcome_unknown());
    assert!(chain(&after).ends_with(reason), "{}", chain(&after));
}

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

/// Item 2: cap the frame size.
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

/// Item 2: cap the frame size.
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

/// Item 2: never trust the peer's depth.
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

/// Item 3: an error reply with a null result or none, the error a string or an object.
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

/// Item 5: same id, same params, at once, while our own request waits.
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

/// Item 4: a reply that nobody asked for ends the session.
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

/// Item 4: `1.0` for `1`.
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

/// Item 2: one read may hold a part of a message.
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

/// Item 2: one read may hold twenty messages; they have no separator.
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

/// A monitor of `Queue` whose first reply and one update are scripted.
async fn monitored(initial: Value, update: Value) -> (Scripted, Monitor<OpenVSwitchDatabase>) {
    let scripted = scripted(Options::default(), async move |mut peer: Peer| {
        let asked = peer.request().await;
        let number = asked["params"][1].clone();
        peer.send(json!({"id": asked["id"], "result": initial, "error": null}).to_string())
            .await;
        let asked = peer.request().await;
        let update = json!({"id": null, "method": "update2", "params": [number, update]});
        peer.send(update.to_string()).await;
        peer.send(json!({"id": asked["id"], "result": [], "error": null}).to_string())
            .await;
        peer.linger().await;
    })
    .await;
    let selection = Selection::new().table::<Queue>(&[queue::DSCP.name()]);
    let monitor = scripted.client.monitor(&selection).await.unwrap();
    (scripted, monitor)
}

const ROW: &str = "0d69b8cc-6245-4ac2-9282-97b6fa57e4b1";

#[tokio::test]
async fn an_update_that_does_not_apply_ends_the_connection_and_the_copy() {
    for (update, reason) in [
        (
            json!({"Queue": {ROW: {"modify": {"dscp": "no number"}}}}),
            "Queue.dscp: expected an integer, found a string",
        ),
        (
            json!({"Queue": {"00000000-0000-0000-0000-000000000001": {"modify": {"dscp": 1}}}}),
            "Queue 00000000-0000-0000-0000-000000000001 is not known here",
        ),
        (json!([]), "an object of changed tables"),
        (json!({"Queue": {ROW: {"destroy": null}}}), "destroy"),
    ] {
        let (scripted, monitor) =
            monitored(json!({"Queue": {ROW: {"initial": {"dscp": 7}}}}), update).await;
        assert_eq!(monitor.read().unwrap().queue.len(), 1);
        let error = scripted.client.list_databases().await.unwrap_err();
        assert!(
            error.is_protocol() && chain(&error).contains(reason),
            "{}",
            chain(&error)
        );
        assert!(monitor.is_stale());
        assert!(monitor.read().is_err());
        assert!(scripted.connection.await.unwrap().is_err());
    }
}

#[tokio::test]
async fn a_first_reply_that_does_not_apply_is_an_error() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let asked = peer.request().await;
        let tables = json!({"Queue": {ROW: {"initial": {"dscp": [true]}}}});
        peer.send(json!({"id": asked["id"], "result": tables, "error": null}).to_string())
            .await;
        peer.linger().await;
    })
    .await;
    let selection = Selection::new().table::<Queue>(&[queue::DSCP.name()]);
    let monitor = scripted.client.monitor::<OpenVSwitchDatabase>(&selection);
    let error = monitor.await.unwrap_err();
    assert!(
        error.is_protocol() && chain(&error).contains("Queue.dscp"),
        "{}",
        chain(&error)
    );
    assert!(scripted.connection.await.unwrap().is_err());
}

#[tokio::test]
async fn the_copy_outlives_its_connection_as_it_was() {
    let (scripted, monitor) = monitored(
        json!({"Queue": {ROW: {"initial": {"dscp": 7}}}}),
        json!({"Queue": {ROW: {"modify": {"dscp": 9}}}}),
    )
    .await;
    scripted.client.list_databases().await.unwrap();
    scripted.script.abort();
    let error = monitor.wait_until(|_| false, SOON).await.unwrap_err();
    assert!(error.is_closed());
    assert!(monitor.is_stale());
    let (_, row) = monitor
        .read()
        .unwrap()
        .queue
        .iter()
        .next()
        .map(|(id, row)| (id, row.clone()))
        .unwrap();
    assert_eq!(row.dscp, Some(9));
}

#[tokio::test]
async fn a_dropped_monitor_is_cancelled() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let asked = peer.request().await;
        assert_eq!(asked["method"], "monitor_cond");
        peer.send(json!({"id": asked["id"], "result": {}, "error": null}).to_string())
            .await;
        let cancelled = peer.request().await;
        assert_eq!(cancelled["method"], "monitor_cancel");
        assert_eq!(cancelled["params"], json!([asked["params"][1]]));
        peer.send(json!({"id": cancelled["id"], "result": {}, "error": null}).to_string())
            .await;
    })
    .await;
    let selection = Selection::new().table::<Queue>(&[queue::DSCP.name()]);
    let monitor: Monitor<OpenVSwitchDatabase> = scripted.client.monitor(&selection).await.unwrap();
    let mut events = monitor.events();
    drop(monitor);
    assert!(events.next().await.is_err());
    scripted.script.await.unwrap();
}

/// A reader that is too slow is told so.
#[tokio::test]
async fn a_slow_reader_learns_that_it_lagged() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let asked = peer.request().await;
        let tables = json!({"Queue": {ROW: {"initial": {"dscp": 7}}}});
        peer.send(json!({"id": asked["id"], "result": tables, "error": null}).to_string())
            .await;
        let number = asked["params"][1].clone();
        let asked = peer.request().await;
        for dscp in 0..1500 {
            let tables = json!({"Queue": {ROW: {"modify": {"dscp": dscp}}}});
            let update = json!({"id": null, "method": "update2", "params": [number, tables]});
            peer.send(update.to_string()).await;
        }
        peer.send(json!({"id": asked["id"], "result": [], "error": null}).to_string())
            .await;
        peer.linger().await;
    })
    .await;
    let selection = Selection::new().table::<Queue>(&[queue::DSCP.name()]);
    let monitor: Monitor<OpenVSwitchDatabase> = scripted.client.monitor(&selection).await.unwrap();
    let mut events = monitor.events();
    scripted.client.list_databases().await.unwrap();
    assert!(events.next().await.unwrap_err().is_lagged());
    assert_eq!(events.next().await.unwrap().len(), 1);
}
