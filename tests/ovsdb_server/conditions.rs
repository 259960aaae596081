//! Copies of the rows that meet conditions (`monitor_cond` and `monitor_cond_change`).

use std::collections::BTreeSet;

use netswitch::ovsdb::{
    self, Change, Client, Condition, Conditions, Monitor, Options, Selection, TransactionBuilder,
};
use netswitch::vswitch::{
    Event, FlowSampleCollectorSet, Queue, bridge, flow_sample_collector_set, port, queue,
};
use serde_json::json;

use crate::served::{SOON, Vswitch, connect_to, run, served};
use crate::support::{Cluster, Server};

/// The queues that meet one of these conditions at least.
fn queues(conditions: Vec<Condition>) -> Conditions {
    Conditions::new().any_of::<Queue>(conditions)
}

async fn meeting(client: &Client, conditions: Conditions) -> Monitor<Vswitch> {
    let selection = Selection::everything::<Vswitch>().meeting(conditions);
    client.monitor(&selection).await.unwrap()
}

fn values(db: &Vswitch) -> Vec<i64> {
    let values: BTreeSet<i64> = db.queue.iter().filter_map(|(_, row)| row.dscp).collect();
    values.into_iter().collect()
}

async fn add(client: &Client, values: impl IntoIterator<Item = i64>) {
    let mut builder = TransactionBuilder::new();
    for value in values {
        builder.insert::<Queue>().set(queue::DSCP, Some(value));
    }
    run(client, builder).await.unwrap();
}

async fn set(client: &Client, from: i64, to: i64) {
    let row = json!({"op": "update", "table": "Queue", "row": {"dscp": to},
        "where": [["dscp", "==", from]]});
    client.transact_raw("Open_vSwitch", &[row]).await.unwrap();
}

#[tokio::test]
async fn rows_come_and_go_as_they_meet_the_conditions() {
    let (_server, client) = served().await;
    add(&client, 0..10).await;
    let low = vec![queue::DSCP.less_than(3), queue::DSCP.equals(&Some(7))];
    let copy = meeting(&client, queues(low)).await;
    assert_eq!(values(&copy.read().unwrap()), [0, 1, 2, 7]);
    assert_eq!(copy.read().unwrap().open_vswitch.len(), 1);

    let mut events = copy.events();
    set(&client, 9, 30).await;
    set(&client, 8, 1).await;
    set(&client, 2, 31).await;
    assert_eq!(values(&copy.read().unwrap()), [0, 1, 7]);
    assert_eq!(copy.read().unwrap().queue.len(), 4);
    let (came, gone) = (events.next().await.unwrap(), events.next().await.unwrap());
    assert!(matches!(&*came, [Event::Queue(Change::Inserted { new, .. })] if new.dscp == Some(1)));
    assert!(matches!(&*gone, [Event::Queue(Change::Deleted { old, .. })] if old.dscp == Some(2)));
}

/// Every function, on the server that there is.
#[tokio::test]
async fn every_comparison_means_what_it_says() {
    let (_server, client) = served().await;
    add(&client, 0..6).await;
    let mut builder = TransactionBuilder::new();
    builder.insert::<Queue>();
    run(&client, builder).await.unwrap();
    let dscp = queue::DSCP;
    for (condition, expected, empty) in [
        (dscp.equals(&Some(3)), &[3][..], false),
        (dscp.equals(&None), &[], true),
        (dscp.differs(&Some(3)), &[0, 1, 2, 4, 5], true),
        (dscp.includes(&Some(3)), &[3], false),
        (dscp.excludes(&Some(3)), &[0, 1, 2, 4, 5], true),
        (dscp.less_than(3), &[0, 1, 2], false),
        (dscp.at_most(3), &[0, 1, 2, 3], false),
        (dscp.greater_than(3), &[4, 5], false),
        (dscp.at_least(3), &[3, 4, 5], false),
    ] {
        let copy = meeting(&client, queues(vec![condition.clone()])).await;
        let db = copy.read().unwrap();
        assert_eq!(values(&db), expected, "{condition:?}");
        let has_empty = db.queue.iter().any(|(_, row)| row.dscp.is_none());
        assert_eq!(has_empty, empty, "{condition:?}");
    }
    let none = meeting(&client, queues(Vec::new())).await;
    assert!(none.read().unwrap().queue.is_empty());
}

