//! Connections that outlive their server.

use netswitch::ovsdb::{self, Client, Events, Monitor, Options, Probe, Selection, State, States};
use netswitch::vswitch::{Event, OpenVSwitch, open_vswitch};
use serde_json::json;
use tokio::time::{Duration, timeout};

use crate::served::{SOON, Vswitch, connect_to, followed};
use crate::support::Server;

/// Waits for a state whose name begins so.
async fn until(states: &mut States, name: &str) -> State {
    let is_met = |state: &State| format!("{state:?}").starts_with(name);
    let reached = timeout(SOON, states.wait_for(is_met)).await;
    let reached = reached.unwrap_or_else(|_| panic!("it is not {name} soon"));
    reached.unwrap_or_else(|| panic!("it ends before it is {name}"))
}

/// What the copy has, and what a connection made now would have.
async fn assert_fresh(server: &Server, copy: &Monitor<Vswitch>) {
    let fresh = followed(&connect_to(&server.remote()).await).await;
    let (mut differences, fresh) = (Vec::new(), fresh.read().unwrap());
    netswitch::ovsdb::Database::differences(&*copy.read().unwrap(), &*fresh, &mut differences);
    assert!(differences.is_empty(), "{differences:?}");
}

/// Waits for the copy to hold as many bridges.
async fn bridges(copy: &Monitor<Vswitch>, count: usize) {
    copy.wait_until(|db| db.bridge.len() == count, SOON)
        .await
        .unwrap();
}

async fn monitored(client: &Client) -> (Monitor<Vswitch>, Events<Event>) {
    let copy = followed(client).await;
    let events = copy.events();
    (copy, events)
}

#[tokio::test]
async fn a_copy_goes_on_with_what_changed_while_the_server_was_down() {
    let mut server = Server::start();
    server.vsctl(&["--no-wait", "add-br", "br0", "--", "add-br", "br1"]);
    let br0 = server.vsctl(&["get", "Bridge", "br0", "_uuid"]);
    let client = connect_to(&server.remote()).await;
    let (copy, mut events) = monitored(&client).await;
    let mut states = client.states();
    until(&mut states, "Synced").await;
    server.kill();
    let State::Lost(why) = until(&mut states, "Lost").await else {
        panic!("lost, but how");
    };
    assert!(why.is_closed() || why.is_connect(), "{why}");
    assert!(copy.is_stale());
    // What was there can be read all the time.
    assert_eq!(copy.read().unwrap().bridge.len(), 2);

    server.transact_offline(&[
        json!({"op": "insert", "table": "Bridge", "row": {"name": "br2"}, "uuid-name": "a"}),
        json!({"op": "insert", "table": "Bridge", "row": {"name": "br3"}, "uuid-name": "b"}),
        json!({"op": "mutate", "table": "Open_vSwitch", "where": [], "mutations": [
            ["bridges", "delete", ["uuid", br0]],
            ["bridges", "insert", ["set", [["named-uuid", "a"], ["named-uuid", "b"]]]],
        ]}),
    ]);
    server.restart();
    until(&mut states, "Synced").await;
    bridges(&copy, 3).await;
    assert!(!copy.is_stale());
    assert_fresh(&server, &copy).await;
    let batch = timeout(SOON, events.next()).await.unwrap().unwrap();
    let mut names: Vec<String> = batch
        .iter()
        .filter_map(|event| match event {
            Event::Bridge(change) => {
                let (before, after) = (change.before(), change.after());
                Some(match (before, after) {
                    (Some(row), None) => format!("-{}", row.name),
                    (None, Some(row)) => format!("+{}", row.name),
                    _ => "~".to_owned(),
                })
            }
            _ => None,
        })
        .collect();
    names.sort();
    assert_eq!(names, ["+br2", "+br3", "-br0"]);

    server.vsctl(&["--no-wait", "add-br", "br4"]);
    bridges(&copy, 4).await;
}

