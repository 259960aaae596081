//! A stream's bytes to messages, up to what they carry.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use netswitch::ovsdb::fuzzing::messages;

use crate::networks::{NETWORKS, reply};

/// What a server has said, as `scripts/record-wire` wrote it down.
const RECORDED: &[(&str, &[u8])] = &[
    (
        "recorded monitor",
        include_bytes!("../../fixtures/wire/monitor-cond-since.server"),
    ),
    (
        "recorded transactions",
        include_bytes!("../../fixtures/wire/transactions.server"),
    ),
];

pub(crate) fn decode(criterion: &mut Criterion) {
    let snapshot = reply(NETWORKS);
    let snapshot = ("snapshot of 4000 networks", snapshot.as_bytes());
    let mut group = criterion.benchmark_group("decode");
    for (name, stream) in RECORDED.iter().chain([&snapshot]) {
        assert!(messages(stream) > 0, "{name}");
        group.throughput(Throughput::Bytes(stream.len() as u64));
        group.bench_function(*name, |bencher| {
            bencher.iter(|| messages(black_box(stream)));
        });
    }
    group.finish();
}
