//! The ways to follow a database, of which servers of different age know different ones (item 20).

use netswitch::ovsdb::{Monitor, Options, Selection};
use netswitch::vswitch::{OpenVSwitchDatabase, Queue, queue};
use serde_json::{Value, json};

use crate::peer::{Peer, SOON, scripted};

const ROW: &str = "0d69b8cc-6245-4ac2-9282-97b6fa57e4b1";
const OTHER: &str = "0d69b8cc-6245-4ac2-9282-97b6fa57e4b2";
const LAST: &str = "5be0b5ec-7e29-4c04-a9b1-3a9ae9f5d0d1";

fn selection() -> Selection {
    Selection::new().table::<Queue>(&[queue::DSCP.name()])
}

/// The values in a copy, smallest first.
fn values(monitor: &Monitor<OpenVSwitchDatabase>) -> Vec<Option<i64>> {
    let db = monitor.read().unwrap();
    let mut values: Vec<_> = db.queue.iter().map(|(_, row)| row.dscp).collect();
    values.sort_unstable();
    values
}

async fn until(monitor: &Monitor<OpenVSwitchDatabase>, expected: &[Option<i64>]) {
    let reached = |db: &OpenVSwitchDatabase| {
        let mut values: Vec<_> = db.queue.iter().map(|(_, row)| row.dscp).collect();
        values.sort_unstable();
        values == expected
    };
    monitor.wait_until(reached, SOON).await.unwrap();
}

async fn refuse(peer: &mut Peer, method: &str) -> Value {
    let asked = peer.request().await;
    assert_eq!(asked["method"], method);
    // ovsdb-server 3.1 leaves the result out.
    let error = json!({"error": "unknown method", "details": method});
    peer.send(json!({"id": asked["id"], "error": error}).to_string())
        .await;
    asked
}

/// A server of RFC 7047 alone gives rows as they were and as they are.
#[tokio::test]
async fn a_server_that_knows_the_oldest_method_only() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        refuse(&mut peer, "monitor_cond_since").await;
        refuse(&mut peer, "monitor_cond").await;
        let asked = peer.request().await;
        assert_eq!(asked["method"], "monitor");
        assert_eq!(
            asked["params"][2],
            json!({"Queue": [{"columns": ["dscp"]}]})
        );
        let tables = json!({"Queue": {ROW: {"new": {"dscp": 7}}}});
        peer.send(json!({"id": asked["id"], "result": tables, "error": null}).to_string())
            .await;
        for rows in [
            json!({OTHER: {"new": {"dscp": 8}}}),
            json!({ROW: {"old": {"dscp": 7}, "new": {"dscp": 9}}}),
            json!({OTHER: {"new": {"dscp": ["set", []]}, "old": {"dscp": 8}}}),
            json!({ROW: {"old": {"dscp": 9}}}),
        ] {
            let looked = peer.request().await;
            let params = json!([asked["params"][1], {"Queue": rows}]);
            peer.send(json!({"id": null, "method": "update", "params": params}).to_string())
                .await;
            peer.send(json!({"id": looked["id"], "result": [], "error": null}).to_string())
                .await;
        }
        peer.linger().await;
    })
    .await;
    let client = &scripted.client;
    let monitor = client.monitor(&selection()).await.unwrap();
    let mut events = monitor.events();
    for expected in [
        &[Some(7), Some(8)][..],
        &[Some(8), Some(9)],
        &[None, Some(9)],
        &[None],
    ] {
        client.list_databases().await.unwrap();
        assert_eq!(values(&monitor), expected);
        assert_eq!(events.next().await.unwrap().len(), 1);
    }
}

/// A server that keeps a history tells what changed since the last transaction that is here.
#[tokio::test]
async fn what_changed_meanwhile_is_enough() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let number = peer
            .follow(&json!({"Queue": {ROW: {"initial": {"dscp": 7}}}}))
            .await;
        let params = json!([number, LAST, {"Queue": {OTHER: {"insert": {"dscp": 8}}}}]);
        peer.send(json!({"id": null, "method": "update3", "params": params}).to_string())
            .await;
        let cancelled = peer.request().await;
        assert_eq!(cancelled["method"], "monitor_cancel");
        peer.send(json!({"id": cancelled["id"], "result": {}, "error": null}).to_string())
            .await;
        let asked = peer.request().await;
        assert_eq!(asked["method"], "monitor_cond_since");
        assert_eq!(asked["params"][3], LAST);
        let changed = json!({"Queue": {ROW: {"delete": null}, OTHER: {"modify": {"dscp": 9}}}});
        let result = json!([true, LAST, changed]);
        peer.send(json!({"id": asked["id"], "result": result, "error": null}).to_string())
            .await;
        peer.linger().await;
    })
    .await;
    let monitor = scripted.client.monitor(&selection()).await.unwrap();
    until(&monitor, &[Some(7), Some(8)]).await;
    let mut events = monitor.events();
    monitor.pause().await.unwrap();
    assert_eq!(values(&monitor), [Some(7), Some(8)]);
    monitor.resume().await.unwrap();
    assert_eq!(values(&monitor), [Some(9)]);
    assert_eq!(events.next().await.unwrap().len(), 2);
}

/// What is wrong with the request itself is no reason to ask in another way.
#[tokio::test]
async fn a_refusal_for_another_reason_is_final() {
    let scripted = scripted(Options::default(), async |mut peer: Peer| {
        let asked = peer.request().await;
        let error = json!({"error": "syntax error", "details": "no table named Queue"});
        peer.send(json!({"id": asked["id"], "error": error}).to_string())
            .await;
        // The table is in the schema: the server is not older than it.
        let asked = peer.request().await;
        assert_eq!(asked["method"], "get_schema");
        let schema = json!({"tables": {"Queue": {"columns": {"dscp": {}}}}});
        peer.send(json!({"id": asked["id"], "result": schema, "error": null}).to_string())
            .await;
        peer.linger().await;
    })
    .await;
    let refused = scripted
        .client
        .monitor::<OpenVSwitchDatabase>(&selection())
        .await;
    let error = refused.unwrap_err();
    assert_eq!(error.rpc_error().unwrap().error(), "syntax error");
}
