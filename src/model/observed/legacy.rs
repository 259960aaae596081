use std::borrow::Borrow;
use std::collections::BTreeMap;

use super::uplinks::UplinkUse;
use crate::model::{Bond, BondName, Network, NetworkName, NicName, Uplink};

/// What of the kernel's bridges, bonds and VLANs is ours, in the terms of networks and bonds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Legacy {
    networks: BTreeMap<NetworkName, LegacyNetwork>,
    bonds: BTreeMap<BondName, LegacyBond>,
    uplinks: BTreeMap<Uplink, UplinkUse>,
    members: BTreeMap<NicName, BondName>,
    southbounds: BTreeMap<NicName, NetworkName>,
}

/// A network of ours on the kernel's own devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyNetwork {
    /// Its name.
    pub name: NetworkName,
    /// What it is.
    pub network: Network,
    /// Its own device: its bridge, or its southbound when it is not bridged.
    pub device: NicName,
    /// The device that leads to its uplink: the VLAN's, or the uplink itself. `None` without one.
    pub southbound: Option<NicName>,
    /// The ports of its bridge that are not ours, such as a virtual machine's.
    pub guests: Vec<NicName>,
}

/// A bond of the kernel that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyBond {
    /// Its name, which is its device's.
    pub name: BondName,
    /// What it is.
    pub bond: Bond,
}

impl Legacy {
    /// The network of ours of this name.
    pub fn network<N: Ord + ?Sized>(&self, name: &N) -> Option<&LegacyNetwork>
    where
        NetworkName: Borrow<N>,
    {
        self.networks.get(name)
    }

    /// All networks of ours, by name.
    pub fn networks(&self) -> impl Iterator<Item = &LegacyNetwork> {
        self.networks.values()
    }

    /// How many networks of ours there are.
    pub fn network_count(&self) -> usize {
        self.networks.len()
    }

    /// The bond of ours of this name.
    pub fn bond<N: Ord + ?Sized>(&self, name: &N) -> Option<&LegacyBond>
    where
        BondName: Borrow<N>,
    {
        self.bonds.get(name)
    }

    /// All bonds of ours, by name.
    pub fn bonds(&self) -> impl Iterator<Item = &LegacyBond> {
        self.bonds.values()
    }

    /// The bond of ours that a NIC is a member of.
    pub fn bond_of(&self, nic: &NicName) -> Option<&BondName> {
        self.members.get(nic)
    }

    /// The network of ours that a device leads to the outside: the one whose VLAN it is, or the
    /// untagged one of an uplink.
    pub fn network_behind(&self, device: &NicName) -> Option<&LegacyNetwork> {
        self.network(self.southbounds.get(device)?)
    }

    /// The network of ours whose VLAN a device is.
    pub fn network_of_vlan(&self, device: &NicName) -> Option<&LegacyNetwork> {
        let network = self.network_behind(device)?;
        network.network.vlan.is_some().then_some(network)
    }

    /// What our networks use an uplink for.
    pub fn uplink_use(&self, uplink: &Uplink) -> Option<&UplinkUse> {
        self.uplinks.get(uplink)
    }

    /// Adds a network.
    pub fn put_network(&mut self, network: LegacyNetwork) {
        if let Some(uplink) = &network.network.uplink {
            let uses = self.uplinks.entry(uplink.clone()).or_default();
            uses.add(&network.name, &network.network);
        }
        if let Some(southbound) = &network.southbound {
            let name = network.name.clone();
            self.southbounds.insert(southbound.clone(), name);
        }
        self.networks.insert(network.name.clone(), network);
    }

    /// Adds a bond.
    pub fn put_bond(&mut self, bond: LegacyBond) {
        for member in &bond.bond.members {
            self.members.insert(member.clone(), bond.name.clone());
        }
        self.bonds.insert(bond.name.clone(), bond);
    }
}
