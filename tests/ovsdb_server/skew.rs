//! Servers whose schema is not the one that the tables were generated from (note 27).

use netswitch::ovsdb::{State, TransactionBuilder};
use netswitch::vswitch::{Bridge, FlowSampleCollectorSet, Queue, bridge, queue};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::served::{SOON, Vswitch, add_bridge, connect_to, followed, root, run};
use crate::support::Server;

fn schema() -> Value {
    let schema = include_str!("../../ovsdb-schema/schemas/vswitch.ovsschema");
    serde_json::from_str(schema).unwrap()
}

fn served_with(schema: &Value) -> Server {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), schema.to_string()).unwrap();
    Server::start_with(file.path())
}

#[tokio::test]
async fn an_older_server_is_read_and_written_as_far_as_it_goes() {
    let mut older = schema();
    let tables = older["tables"].as_object_mut().unwrap();
    tables.remove("Flow_Sample_Collector_Set").unwrap();
    let columns = tables["Bridge"]["columns"].as_object_mut().unwrap();
    columns.remove("mcast_snooping_enable").unwrap();
    let server = served_with(&older);
    let client = connect_to(&server.remote()).await;
    let copy = followed(&client).await;
    let mut builder = TransactionBuilder::new();
    let (added, _) = add_bridge(&mut builder, root(&copy), "br0");
    let added = run(&client, builder).await.unwrap().id(added);
    {
        let db = copy.read().unwrap();
        let row = db.bridge.get(added).unwrap();
        assert_eq!(
            (row.name.as_str(), row.mcast_snooping_enable),
            ("br0", false)
        );
        assert!(db.flow_sample_collector_set.is_empty());
    }
    let mut unknown_column = TransactionBuilder::new();
    unknown_column.insert::<Queue>().set(queue::DSCP, Some(1));
    unknown_column
        .update::<Bridge>(added)
        .set(bridge::MCAST_SNOOPING_ENABLE, true);
    let mut unknown_table = TransactionBuilder::new();
    unknown_table.insert::<FlowSampleCollectorSet>();
    for (builder, lack) in [
        (
            unknown_column,
            "column mcast_snooping_enable of table Bridge",
        ),
        (unknown_table, "table Flow_Sample_Collector_Set"),
    ] {
        let error = run(&client, builder).await.unwrap_err();
        assert!(error.to_string().contains(lack), "{error}");
        assert!(!error.is_outcome_unknown());
    }
    assert!(copy.read().unwrap().queue.is_empty());

    // Once the database is converted, nothing is lacking.
    client.convert("Open_vSwitch", &schema()).await.unwrap();
    let mut known = TransactionBuilder::new();
    known
        .update::<Bridge>(added)
        .set(bridge::MCAST_SNOOPING_ENABLE, true);
    run(&client, known).await.unwrap();
}

/// A server that is older when it comes back, or whose database is converted to an older schema,
/// is followed as far as it goes; one that is newer again, whole.
#[tokio::test]
async fn a_server_that_comes_back_older_is_followed_as_far_as_it_goes() {
    let mut older = schema();
    let tables = older["tables"].as_object_mut().unwrap();
    tables.remove("Flow_Sample_Collector_Set").unwrap();
    let columns = tables["Bridge"]["columns"].as_object_mut().unwrap();
    columns.remove("mcast_snooping_enable").unwrap();
    let mut server = Server::start();
    let client = connect_to(&server.remote()).await;
    let copy = followed(&client).await;
    let snoops = |name: &str| {
        let db = copy.read().unwrap();
        db.bridge
            .by_name(name)
            .map(|(_, row)| row.mcast_snooping_enable)
    };
    let mut builder = TransactionBuilder::new();
    let (added, _) = add_bridge(&mut builder, root(&copy), "br0");
    let added = run(&client, builder).await.unwrap().id(added);
    let is_lost = |state: &State| matches!(state, State::Lost(_));
    let snoop = || {
        let mut builder = TransactionBuilder::new();
        let bridge = builder.update(added);
        bridge.set(bridge::MCAST_SNOOPING_ENABLE, true);
        run(&client, builder)
    };
    snoop().await.unwrap();
    assert_eq!(snoops("br0"), Some(true));

    server.kill();
    server.convert_offline(&older);
    server.restart();
    let is_older = |db: &Vswitch| db.bridge.iter().all(|(_, row)| !row.mcast_snooping_enable);
    copy.wait_until(is_older, SOON).await.unwrap();
    let error = snoop().await.unwrap_err();
    assert!(
        error.to_string().contains("mcast_snooping_enable"),
        "{error}"
    );
    server.vsctl(&["--no-wait", "add-br", "br1"]);
    let has_both = |db: &Vswitch| db.bridge.len() == 2;
    copy.wait_until(has_both, SOON).await.unwrap();

    server.kill();
    timeout(SOON, client.states().wait_for(is_lost))
        .await
        .unwrap();
    server.convert_offline(&schema());
    server.restart();
    copy.wait_until(has_both, SOON).await.unwrap();
    snoop().await.unwrap();
    assert_eq!((snoops("br0"), snoops("br1")), (Some(true), Some(false)));

    // The same without losing the server.
    let other = connect_to(&server.remote()).await;
    other.convert("Open_vSwitch", &older).await.unwrap();
    copy.wait_until(is_older, SOON).await.unwrap();
    other.convert("Open_vSwitch", &schema()).await.unwrap();
    server.vsctl(&[
        "--no-wait",
        "set",
        "Bridge",
        "br1",
        "mcast_snooping_enable=true",
    ]);
    let snooping = |db: &Vswitch| db.bridge.iter().any(|(_, row)| row.mcast_snooping_enable);
    copy.wait_until(snooping, SOON).await.unwrap();
}

#[tokio::test]
async fn what_a_newer_server_has_besides_is_left_alone() {
    let mut newer = schema();
    let tables = newer["tables"].as_object_mut().unwrap();
    let text = json!({"type": {"key": "string", "min": 0, "max": 1}});
    tables["Bridge"]["columns"]["invented"] = text.clone();
    tables.insert(
        "Invention".to_owned(),
        json!({"columns": {"a": text}, "isRoot": true}),
    );
    let server = served_with(&newer);
    server.transact(&[json!({"op": "insert", "table": "Invention", "row": {"a": "x"}})]);
    let client = connect_to(&server.remote()).await;
    let copy = followed(&client).await;
    let mut builder = TransactionBuilder::new();
    add_bridge(&mut builder, root(&copy), "br0");
    run(&client, builder).await.unwrap();
    server.transact(&[
        json!({"op": "update", "table": "Bridge", "where": [], "row": {"invented": "x"}}),
    ]);
    client.echo().await.unwrap();
    assert_eq!(copy.read().unwrap().bridge.len(), 1);
}
