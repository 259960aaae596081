//! What no server should say, to a connection that ends over it and to one that is made anew; the
//! numbers are those of the notes on the protocol.

use std::time::{Duration, Instant};

use netswitch::ovsdb::{
    self, Backoff, Client, Error, Limits, Monitor, Options, Probe, Remote, Selection, Serving,
    State,
};
use netswitch::vswitch::{OpenVSwitch, OpenVSwitchDatabase, open_vswitch};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::UnixListener;
use tokio::task::JoinHandle;

use crate::peer::{Peer, SOON, chain, ends_with, scripted};

const ROW: &str = "0d69b8cc-6245-4ac2-9282-97b6fa57e4b1";

/// Said in the place of a reply to `list_dbs`, the first request; and what is told of it.
fn hostile() -> Vec<(Vec<u8>, &'static str)> {
    let mut said: Vec<(Vec<u8>, &str)> = [
        // Note 1.
        (r#"{"method":"echo","id":1}"#, "a method without params"),
        (
            r#"[{"id":1,"result":[],"error":null}]"#,
            "expected a message to begin with \"{\", found byte 0x5b",
        ),
        // Note 2.
        (r#"{"id":1,"result":[],"error":null}}"#, "found byte 0x7d"),
        (r#"{"id":1,"result":[],"error":null},"#, "found byte 0x2c"),
        ("\u{feff}{}", "found byte 0xef"),
        // Note 3.
        (
            r#"{"id":1,"result":["a"],"error":"both"}"#,
            "a result and an error",
        ),
        (r#"{"id":1}"#, "no method, no result and no error"),
        (
            r#"{"id":1,"error":7}"#,
            "an error that is a string or an object",
        ),
        (r#"{"id":1,"error":["e","d"]}"#, "an error that is an array"),
        // Note 4.
        (r#"{"id":-1,"result":[],"error":null}"#, "never made: id -1"),
        (
            r#"{"id":18446744073709551616,"result":[],"error":null}"#,
            "never made: id 18446744073709551616",
        ),
        (
            r#"{"id":[[[1]]],"result":[],"error":null}"#,
            "never made: id [[[1]]]",
        ),
        (
            r#"{"id":1,"id":1,"result":[],"error":null}"#,
            "duplicate field `id`",
        ),
        (
            r#"{"id":null,"result":[],"error":null}"#,
            "no method and no id",
        ),
        // Note 5.
        (
            r#"{"id":1,"method":"echo","params":[],"result":[]}"#,
            "a method with a result or an error",
        ),
        // Note 7.
        (r#"{"id":null,"method":"\ud800","params":[]}"#, "hex escape"),
        // Notes 18, 20 and 25.
        (
            r#"{"id":null,"method":"update2","params":{}}"#,
            "an update that is not one",
        ),
        (
            r#"{"id":null,"method":"update3","params":[1,2,3,4]}"#,
            "4 parameters",
        ),
        (
            r#"{"id":null,"method":"monitor_canceled","params":[]}"#,
            "an update that is not one",
        ),
        (
            r#"{"id":null,"method":"locked","params":[7]}"#,
            "says of a lock what is none",
        ),
        (
            r#"{"id":null,"method":"stolen","params":[]}"#,
            "says of a lock what is none",
        ),
    ]
    .map(|(said, reason)| (said.as_bytes().to_vec(), reason))
    .into();
    // Note 2: never trust the peer's depth.
    let deep = format!(r#"{{"id":1,"result":{}"#, "[".repeat(5_000));
    said.push((deep.into_bytes(), "nested deeper than 100"));
    let long = format!(r#"{{"id":1,"result":"{}"#, "x".repeat(70_000));
    said.push((long.into_bytes(), "longer than 65536 bytes"));
    said.push((b"{\"id\":1,\"result\":[\"\xff\"]}".to_vec(), "invalid"));
    // One that answers twice.
    let twice = r#"{"id":1,"result":["a"],"error":null}"#.repeat(2);
    said.push((twice.into_bytes(), "never made: id 1"));
    said
}

fn small() -> Options {
    Options {
        limits: Limits {
            frame_size: 1 << 16,
            ..Limits::default()
        },
        request_timeout: SOON,
        reconnect: Some(Backoff {
            first: Duration::from_millis(1),
            longest: Duration::from_millis(10),
        }),
        ..Options::default()
    }
}

#[tokio::test]
async fn nonsense_ends_a_connection_that_is_not_to_stay() {
    for (said, reason) in hostile() {
        let scripted = scripted(small(), async move |mut peer: Peer| {
            peer.request().await;
            // It may be gone before all of it is sent.
            let _ = peer.stream.write_all(&said).await;
            peer.linger().await;
        })
        .await;
        let end = scripted.client.list_databases().await;
        let end = match end {
            // The first of two answers.
            Ok(_) => scripted.client.list_databases().await.unwrap_err(),
            Err(end) => end,
        };
        assert!(end.is_closed(), "{reason}: {}", chain(&end));
        assert!(chain(&end).contains(reason), "{reason}: {}", chain(&end));
        let ended = scripted.connection.await.unwrap().unwrap_err();
        assert!(
            ended.is_protocol() && chain(&ended).contains(reason),
            "{}",
            chain(&ended)
        );
    }
}

/// A server that says this to its first connection, and to the others what it should.
fn mended(said: Vec<u8>) -> (Client, JoinHandle<()>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db");
    let listener = UnixListener::bind(&path).unwrap();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut peer = Peer::of(stream);
        peer.request().await;
        let _ = peer.stream.write_all(&said).await;
        peer.linger().await;
        let (stream, _) = listener.accept().await.unwrap();
        let mut peer = Peer::of(stream);
        loop {
            let asked = peer.request().await;
            let reply = json!({"id": asked["id"], "result": ["good"], "error": null});
            peer.send(reply.to_string()).await;
        }
    });
    let remotes = Remote::Unix(path).into();
    let (client, connection) = ovsdb::keep_connected(&remotes, &small());
    tokio::spawn(connection);
    (client, server, dir)
}

#[tokio::test]
async fn nonsense_is_left_behind_by_a_connection_that_stays() {
    for (said, reason) in hostile() {
        let (client, server, _dir) = mended(said);
        let mut states = client.states();
        let lost = tokio::spawn(async move {
            let is_lost = |state: &State| matches!(state, State::Lost(_));
            states.wait_for(is_lost).await
        });
        let first = client.list_databases().await;
        let lost = tokio::time::timeout(SOON, lost).await.unwrap().unwrap();
        let Some(State::Lost(why)) = lost else {
            panic!("{reason}: {lost:?}");
        };
        assert!(
            why.is_protocol() && chain(&why).contains(reason),
            "{}",
            chain(&why)
        );
        match first {
            // What came before the nonsense.
            Ok(first) => assert_ne!(first, ["good"], "{reason}"),
            Err(error) => assert!(error.is_closed(), "{reason}: {}", chain(&error)),
        }
        assert_eq!(client.list_databases().await.unwrap(), ["good"], "{reason}");
        server.abort();
    }
}

/// Notes 8 to 10: rows of a first reply that do not fit their columns; and what is told of them.
fn misfits() -> Vec<(Value, &'static str)> {
    let row = |columns: Value| json!({"Open_vSwitch": {ROW: {"initial": columns}}});
    vec![
        (row(json!({"next_cfg": ["set", [1, 2]]})), "next_cfg"),
        (row(json!({"next_cfg": "1"})), "next_cfg"),
        (row(json!({"next_cfg": 1.5})), "next_cfg"),
        (
            row(json!({"next_cfg": 18_446_744_073_709_551_615_u64})),
            "next_cfg",
        ),
        (
            row(json!({"ovs_version": ["set", [["set", []]]]})),
            "ovs_version",
        ),
        (
            row(json!({"ovs_version": ["set", ["a", "b"]]})),
            "ovs_version",
        ),
        (
            row(json!({"external_ids": ["map", [["a"]]]})),
            "external_ids",
        ),
        (row(json!({"external_ids": {"a": "1"}})), "external_ids"),
        (row(json!({"bridges": ["uuid", "not one"]})), "bridges"),
        (row(json!({"bridges": ["named-uuid", "row1"]})), "bridges"),
        (row(json!([])), "Open_vSwitch"),
        (
            json!({"Open_vSwitch": {"no uuid": {"initial": {}}}}),
            "UUID parsing failed",
        ),
        (json!({"Open_vSwitch": [ROW]}), "invalid type"),
        (json!([]), "an object of changed tables"),
    ]
}

async fn copied(client: &Client) -> Result<Monitor<OpenVSwitchDatabase>, Error> {
    let columns = [
        open_vswitch::NEXT_CFG.name(),
        open_vswitch::OVS_VERSION.name(),
        open_vswitch::EXTERNAL_IDS.name(),
        open_vswitch::IFACE_TYPES.name(),
        open_vswitch::BRIDGES.name(),
    ];
    let selection = Selection::new().table::<OpenVSwitch>(&columns);
    client.monitor(&selection).await
}

#[tokio::test]
async fn rows_that_do_not_fit_are_an_error_and_never_a_copy() {
    for (tables, reason) in misfits() {
        let shown = tables.to_string();
        let scripted = scripted(small(), async move |mut peer: Peer| {
            peer.follow(&tables).await;
            peer.linger().await;
        })
        .await;
        let Err(error) = copied(&scripted.client).await else {
            panic!("{shown} is taken for rows");
        };
        assert!(error.is_protocol(), "{shown}: {}", chain(&error));
        assert!(chain(&error).contains(reason), "{shown}: {}", chain(&error));
    }
}

/// A copy that is read anew from such rows stays as it was, stale, until a server makes sense.
#[tokio::test]
async fn rows_that_do_not_fit_leave_a_copy_as_it_was() {
    let good = |cfg: i64| json!({"Open_vSwitch": {ROW: {"initial": {"next_cfg": cfg}}}});
    for (tables, reason) in misfits() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("db");
        let listener = UnixListener::bind(&path).unwrap();
        let (seen, go) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let mut peer = Peer::of(listener.accept().await.unwrap().0);
            peer.follow(&good(1)).await;
            drop(peer);
            let mut peer = Peer::of(listener.accept().await.unwrap().0);
            peer.follow(&tables).await;
            peer.linger().await;
            let mut peer = Peer::of(listener.accept().await.unwrap().0);
            go.await.unwrap();
            peer.follow(&good(2)).await;
            peer.linger().await;
        });
        let (client, connection) = ovsdb::keep_connected(&Remote::Unix(path).into(), &small());
        tokio::spawn(connection);
        let mut states = client.states();
        let copy = copied(&client).await.unwrap();
        let is_misfit = |state: &State| match state {
            State::Lost(why) => chain(why).contains(reason),
            _ => false,
        };
        let lost = tokio::time::timeout(SOON, states.wait_for(is_misfit)).await;
        assert!(
            matches!(lost, Ok(Some(_))),
            "{reason}: {:?}",
            states.current()
        );
        let cfg = |db: &OpenVSwitchDatabase| db.open_vswitch.iter().next().unwrap().1.next_cfg;
        assert!(copy.is_stale());
        assert_eq!(cfg(&copy.read().unwrap()), 1);
        seen.send(()).unwrap();
        copy.wait_until(|db| cfg(db) == 2, SOON).await.unwrap();
        server.abort();
    }
}

/// Note 5: echoes without end, whose answers are not read.
#[tokio::test]
async fn a_server_that_asks_and_never_reads_is_left() {
    let scripted = scripted(small(), async |mut peer: Peer| {
        peer.request().await;
        let echo = json!({"id": 1, "method": "echo", "params": ["x".repeat(1 << 15)]}).to_string();
        let mut sent = 0;
        while peer.stream.write_all(echo.as_bytes()).await.is_ok() {
            sent += echo.len();
            assert!(sent < 16 << 20, "the client takes too much");
        }
    });
    ends_with(scripted.await, "more requests than it reads answers of").await;
}

/// It accepts connections, and says nothing ever.
fn silent() -> (Remote, JoinHandle<usize>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db");
    let listener = UnixListener::bind(&path).unwrap();
    let server = tokio::spawn(async move {
        let mut kept = Vec::new();
        while kept.len() < 3 {
            kept.push(listener.accept().await.unwrap());
        }
        kept.len()
    });
    (Remote::Unix(path), server, dir)
}

#[tokio::test]
async fn a_silent_server_does_not_keep_a_call_beyond_its_limit() {
    let limit = Duration::from_millis(200);
    let options = Options {
        request_timeout: limit,
        ..small()
    };
    let serving = Options {
        serving: Some(Serving {
            database: "Open_vSwitch".to_owned(),
            leader_only: false,
        }),
        ..options.clone()
    };
    for options in [options, serving] {
        let (remote, _server, _dir) = silent();
        let (client, connection) = ovsdb::keep_connected(&remote.clone().into(), &options);
        tokio::spawn(connection);
        let start = Instant::now();
        let error = client.list_databases().await.unwrap_err();
        assert!(error.is_timeout(), "{}", chain(&error));
        let error = copied(&client).await.unwrap_err();
        assert!(error.is_timeout(), "{}", chain(&error));
        assert!(start.elapsed() < SOON);
        let once = Options {
            reconnect: None,
            ..options
        };
        let (client, connection) = ovsdb::connect(&remote.into(), &once).await.unwrap();
        tokio::spawn(connection);
        let error = client.list_databases().await.unwrap_err();
        assert!(error.is_timeout() || error.is_closed(), "{}", chain(&error));
        assert!(start.elapsed() < SOON);
    }
}

#[tokio::test]
async fn a_silent_server_is_found_out_and_tried_again() {
    let options = Options {
        probe: Probe::Every(Duration::from_millis(20)),
        ..small()
    };
    let (remote, server, _dir) = silent();
    let (client, connection) = ovsdb::keep_connected(&remote.into(), &options);
    tokio::spawn(connection);
    let error = client.list_databases().await.unwrap_err();
    let reason = "nothing for 40ms, not even an answer to an echo";
    assert!(chain(&error).ends_with(reason), "{}", chain(&error));
    let tried = tokio::time::timeout(SOON, server).await;
    assert_eq!(tried.unwrap().unwrap(), 3);
}