#[tokio::test]
async fn other_conditions_hold_when_the_change_returns() {
    let (_server, client) = served().await;
    add(&client, 0..6).await;
    let copy = meeting(&client, queues(vec![queue::DSCP.less_than(2)])).await;
    let mut events = copy.events();
    for (conditions, expected, changes) in [
        (queues(vec![queue::DSCP.less_than(4)]), &[0, 1, 2, 3][..], 2),
        (queues(vec![queue::DSCP.at_least(3)]), &[3, 4, 5], 5),
        (queues(Vec::new()), &[], 3),
        (Conditions::new(), &[0, 1, 2, 3, 4, 5], 6),
    ] {
        copy.change_conditions(&conditions).await.unwrap();
        assert_eq!(values(&copy.read().unwrap()), expected);
        assert_eq!(events.next().await.unwrap().len(), changes);
        // Nothing is said to the server, and nothing happens.
        copy.change_conditions(&conditions).await.unwrap();
    }
    // Paused, they hold from the resume on.
    copy.pause().await.unwrap();
    let third = queues(vec![queue::DSCP.equals(&Some(3))]);
    copy.change_conditions(&third).await.unwrap();
    assert_eq!(values(&copy.read().unwrap()).len(), 6);
    copy.resume().await.unwrap();
    assert_eq!(values(&copy.read().unwrap()), [3]);
}

/// What the server does not understand changes nothing.
#[tokio::test]
async fn conditions_that_are_refused_leave_the_ones_before() {
    let (_server, client) = served().await;
    add(&client, 0..6).await;
    let copy = meeting(&client, queues(vec![queue::DSCP.less_than(2)])).await;
    // A column of another table.
    let wrong = queues(vec![port::NAME.equals(&"p".to_owned())]);
    let error = copy.change_conditions(&wrong).await.unwrap_err();
    assert!(error.rpc_error().is_some(), "{error}");
    let selection = Selection::everything::<Vswitch>().meeting(wrong);
    let refused = client.monitor::<Vswitch>(&selection).await.unwrap_err();
    assert!(refused.rpc_error().is_some(), "{refused}");

    assert!(!copy.is_stale());
    set(&client, 5, 1).await;
    assert_eq!(copy.read().unwrap().queue.len(), 3);
    copy.pause().await.unwrap();
    copy.resume().await.unwrap();
    assert_eq!(values(&copy.read().unwrap()), [0, 1]);
}

#[tokio::test]
async fn conditions_outlive_a_lost_connection() {
    let mut server = Server::start();
    let client = connect_to(&server.remote()).await;
    add(&client, 0..6).await;
    let copy = meeting(&client, queues(vec![queue::DSCP.less_than(2)])).await;
    let at_least = queues(vec![queue::DSCP.at_least(4)]);
    copy.change_conditions(&at_least).await.unwrap();
    server.kill();
    let mut states = client.states();
    let is_lost = |state: &ovsdb::State| matches!(state, ovsdb::State::Lost(_));
    tokio::time::timeout(SOON, states.wait_for(is_lost))
        .await
        .unwrap();
    // One that is asked for while there is no server waits for it.
    let five = queues(vec![queue::DSCP.at_least(5)]);
    let later = copy.change_conditions(&five);
    server.transact_offline(&[json!({"op": "insert", "table": "Queue", "row": {"dscp": 9}})]);
    let (changed, ()) = tokio::join!(later, async { server.restart() });
    changed.unwrap();
    assert_eq!(values(&copy.read().unwrap()), [5, 9]);
    set(&client, 0, 8).await;
    set(&client, 9, 1).await;
    assert_eq!(values(&copy.read().unwrap()), [5, 8]);
}

/// A clustered server tells what changed since the last transaction, under the same conditions.
#[tokio::test]
async fn conditions_outlive_a_member_of_a_cluster() {
    let mut cluster = Cluster::start(3);
    let leader = cluster.leader();
    let follower = (leader + 1) % 3;
    let remotes = [follower, leader].map(|member| cluster.remote(member));
    let remotes = remotes.join(",").parse().unwrap();
    let (client, connection) = ovsdb::keep_connected(&remotes, &Options::default());
    tokio::spawn(connection);
    add(&client, 0..6).await;
    let copy = meeting(&client, queues(vec![queue::DSCP.less_than(2)])).await;
    let at_least = queues(vec![queue::DSCP.at_least(4)]);
    copy.change_conditions(&at_least).await.unwrap();
    let mut events = copy.events();
    cluster.kill(follower);
    let has = |expected: &'static [i64]| move |db: &Vswitch| values(db) == expected;
    let (other, connection) = ovsdb::keep_connected(
        &cluster.remote(leader).parse().unwrap(),
        &Options::default(),
    );
    tokio::spawn(connection);
    set(&other, 0, 20).await;
    copy.wait_until(has(&[4, 5, 20]), SOON * 3).await.unwrap();
    assert_eq!(events.next().await.unwrap().len(), 1);
    copy.change_conditions(&queues(vec![queue::DSCP.equals(&Some(20))]))
        .await
        .unwrap();
    assert_eq!(values(&copy.read().unwrap()), [20]);
}

