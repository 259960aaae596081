use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Mtu, Network, NetworkName, SwitchType, VlanId};

/// The number under which a VLAN is told apart on a bridge: to Open vSwitch no tag and tag 0 are
/// the same.
pub fn tag_key(vlan: Option<VlanId>) -> u16 {
    vlan.map_or(0, VlanId::get)
}

/// Under [`place_key`], VLAN 0 of a kernel device: no tag has this number.
const PRIORITY_TAGGED: u16 = 4096;

/// The number under which a network's place on its uplink is told apart: its tag, 0 without one. To
/// the kernel's own devices, frames with tag 0 and those without are two things.
pub fn place_key(network: &Network) -> u16 {
    match (network.switch, network.vlan) {
        (SwitchType::Legacy, Some(vlan)) if vlan.get() == 0 => PRIORITY_TAGGED,
        (_, vlan) => tag_key(vlan),
    }
}

/// What our networks use one uplink for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UplinkUse {
    tags: BTreeMap<u16, BTreeSet<NetworkName>>,
    mtus: BTreeMap<Mtu, usize>,
    spanning: usize,
}

impl UplinkUse {
    /// The networks with this tag; more than one only if somebody else made it so.
    pub fn with_tag(&self, tag: u16) -> impl Iterator<Item = &NetworkName> {
        self.tags.get(&tag).into_iter().flatten()
    }

    /// The tags in use, with their networks, in ascending order. 0 is untagged.
    pub fn tags(&self) -> impl Iterator<Item = (u16, &BTreeSet<NetworkName>)> {
        self.tags.iter().map(|(tag, networks)| (*tag, networks))
    }

    /// The MTUs of the networks and how many have each, in ascending order.
    pub fn mtus(&self) -> &BTreeMap<Mtu, usize> {
        &self.mtus
    }

    /// How many networks ask for the spanning tree protocol.
    pub fn spanning(&self) -> usize {
        self.spanning
    }

    /// Whether no network uses the uplink.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// A network has come.
    pub fn add(&mut self, name: &NetworkName, network: &Network) {
        self.tags
            .entry(place_key(network))
            .or_default()
            .insert(name.clone());
        *self.mtus.entry(network.mtu).or_default() += 1;
        self.spanning += usize::from(network.stp);
    }

    /// A network has gone.
    pub fn remove(&mut self, name: &NetworkName, network: &Network) {
        let tag = place_key(network);
        if let Some(networks) = self.tags.get_mut(&tag) {
            networks.remove(name);
            if networks.is_empty() {
                self.tags.remove(&tag);
            }
        }
        if let Some(count) = self.mtus.get_mut(&network.mtu) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.mtus.remove(&network.mtu);
            }
        }
        self.spanning = self.spanning.saturating_sub(usize::from(network.stp));
    }
}
