//! The switches that networks are set up on, behind one trait.

pub mod ovs;
