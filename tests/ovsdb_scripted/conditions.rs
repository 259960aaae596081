//! Conditions of monitors, and peers that are lost or slow while they change.

use std::time::Duration;

use netswitch::ovsdb::{self, Backoff, Client, Conditions, Monitor, Options, Remote, Selection};
use netswitch::vswitch::{OpenVSwitchDatabase, Queue, queue};
use serde_json::{Value, json};
use tokio::net::UnixListener;
use tokio::time::timeout;

use crate::peer::{Peer, SOON, scripted};

const ROW: &str = "0d69b8cc-6245-4ac2-9282-97b6fa57e4b1";
const OTHER: &str = "0d69b8cc-6245-4ac2-9282-97b6fa57e4b2";
const LAST: &str = "5be0b5ec-7e29-4c04-a9b1-3a9ae9f5d0d1";
const NONE: &str = "00000000-0000-0000-0000-000000000000";

fn below(bound: i64) -> Conditions {
    Conditions::new().any_of::<Queue>(vec![queue::DSCP.less_than(bound)])
}

fn selection() -> Selection {
    let dscp = Selection::new().table::<Queue>(&[queue::DSCP.name()]);
    dscp.meeting(below(5))
}

async fn monitored(client: &Client) -> Monitor<OpenVSwitchDatabase> {
    client.monitor(&selection()).await.unwrap()
}

fn values(monitor: &Monitor<OpenVSwitchDatabase>) -> Vec<Option<i64>> {
    let db = monitor.read().unwrap();
    db.queue.iter().map(|(_, row)| row.dscp).collect()
}

/// Answers a request that must be of this method; gives its parameters.
async fn answer(peer: &mut Peer, method: &str, result: Value) -> Value {
    let asked = peer.request().await;
    assert_eq!(asked["method"], method, "{asked}");
    peer.send(json!({"id": asked["id"], "result": result, "error": null}).to_string())
        .await;
    asked["params"].clone()
}

fn whole(rows: Value) -> Value {
    json!([false, LAST, {"Queue": rows}])
}

async fn followed(peer: &mut Peer) -> Value {
    let rows = json!({ROW: {"initial": {"dscp": 1}}});
    let params = answer(peer, "monitor_cond_since", whole(rows)).await;
    let asked = json!({"Queue": [{"columns": ["dscp"], "where": [["dscp", "<", 5]]}]});
    assert_eq!(params[2], asked);
    params[1].clone()
}

#[tokio::test]
async fn what_a_change_says_and_what_it_leaves_unsaid() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let number = followed(&mut peer).await;
        let params = answer(&mut peer, "monitor_cond_change", json!({})).await;
        let less = json!({"Queue": [{"where": [["dscp", "<", 2]]}]});
        assert_eq!(params, json!([number, number, less]));
        let params = answer(&mut peer, "monitor_cond_change", json!({})).await;
        let all = json!({"Queue": [{"where": [true]}]});
        assert_eq!(params, json!([number, number, all]));
        let params = answer(&mut peer, "monitor_cond_change", json!({})).await;
        let none = json!({"Queue": [{"where": [false]}]});
        assert_eq!(params, json!([number, number, none]));
        answer(&mut peer, "monitor_cancel", json!({})).await;
        peer.linger().await;
    })
    .await;
    let monitor = monitored(&scripted.client).await;
    monitor.change_conditions(&below(5)).await.unwrap();
    monitor.change_conditions(&below(2)).await.unwrap();
    monitor.change_conditions(&below(2)).await.unwrap();
    monitor.change_conditions(&Conditions::new()).await.unwrap();
    let none = Conditions::new().any_of::<Queue>(Vec::new());
    monitor.change_conditions(&none).await.unwrap();
    monitor.pause().await.unwrap();
    drop((monitor, scripted.client));
    scripted.script.await.unwrap();
}

/// Note 24: while a change is under way the last transaction says nothing; and a server that does
/// not answer in time is asked anew for what was wanted before.
#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_a_change_in_time() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let number = followed(&mut peer).await;
        let asked = peer.request().await;
        assert_eq!(asked["method"], "monitor_cond_change");
        // It did what it was asked for, and does not say so.
        let came = json!({"Queue": {OTHER: {"insert": {"dscp": 7}}}});
        let params = json!([number, LAST, came]);
        peer.send(json!({"id": null, "method": "update3", "params": params}).to_string())
            .await;
        let rows = json!({ROW: {"initial": {"dscp": 3}}});
        let params = answer(&mut peer, "monitor_cond_since", whole(rows)).await;
        assert_eq!(params[2]["Queue"][0]["where"], json!([["dscp", "<", 5]]));
        assert_eq!(params[3], NONE);
        assert_ne!(params[1], number);
        let ended = answer(&mut peer, "monitor_cancel", json!({})).await;
        assert_eq!(ended, json!([number]));
        // Too late.
        peer.send(json!({"id": asked["id"], "result": {}, "error": null}).to_string())
            .await;
        let params = answer(&mut peer, "monitor_cond_change", json!({})).await;
        assert_eq!(params[2]["Queue"][0]["where"], json!([["dscp", "<", 9]]));
        peer.linger().await;
    })
    .await;
    let monitor = monitored(&scripted.client).await;
    let error = monitor.change_conditions(&below(8)).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    monitor.wait_until(|_| true, SOON).await.unwrap();
    assert_eq!(values(&monitor), [Some(3)]);
    monitor.change_conditions(&below(9)).await.unwrap();
}

