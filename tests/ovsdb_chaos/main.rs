//! Rounds of transactions while their server is killed, stopped, restarted or converted: after
//! each the copy is what the database is, and every outcome that was told is true.
//!
//! A round's seed is told when it fails: `NETSWITCH_SEED=N cargo test --test ovsdb_chaos` replays
//! it. `NETSWITCH_ROUNDS` says how many rounds there are.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml covers test functions only, not what they call"
)]

#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use netswitch::ovsdb::{
    self, Client, Commit, Committer, Database, Error, Map, Monitor, Options, Probe, RowId,
    Selection, Serving, State,
};
use netswitch::vswitch::{OpenVSwitch, OpenVSwitchDatabase, Queue, open_vswitch, queue};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use support::Server;

/// Longer than anything takes here unless it hangs.
const LIMIT: Duration = Duration::from_secs(30);

/// When a server that says nothing is given up: soon, so that rounds are short.
const PROBE: Duration = Duration::from_millis(100);

/// How many rounds there are if nobody says.
const ROUNDS: u32 = 20;

/// What happens to the server meanwhile.
#[derive(Debug, Clone, Copy)]
enum Event {
    Killed,
    Stopped,
    Restarted,
    Converted,
}

#[derive(Debug, Clone)]
struct Round {
    event: Event,
    /// After how many transactions it happens.
    after: usize,
    /// How many clients there are, and how many transactions each has.
    clients: usize,
    transactions: usize,
    change_aware: bool,
}

fn round() -> impl Strategy<Value = Round> {
    let event = prop_oneof![
        Just(Event::Killed),
        Just(Event::Stopped),
        Just(Event::Restarted),
        Just(Event::Converted)
    ];
    (event, 0..20_usize, 1..4_usize, 5..30_usize, any::<bool>()).prop_map(
        |(event, after, clients, transactions, change_aware)| Round {
            event,
            after,
            clients,
            transactions,
            change_aware,
        },
    )
}

#[test]
fn every_outcome_that_is_told_is_true() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let seeds: Vec<u32> = match number("NETSWITCH_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("NETSWITCH_ROUNDS").unwrap_or(ROUNDS)).collect(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    for seed in seeds {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
        let round = round().new_tree(&mut runner).unwrap().current();
        println!("NETSWITCH_SEED={seed}: {round:?}");
        let (committed, found) = runtime.block_on(run(round));
        println!("{committed} committed, {found} of them found in the database alone");
    }
}

/// Gives how many transactions committed, and of how many only the database told.
async fn run(round: Round) -> (usize, usize) {
    let mut server = Server::start();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let mut writers = Vec::new();
    for number in 0..round.clients {
        let (client, copy) = connected(&server, round.change_aware).await;
        let told = told.clone();
        let transactions = round.transactions;
        writers.push(tokio::spawn(async move {
            let outcomes = write(number, transactions, &client, &copy, || {
                told.send(()).is_ok()
            });
            (outcomes.await, copy)
        }));
    }
    drop(told);
    for _ in 0..round.after {
        heard.recv().await;
    }
    disturb(&mut server, round.event).await;
    let (client, fresh) = connected(&server, false).await;
    let (mut committed_all, mut found) = (0, 0);
    let mut copies = Vec::new();
    for (number, writer) in writers.into_iter().enumerate() {
        let (outcomes, copy) = writer.await.unwrap();
        // Once this is answered, nothing is under way any more.
        client.echo().await.unwrap();
        for (transaction, outcome) in outcomes.iter().enumerate() {
            let committed = rows(&server, &name(number, transaction));
            match outcome {
                Ok(_) => assert_eq!(committed, 1, "{number}.{transaction} is told as committed"),
                Err(error) if error.is_outcome_unknown() => assert!(committed <= 1),
                Err(error) => {
                    assert_eq!(
                        committed, 0,
                        "{number}.{transaction} is told as failed: {error}"
                    );
                }
            }
        }
        // The limit was long enough to learn what became of each.
        assert!(
            outcomes
                .iter()
                .all(|outcome| { !outcome.as_ref().is_err_and(Error::is_outcome_unknown) })
        );
        committed_all += outcomes.iter().flatten().count();
        let is_found = |commit: &&Commit| matches!(commit, Commit::Found);
        found += outcomes.iter().flatten().filter(is_found).count();
        copies.push(copy);
    }
    for copy in copies {
        let equals = |db: &OpenVSwitchDatabase| {
            let mut differences = Vec::new();
            db.differences(&fresh.read().unwrap(), &mut differences);
            differences.is_empty()
        };
        copy.wait_until(equals, LIMIT).await.unwrap();
    }
    (committed_all, found)
}

