//! Transactions on a real ovsdb-server: what the builder makes, what outcomes say, and that the
//! inverse brings back what was there. The numbers are those of the notes in `src/ovsdb/mod.rs`.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what cannot be had fails the test"
)]

mod support;

use std::time::Duration;

use netswitch::ovsdb::{
    self, Client, Database as _, Inverse, Map, Monitor, Options, Outcome, RowId, Selection, Set,
    Transaction, TransactionBuilder, TransactionErrorKind,
};
use netswitch::vswitch::{
    Bridge, Interface, OpenVSwitch, OpenVSwitchDatabase, Port, bridge, interface, mirror,
    open_vswitch, port, qos,
};
use support::Server;

struct Bed {
    // Dropped last.
    client: Client,
    replica: Monitor<OpenVSwitchDatabase>,
    root: RowId<OpenVSwitch>,
    server: Server,
}

async fn bed() -> Bed {
    let server = Server::start();
    let remotes = server.remote().parse().unwrap();
    let (client, connection) = ovsdb::connect(&remotes, &Options::default()).await.unwrap();
    tokio::spawn(connection);
    let selection = Selection::lasting::<OpenVSwitchDatabase>();
    let replica: Monitor<OpenVSwitchDatabase> = client.monitor(&selection).await.unwrap();
    let root = replica
        .read()
        .unwrap()
        .open_vswitch
        .iter()
        .next()
        .unwrap()
        .0;
    Bed {
        client,
        replica,
        root,
        server,
    }
}

impl Bed {
    async fn run(&self, transaction: &Transaction) -> Result<Outcome, ovsdb::Error> {
        self.client
            .transact::<OpenVSwitchDatabase>(transaction)
            .await
    }

    async fn commit(&self, builder: TransactionBuilder) -> Outcome {
        self.run(&builder.build().unwrap()).await.unwrap()
    }

    async fn failure(&self, builder: TransactionBuilder) -> ovsdb::TransactionError {
        let error = self.run(&builder.build().unwrap()).await.unwrap_err();
        error
            .transaction_error()
            .unwrap_or_else(|| panic!("{error}"))
            .clone()
    }

    async fn add_bridge(&self, name: &str, ports: &[&str]) -> RowId<Bridge> {
        let mut builder = TransactionBuilder::new();
        let ports = ports
            .iter()
            .map(|port| add_port(&mut builder, port))
            .collect();
        let id = builder
            .insert::<Bridge>()
            .set(bridge::NAME, name.to_owned())
            .set(bridge::PORTS, ports)
            .id();
        builder
            .mutate(self.root)
            .insert(open_vswitch::BRIDGES, Set::from([id]));
        self.commit(builder).await.id(id)
    }
}

fn add_port(builder: &mut TransactionBuilder, name: &str) -> RowId<Port> {
    let device = builder
        .insert::<Interface>()
        .set(interface::NAME, name.to_owned())
        .id();
    builder
        .insert::<Port>()
        .set(port::NAME, name.to_owned())
        .set(port::INTERFACES, Set::from([device]))
        .id()
}

/// Note 8: a set of one may travel as the bare atom, an empty optional as an empty set, and omitted
/// columns have their default. 18: the replica has a commit before its outcome is known.
#[tokio::test]
async fn every_shape_of_column_is_written_and_read_back() {
    let bed = bed().await;
    let mut builder = TransactionBuilder::new();
    let device = builder
        .insert::<Interface>()
        .set(interface::NAME, "p\"1".to_owned())
        .set(interface::MTU_REQUEST, Some(9000))
        .set(
            interface::OTHER_CONFIG,
            Map::from_iter([("a".to_owned(), "b\\c".to_owned())]),
        )
        .id();
    let one = builder
        .insert::<Port>()
        .set(port::NAME, "p\"1".to_owned())
        .set(port::INTERFACES, Set::from([device]))
        .set(port::TAG, None)
        .set(port::TRUNKS, Set::from([1, 2, 3]))
        .id();
    let id = builder
        .insert::<Bridge>()
        .set(bridge::NAME, "br".to_owned())
        .set(bridge::PORTS, Set::from([one]))
        .set(bridge::STP_ENABLE, true)
        .id();
    builder
        .mutate(bed.root)
        .insert(open_vswitch::BRIDGES, Set::from([id]));
    let outcome = bed.commit(builder).await;
    let db = bed.replica.read().unwrap();
    let (found, row) = db.bridge.by_name("br").unwrap();
    assert_eq!(found, outcome.id(id));
    assert!(row.stp_enable);
    let port = db.port.get(outcome.id(one)).unwrap();
    assert_eq!((port.tag, &port.trunks), (None, &Set::from([1, 2, 3])));
    let device = db.interface.get(outcome.id(device)).unwrap();
    assert_eq!((device.mtu_request, device.ofport), (Some(9000), None));
    assert_eq!(
        device.other_config.get("a").map(String::as_str),
        Some("b\\c")
    );
}

