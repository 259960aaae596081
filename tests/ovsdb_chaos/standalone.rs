//! One server.

use netswitch::ovsdb::{Client, State};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::rounds;
use crate::support::Server;
use crate::writers::{LIMIT, Tally, Writers, connected};

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

fn round() -> BoxedStrategy<Round> {
    let event = prop_oneof![
        Just(Event::Killed),
        Just(Event::Stopped),
        Just(Event::Restarted),
        Just(Event::Converted)
    ];
    let numbers = (0..20_usize, 1..4_usize, 5..30_usize);
    let round = (event, numbers, any::<bool>());
    let round = round.prop_map(
        |(event, (after, clients, transactions), change_aware)| Round {
            event,
            after,
            clients,
            transactions,
            change_aware,
        },
    );
    round.boxed()
}

#[test]
fn every_outcome_that_is_told_is_true() {
    rounds::run(ROUNDS, round, run);
}

async fn run(round: Round) -> Tally {
    let mut server = Server::start();
    let mut clients = Vec::new();
    for _ in 0..round.clients {
        clients.push(connected(&server.remote(), true, round.change_aware).await);
    }
    let mut writers = Writers::start(clients, round.transactions);
    writers.heard(round.after).await;
    disturb(&mut server, round.event).await;
    let fresh = connected(&server.remote(), true, false).await;
    writers.check(fresh, || names(&server)).await
}

async fn disturb(server: &mut Server, event: Event) {
    match event {
        Event::Killed => {
            server.kill();
            server.restart();
        }
        Event::Stopped => {
            let (client, _copy) = connected(&server.remote(), true, false).await;
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
            let (client, _copy) = connected(&server.remote(), true, true).await;
            convert(&client).await.unwrap();
        }
    }
}

/// Gives the database another version.
pub(crate) async fn convert(client: &Client) -> Result<(), netswitch::ovsdb::Error> {
    let schema = client.get_schema("Open_vSwitch").await?;
    let mut schema: Value = serde_json::from_str(schema.get()).unwrap();
    schema["version"] = json!("9.9.9");
    client.convert("Open_vSwitch", &schema).await
}

/// The names of the rows, asked of the server by ovsdb-client.
fn names(server: &Server) -> Vec<String> {
    let select =
        json!({"op": "select", "table": "Queue", "where": [], "columns": ["external_ids"]});
    let results = server.transact(&[select]);
    let rows = results[0]["rows"].as_array().unwrap();
    let name = |row: &Value| row["external_ids"][1][0][1].as_str().unwrap().to_owned();
    rows.iter().map(name).collect()
}