async fn connected(server: &Server, change_aware: bool) -> (Client, Monitor<OpenVSwitchDatabase>) {
    let options = Options {
        probe: Probe::Every(PROBE),
        change_aware,
        serving: Some(Serving {
            database: "Open_vSwitch".to_owned(),
            leader_only: true,
        }),
        ..Options::default()
    };
    let remotes = server.remote().parse().unwrap();
    let (client, connection) = ovsdb::keep_connected(&remotes, &options);
    tokio::spawn(connection);
    let everything = Selection::everything::<OpenVSwitchDatabase>();
    let copy = client.monitor(&everything).await.unwrap();
    (client, copy)
}

/// Commits transactions one after the other, each of which adds a row of its own, and gives what
/// was told of each.
async fn write(
    number: usize,
    transactions: usize,
    client: &Client,
    copy: &Monitor<OpenVSwitchDatabase>,
    mut told: impl FnMut() -> bool,
) -> Vec<Result<Commit, Error>> {
    let root: RowId<OpenVSwitch> = copy.read().unwrap().open_vswitch.iter().next().unwrap().0;
    let key = format!("committer-{number}");
    let ids = open_vswitch::EXTERNAL_IDS;
    let mut committer = Committer::new(client, copy, root, ids, &key).unwrap();
    let mut outcomes = Vec::new();
    for transaction in 0..transactions {
        let name = name(number, transaction);
        let outcome = committer
            .commit(LIMIT, |_, builder| {
                let ids = Map::from_iter([("name".to_owned(), name.clone())]);
                builder.insert::<Queue>().set(queue::EXTERNAL_IDS, ids);
            })
            .await;
        if outcome.is_ok() {
            let shown = copy.read().unwrap();
            let is_it = |row: &Queue| row.external_ids.get("name") == Some(&name);
            assert!(
                shown.queue.iter().any(|(_, row)| is_it(row)),
                "{name} is not in the copy"
            );
        }
        outcomes.push(outcome);
        told();
    }
    outcomes
}

fn name(number: usize, transaction: usize) -> String {
    format!("{number}.{transaction}")
}

async fn disturb(server: &mut Server, event: Event) {
    match event {
        Event::Killed => server.kill(),
        Event::Stopped => {
            let (client, _copy) = connected(server, false).await;
            server.stop();
            // It is given up for saying nothing.
            let is_lost = |state: &State| matches!(state, State::Lost(_));
            let mut states = client.states();
            let lost = tokio::time::timeout(LIMIT, states.wait_for(is_lost)).await;
            assert!(
                matches!(lost, Ok(Some(_))),
                "a stopped server is not found out"
            );
            server.resume();
        }
        Event::Restarted => server.restart(),
        Event::Converted => {
            let (client, _) = connected(server, true).await;
            let schema = client.get_schema("Open_vSwitch").await.unwrap();
            let mut schema: Value = serde_json::from_str(schema.get()).unwrap();
            schema["version"] = json!("9.9.9");
            client.convert("Open_vSwitch", &schema).await.unwrap();
        }
    }
    if matches!(event, Event::Killed) {
        server.restart();
    }
}

/// How many rows there are of this name, asked of the server.
fn rows(server: &Server, name: &str) -> usize {
    let condition = json!([["external_ids", "includes", ["map", [["name", name]]]]]);
    let select =
        json!({"op": "select", "table": "Queue", "where": condition, "columns": ["_uuid"]});
    let results = server.transact(&[select]);
    results[0]["rows"].as_array().unwrap().len()
}
