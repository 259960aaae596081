//! Which uplinks share a bridge.

use criterion::{BatchSize, Criterion};
use netswitch::switch::ovs::placement::{Placed, Room, assign};

/// Placing uplinks: as many as are placed exactly, in the hardest of many ways, and many.
pub(crate) fn placement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("placement");
    // Of a thousand random hosts the one that takes longest.
    for bridges in [0, 1, 3] {
        let hardest = (0..1000)
            .map(|seed| hosts(seed, 12, 24, 4, bridges))
            .max_by_key(|uplinks| {
                let start = std::time::Instant::now();
                assign(uplinks, &vec![Room::Open; bridges]);
                start.elapsed()
            });
        let hardest = hardest.unwrap();
        let rooms = vec![Room::Open; bridges];
        group.bench_function(
            format!("12 uplinks on {bridges} bridges, exact"),
            |bencher| {
                bencher.iter(|| assign(&hardest, &rooms));
            },
        );
    }
    for (uplinks, tags) in [(100, 4000), (1000, 40)] {
        let many = hosts(7, uplinks, 4000, tags, 10);
        let rooms = vec![Room::Open; 10];
        group.sample_size(10);
        group.bench_function(format!("{uplinks} uplinks of {tags} tags"), |bencher| {
            bencher.iter_batched(
                || many.clone(),
                |it| assign(&it, &rooms),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

/// Uplinks with random tags, on random bridges.
fn hosts(seed: u64, uplinks: usize, tags: u16, each: usize, bridges: usize) -> Vec<Placed> {
    let mut state = seed;
    let mut random = |below: usize| {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(below.max(1)).unwrap()).unwrap()
    };
    let uplink = |_| {
        let tags: std::collections::BTreeSet<u16> = (0..each)
            .map(|_| u16::try_from(random(tags.into())).unwrap())
            .collect();
        Placed {
            networks: tags.len(),
            tags: tags.into_iter().collect(),
            bridge: (bridges > 0).then(|| random(bridges)),
        }
    };
    (0..uplinks).map(uplink).collect()
}