/// Note 10: an insert into a map keeps the old value of a key; `put` does not.
#[tokio::test]
async fn putting_into_a_map_replaces_the_value() {
    let bed = bed().await;
    let ids = open_vswitch::EXTERNAL_IDS;
    for value in ["1", "2"] {
        let mut builder = TransactionBuilder::new();
        builder
            .mutate(bed.root)
            .put(ids, "key".to_owned(), value.to_owned());
        bed.commit(builder).await;
        let db = bed.replica.read().unwrap();
        let row = db.open_vswitch.get(bed.root).unwrap();
        assert_eq!(row.external_ids.get("key").map(String::as_str), Some(value));
    }
    let mut builder = TransactionBuilder::new();
    builder.mutate(bed.root).remove(ids, "key".to_owned());
    bed.commit(builder).await;
    assert!(
        !bed.replica
            .read()
            .unwrap()
            .open_vswitch
            .get(bed.root)
            .unwrap()
            .external_ids
            .contains_key("key")
    );
}

/// Note 11: names of inserted rows cannot dangle: the builder refuses another transaction's.
#[tokio::test]
async fn a_row_of_another_transaction_is_refused_before_sending() {
    let mut other = TransactionBuilder::new();
    let stray = add_port(&mut other, "p1");
    let mut builder = TransactionBuilder::new();
    builder
        .insert::<Bridge>()
        .set(bridge::PORTS, Set::from([stray]));
    assert_eq!(builder.build().unwrap_err().operation, 0);
}

/// Note 12: the failing operation is named; a failing commit is no operation's. Nothing is changed.
#[tokio::test]
async fn failures_name_the_operation_or_the_commit() {
    let bed = bed().await;
    bed.add_bridge("br", &["p1"]).await;
    let mut builder = TransactionBuilder::new();
    builder.comment("first");
    builder.update(bed.root).set(open_vswitch::NEXT_CFG, 7);
    let port = builder.insert::<Port>().set(port::TAG, Some(5000)).id();
    builder
        .insert::<Bridge>()
        .set(bridge::PORTS, Set::from([port]));
    let error = bed.failure(builder).await;
    assert_eq!(error.operation, Some((2, "insert", Some("Port"))));
    assert_eq!(error.kind, TransactionErrorKind::Constraint);
    // A name twice shows only at the commit.
    let mut builder = TransactionBuilder::new();
    let twice = add_port(&mut builder, "p1");
    let id = bed.replica.read().unwrap().bridge.by_name("br").unwrap().0;
    builder.mutate(id).insert(bridge::PORTS, Set::from([twice]));
    let error = bed.failure(builder).await;
    assert_eq!(
        (error.operation, &error.kind),
        (None, &TransactionErrorKind::Constraint)
    );
    assert!(error.details.contains("p1"), "{error}");
    let db = bed.replica.read().unwrap();
    assert_eq!(
        (
            db.port.len(),
            db.open_vswitch.get(bed.root).unwrap().next_cfg
        ),
        (1, 0)
    );
}