/// Changes that overlap or are given up half-way leave a copy that has what it says.
#[tokio::test]
async fn changes_may_be_dropped_half_way() {
    let (_server, client) = served().await;
    add(&client, 0..10).await;
    let copy = meeting(&client, Conditions::new()).await;
    for round in 0..50 {
        let below = |bound| queues(vec![queue::DSCP.less_than(bound)]);
        let (one, two, three) = (below(1), below(2), below(3));
        let limit = std::time::Duration::from_micros(round * 20);
        let _ = tokio::time::timeout(limit, copy.change_conditions(&one)).await;
        let _ = tokio::time::timeout(limit, copy.pause()).await;
        let _ = tokio::time::timeout(limit, copy.change_conditions(&two)).await;
        let _ = tokio::join!(
            copy.change_conditions(&one),
            copy.pause(),
            copy.change_conditions(&three),
            copy.resume(),
            copy.change_conditions(&two),
        );
        copy.resume().await.unwrap();
        let bound = 1 + i64::try_from(round % 9).unwrap();
        copy.change_conditions(&below(bound)).await.unwrap();
        let expected: Vec<i64> = (0..bound).collect();
        assert_eq!(values(&copy.read().unwrap()), expected, "round {round}");
    }
}

/// Columns that are compared need not be copied, and other tables keep all their rows.
#[tokio::test]
async fn conditions_on_columns_that_are_not_copied() {
    let (server, client) = served().await;
    server.vsctl(&["--no-wait", "add-br", "br0", "--", "add-br", "br1"]);
    let conditions = Conditions::new()
        .any_of::<netswitch::vswitch::Bridge>(vec![bridge::NAME.equals(&"br1".to_owned())]);
    let selection = Selection::new()
        .table::<netswitch::vswitch::Bridge>(&[bridge::STP_ENABLE.name()])
        .table::<netswitch::vswitch::Port>(&[port::NAME.name()])
        .meeting(conditions);
    let copy = client.monitor::<Vswitch>(&selection).await.unwrap();
    let db = copy.read().unwrap();
    assert_eq!((db.bridge.len(), db.port.len()), (1, 2));
    assert!(db.bridge.iter().all(|(_, row)| row.name.is_empty()));
}

/// A cluster of one, which tells what changed since a transaction, and rows of 0 to 5 in it.
async fn remembering() -> (Cluster, Client) {
    let cluster = Cluster::start(1);
    cluster.init();
    let remotes = cluster.remote(0).parse().unwrap();
    let (client, connection) = ovsdb::keep_connected(&remotes, &Options::default());
    tokio::spawn(connection);
    add(&client, 0..6).await;
    (cluster, client)
}

fn below(bound: i64) -> Conditions {
    queues(vec![queue::DSCP.less_than(bound)])
}

/// What changed since the last transaction does not lead from some rows to others.
#[tokio::test]
async fn conditions_that_change_during_a_pause_are_read_whole() {
    let (_cluster, client) = remembering().await;
    let copy = meeting(&client, below(2)).await;
    for (conditions, expected) in [
        (Conditions::new(), &[0, 1, 2, 3, 4, 5][..]),
        (queues(Vec::new()), &[]),
        (below(3), &[0, 1, 2]),
    ] {
        copy.pause().await.unwrap();
        copy.change_conditions(&conditions).await.unwrap();
        copy.resume().await.unwrap();
        assert_eq!(values(&copy.read().unwrap()), expected);
    }
}

/// What comes and goes for a monitor that is being paused is not heeded.
#[tokio::test]
async fn a_pause_that_overtakes_a_change_leads_to_a_whole_reading() {
    let (_cluster, client) = remembering().await;
    let copy = meeting(&client, below(2)).await;
    let five = below(5);
    let (changed, paused) = tokio::join!(copy.change_conditions(&five), copy.pause());
    changed.and(paused).unwrap();
    copy.resume().await.unwrap();
    assert_eq!(values(&copy.read().unwrap()), [0, 1, 2, 3, 4]);
}

/// What a server lacks, it is not asked to compare.
#[tokio::test]
async fn conditions_change_on_a_server_that_lacks_one_of_the_tables() {
    let schema = include_str!("../../ovsdb-schema/schemas/vswitch.ovsschema");
    let mut older: serde_json::Value = serde_json::from_str(schema).unwrap();
    let tables = older["tables"].as_object_mut().unwrap();
    tables.remove("Flow_Sample_Collector_Set").unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), older.to_string()).unwrap();
    let server = Server::start_with(file.path());
    let client = connect_to(&server.remote()).await;
    add(&client, 0..6).await;
    let both = |bound| {
        let id = flow_sample_collector_set::ID.equals(&bound);
        below(bound).any_of::<FlowSampleCollectorSet>(vec![id])
    };
    let copy = meeting(&client, both(2)).await;
    copy.change_conditions(&both(4)).await.unwrap();
    assert_eq!(values(&copy.read().unwrap()), [0, 1, 2, 3]);
}
