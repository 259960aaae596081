use std::fmt::Debug;
use std::thread;
use std::time::Instant;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use tokio::runtime;
use tokio::sync::oneshot;

use crate::writers::Tally;

/// Runs rounds that are made of one seed each, so many if nobody says how many.
pub(crate) fn run<R: Debug, F: Future<Output = Tally>>(
    usual: u32,
    round: impl Fn() -> BoxedStrategy<R>,
    run: impl Fn(R) -> F,
) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let seeds: Vec<u32> = match number("NETSWITCH_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("NETSWITCH_ROUNDS").unwrap_or(usual)).collect(),
    };
    // What happens to the servers is waited for in this thread; the clients go on in another.
    let mut runtime = runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let clients = runtime.handle().clone();
    let (_end, ended) = oneshot::channel::<()>();
    thread::spawn(move || runtime.block_on(ended));
    let (begin, mut sum) = (Instant::now(), Tally::default());
    for seed in &seeds {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
        let round = round().new_tree(&mut runner).unwrap().current();
        println!("NETSWITCH_SEED={seed}: {round:?}");
        let tally = clients.block_on(run(round));
        println!("  {tally}");
        sum += tally;
    }
    let seconds = begin.elapsed().as_secs();
    println!("{} rounds in {seconds} s: {sum}", seeds.len());
}
