//! Copies of a database that a script speaks for.

use netswitch::ovsdb::{Monitor, Options, Selection};
use netswitch::vswitch::{OpenVSwitchDatabase, Queue, queue};
use serde_json::{Value, json};

use crate::peer::{Peer, SOON, Scripted, chain, scripted};

const ROW: &str = "0d69b8cc-6245-4ac2-9282-97b6fa57e4b1";

/// A monitor of `Queue` whose first reply and one update are scripted.
async fn monitored(initial: Value, update: Value) -> (Scripted, Monitor<OpenVSwitchDatabase>) {
    let scripted = scripted(Options::default(), async move |mut peer: Peer| {
        let number = peer.follow(&initial).await;
        let asked = peer.request().await;
        peer.report(&number, update).await;
        peer.send(json!({"id": asked["id"], "result": [], "error": null}).to_string())
            .await;
        peer.linger().await;
    })
    .await;
    let selection = Selection::new().table::<Queue>(&[queue::DSCP.name()]);
    let monitor = scripted.client.monitor(&selection).await.unwrap();
    (scripted, monitor)
}

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
        peer.follow(&json!({"Queue": {ROW: {"initial": {"dscp": [true]}}}}))
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
        let number = peer.follow(&json!({})).await;
        let cancelled = peer.request().await;
        assert_eq!(cancelled["method"], "monitor_cancel");
        assert_eq!(cancelled["params"], json!([number]));
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
        let tables = json!({"Queue": {ROW: {"initial": {"dscp": 7}}}});
        let number = peer.follow(&tables).await;
        let asked = peer.request().await;
        for dscp in 0..1500 {
            let tables = json!({"Queue": {ROW: {"modify": {"dscp": dscp}}}});
            peer.report(&number, tables).await;
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
