//! Sets up a virtualization host's networks as one unit.

pub mod link;
pub mod model;
pub mod ovsdb;
pub mod report;
pub mod vswitch;
