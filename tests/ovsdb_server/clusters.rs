//! Clusters of real servers, of which members come and go (note 26).

use std::time::{Duration, Instant};

use netswitch::ovsdb::{
    self, Client, Monitor, Options, Serving, State, States, TransactionBuilder,
};
use netswitch::vswitch::{Queue, queue};
use tokio::time::timeout;

use crate::served::{SOON, Vswitch, connect_to, followed, run};
use crate::support::{Cluster, Server};

/// A connection to these members, in their order.
fn connected(remotes: &[String], leader_only: bool) -> Client {
    let options = Options {
        serving: Some(Serving {
            database: "Open_vSwitch".to_owned(),
            leader_only,
        }),
        ..Options::default()
    };
    let remotes = remotes.join(",").parse().unwrap();
    let (client, connection) = ovsdb::keep_connected(&remotes, &options);
    tokio::spawn(connection);
    client
}

async fn add(client: &Client, dscp: i64) -> Result<(), ovsdb::Error> {
    let mut builder = TransactionBuilder::new();
    builder.insert::<Queue>().set(queue::DSCP, Some(dscp));
    run(client, builder).await.map(drop)
}

async fn has(copy: &Monitor<Vswitch>, expected: &[i64]) {
    let values = |db: &Vswitch| {
        let mut values: Vec<i64> = db.queue.iter().filter_map(|(_, row)| row.dscp).collect();
        values.sort_unstable();
        values
    };
    let reached = copy.wait_until(|db| values(db) == expected, SOON * 3).await;
    let shown = values(&copy.read().unwrap());
    reached.unwrap_or_else(|error| panic!("{error}: {shown:?}, not {expected:?}"));
}

/// Waits for a server to be left for this reason.
async fn left(states: &mut States, reason: &str) {
    let is_left = |state: &State| match state {
        State::Lost(why) => {
            std::error::Error::source(why).is_some_and(|source| source.to_string().contains(reason))
        }
        _ => false,
    };
    let state = timeout(SOON * 3, states.wait_for(is_left)).await;
    assert!(
        matches!(state, Ok(Some(_))),
        "{reason}: {:?}",
        states.current()
    );
}

#[tokio::test]
async fn the_leader_is_found_and_followed_when_it_moves() {
    let mut cluster = Cluster::start(3);
    let leader = cluster.leader();
    // The leader comes last.
    let mut order: Vec<usize> = (0..3).filter(|member| *member != leader).collect();
    order.push(leader);
    let remotes: Vec<String> = order.iter().map(|member| cluster.remote(*member)).collect();
    let client = connected(&remotes, true);
    let copy = followed(&client).await;
    assert_eq!(client.remote().to_string(), cluster.remote(leader));
    add(&client, 1).await.unwrap();
    has(&copy, &[1]).await;

    cluster.kill(leader);
    let next = cluster.leader();
    let mut states = client.states();
    let on_next = |state: &State| match state {
        State::Synced(remote) => remote.to_string() == cluster.remote(next),
        _ => false,
    };
    timeout(SOON * 3, states.wait_for(on_next)).await.unwrap();
    add(&client, 2).await.unwrap();
    has(&copy, &[1, 2]).await;

    // A member that comes back is caught up, and a copy on it is as good.
    cluster.revive(leader);
    cluster.wait_until_connected(leader);
    let back = followed(&connected(&[cluster.remote(leader)], false)).await;
    has(&back, &[1, 2]).await;
}

#[tokio::test]
async fn a_follower_serves_until_it_is_cut_off() {
    let cluster = Cluster::start(3);
    let leader = cluster.leader();
    let [follower, other] = match leader {
        0 => [1, 2],
        1 => [0, 2],
        _ => [0, 1],
    };
    let client = connected(&[cluster.remote(follower)], false);
    let copy = followed(&client).await;
    add(&client, 1).await.unwrap();
    has(&copy, &[1]).await;
    let mut states = client.states();
    for member in [leader, other] {
        cluster.stop(member);
    }
    left(&mut states, "not connected to its cluster").await;
    assert!(copy.is_stale());
    for member in [leader, other] {
        cluster.resume(member);
    }
    let reader = connected(&[cluster.remote(leader)], false);
    cluster.wait_until_connected(follower);
    add(&reader, 2).await.unwrap();
    has(&copy, &[1, 2]).await;
}

#[tokio::test]
async fn a_member_of_another_cluster_is_refused() {
    let (mut ours, theirs) = (Cluster::start(1), Cluster::start(1));
    let client = connected(&[ours.remote(0), theirs.remote(0)], false);
    let copy = followed(&client).await;
    add(&client, 1).await.unwrap();
    let mut states = client.states();
    ours.kill(0);
    left(&mut states, "belongs to cluster").await;
    ours.revive(0);
    add(&client, 2).await.unwrap();
    has(&copy, &[1, 2]).await;
    assert_eq!(client.remote().to_string(), ours.remote(0));
}

#[tokio::test]
async fn a_server_without_the_database_is_passed_over_and_a_standalone_one_is_good_enough() {
    let (without, with) = (Server::start(), Server::start());
    without.appctl(&["ovsdb-server/remove-db", "Open_vSwitch"]);
    let client = connected(&[without.remote(), with.remote()], true);
    let copy = followed(&client).await;
    add(&client, 1).await.unwrap();
    has(&copy, &[1]).await;
    assert_eq!(client.remote().to_string(), with.remote());
}

/// Two of three members are cut off: nobody leads. Whoever asks is told within the limit, and served
/// when there is a leader again.
#[tokio::test]
async fn a_cluster_without_a_leader_is_an_error_within_the_limit() {
    let cluster = Cluster::start(3);
    let leader = cluster.leader();
    let left_over = (leader + 1) % 3;
    let others: Vec<usize> = (0..3).filter(|member| *member != left_over).collect();
    let remotes = [cluster.remote(left_over)];
    let (choosy, easy) = (connected(&remotes, true), connected(&remotes, false));
    let plain = connect_to(&remotes[0]).await;
    add(&easy, 1).await.unwrap();
    for member in &others {
        cluster.stop(*member);
    }
    left(&mut easy.states(), "not connected to its cluster").await;
    let limit = Duration::from_millis(500);
    for (client, reason) in [
        (&choosy, "cannot be used for database Open_vSwitch"),
        (&easy, "it is not connected to its cluster"),
        (&plain, "was not answered"),
    ] {
        let start = Instant::now();
        let error = add(&client.with_timeout(limit), 2).await.unwrap_err();
        assert!(start.elapsed() < SOON, "{error}");
        assert!(error.is_timeout(), "{error}");
        let told = format!("{:#}", anyhow::Error::from(error));
        assert!(told.contains(reason), "{told}");
    }
    for member in &others {
        cluster.resume(*member);
    }
    cluster.wait_until_connected(left_over);
    add(&easy, 3).await.unwrap();
}
