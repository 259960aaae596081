//! Locks between clients of a real server.

use netswitch::ovsdb::{
    self, LockChange, Options, State, TransactionBuilder, TransactionErrorKind,
};
use tokio::time::timeout;

use crate::served::{SOON, connect_to, run, served};
use crate::support::Server;

#[tokio::test]
async fn one_holds_it_and_the_next_one_gets_it() {
    let (server, first) = served().await;
    let second = connect_to(&server.remote()).await;
    let held = first.lock("mine").await.unwrap();
    assert!(held.is_held());
    let mut waiting = second.lock("mine").await.unwrap();
    assert!(!waiting.is_held());
    assert!(second.lock("other").await.unwrap().is_held());
    drop(held);
    timeout(SOON, waiting.held()).await.unwrap().unwrap();
    assert_eq!(waiting.changed().await.unwrap(), LockChange::Locked);
    // Given back, it can be asked for again, over the same connection and at once.
    drop(waiting);
    let again = second.lock("mine").await.unwrap();
    timeout(SOON, again.held()).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stolen_lock_comes_back() {
    let (server, first) = served().await;
    let second = connect_to(&server.remote()).await;
    let mut lock = first.lock("l").await.unwrap();
    let thief = second.steal("l").await.unwrap();
    assert!(thief.is_held());
    let change = timeout(SOON, lock.changed()).await.unwrap().unwrap();
    assert_eq!((change, lock.is_held()), (LockChange::Stolen, false));
    drop(thief);
    let change = timeout(SOON, lock.changed()).await.unwrap().unwrap();
    assert_eq!((change, lock.is_held()), (LockChange::Locked, true));
}

/// What a lock protects is safe by `assert`: a transaction without it is refused, and for good.
#[tokio::test]
async fn transactions_depend_on_a_lock() {
    let (server, first) = served().await;
    let second = connect_to(&server.remote()).await;
    let _lock = first.lock("l").await.unwrap();
    let asserting = || {
        let mut builder = TransactionBuilder::new();
        builder.assert_lock("l");
        builder
    };
    run(&first, asserting()).await.unwrap();
    let error = run(&second, asserting()).await.unwrap_err();
    let error = error.transaction_error().unwrap();
    assert_eq!(error.kind, TransactionErrorKind::NotOwner);
}

#[tokio::test]
async fn a_lost_connection_loses_it_and_the_next_one_asks_again() {
    let mut server = Server::start();
    let client = connect_to(&server.remote()).await;
    let mut lock = client.lock("l").await.unwrap();
    let lost = {
        server.kill();
        timeout(SOON, lock.changed()).await.unwrap().unwrap()
    };
    assert_eq!((lost, lock.is_held()), (LockChange::Lost, false));
    server.restart();
    timeout(SOON, lock.held()).await.unwrap().unwrap();
}

/// What is given back is not held, not asked for again, and may be asked for anew.
#[tokio::test]
async fn a_lock_that_is_given_back_is_told_so() {
    let mut server = Server::start();
    let client = connect_to(&server.remote()).await;
    let mut lock = client.lock("l").await.unwrap();
    assert!(lock.is_held());
    client.unlock("l").await.unwrap();
    let change = timeout(SOON, lock.changed()).await.unwrap().unwrap();
    assert_eq!((change, lock.is_held()), (LockChange::GivenBack, false));
    let again = client.lock("l").await.unwrap();
    assert!(again.is_held() && !lock.is_held());
    client.unlock("l").await.unwrap();
    let mut states = client.states();
    server.kill();
    let is_lost = |state: &State| matches!(state, State::Lost(_));
    timeout(SOON, states.wait_for(is_lost)).await.unwrap();
    server.restart();
    let is_synced = |state: &State| matches!(state, State::Synced(_));
    timeout(SOON, states.wait_for(is_synced)).await.unwrap();
    client.echo().await.unwrap();
    let other = connect_to(&server.remote()).await;
    assert!(other.lock("l").await.unwrap().is_held());
}

/// A connection that nobody drives any more holds nothing.
#[tokio::test]
async fn a_connection_that_is_dropped_loses_its_locks() {
    let server = Server::start();
    let remotes = server.remote().parse().unwrap();
    let (client, connection) = ovsdb::connect(&remotes, &Options::default()).await.unwrap();
    let connection = tokio::spawn(connection);
    let lock = client.lock("l").await.unwrap();
    assert!(lock.is_held());
    connection.abort();
    connection.await.unwrap_err();
    assert!(!lock.is_held());
    assert!(lock.held().await.unwrap_err().is_closed());
}

#[tokio::test]
async fn what_cannot_be_locked_is_an_error() {
    let (_server, client) = served().await;
    let error = client.lock("no name").await.unwrap_err();
    assert_eq!(error.rpc_error().unwrap().error(), "syntax error");
    let _lock = client.lock("l").await.unwrap();
    let twice = client.lock("l").await.unwrap_err();
    assert!(twice.to_string().contains("already"), "{twice}");
    assert!(client.steal("l").await.is_err());
    let unknown = client.unlock("other").await.unwrap_err();
    assert!(unknown.rpc_error().is_some());
    // None of that hurts the connection.
    client.echo().await.unwrap();
    assert_eq!(
        client.server_id().await.unwrap(),
        client.server_id().await.unwrap()
    );
}