#[tokio::test]
async fn calls_wait_for_a_server_that_comes_back_and_not_longer_than_their_limit() {
    let mut server = Server::start();
    let client = connect_to(&server.remote()).await;
    let mut states = client.states();
    server.kill();
    until(&mut states, "Lost").await;
    let short = client.with_timeout(Duration::from_millis(50));
    let error = short.list_databases().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_outcome_unknown(), "{error}");
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.list_databases().await }
    });
    server.restart();
    let names = timeout(SOON, waiting).await.unwrap().unwrap().unwrap();
    assert!(names.iter().any(|name| name == "Open_vSwitch"));
}

#[tokio::test]
async fn the_first_connection_is_waited_for_too() {
    let mut server = Server::start();
    server.kill();
    let remotes = server.remote().parse().unwrap();
    let (client, connection) = ovsdb::keep_connected(&remotes, &Options::default());
    let connection = tokio::spawn(connection);
    until(&mut client.states(), "Lost").await;
    let copy = tokio::spawn({
        let client = client.clone();
        async move { followed(&client).await }
    });
    server.restart();
    let copy = timeout(SOON, copy).await.unwrap().unwrap();
    assert_eq!(copy.read().unwrap().open_vswitch.len(), 1);
    // Nobody needs it any more, whether it is connected or not.
    server.kill();
    until(&mut client.states(), "Lost").await;
    drop((client, copy));
    timeout(SOON, connection).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_stopped_server_is_found_out_and_another_one_taken() {
    let (mut first, second) = (Server::start(), Server::start());
    second.vsctl(&["--no-wait", "add-br", "other"]);
    let remotes = format!("tcp:127.0.0.1:{},{}", first.port(), second.remote());
    let options = Options {
        probe: Probe::Every(Duration::from_millis(200)),
        ..Options::default()
    };
    let (client, connection) = ovsdb::connect(&remotes.parse().unwrap(), &options)
        .await
        .unwrap();
    tokio::spawn(connection);
    let (copy, _) = monitored(&client).await;
    assert_eq!(copy.read().unwrap().bridge.len(), 0);
    let mut states = client.states();
    first.stop();
    let State::Lost(why) = until(&mut states, "Lost").await else {
        panic!("lost, but how");
    };
    let silent = std::error::Error::source(&why).map(ToString::to_string);
    assert!(silent.unwrap().contains("not even an answer to an echo"));
    // The kernel still accepts connections for it: that it does not speak is found out anew, until
    // it is gone.
    let State::Lost(_) = until(&mut states, "Lost").await else {
        panic!("lost, but how");
    };
    first.kill();
    bridges(&copy, 1).await;
    assert_eq!(client.remote().to_string(), second.remote());
    assert_fresh(&second, &copy).await;
}

/// A transaction in flight fails, and is never sent a second time by itself.
#[tokio::test]
async fn a_request_in_flight_is_not_repeated() {
    let mut server = Server::start();
    let client = connect_to(&server.remote()).await;
    let mut states = client.states();
    let wait = json!({
        "op": "wait", "table": "Bridge", "where": [], "columns": ["name"], "until": "!=",
        "rows": [], "timeout": 60_000,
    });
    let waiting = tokio::spawn({
        let client = client.clone();
        async move { client.transact_raw("Open_vSwitch", &[wait]).await }
    });
    // One that was sent later is answered: the server has read the one before.
    tokio::task::yield_now().await;
    client.echo().await.unwrap();
    server.kill();
    until(&mut states, "Lost").await;
    let error = timeout(SOON, waiting).await.unwrap().unwrap().unwrap_err();
    assert!(error.is_closed() && error.is_outcome_unknown(), "{error}");
    server.restart();
    until(&mut states, "Synced").await;
    let root = Selection::new().table::<OpenVSwitch>(&[open_vswitch::NEXT_CFG.name()]);
    client.monitor::<Vswitch>(&root).await.unwrap();
}
