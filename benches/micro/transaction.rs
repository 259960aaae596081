//! Transactions: put together, written, and their outcome read.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use netswitch::ovsdb::{Database, Map, Outcome, RowId, Set, Transaction, TransactionBuilder, Uuid};
use netswitch::vswitch::{Bridge, Interface, OpenVSwitchDatabase, Port, bridge, interface, port};

use crate::networks::uuid;

pub(crate) fn transaction(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("transaction");
    for (name, networks) in [("1 network", 1), ("1000 networks", 1000)] {
        group.throughput(Throughput::Elements(u64::from(networks)));
        group.bench_function(format!("build and write {name}"), |bencher| {
            bencher.iter(|| written(&build(black_box(networks))));
        });
        let transaction = build(networks);
        let reply = reply(networks);
        group.bench_function(format!("outcome of {name}"), |bencher| {
            bencher.iter(|| Outcome::read(&transaction, black_box(&reply)).unwrap());
        });
    }
    group.finish();
}

fn build(networks: u32) -> Transaction {
    let bridge: RowId<Bridge> = RowId::new(Uuid::from_u128(1));
    let role = Map::from_iter([("netswitch-role".to_owned(), "network".to_owned())]);
    let mut builder = TransactionBuilder::new();
    let mut ports = Vec::new();
    for number in 1..=networks {
        let name = format!("net{number:04}");
        let interface = builder
            .insert::<Interface>()
            .set(interface::NAME, name.clone())
            .set(interface::TYPE, "internal".to_owned())
            .set(interface::MTU_REQUEST, Some(1500))
            .set(interface::EXTERNAL_IDS, role.clone())
            .id();
        let port = builder
            .insert::<Port>()
            .set(port::NAME, name)
            .set(port::INTERFACES, Set::from([interface]))
            .set(port::TAG, Some(i64::from(number)))
            .set(port::EXTERNAL_IDS, role.clone())
            .id();
        ports.push(port);
    }
    builder
        .mutate(bridge)
        .insert(bridge::PORTS, ports.into_iter().collect());
    builder.build().unwrap()
}

fn written(transaction: &Transaction) -> Vec<u8> {
    serde_json::to_vec(&transaction.params(OpenVSwitchDatabase::NAME)).unwrap()
}

/// What a server says to it.
fn reply(networks: u32) -> String {
    let inserted =
        (1..=2 * networks).map(|row| format!(r#"{{"uuid":["uuid","{}"]}}"#, uuid(4, row)));
    let mut results: Vec<_> = inserted.collect();
    results.push(r#"{"count":1}"#.to_owned());
    format!("[{}]", results.join(","))
}
