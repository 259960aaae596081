//! What became of a transaction whose reply is lost: told truly, and never done twice.

use std::time::Duration;

use netswitch::ovsdb::{
    self, Client, Commit, Committer, Error, Map, Monitor, Options, Serving, State,
};
use netswitch::vswitch::{Queue, open_vswitch, queue};
use tokio::time::timeout;

use crate::served::{SOON, Vswitch, followed, pairs, root};
use crate::support::{Cluster, Cut, Proxy, Server};

/// The key of the marks.
const KEY: &str = "committer";

/// A connection to these remotes, and what it shows of the database.
async fn connected(remotes: &str) -> (Client, Monitor<Vswitch>) {
    let options = Options {
        serving: Some(Serving {
            database: "Open_vSwitch".to_owned(),
            leader_only: false,
        }),
        ..Options::default()
    };
    let (client, connection) = ovsdb::keep_connected(&remotes.parse().unwrap(), &options);
    tokio::spawn(connection);
    let copy = followed(&client).await;
    (client, copy)
}

/// Commits a row of this name.
async fn insert(client: &Client, copy: &Monitor<Vswitch>, name: &str) -> Result<Commit, Error> {
    let marks = open_vswitch::EXTERNAL_IDS;
    let mut committer = Committer::new(client, copy, root(copy), marks, KEY).unwrap();
    let named = |_: &Vswitch, builder: &mut ovsdb::TransactionBuilder| {
        let ids = pairs(&[("name", name)]);
        builder.insert::<Queue>().set(queue::EXTERNAL_IDS, ids);
    };
    committer.commit(SOON * 3, named).await
}

/// How many rows of this name a server shows.
fn rows(copy: &Monitor<Vswitch>, name: &str) -> usize {
    let db = copy.read().unwrap();
    let is_it = |ids: &Map<String, String>| ids.get("name").is_some_and(|it| it == name);
    let rows = db.queue.iter();
    rows.filter(|(_, row)| is_it(&row.external_ids)).count()
}

/// Note 28: the transaction whose outcome was looked for and not found is read by the server
/// afterwards.
#[tokio::test]
async fn what_is_told_as_not_committed_does_not_commit_later() {
    let server = Server::start();
    let first = format!("external_ids:{KEY}=first");
    server.vsctl(&["--no-wait", "set", "Open_vSwitch", ".", &first]);
    let proxy = Proxy::before(server.socket(), Cut::Late, true);
    let (client, copy) = connected(&proxy.remote()).await;
    let commit = insert(&client, &copy, "a").await.unwrap();
    assert!(matches!(commit, Commit::Heard(_)), "{commit:?}");
    assert_eq!(rows(&copy, "a"), 1);
    let (_client, fresh) = connected(&server.remote()).await;
    assert_eq!(rows(&fresh, "a"), 1);
}

/// The same without a mark before: the first one comes late, and does not replace another.
#[tokio::test]
async fn a_first_mark_that_comes_late_replaces_no_other() {
    let server = Server::start();
    let proxy = Proxy::before(server.socket(), Cut::Late, true);
    let (client, copy) = connected(&proxy.remote()).await;
    for name in ["a", "b"] {
        insert(&client, &copy, name).await.unwrap();
        assert_eq!(rows(&copy, name), 1);
    }
}

#[tokio::test]
async fn what_committed_unheard_is_found() {
    let server = Server::start();
    let first = format!("external_ids:{KEY}=first");
    server.vsctl(&["--no-wait", "set", "Open_vSwitch", ".", &first]);
    let proxy = Proxy::before(server.socket(), Cut::After, true);
    let (client, copy) = connected(&proxy.remote()).await;
    let commit = insert(&client, &copy, "a").await.unwrap();
    assert!(matches!(commit, Commit::Found), "{commit:?}");
    assert_eq!(rows(&copy, "a"), 1);
}

