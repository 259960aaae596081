//! Databases that change their schema while somebody looks.

use netswitch::ovsdb::{self, Client, Options, State, TransactionBuilder};
use netswitch::vswitch::{Queue, queue};
use serde_json::{Value, json};

use crate::served::{SOON, connect_to, followed, run, served};
use crate::support::Server;

async fn add_queue(client: &Client, dscp: i64) {
    let mut builder = TransactionBuilder::new();
    builder.insert::<Queue>().set(queue::DSCP, Some(dscp));
    run(client, builder).await.unwrap();
}

async fn convert(client: &Client, version: &str) {
    let schema = client.get_schema("Open_vSwitch").await.unwrap();
    let mut schema: Value = serde_json::from_str(schema.get()).unwrap();
    schema["version"] = json!(version);
    client.convert("Open_vSwitch", &schema).await.unwrap();
}

/// Note 25: with and without the server's word of it, a conversion by somebody else interrupts a
/// copy and does not end it.
#[tokio::test]
async fn somebody_else_converts_the_database() {
    for change_aware in [false, true] {
        let server = Server::start();
        let options = Options {
            change_aware,
            ..Options::default()
        };
        let remotes = server.remote().parse().unwrap();
        let (client, connection) = ovsdb::connect(&remotes, &options).await.unwrap();
        tokio::spawn(connection);
        let copy = followed(&client).await;
        let other = connect_to(&server.remote()).await;
        let lost = tokio::spawn({
            let mut states = client.states();
            async move {
                let is_lost = |state: &State| matches!(state, State::Lost(_) | State::Ended(_));
                states.wait_for(is_lost).await
            }
        });
        convert(&other, "9.9.9").await;
        add_queue(&other, 5).await;
        let added = |db: &crate::served::Vswitch| db.queue.len() == 1;
        copy.wait_until(added, SOON).await.unwrap();
        assert_eq!(lost.is_finished(), !change_aware);
        lost.abort();
    }
}

/// Note 25: a database that is removed is missed until it is there again.
#[tokio::test]
async fn a_database_is_removed_and_comes_back() {
    let server = Server::start();
    let client = connect_to(&server.remote()).await;
    let copy = followed(&client).await;
    server.appctl(&["ovsdb-server/remove-db", "Open_vSwitch"]);
    let mut states = client.states();
    let refused = |state: &State| match state {
        State::Lost(why) => why.rpc_error().is_some(),
        _ => false,
    };
    let refused = tokio::time::timeout(SOON, states.wait_for(refused)).await;
    let Ok(Some(State::Lost(why))) = refused else {
        panic!("it is not missed: {refused:?}");
    };
    assert_eq!(why.rpc_error().unwrap().error(), "unknown database");
    assert!(copy.is_stale());
    let file = server.file().display().to_string();
    server.appctl(&["ovsdb-server/add-db", &file]);
    copy.wait_until(|_| true, SOON).await.unwrap();
    add_queue(&client, 3).await;
    assert_eq!(copy.read().unwrap().queue.len(), 1);
}

#[tokio::test]
async fn copies_go_on_after_a_conversion_and_raw_monitors_end() {
    let (_server, client) = served().await;
    let monitor = followed(&client).await;
    let requests = json!({"Bridge": {"columns": ["name"]}});
    let (_, mut raw) = client.monitor_raw("Open_vSwitch", &requests).await.unwrap();
    let schema = client.get_schema("Open_vSwitch").await.unwrap();
    let mut schema: Value = serde_json::from_str(schema.get()).unwrap();
    schema["version"] = json!("9.9.9");

    client.convert("Open_vSwitch", &schema).await.unwrap();
    let ended = raw.next().await.unwrap_err();
    assert!(!ended.is_closed() && !ended.is_lagged(), "{ended}");
    monitor.wait_until(|_| true, SOON).await.unwrap();
    add_queue(&client, 7).await;
    assert_eq!(monitor.read().unwrap().queue.len(), 1);

    let schema = client.get_schema("Open_vSwitch").await.unwrap();
    assert!(schema.get().contains("9.9.9"));
}

#[tokio::test]
async fn a_conversion_that_is_refused_changes_nothing() {
    let (_server, client) = served().await;
    let monitor = followed(&client).await;
    let schema = json!({"name": "Open_vSwitch", "version": "1.0.0", "tables": 7});
    let refused = client.convert("Open_vSwitch", &schema).await.unwrap_err();
    assert!(refused.rpc_error().is_some(), "{refused}");
    client.echo().await.unwrap();
    assert!(!monitor.is_stale());
}

/// Notes 16 and 25: a transaction that waits when its database is converted is told so where the
/// server was asked to tell; whoever sends it again has it committed.
#[tokio::test]
async fn a_waiting_transaction_is_canceled_by_a_conversion() {
    let server = Server::start();
    let options = Options {
        change_aware: true,
        ..Options::default()
    };
    let remotes = server.remote().parse().unwrap();
    let (client, connection) = ovsdb::connect(&remotes, &options).await.unwrap();
    tokio::spawn(connection);
    let wait = json!({
        "op": "wait", "table": "Queue", "where": [], "columns": ["dscp"], "until": "!=",
        "rows": [], "timeout": 60_000,
    });
    let operations = [wait];
    let waiting = client.transact_raw("Open_vSwitch", &operations);
    let converting = async {
        // Sent later, answered first: the transaction waits on the server.
        client.echo().await.unwrap();
        convert(&connect_to(&server.remote()).await, "9.9.9").await;
    };
    let both = async { tokio::join!(waiting, converting) };
    let (canceled, ()) = tokio::time::timeout(SOON, both).await.unwrap();
    let canceled = canceled.unwrap_err();
    assert_eq!(canceled.rpc_error().unwrap().error(), "canceled");
    assert!(!canceled.is_outcome_unknown());
    add_queue(&client, 1).await;
    client
        .transact_raw("Open_vSwitch", &operations)
        .await
        .unwrap();
}

/// Note 25: who has asked to be told of conversions is told after one of its own too.
#[tokio::test]
async fn a_conversion_of_ones_own_leaves_the_connection_aware() {
    let server = Server::start();
    let options = Options {
        change_aware: true,
        reconnect: None,
        ..Options::default()
    };
    let remotes = server.remote().parse().unwrap();
    let (client, connection) = ovsdb::connect(&remotes, &options).await.unwrap();
    tokio::spawn(connection);
    convert(&client, "9.9.8").await;
    convert(&connect_to(&server.remote()).await, "9.9.9").await;
    // It would be closed.
    client.echo().await.unwrap();
    client.echo().await.unwrap();
}