/// Note 12: a transaction that aborts is a dry run.
#[tokio::test]
async fn an_aborted_transaction_changes_nothing() {
    let bed = bed().await;
    let mut builder = TransactionBuilder::new();
    builder.mutate(bed.root).add(open_vswitch::NEXT_CFG, 1);
    builder.abort();
    assert_eq!(
        bed.failure(builder).await.kind,
        TransactionErrorKind::Aborted
    );
    assert_eq!(
        bed.replica
            .read()
            .unwrap()
            .open_vswitch
            .get(bed.root)
            .unwrap()
            .next_cfg,
        0
    );
}

/// Note 13: ports and interfaces vanish with the last reference; rows of root tables are deleted, and
/// an insert that nothing refers to is gone at once.
#[tokio::test]
async fn rows_live_by_reference_unless_their_table_is_a_root() {
    let bed = bed().await;
    let id = bed.add_bridge("br", &["p1", "p2"]).await;
    let mut builder = TransactionBuilder::new();
    add_port(&mut builder, "unreferenced");
    let row = builder
        .insert::<netswitch::vswitch::Qos>()
        .set(qos::TYPE, "linux-noop".into())
        .id();
    let row = bed.commit(builder).await.id(row);
    {
        let db = bed.replica.read().unwrap();
        assert_eq!((db.port.len(), db.interface.len(), db.qos.len()), (2, 2, 1));
    }
    let mut builder = TransactionBuilder::new();
    builder
        .mutate(bed.root)
        .delete(open_vswitch::BRIDGES, Set::from([id]));
    let is_row = vec![ovsdb::Condition {
        column: "_uuid",
        function: ovsdb::value::Function::Equal,
        value: ovsdb::Value::to_datum(&row),
    }];
    let deleted = builder.delete::<netswitch::vswitch::Qos>(is_row);
    let outcome = bed.commit(builder).await;
    assert_eq!(outcome.count(deleted), 1);
    let db = bed.replica.read().unwrap();
    assert_eq!(
        (
            db.bridge.len(),
            db.port.len(),
            db.interface.len(),
            db.qos.len()
        ),
        (0, 0, 0, 0)
    );
}

/// Note 14: an update that meets no row succeeds; the outcome tells.
#[tokio::test]
async fn a_change_of_a_row_that_is_gone_is_told() {
    let bed = bed().await;
    let gone: RowId<Port> = RowId::new(ovsdb::Uuid::new_v4());
    let mut builder = TransactionBuilder::new();
    builder.comment("of nothing");
    let counted = builder.update(gone).set(port::TAG, Some(1)).counted();
    let transaction = builder.build().unwrap();
    let outcome = bed.run(&transaction).await.unwrap();
    assert_eq!(outcome.count(counted), 0);
    assert_eq!(outcome.missed(&transaction).collect::<Vec<_>>(), [1]);
}

/// Note 15, 16: a prerequisite that does not hold fails at once, and another try may succeed.
#[tokio::test]
async fn a_prerequisite_that_does_not_hold_fails_at_once() {
    let bed = bed().await;
    let wait = |expected| {
        let mut builder = TransactionBuilder::new();
        builder.wait(bed.root, open_vswitch::NEXT_CFG, &expected);
        builder.mutate(bed.root).add(open_vswitch::NEXT_CFG, 1);
        builder
    };
    bed.commit(wait(0)).await;
    let error = bed.failure(wait(0)).await;
    assert_eq!(error.kind, TransactionErrorKind::TimedOut);
    assert!(error.is_retryable());
    bed.commit(wait(1)).await;
}

/// Note 15: so does a prerequisite on what a column includes, and one on a row that is gone.
#[tokio::test]
async fn a_prerequisite_may_be_a_condition() {
    let bed = bed().await;
    bed.server.vsctl(&[
        "--no-wait",
        "set",
        "open",
        ".",
        "external_ids:mark=1",
        "external_ids:x=y",
    ]);
    let wait = |id, value: &str| {
        let mut builder = TransactionBuilder::new();
        let mark = Map::from_iter([("mark".to_owned(), value.to_owned())]);
        builder.wait_for(id, open_vswitch::EXTERNAL_IDS.includes(&mark));
        builder.mutate(bed.root).add(open_vswitch::NEXT_CFG, 1);
        builder
    };
    bed.commit(wait(bed.root, "1")).await;
    for (id, value) in [(bed.root, "2"), (RowId::new(ovsdb::Uuid::new_v4()), "1")] {
        let error = bed.failure(wait(id, value)).await;
        assert_eq!(error.kind, TransactionErrorKind::TimedOut);
    }
}

