//! Sets up a virtualization host's networks as one unit.

pub mod cli;
pub mod model;
pub mod ovsdb;
pub mod plan;
pub mod switch;
pub mod validate;
pub mod vswitch;