/// Notes 28 and 29: the member that passed the transaction on to the leader is lost, the leader
/// has not looked at it yet, and another member does not know of it.
#[tokio::test]
async fn what_a_leader_has_not_looked_at_yet_is_not_done_twice() {
    let mut cluster = Cluster::start_electing(3, 10_000);
    cluster.init();
    let leader = cluster.leader();
    let (member, other) = ((leader + 1) % 3, (leader + 2) % 3);
    let remotes = format!("{},{}", cluster.remote(member), cluster.remote(other));
    let (client, copy) = connected(&remotes).await;
    assert_eq!(client.remote().to_string(), cluster.remote(member));
    insert(&client, &copy, "a").await.unwrap();

    cluster.arm(member, "crash-after-sending-execute-command-request");
    cluster.stop(leader);
    let committed = tokio::spawn({
        let client = client.clone();
        async move { (insert(&client, &copy, "b").await, copy) }
    });
    let is_other = |state: &State| match state {
        State::Synced(remote) => remote.to_string() == cluster.remote(other),
        _ => false,
    };
    let mut states = client.states();
    let moved = timeout(SOON, states.wait_for(is_other)).await;
    assert!(moved.is_ok(), "{:?}", states.current());
    cluster.resume(leader);
    let (commit, copy) = timeout(SOON * 3, committed).await.unwrap().unwrap();
    commit.unwrap();
    assert_eq!(rows(&copy, "b"), 1);
    cluster.kill(member);
}

#[tokio::test]
async fn what_cannot_be_asked_within_the_limit_is_unknown() {
    let server = Server::start();
    let (client, copy) = connected(&server.remote()).await;
    insert(&client, &copy, "a").await.unwrap();
    let marks = open_vswitch::EXTERNAL_IDS;
    let mut committer = Committer::new(&client, &copy, root(&copy), marks, KEY).unwrap();
    server.stop();
    let limit = Duration::from_millis(200);
    let error = committer.commit(limit, |_, _| {}).await.unwrap_err();
    assert!(error.is_outcome_unknown() && error.is_timeout(), "{error}");
    server.resume();
    // It goes on from whichever mark is there now.
    insert(&client, &copy, "b").await.unwrap();
    assert_eq!(rows(&copy, "b"), 1);
}

/// Note 29: a member that is behind, and cut off, knows neither the transaction nor the one before
/// it. What it would answer from its own state proves nothing.
#[tokio::test]
async fn a_member_that_is_far_behind_is_no_witness() {
    let mut cluster = Cluster::start_electing(3, 10_000);
    cluster.init();
    let leader = cluster.leader();
    let (member, other) = ((leader + 1) % 3, (leader + 2) % 3);
    let remotes = format!("{},{}", cluster.remote(member), cluster.remote(other));
    let remotes = remotes.parse().unwrap();
    let (client, connection) = ovsdb::keep_connected(&remotes, &Options::default());
    tokio::spawn(connection);
    let copy = followed(&client).await;
    insert(&client, &copy, "zero").await.unwrap();
    cluster.kill(other);
    insert(&client, &copy, "first").await.unwrap();
    // It is committed; the member ends before it can say so.
    cluster.arm(member, "crash-after-receiving-append-request-update");
    let commit = insert(&client, &copy, "second");
    let moves = async {
        let mut states = client.states();
        states
            .wait_for(|state| matches!(state, State::Lost(_)))
            .await;
        cluster.stop(leader);
        cluster.revive(other);
        let on_other = |state: &State| match state {
            State::Synced(remote) => remote.to_string() == cluster.remote(other),
            _ => false,
        };
        states.wait_for(on_other).await;
        // Behind whatever was asked to find out what became of the transaction.
        client.echo().await.unwrap();
        cluster.resume(leader);
        std::future::pending::<()>().await;
    };
    let told = tokio::select! {
        told = commit => told,
        () = moves => unreachable!(),
    };
    let (_, fresh) = connected(&cluster.remote(leader)).await;
    let is_there = |db: &Vswitch| db.queue.len() >= 2 + usize::from(told.is_ok());
    fresh.wait_until(is_there, SOON).await.unwrap();
    assert_eq!(
        rows(&fresh, "second"),
        usize::from(told.is_ok()),
        "{told:?}"
    );
    cluster.kill(member);
}
