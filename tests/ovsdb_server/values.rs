//! Values as the server writes and takes them.

use std::process::Command;

use netswitch::ovsdb::{Map, Real, Set, TransactionBuilder, Value as _};
use netswitch::vswitch::port;
use serde_json::{Value, json};

use crate::served::{add_bridge, connect_to, followed, raw, root, run, served};
use crate::support::{Server, text};

/// Note 8: a set of one comes as the bare atom, an empty optional as `["set",[]]`, and columns
/// that have their default are left out.
#[tokio::test]
async fn values_of_every_form_are_read() {
    let (_server, client) = served().await;
    let monitor = followed(&client).await;
    let mut builder = TransactionBuilder::new();
    let (_, none) = add_bridge(&mut builder, root(&monitor), "none");
    let (_, one) = add_bridge(&mut builder, root(&monitor), "one");
    let (_, two) = add_bridge(&mut builder, root(&monitor), "two");
    let trunks = |numbers: &[i64]| numbers.iter().copied().collect::<Set<_>>();
    builder
        .update(one)
        .set(port::TRUNKS, trunks(&[1]))
        .set(port::TAG, Some(1));
    builder.update(two).set(port::TRUNKS, trunks(&[1, 2]));
    let outcome = run(&client, builder).await.unwrap();

    let select = json!([{"op": "select", "table": "Port", "columns": ["name", "tag", "trunks"],
        "where": [["name", "!=", "two"]]}]);
    let mut rows = raw(&client, select).await[0]["rows"]
        .as_array()
        .unwrap()
        .clone();
    rows.sort_by_key(|row| row["name"].to_string());
    assert_eq!(rows[0]["tag"], json!(["set", []]));
    assert_eq!(
        (&rows[1]["tag"], &rows[1]["trunks"]),
        (&json!(1), &json!(1))
    );

    let fresh = followed(&client).await;
    for copy in [&monitor, &fresh] {
        let copy = copy.read().unwrap();
        let row = |id| copy.port.get(outcome.id(id)).unwrap();
        assert_eq!((row(none).tag, row(none).trunks.len()), (None, 0));
        assert_eq!((row(one).tag, &row(one).trunks), (Some(1), &trunks(&[1])));
        assert_eq!(row(two).trunks, trunks(&[1, 2]));
        assert_eq!(row(two).other_config, Map::default());
    }
}

/// Note 9: a whole real comes as an integer, and `5.0` is taken for an integer column.
#[tokio::test]
async fn whole_reals_and_integers_stand_for_each_other() {
    let server = Server::start();
    let schema = json!({"name": "Reals", "version": "1.0.0", "tables": {"T": {"isRoot": true,
        "columns": {"real": {"type": "real"}, "integer": {"type": "integer"}}}}});
    let folder = server.socket().parent().unwrap().to_owned();
    std::fs::write(folder.join("reals.ovsschema"), schema.to_string()).unwrap();
    text(Command::new("ovsdb-tool").current_dir(&folder).args([
        "create",
        "reals.db",
        "reals.ovsschema",
    ]));
    let control = folder.join("server.ctl").display().to_string();
    let file = folder.join("reals.db").display().to_string();
    text(Command::new("ovs-appctl").args(["-t", &control, "ovsdb-server/add-db", &file]));
    // Only now: a server drops its clients when its databases change.
    let client = connect_to(&server.remote()).await;
    let insert = json!({"op": "insert", "table": "T", "row": {"real": 1.0, "integer": 5.0}});
    let select = json!({"op": "select", "table": "T", "where": [], "columns": ["real", "integer"]});
    let reply = client
        .transact_raw("Reals", &[insert, select])
        .await
        .unwrap();
    let results: Value = serde_json::from_str(reply.get()).unwrap();
    let row = &results[1]["rows"][0];
    assert_eq!(
        (row["real"].to_string(), row["integer"].to_string()),
        ("1".into(), "5".into())
    );
    assert_eq!(Real::decode(&row["real"]).unwrap(), Real(1.0));
}

/// Note 10: a set or map with the same element or key twice is refused; inserting a key that is
/// there keeps the old value.
#[tokio::test]
async fn duplicates_are_refused_and_inserting_a_key_keeps_its_value() {
    let (_server, client) = served().await;
    for (column, value) in [
        ("flood_vlans", json!(["set", [1, 1]])),
        ("other_config", json!(["map", [["k", "1"], ["k", "2"]]])),
    ] {
        let row = json!({"name": "b", column: value});
        let results = raw(
            &client,
            json!([{"op": "insert", "table": "Bridge", "row": row}]),
        )
        .await;
        assert_eq!(results[0]["error"], "ovsdb error", "{results}");
    }
    let config = |value| json!(["map", [["k", value]]]);
    let results = raw(
        &client,
        json!([
            {"op": "insert", "table": "Queue", "row": {"other_config": config("old")}},
            {"op": "mutate", "table": "Queue", "where": [],
             "mutations": [["other_config", "insert", config("new")]]},
            {"op": "select", "table": "Queue", "where": [], "columns": ["other_config"]},
        ]),
    )
    .await;
    assert_eq!(results[2]["rows"], json!([{"other_config": config("old")}]));
}
