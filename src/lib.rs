//! Sets up a virtualization host's networks as one unit.

pub mod canonicalize;
pub mod causes;
pub mod cli;
pub mod link;
pub mod model;
pub mod ovsdb;
pub mod plan;
pub mod report;
pub mod setup;
pub mod switch;
pub mod validate;
pub mod vswitch;
