//! The host as it is: the kernel's links, Open vSwitch's bridges and ports, networks' IP settings.

mod addresses;
mod legacy;
mod links;
mod ovs;
mod trunks;
mod uplinks;

pub use addresses::{Address, Addresses, ObservedRoute};
pub use legacy::{Legacy, LegacyBond, LegacyNetwork};
pub use links::{BondLink, Link, LinkData, Links, Membership};
pub use ovs::{BondPort, Bridge, ForeignPort, NetworkPort, NicPort, Ovs, Port, TunnelPort};
pub use trunks::Trunks;
pub use uplinks::{UplinkUse, place_key, tag_key};

use std::collections::BTreeMap;

use super::{Bond, BondName, IpSettings, Network, NetworkName, NicName, Uplink};

/// Everything that a request is judged by and planned from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// The kernel's network devices.
    pub links: Links,
    /// Open vSwitch's configuration.
    pub ovs: Ovs,
    /// What of the kernel's bridges, bonds and VLANs is ours.
    pub legacy: Legacy,
    /// The kernel's addresses, routes and rules.
    pub addresses: Addresses,
    /// What the host's resolver uses.
    pub resolver: Resolver,
    /// The IP settings that networks of ours have now, where they have some.
    pub ip: BTreeMap<NetworkName, IpSettings>,
}

/// What the host's resolver uses (resolv.conf(5)).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolver {
    /// The name servers, as they are written: a link-local one has its device's name behind a `%`.
    pub nameservers: Vec<String>,
    /// The file of somebody who manages them, that `/etc/resolv.conf` is a link to.
    pub manager: Option<String>,
}

impl Observed {
    /// The network of ours of this name, whatever switch it is on.
    pub fn network(&self, name: &NetworkName) -> Option<&Network> {
        match self.ovs.network(name) {
            Some(port) => Some(&port.network),
            None => Some(&self.legacy.network(name)?.network),
        }
    }

    /// The bond of ours of this name, whatever switch it is on.
    pub fn bond(&self, name: &BondName) -> Option<&Bond> {
        match self.ovs.bond(name) {
            Some(port) => Some(&port.bond),
            None => Some(&self.legacy.bond(name)?.bond),
        }
    }

    /// All bonds of ours.
    pub fn bonds(&self) -> impl Iterator<Item = (&BondName, &Bond)> {
        let ovs = self.ovs.bonds().map(|port| (&port.name, &port.bond));
        let legacy = self.legacy.bonds().map(|bond| (&bond.name, &bond.bond));
        ovs.chain(legacy)
    }

    /// The bond of ours that a NIC is a member of.
    pub fn bond_of(&self, nic: &NicName) -> Option<&BondName> {
        match self.ovs.port_of_interface(nic.as_str()) {
            Some(Port::Bond(bond)) => Some(&bond.name),
            _ => self.legacy.bond_of(nic),
        }
    }

    /// What our networks use an uplink for.
    pub fn uplink_use(&self, uplink: &Uplink) -> Option<&UplinkUse> {
        let ovs = self.ovs.uplink_use(uplink);
        ovs.or_else(|| self.legacy.uplink_use(uplink))
    }
}