/// Selected rows come typed.
#[tokio::test]
async fn selected_rows_are_typed() {
    let bed = bed().await;
    bed.add_bridge("br", &["p1", "p2"]).await;
    let mut builder = TransactionBuilder::new();
    let select = builder.select::<Port>(
        vec![port::NAME.equals(&"p2".to_owned())],
        &["_uuid", port::NAME.name(), port::INTERFACES.name()],
    );
    let rows = bed.commit(builder).await.rows(select).unwrap();
    let db = bed.replica.read().unwrap();
    let (id, expected) = db.port.by_name("p2").unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].0, &rows[0].1.interfaces),
        (id, &expected.interfaces)
    );
}

/// The inverse brings back rows that vanished, columns that were written, elements that were
/// taken, and takes out what was put in; what others did meanwhile stays.
#[tokio::test]
async fn the_inverse_brings_back_what_was_there() {
    let bed = bed().await;
    let id = bed.add_bridge("br", &["p1", "p2", "p3"]).await;
    bed.server.vsctl(&[
        "--no-wait",
        "set",
        "port",
        "p1",
        "tag=7",
        "external_ids:owner=me",
        "trunks=1,2",
    ]);
    bed.server.vsctl(&[
        "--no-wait",
        "set",
        "interface",
        "p1",
        "type=internal",
        "mtu_request=9000",
    ]);
    bed.server.vsctl(&[
        "--no-wait",
        "set",
        "open",
        ".",
        "external_ids:kept=1",
        "external_ids:written=old",
    ]);
    bed.server.vsctl(&[
        "--no-wait",
        "--",
        "--id=@p",
        "get",
        "port",
        "p1",
        "--",
        "--id=@m",
        "create",
        "mirror",
        "name=m",
        "select_src_port=@p",
        "output_port=@p",
        "--",
        "set",
        "bridge",
        "br",
        "mirrors=@m",
    ]);
    let before = bed.server.dump();
    let mirrored = |db: &OpenVSwitchDatabase| !db.mirror.is_empty();
    bed.replica
        .wait_until(mirrored, Duration::from_secs(5))
        .await
        .unwrap();
    let mut builder = TransactionBuilder::new();
    let (p1, p2, mirror_id) = {
        let db = bed.replica.read().unwrap();
        let find = |name| db.port.by_name(name).unwrap().0;
        (find("p1"), find("p2"), db.mirror.iter().next().unwrap().0)
    };
    let devices = bed
        .replica
        .read()
        .unwrap()
        .port
        .get(p1)
        .unwrap()
        .interfaces
        .clone();
    let new = add_port(&mut builder, "p4");
    builder
        .mutate(id)
        .insert(bridge::PORTS, Set::from([new]))
        .delete(bridge::PORTS, Set::from([p1]));
    builder.vanishes(p1);
    devices.iter().for_each(|device| builder.vanishes(*device));
    builder
        .mutate(mirror_id)
        .delete(mirror::SELECT_SRC_PORT, Set::from([p1]));
    builder.update(mirror_id).set(mirror::OUTPUT_PORT, None);
    builder.update(p2).set(port::TAG, Some(8));
    builder
        .mutate(bed.root)
        .put(open_vswitch::EXTERNAL_IDS, "written".into(), "new".into())
        .put(open_vswitch::EXTERNAL_IDS, "added".into(), "x".into());
    let transaction = builder.build().unwrap();
    let inverse = Inverse::of(&transaction, &*bed.replica.read().unwrap());
    let outcome = bed.run(&transaction).await.unwrap();
    assert_ne!(bed.server.dump(), before);
    // Meanwhile somebody adds a port.
    bed.server.vsctl(&["--no-wait", "add-port", "br", "theirs"]);
    let back = inverse.transaction(&outcome, |_| {}).unwrap();
    let undone = bed.run(&back).await.unwrap();
    let theirs = |db: &OpenVSwitchDatabase| db.port.by_name("theirs").is_some();
    bed.replica
        .wait_until(theirs, Duration::from_secs(5))
        .await
        .unwrap();
    let db = bed.replica.read().unwrap();
    assert_eq!(
        inverse.differences(&outcome, &undone, &*db),
        Vec::<String>::new()
    );
    assert!(db.port.by_name("p4").is_none());
    bed.server.vsctl(&["--no-wait", "del-port", "br", "theirs"]);
    let reborn = db.port.by_name("p1").unwrap().0;
    let (_, mirror) = db.mirror.iter().next().unwrap();
    assert_eq!(
        (mirror.output_port, mirror.select_src_port.only()),
        (Some(reborn), Some(&reborn))
    );
    assert_eq!(bed.server.dump(), before);
}