/// The next change waits for the one before, and no longer than its own limit.
#[tokio::test(start_paused = true)]
async fn changes_are_made_one_after_the_other() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        followed(&mut peer).await;
        let first = peer.request().await;
        assert_eq!(first["params"][2]["Queue"][0]["where"][0][2], 2);
        // Meanwhile nothing else is asked.
        let echo = answer(&mut peer, "echo", json!(["are you there"])).await;
        assert_eq!(echo, json!(["are you there"]));
        peer.send(json!({"id": first["id"], "result": {}, "error": null}).to_string())
            .await;
        let params = answer(&mut peer, "monitor_cond_change", json!({})).await;
        assert_eq!(params[2]["Queue"][0]["where"][0][2], 3);
        peer.linger().await;
    })
    .await;
    let monitor = monitored(&scripted.client).await;
    let hasty = scripted.client.with_timeout(Duration::from_millis(5));
    let (two, three) = (below(2), below(3));
    let (first, second, echoed) = tokio::join!(
        monitor.change_conditions(&two),
        monitor.change_conditions(&three),
        hasty.echo(),
    );
    first.unwrap();
    second.unwrap();
    echoed.unwrap();
}

/// A server from before conditions would send all rows: it is not asked.
#[tokio::test]
async fn a_server_without_conditions_is_told_apart() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        for method in ["monitor_cond_since", "monitor_cond"] {
            let asked = peer.request().await;
            assert_eq!(asked["method"], method);
            let error = json!({"error": "unknown method", "details": method});
            peer.send(json!({"id": asked["id"], "error": error}).to_string())
                .await;
        }
        peer.linger().await;
    })
    .await;
    let refused = scripted
        .client
        .monitor::<OpenVSwitchDatabase>(&selection())
        .await;
    let error = refused.unwrap_err();
    assert_eq!(error.rpc_error().unwrap().error(), "unknown method");
    assert!(error.to_string().contains("monitor_cond"), "{error}");
}

/// The report of a change that was given up comes late, and then the connection is lost: the copy
/// is read whole on the next one.
#[tokio::test]
async fn a_late_report_of_a_change_that_was_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db");
    let listener = UnixListener::bind(&path).unwrap();
    let rows = json!({ROW: {"initial": {"dscp": 1}}});
    let script = tokio::spawn(async move {
        let mut peer = Peer::of(listener.accept().await.unwrap().0);
        let number = followed(&mut peer).await;
        let change = peer.request().await;
        assert_eq!(change["method"], "monitor_cond_change");
        assert_eq!(peer.request().await["params"][3], NONE);
        assert_eq!(peer.request().await["method"], "monitor_cancel");
        let gone = json!([number, LAST, {"Queue": {ROW: {"delete": null}}}]);
        peer.send(json!({"id": null, "method": "update3", "params": gone}).to_string())
            .await;
        peer.send(json!({"id": change["id"], "result": {}, "error": null}).to_string())
            .await;
        drop(peer);
        let mut peer = Peer::of(listener.accept().await.unwrap().0);
        let params = answer(&mut peer, "monitor_cond_since", whole(rows)).await;
        assert_eq!(params[3], NONE);
        peer.linger().await;
    });
    let options = Options {
        reconnect: Some(Backoff {
            first: Duration::from_millis(5),
            longest: Duration::from_millis(9),
        }),
        ..Options::default()
    };
    let (client, connection) = ovsdb::keep_connected(&Remote::Unix(path).into(), &options);
    tokio::spawn(connection);
    let monitor = monitored(&client.with_timeout(Duration::from_millis(200))).await;
    let error = monitor.change_conditions(&below(1)).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    monitor.wait_until(|_| true, SOON).await.unwrap();
    assert_eq!(values(&monitor), [Some(1)]);
    drop((monitor, client));
    script.await.unwrap();
}

/// A pause that cannot be sent in time ends the monitor on the server all the same.
#[tokio::test]
async fn a_pause_that_is_not_sent_in_time() {
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let scripted = scripted(Options::default(), async move |mut peer: Peer| {
        let number = followed(&mut peer).await;
        gone.await.unwrap();
        answer(&mut peer, "transact", json!([{}])).await;
        let ended = answer(&mut peer, "monitor_cancel", json!({})).await;
        assert_eq!(ended, json!([number]));
    })
    .await;
    let client = scripted.client.clone();
    let monitor = monitored(&client.with_timeout(Duration::from_millis(100))).await;
    // More than the socket takes.
    let large = ["x".repeat(8 << 20)];
    let mut busy = Box::pin(client.transact_raw("db", &large));
    let paused = tokio::select! {
        biased;
        _ = &mut busy => unreachable!(),
        paused = monitor.pause() => paused,
    };
    assert!(paused.unwrap_err().is_timeout() && monitor.is_stale());
    go.send(()).unwrap();
    busy.await.unwrap();
    timeout(SOON, scripted.script).await.unwrap().unwrap();
}
