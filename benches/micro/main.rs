//! Parts alone, without a server: what a message, a replica and a transaction cost, and placing
//! uplinks on bridges.
//! Run it with `scripts/bench micro`; a part of a name chooses what is measured.

#![allow(
    clippy::unwrap_used,
    reason = "what is measured is known to be well-formed"
)]
// `criterion_group!` makes a public function that has no comment.
#![allow(missing_docs, reason = "a benchmark has no documentation")]

mod decode;
mod networks;
mod placement;
mod replica;
mod transaction;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    parts,
    decode::decode,
    placement::placement,
    replica::replica,
    transaction::transaction
);
criterion_main!(parts);