/// The proof is one: it sees what is not as it was.
#[tokio::test]
async fn the_proof_sees_what_is_different() {
    let bed = bed().await;
    let id = bed.add_bridge("br", &["p1", "p2"]).await;
    let (p1, row) = {
        let db = bed.replica.read().unwrap();
        let (p1, row) = db.port.by_name("p1").unwrap();
        (p1, row.clone())
    };
    let mut builder = TransactionBuilder::new();
    builder.mutate(id).delete(bridge::PORTS, Set::from([p1]));
    builder.vanishes(p1);
    row.interfaces
        .iter()
        .for_each(|device| builder.vanishes(*device));
    builder
        .update(bed.root)
        .set(open_vswitch::OVS_VERSION, Some("new".to_owned()));
    let transaction = builder.build().unwrap();
    let inverse = Inverse::of(&transaction, &*bed.replica.read().unwrap());
    let outcome = bed.run(&transaction).await.unwrap();
    let undone = bed
        .run(&inverse.transaction(&outcome, |_| {}).unwrap())
        .await
        .unwrap();
    bed.server.vsctl(&[
        "--no-wait",
        "set",
        "port",
        "p1",
        "tag=9",
        "--",
        "set",
        "open",
        ".",
        "ovs_version=x",
    ]);
    let seen = |bed: &Bed| {
        let db = bed.replica.read().unwrap();
        inverse.differences(&outcome, &undone, &*db)
    };
    let tagged = |db: &OpenVSwitchDatabase| {
        db.open_vswitch
            .iter()
            .all(|(_, row)| row.ovs_version.as_deref() == Some("x"))
    };
    bed.replica
        .wait_until(tagged, Duration::from_secs(5))
        .await
        .unwrap();
    assert!(
        seen(&bed)
            .iter()
            .any(|difference| difference.contains("ovs_version"))
    );
    bed.server.vsctl(&["--no-wait", "del-port", "br", "p1"]);
    let gone = |db: &OpenVSwitchDatabase| db.port.by_name("p1").is_none();
    bed.replica
        .wait_until(gone, Duration::from_secs(5))
        .await
        .unwrap();
    assert!(
        seen(&bed)
            .iter()
            .any(|difference| difference.starts_with("Port")),
        "{:?}",
        seen(&bed)
    );
}

/// Another's change of the same column meanwhile makes the inverse fail rather than undo it.
#[tokio::test]
async fn the_inverse_does_not_undo_what_others_wrote() {
    let bed = bed().await;
    bed.add_bridge("br", &["p1"]).await;
    let p1 = bed.replica.read().unwrap().port.by_name("p1").unwrap().0;
    let mut builder = TransactionBuilder::new();
    builder.update(p1).set(port::TAG, Some(8));
    let transaction = builder.build().unwrap();
    let inverse = Inverse::of(&transaction, &*bed.replica.read().unwrap());
    let outcome = bed.run(&transaction).await.unwrap();
    bed.server
        .vsctl(&["--no-wait", "set", "port", "p1", "tag=9"]);
    let error = bed
        .run(&inverse.transaction(&outcome, |_| {}).unwrap())
        .await
        .unwrap_err();
    assert_eq!(
        error.transaction_error().unwrap().kind,
        TransactionErrorKind::TimedOut
    );
    assert_eq!(OpenVSwitchDatabase::NAME, "Open_vSwitch");
}
