//! A cluster of three, whose leader moves.

use std::process::Command;

use netswitch::ovsdb::State;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::rounds;
use crate::standalone::convert;
use crate::support::{Cluster, text};
use crate::writers::{LIMIT, Tally, Writers, connected};

/// How many rounds there are if nobody says.
const ROUNDS: u32 = 4;

/// After how many milliseconds a leader is missed: soon, so that rounds are short.
const ELECTION: u32 = 300;

/// What happens to the cluster meanwhile.
#[derive(Debug, Clone, Copy)]
enum Event {
    Killed(Who),
    Stopped(Who),
    /// It fails by itself at this point of a transaction.
    Fails(Who, &'static str),
    LeadershipTransferred,
    AllRestarted,
    Converted,
}

#[derive(Debug, Clone, Copy)]
enum Who {
    Leader,
    Follower,
    /// The member that the first client talks to.
    Connected,
}

#[derive(Debug, Clone)]
struct Round {
    event: Event,
    /// After how many transactions it happens, and for how many more it lasts.
    after: usize,
    lasts: usize,
    /// How many clients there are, and how many transactions each has.
    clients: usize,
    transactions: usize,
    leader_only: bool,
    change_aware: bool,
}

/// Where ovsdb-server fails on request (ovsdb/raft.c, `raft_unixctl_failure_test`).
const FAILURES: [&str; 8] = [
    "crash-before-sending-append-request",
    "crash-after-sending-append-request",
    "crash-before-sending-execute-command-reply",
    "crash-after-sending-execute-command-reply",
    "crash-before-sending-execute-command-request",
    "crash-after-sending-execute-command-request",
    "crash-after-receiving-append-request-update",
    "transfer-leadership-after-sending-append-request",
];

fn round() -> BoxedStrategy<Round> {
    let who = prop_oneof![Just(Who::Leader), Just(Who::Follower), Just(Who::Connected)];
    let failure = proptest::sample::select(FAILURES.to_vec());
    let event = prop_oneof![
        2 => who.clone().prop_map(Event::Killed),
        2 => who.clone().prop_map(Event::Stopped),
        3 => (who, failure).prop_map(|(who, failure)| Event::Fails(who, failure)),
        1 => Just(Event::LeadershipTransferred),
        1 => Just(Event::AllRestarted),
        1 => Just(Event::Converted),
    ];
    let numbers = (0..20_usize, 0..10_usize, 1..4_usize, 5..20_usize);
    let round = (event, numbers, any::<(bool, bool)>());
    let round = round.prop_map(|(event, numbers, (leader_only, change_aware))| {
        let (after, lasts, clients, transactions) = numbers;
        Round {
            event,
            after,
            lasts,
            clients,
            transactions,
            leader_only,
            change_aware,
        }
    });
    round.boxed()
}

#[test]
fn every_outcome_that_is_told_is_true_while_the_leader_moves() {
    rounds::run(ROUNDS, round, run);
}

async fn run(round: Round) -> Tally {
    let mut cluster = Cluster::start_electing(3, ELECTION);
    cluster.init();
    let mut clients = Vec::new();
    for number in 0..round.clients {
        let remotes = cluster.remotes(number);
        clients.push(connected(&remotes, round.leader_only, round.change_aware).await);
    }
    let mut writers = Writers::start(clients, round.transactions);
    writers.heard(round.after).await;
    disturb(&mut cluster, &mut writers, round.event, round.lasts).await;
    for member in 0..cluster.size() {
        cluster.wait_until_connected(member);
    }
    let fresh = connected(&cluster.remotes(0), true, false).await;
    writers.check(fresh, || names(&cluster)).await
}

async fn disturb(cluster: &mut Cluster, writers: &mut Writers, event: Event, lasts: usize) {
    match event {
        Event::Killed(who) => {
            let member = member(cluster, writers, who);
            cluster.kill(member);
            writers.heard(lasts).await;
            cluster.revive(member);
        }
        Event::Stopped(who) => {
            let member = member(cluster, writers, who);
            let remote = cluster.remote(member);
            let mut states = writers.clients[0].states();
            let was_there = writers.clients[0].remote().to_string() == remote;
            cluster.stop(member);
            // Whoever talks to it gives it up for saying nothing, and so do the other members.
            let has_left = |state: &State| match state {
                State::Connected(it) | State::Synced(it) => it.to_string() != remote,
                _ => true,
            };
            if was_there {
                let left = tokio::time::timeout(LIMIT, states.wait_for(has_left)).await;
                assert!(left.is_ok(), "a stopped server is not found out");
            }
            cluster.leader();
            writers.heard(lasts).await;
            cluster.resume(member);
        }
        Event::Fails(who, failure) => {
            let member = member(cluster, writers, who);
            cluster.arm(member, failure);
            writers.heard(lasts).await;
            // It may have had no occasion to.
            cluster.kill(member);
            cluster.revive(member);
        }
        Event::LeadershipTransferred => {
            let leader = cluster.leader();
            cluster.arm(leader, "transfer-leadership");
        }
        Event::AllRestarted => {
            for member in 0..cluster.size() {
                cluster.kill(member);
            }
            for member in 0..cluster.size() {
                cluster.revive(member);
            }
        }
        Event::Converted => {
            // The leader may be lost meanwhile, whether it has converted the database or not.
            loop {
                let (client, _copy) = connected(&cluster.remotes(0), true, true).await;
                match convert(&client).await {
                    Ok(()) => break,
                    Err(error) => assert!(error.is_closed(), "{error}"),
                }
            }
        }
    }
}

fn member(cluster: &Cluster, writers: &Writers, who: Who) -> usize {
    let leader = cluster.leader();
    match who {
        Who::Leader => leader,
        Who::Follower => (leader + 1) % cluster.size(),
        Who::Connected => {
            let remote = writers.clients[0].remote().to_string();
            let is_it = |member: &usize| cluster.remote(*member) == remote;
            (0..cluster.size()).find(is_it).unwrap()
        }
    }
}

/// The names of the rows, asked of the leader by ovsdb-client. The change goes through the log:
/// what is read is not older.
fn names(cluster: &Cluster) -> Vec<String> {
    let asked = json!(["map", [["asked", "yes"]]]);
    let transaction = json!([
        "Open_vSwitch",
        {"op": "mutate", "table": "Open_vSwitch", "where": [],
            "mutations": [["external_ids", "insert", asked]]},
        {"op": "select", "table": "Queue", "where": [], "columns": ["external_ids"]},
    ]);
    let (remotes, transaction) = (cluster.remotes(0), transaction.to_string());
    let command = ["--timeout=30", "transact", &remotes, &transaction];
    let results: Value =
        serde_json::from_str(&text(Command::new("ovsdb-client").args(command))).unwrap();
    let rows = results[1]["rows"].as_array().unwrap();
    let name = |row: &Value| row["external_ids"][1][0][1].as_str().unwrap().to_owned();
    rows.iter().map(name).collect()
}
