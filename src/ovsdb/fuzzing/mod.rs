//! What holds whatever a peer sends: each property is a function over bytes that panics where it
//! does not hold.
//!
//! Each is called in two ways: by `cargo test`, with recorded, mangled and random bytes, and by
//! the target of its name in `fuzz/`, with whatever libFuzzer thinks of.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a property that does not hold panics"
)]

mod choices;
mod datum;
mod difference;
mod framing;
mod message;
mod messages;
mod model;
mod outcome;
mod schema;
mod update;
mod writer;

#[cfg(test)]
mod tests;

pub use datum::datum;
pub use difference::difference;
pub use framing::framing;
pub use message::message;
pub use messages::messages;
pub use outcome::outcome;
pub use schema::schema;
pub use update::update;
