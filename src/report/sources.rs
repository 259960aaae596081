use std::collections::BTreeMap;

use super::{L3, Status};
use crate::model::observed::{Link, Port};
use crate::model::{NicName, Observed, SwitchType};
use crate::switch::ovs::placement::Conflict;

/// Everything that a report is made from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The kernel's devices, and Open vSwitch's configuration.
    pub observed: &'a Observed,
    /// How Open vSwitch's interfaces and bonds fare.
    pub status: &'a Status,
    /// The speeds of the [`nics`] in Mbit/s, where they are known.
    pub speeds: &'a BTreeMap<NicName, u32>,
    /// Each switch type, and why it cannot be used if it cannot.
    pub switches: &'a BTreeMap<SwitchType, Result<(), String>>,
    /// The uplinks that cannot share a bridge.
    pub conflicts: &'a [Conflict],
    /// Whether the kernel speaks IPv6.
    pub supports_ipv6: bool,
    /// Whether the running configuration differs from the safe one.
    pub config_dirty: bool,
}

impl Sources<'_> {
    /// The settings of the device of this name; of one that is not there only the MTU that it should
    /// have.
    pub(super) fn l3(&self, device: &str, mtu: u32) -> L3 {
        match self.observed.links.get(device) {
            Some(link) => L3::of(link, &self.observed.addresses),
            None => L3::none(mtu),
        }
    }
}

/// The devices that a report calls NICs: Ethernet hardware, and the virtual devices that stand in
/// for it (`veth`, `dummy`) unless somebody else's port has them.
pub fn nics(observed: &Observed) -> impl Iterator<Item = &Link> {
    observed.links.iter().filter(|link| is_nic(observed, link))
}

fn is_nic(observed: &Observed, link: &Link) -> bool {
    let port = observed.ovs.port_of_interface(link.name.as_str());
    match port {
        _ if link.loopback || link.mac.is_none() => false,
        Some(Port::Nic(_) | Port::Bond(_)) => true,
        Some(Port::Network(_) | Port::Tunnel(_) | Port::Local(_)) => false,
        Some(Port::Foreign(_)) => link.kind.is_none(),
        None => matches!(link.kind.as_deref(), None | Some("veth" | "dummy")),
    }
}
