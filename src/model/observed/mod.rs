//! The host as it is: the kernel's links, Open vSwitch's bridges and ports, networks' IP settings.

mod addresses;
mod links;
mod ovs;
mod trunks;
mod uplinks;

pub use addresses::{Addresses, DefaultRoute};
pub use links::{Link, Links};
pub use ovs::{BondPort, Bridge, ForeignPort, NetworkPort, NicPort, Ovs, Port, TunnelPort};
pub use trunks::Trunks;
pub use uplinks::{UplinkUse, tag_key};

use std::collections::BTreeMap;

use super::{IpSettings, NetworkName};

/// Everything that a request is judged by and planned from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// The kernel's network devices.
    pub links: Links,
    /// Open vSwitch's configuration.
    pub ovs: Ovs,
    /// The IP settings that networks of ours have now, where they have some.
    pub ip: BTreeMap<NetworkName, IpSettings>,
}
