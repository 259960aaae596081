//! Updates into typed rows, and lookups in them.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use netswitch::ovsdb::RowId;
use netswitch::ovsdb::replica::Update;
use netswitch::vswitch::OpenVSwitchDatabase;
use serde::de::DeserializeSeed;

use crate::networks::{NETWORKS, tables, uuid};

pub(crate) fn replica(criterion: &mut Criterion) {
    let tables = tables(NETWORKS);
    let mut copy = OpenVSwitchDatabase::default();
    apply(&mut copy, &tables);
    assert_eq!(copy.port.len(), 4000);

    let mut group = criterion.benchmark_group("replica");
    group.throughput(Throughput::Bytes(tables.len() as u64));
    group.bench_function("snapshot of 4000 networks", |bencher| {
        let empty = OpenVSwitchDatabase::default;
        let fill = |mut database| {
            apply(&mut database, black_box(&tables));
            database
        };
        bencher.iter_batched(empty, fill, BatchSize::PerIteration);
    });
    group.throughput(Throughput::Elements(1));
    let port = uuid(2, 2000);
    // Applied again and again it comes and goes.
    let difference = r#"{"external_ids":["map",[["bench","1"]]]}"#;
    let update = format!(r#"{{"Port":{{"{port}":{{"modify":{difference}}}}}}}"#);
    group.bench_function("one row of 4000 modified", |bencher| {
        bencher.iter(|| apply(&mut copy, black_box(&update)));
    });
    group.bench_function("row by name", |bencher| {
        bencher.iter(|| copy.port.by_name(black_box("net2000")));
    });
    let id = RowId::new(port.parse().unwrap());
    group.bench_function("row by identifier", |bencher| {
        bencher.iter(|| copy.port.get(black_box(id)));
    });
    group.finish();
}

fn apply(database: &mut OpenVSwitchDatabase, tables: &str) {
    let mut events = Vec::new();
    let update = Update {
        database,
        sink: |event| events.push(event),
    };
    let mut deserializer = serde_json::Deserializer::from_str(tables);
    update.deserialize(&mut deserializer).unwrap();
    assert!(!events.is_empty());
}
