//! The `Open_vSwitch` database: a type a table, with the handles of its columns beside it.
//!
//! `Port` is a row, `port::TAG` its column `tag`, and `OpenVSwitchDatabase` all tables together.

mod generated;

pub use generated::*;
