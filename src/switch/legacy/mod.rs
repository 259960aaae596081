//! The kernel's own bridges, bonds and VLANs, over netlink.
//!
//! A network is a bridge of its name with one port of ours: the uplink, or the uplink's VLAN. One
//! that is not bridged is that port alone. What is ours is told by the devices' aliases.

mod marks;
mod observe;
pub(crate) mod steps;
mod switch;
mod verify;

pub use observe::observe;
pub use switch::LegacySwitch;
