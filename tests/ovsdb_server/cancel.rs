//! Transactions that nobody waits for any more (note 6).

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use netswitch::ovsdb::{
    self, Client, Commit, Committer, Options, RowId, Transaction, TransactionBuilder,
};
use netswitch::vswitch::{OpenVSwitch, Queue, open_vswitch, queue};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

use crate::served::{SOON, Vswitch, connect_to, followed, raw, root, run, said, served};
use crate::support::{Cluster, Server};

/// Until a queue has this value.
fn wait(dscp: i64) -> Value {
    json!({"op": "wait", "table": "Queue", "where": [["dscp", "==", dscp]], "columns": ["dscp"],
        "until": "==", "rows": [{"dscp": dscp}]})
}

fn insert(dscp: i64) -> Value {
    json!({"op": "insert", "table": "Queue", "row": {"dscp": dscp}})
}

async fn values(client: &Client) -> Vec<i64> {
    let select = json!([{"op": "select", "table": "Queue", "where": [], "columns": ["dscp"]}]);
    let rows = raw(client, select).await[0]["rows"].clone();
    let values = rows.as_array().unwrap().iter();
    let mut values: Vec<i64> = values.map(|row| row["dscp"].as_i64().unwrap()).collect();
    values.sort_unstable();
    values
}

/// Polls it once.
async fn look_at<F: Future + Unpin>(future: &mut F) {
    let polled = |cx: &mut Context<'_>| Poll::Ready(Pin::new(&mut *future).poll(cx).is_pending());
    assert!(std::future::poll_fn(polled).await);
}

/// Polls it until it waits on the server: what is sent later is answered first.
async fn begin<F: Future + Unpin>(future: &mut F, client: &Client) {
    look_at(future).await;
    client.echo().await.unwrap();
    look_at(future).await;
}

