//! The host as it is: the kernel's links and Open vSwitch's bridges and ports.

mod links;
mod ovs;
mod uplinks;

pub use links::{Link, Links};
pub use ovs::{BondPort, Bridge, ForeignPort, NetworkPort, NicPort, Ovs, Port};
pub use uplinks::{UplinkUse, tag_key};

/// Everything that a request is judged by and planned from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// The kernel's network devices.
    pub links: Links,
    /// Open vSwitch's configuration.
    pub ovs: Ovs,
}