async fn connected(server: &Server, change_aware: bool) -> Client {
    let options = Options {
        change_aware,
        ..Options::default()
    };
    let remotes = server.remote().parse().unwrap();
    let (client, connection) = ovsdb::connect(&remotes, &options).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Its limit is far away; what it waits for comes.
#[tokio::test]
async fn a_transaction_that_is_dropped_does_not_happen_later() {
    for change_aware in [false, true] {
        let server = Server::start();
        let client = connected(&server, change_aware).await;
        let blocked = [wait(7), insert(8)];
        let mut dropped = Box::pin(client.transact_raw("Open_vSwitch", &blocked));
        begin(&mut dropped, &client).await;
        drop(dropped);
        raw(&client, json!([insert(7)])).await;
        assert_eq!(values(&client).await, [7]);
    }
}

/// The same transaction, kept: it does happen.
#[tokio::test]
async fn a_transaction_that_is_kept_happens_when_what_it_waits_for_comes() {
    let (_server, client) = served().await;
    let blocked = [wait(7), insert(8)];
    let mut kept = Box::pin(client.transact_raw("Open_vSwitch", &blocked));
    begin(&mut kept, &client).await;
    raw(&client, json!([insert(7)])).await;
    kept.await.unwrap();
    assert_eq!(values(&client).await, [7, 8]);
}

/// Waits on the server for the root row to be named so, and then adds a queue.
fn waiting(row: RowId<OpenVSwitch>) -> Transaction {
    let mut builder = TransactionBuilder::new();
    let named = open_vswitch::SYSTEM_TYPE.equals(&Some("go".to_owned()));
    builder.wait_until(row, named, SOON * 6);
    builder.insert::<Queue>().set(queue::DSCP, Some(8));
    builder.build().unwrap()
}

async fn name(client: &Client, row: RowId<OpenVSwitch>) {
    let mut builder = TransactionBuilder::new();
    let named = Some("go".to_owned());
    builder.update(row).set(open_vswitch::SYSTEM_TYPE, named);
    run(client, builder).await.unwrap();
}

#[tokio::test]
async fn a_cancelled_transaction_is_known_not_to_happen() {
    for change_aware in [false, true] {
        let server = Server::start();
        let client = connected(&server, change_aware).await;
        let row = root(&followed(&client).await);
        let transaction = waiting(row);
        let mut submitted = client.submit::<Vswitch>(&transaction).await.unwrap();
        begin(&mut Box::pin(submitted.outcome()), &client).await;
        assert!(submitted.cancel().await.unwrap().is_none());
        name(&client, row).await;
        assert!(values(&client).await.is_empty());
    }
}

#[tokio::test]
async fn a_transaction_cancelled_too_late_is_known_to_have_happened() {
    let (_server, client) = served().await;
    let row = root(&followed(&client).await);
    let transaction = waiting(row);
    let mut submitted = client.submit::<Vswitch>(&transaction).await.unwrap();
    begin(&mut Box::pin(submitted.outcome()), &client).await;
    name(&client, row).await;
    let outcome = submitted.outcome().await.unwrap();
    assert_eq!(outcome.missed(&transaction).count(), 0);
    assert!(submitted.cancel().await.unwrap().is_some());
    assert_eq!(values(&client).await, [8]);
}

/// What a member has passed on to its cluster it cannot take back, and does not tell whether it had.
#[tokio::test]
async fn what_became_of_a_transaction_cancelled_on_a_cluster_is_unknown() {
    let cluster = Cluster::start(1);
    let client = connect_to(&cluster.remote(0)).await;
    raw(
        &client,
        json!([{"op": "insert", "table": "Open_vSwitch", "row": {}}]),
    )
    .await;
    let row = root(&followed(&client).await);
    let transaction = waiting(row);
    let mut submitted = client.submit::<Vswitch>(&transaction).await.unwrap();
    begin(&mut Box::pin(submitted.outcome()), &client).await;
    let error = submitted.cancel().await.unwrap_err();
    assert!(error.is_outcome_unknown() && !error.is_closed(), "{error}");
}

/// Adds a queue.
fn add(dscp: i64) -> impl FnMut(&Vswitch, &mut TransactionBuilder) {
    move |_, builder| {
        builder.insert::<Queue>().set(queue::DSCP, Some(dscp));
    }
}

/// The server is slow; it has, or has not, been sent the transaction that is dropped.
#[tokio::test]
async fn what_a_committer_was_dropped_with_is_settled_by_its_next_commit() {
    for is_sent in [false, true] {
        let (server, client) = served().await;
        let copy = followed(&client).await;
        let (row, marks) = (root(&copy), open_vswitch::EXTERNAL_IDS);
        let mut committer = Committer::new(&client, &copy, row, marks, "test").unwrap();
        committer.commit(SOON, add(1)).await.unwrap();
        server.stop();
        let mut dropped = Box::pin(committer.commit(SOON, add(2)));
        look_at(&mut dropped).await;
        for _ in 0..if is_sent { 20 } else { 0 } {
            tokio::task::yield_now().await;
        }
        drop(dropped);
        let mut seen = Vec::new();
        let next = committer.commit(SOON, |db, builder| {
            seen = db.queue.iter().filter_map(|(_, row)| row.dscp).collect();
            builder.insert::<Queue>().set(queue::DSCP, Some(3));
        });
        let mut next = Box::pin(next);
        // It is put together from a copy that does not show the one before.
        look_at(&mut next).await;
        server.resume();
        next.await.unwrap();
        seen.push(3);
        seen.sort_unstable();
        let values = values(&connect_to(&server.remote()).await).await;
        assert_eq!(seen, values, "the last transaction saw all before it");
        assert_eq!(values.contains(&2), is_sent);
    }
}

/// A server may come upon a transaction after its connection was lost, and after it was found that
/// it has not committed: then it does not commit either.
#[tokio::test]
async fn a_committers_transaction_does_not_come_late() {
    let (server, client) = served().await;
    for first in [1, 2] {
        let (remote, lost) = losing(server.socket());
        let behind = connect_to(&remote.0).await;
        let copy = followed(&behind).await;
        let (row, marks) = (root(&copy), open_vswitch::EXTERNAL_IDS);
        let mut committer = Committer::new(&behind, &copy, row, marks, "test").unwrap();
        let committed = committer.commit(SOON, add(first)).await;
        assert!(matches!(committed, Ok(Commit::Heard(_))), "{committed:?}");
        let late = lost.await.unwrap();
        let before = server.dump();
        let said = said(&server, &late, 1).unwrap();
        // The first time it was to leave the first mark, and that is there by now.
        let is_refused = said[0].to_string().contains("timed out");
        assert_eq!(is_refused, first == 2, "{said:?}");
        assert_eq!(server.dump(), before);
    }
    assert_eq!(values(&client).await, [1, 2]);
}

/// A way to the server that is lost with its first transaction, which it gives and the server does
/// not get.
fn losing(server: PathBuf) -> ((String, TempDir), JoinHandle<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let listener = UnixListener::bind(&path).unwrap();
    let lost = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut behind = UnixStream::connect(&server).await.unwrap();
        let lost = until_transaction(&mut client, &mut behind).await;
        drop((client, behind));
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut behind = UnixStream::connect(&server).await.unwrap();
                // Ends with either side.
                let _ = copy_bidirectional(&mut client, &mut behind).await;
            }
        });
        lost
    });
    ((format!("unix:{}", path.display()), folder), lost)
}

async fn until_transaction(client: &mut UnixStream, server: &mut UnixStream) -> String {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let replies = copy(&mut from_server, &mut to_client);
    let requests = async {
        let mut read = Vec::new();
        loop {
            assert_ne!(from_client.read_buf(&mut read).await.unwrap(), 0);
            let mut values = serde_json::Deserializer::from_slice(&read).into_iter::<Value>();
            let mut length = 0;
            while let Some(Ok(request)) = values.next() {
                if request["method"] == "transact" {
                    return request.to_string();
                }
                length = values.byte_offset();
            }
            to_server.write_all(&read[..length]).await.unwrap();
            read.drain(..length);
        }
    };
    tokio::select! {
        ended = replies => panic!("the server has gone: {ended:?}"),
        lost = requests => lost,
    }
}
