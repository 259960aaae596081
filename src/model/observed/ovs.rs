use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::trunks::Trunks;
use super::uplinks::{UplinkUse, tag_key};
use crate::model::{
    Bond, BondName, BridgeName, MacAddress, Mtu, NativeBond, Network, NetworkName, NicName,
};
use crate::model::{Tunnel, Uplink, VlanId};

/// Open vSwitch's configuration in the terms of networks and bonds, with the indexes that make
/// the cost of a request that of its change. Kept fresh port by port, bridge by bridge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ovs {
    /// `Open_vSwitch.external_ids:ovn-bridge-mappings`, where there is one.
    pub bridge_mappings: Option<Arc<str>>,
    bridges: BTreeMap<BridgeName, Bridge>,
    ports: HashMap<Arc<str>, Port>,
    /// Which port an interface belongs to.
    interfaces: HashMap<Arc<str>, Arc<str>>,
    networks: BTreeSet<NetworkName>,
    bonds: BTreeSet<BondName>,
    uplinks: BTreeMap<Uplink, UplinkUse>,
    /// The uplinks of ours on each bridge.
    uplink_ports: BTreeMap<BridgeName, BTreeSet<Uplink>>,
    /// The names of the ports of others, by bridge and tag.
    foreign: BTreeMap<BridgeName, BTreeMap<u16, BTreeSet<Arc<str>>>>,
    /// How many ports there are on each bridge besides its own.
    port_counts: BTreeMap<BridgeName, usize>,
}

/// A bridge, ours or somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    /// Its name.
    pub name: BridgeName,
    /// Whether it carries our mark.
    pub ours: bool,
    /// Whether it runs the spanning tree protocol.
    pub stp: bool,
    /// `other_config:hwaddr`.
    pub hwaddr: Option<MacAddress>,
    /// `datapath_type`: `""` and `system` are the kernel's, `netdev` is in user space.
    pub datapath_type: String,
    /// Whether somebody changed what we wrote and what the other fields do not tell: `fail_mode`.
    pub drifted: bool,
}

impl Bridge {
    /// Whether its packets are switched where those of a bridge of this `datapath_type` are.
    pub fn has_datapath(&self, datapath_type: &str) -> bool {
        let in_user_space = |datapath: &str| datapath == "netdev";
        in_user_space(&self.datapath_type) == in_user_space(datapath_type)
    }
}

/// A port of a bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Port {
    /// A network of ours.
    Network(NetworkPort),
    /// An uplink of ours of one NIC.
    Nic(NicPort),
    /// An uplink of ours of several NICs.
    Bond(Box<BondPort>),
    /// An uplink of ours that is a tunnel.
    Tunnel(TunnelPort),
    /// The local port of a bridge, which has the bridge's name.
    Local(BridgeName),
    /// Anybody else's: a virtual machine's, or one made by hand.
    Foreign(ForeignPort),
}

/// A network of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkPort {
    /// Its name, which is its port's and its device's.
    pub name: NetworkName,
    /// The bridge that it is on.
    pub bridge: BridgeName,
    /// What it is.
    pub network: Network,
    /// The MAC address that its device was given; `None` leaves it to Open vSwitch.
    pub mac: Option<MacAddress>,
    /// Whether somebody changed what we wrote and what the other fields do not tell: VLAN mode,
    /// trunks, interface type, a missing MTU.
    pub drifted: bool,
}

/// An uplink of ours of one NIC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NicPort {
    /// The NIC's name, which is its port's.
    pub name: NicName,
    /// The bridge that it is on.
    pub bridge: BridgeName,
    /// The MTU that it was given.
    pub mtu: Option<Mtu>,
    /// The VLANs that it carries.
    pub trunks: Trunks,
    /// Whether somebody changed what we wrote and what the other fields do not tell: tag, VLAN
    /// mode, interface type.
    pub drifted: bool,
}

/// An uplink of ours of several NICs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BondPort {
    /// The bond's name, which is its port's.
    pub name: BondName,
    /// The bridge that it is on.
    pub bridge: BridgeName,
    /// What it is.
    pub bond: Bond,
    /// The MTU that each member was given, by its name.
    pub mtus: BTreeMap<NicName, Option<Mtu>>,
    /// The VLANs that it carries.
    pub trunks: Trunks,
    /// Whether somebody changed what we wrote and what the other fields do not tell: tag, VLAN
    /// mode.
    pub drifted: bool,
}

/// An uplink of ours that is a tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunnelPort {
    /// What it is; its port has its name.
    pub tunnel: Tunnel,
    /// The bridge that it is on.
    pub bridge: BridgeName,
    /// The VLANs that it carries.
    pub trunks: Trunks,
    /// Whether somebody changed what we wrote and what the other fields do not tell: tag, VLAN
    /// mode, the interface's type and options.
    pub drifted: bool,
}

/// A port without our mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignPort {
    /// Its name.
    pub name: Arc<str>,
    /// The bridge that it is on.
    pub bridge: BridgeName,
    /// Its VLAN, if it is an access port.
    pub tag: Option<VlanId>,
    /// The names of its interfaces.
    pub interfaces: Vec<Arc<str>>,
    /// Whether it can be a network's guest, such as a virtual machine's port: it is in one VLAN, or
    /// untagged without trunks; not a patch port, not a fake bridge.
    pub is_guest: bool,
}

impl BondPort {
    /// How the bond works: a port of several interfaces is Open vSwitch's own bond.
    pub fn options(&self) -> &NativeBond {
        static PLAIN: NativeBond = NativeBond::PLAIN;
        self.bond.options.native().unwrap_or(&PLAIN)
    }
}

impl Port {
    /// The port's name.
    pub fn name(&self) -> &str {
        match self {
            Port::Network(port) => port.name.as_str(),
            Port::Nic(port) => port.name.as_str(),
            Port::Bond(port) => port.name.as_str(),
            Port::Tunnel(port) => port.tunnel.name(),
            Port::Local(bridge) => bridge.as_str(),
            Port::Foreign(port) => &port.name,
        }
    }

    /// The bridge that the port is on.
    pub fn bridge(&self) -> &BridgeName {
        match self {
            Port::Network(port) => &port.bridge,
            Port::Nic(port) => &port.bridge,
            Port::Bond(port) => &port.bridge,
            Port::Tunnel(port) => &port.bridge,
            Port::Local(bridge) => bridge,
            Port::Foreign(port) => &port.bridge,
        }
    }

    /// The uplink that it is; `None` for what is none of ours.
    pub fn uplink(&self) -> Option<Uplink> {
        match self {
            Port::Nic(port) => Some(Uplink::Nic(port.name.clone())),
            Port::Bond(port) => Some(Uplink::Bond(port.name.clone())),
            Port::Tunnel(port) => Some(Uplink::Tunnel(port.tunnel.clone())),
            Port::Network(_) | Port::Local(_) | Port::Foreign(_) => None,
        }
    }

    /// The VLANs that an uplink of ours carries.
    pub fn trunks(&self) -> Option<&Trunks> {
        match self {
            Port::Nic(port) => Some(&port.trunks),
            Port::Bond(port) => Some(&port.trunks),
            Port::Tunnel(port) => Some(&port.trunks),
            Port::Network(_) | Port::Local(_) | Port::Foreign(_) => None,
        }
    }

    /// Whether somebody changed what we wrote and what the other fields do not tell.
    pub fn drifted(&self) -> bool {
        match self {
            Port::Network(port) => port.drifted,
            Port::Nic(port) => port.drifted,
            Port::Bond(port) => port.drifted,
            Port::Tunnel(port) => port.drifted,
            Port::Local(_) | Port::Foreign(_) => false,
        }
    }

    /// The names of the port's interfaces.
    pub fn interfaces(&self) -> Vec<&str> {
        match self {
            Port::Bond(port) => port.bond.members.iter().map(NicName::as_str).collect(),
            Port::Foreign(port) => port.interfaces.iter().map(AsRef::as_ref).collect(),
            other => vec![other.name()],
        }
    }
}

impl Ovs {
    /// The bridge of this name, ours or not.
    pub fn bridge(&self, name: &str) -> Option<&Bridge> {
        self.bridges.get(name)
    }

    /// All bridges, by name.
    pub fn bridges(&self) -> impl Iterator<Item = &Bridge> {
        self.bridges.values()
    }

    /// The port of this name, ours or not.
    pub fn port(&self, name: &str) -> Option<&Port> {
        self.ports.get(name)
    }

    /// All ports, in no order.
    pub fn ports(&self) -> impl Iterator<Item = &Port> {
        self.ports.values()
    }

    /// The port that has the interface of this name.
    pub fn port_of_interface(&self, interface: &str) -> Option<&Port> {
        self.port(self.interfaces.get(interface)?)
    }

    /// The network of ours of this name.
    pub fn network(&self, name: &NetworkName) -> Option<&NetworkPort> {
        match self.port(name.as_str()) {
            Some(Port::Network(port)) => Some(port),
            _ => None,
        }
    }

    /// All networks of ours, by name.
    pub fn networks(&self) -> impl Iterator<Item = &NetworkPort> {
        self.networks.iter().filter_map(|name| self.network(name))
    }

    /// How many networks of ours there are.
    pub fn network_count(&self) -> usize {
        self.networks.len()
    }

    /// The bond of ours of this name.
    pub fn bond(&self, name: &BondName) -> Option<&BondPort> {
        match self.port(name.as_str()) {
            Some(Port::Bond(port)) => Some(port),
            _ => None,
        }
    }

    /// All bonds of ours, by name.
    pub fn bonds(&self) -> impl Iterator<Item = &BondPort> {
        self.bonds.iter().filter_map(|name| self.bond(name))
    }

    /// The port of an uplink of ours.
    pub fn uplink_port(&self, uplink: &Uplink) -> Option<&Port> {
        let port = self.port(uplink.name())?;
        let is_it = match (uplink, port) {
            (Uplink::Nic(_), Port::Nic(_)) | (Uplink::Bond(_), Port::Bond(_)) => true,
            (Uplink::Tunnel(tunnel), Port::Tunnel(port)) => port.tunnel == *tunnel,
            _ => false,
        };
        is_it.then_some(port)
    }

    /// The bridge of an uplink of ours.
    pub fn bridge_of(&self, uplink: &Uplink) -> Option<&BridgeName> {
        self.uplink_port(uplink).map(Port::bridge)
    }

    /// The uplinks of ours on a bridge.
    pub fn uplinks_on(&self, bridge: &BridgeName) -> impl ExactSizeIterator<Item = &Uplink> {
        static NONE: BTreeSet<Uplink> = BTreeSet::new();
        self.uplink_ports.get(bridge).unwrap_or(&NONE).iter()
    }

    /// The uplinks of ours that have a port, by their bridges.
    pub fn placed_uplinks(&self) -> impl Iterator<Item = (&BridgeName, &Uplink)> {
        let bridges = self.uplink_ports.iter();
        bridges.flat_map(|(bridge, uplinks)| uplinks.iter().map(move |uplink| (bridge, uplink)))
    }

    /// What our networks use an uplink for.
    pub fn uplink_use(&self, uplink: &Uplink) -> Option<&UplinkUse> {
        self.uplinks.get(uplink)
    }

    /// The uplinks that our networks use, with what for.
    pub fn uplink_uses(&self) -> impl Iterator<Item = (&Uplink, &UplinkUse)> {
        self.uplinks.iter()
    }

    /// How many ports a bridge has besides its own, whosever they are.
    pub fn port_count(&self, bridge: &BridgeName) -> usize {
        self.port_counts.get(bridge).copied().unwrap_or(0)
    }

    /// The ports of others on a bridge, by tag and name.
    pub fn foreign_ports<'a>(
        &'a self,
        bridge: &BridgeName,
    ) -> impl Iterator<Item = &'a ForeignPort> + use<'a> {
        let tags = self.foreign.get(bridge).into_iter().flatten();
        tags.flat_map(|(_, names)| names)
            .filter_map(|name| self.foreign(name))
    }

    /// The guests of a network: the ports of others on its bridge that are in its VLAN and in no
    /// other, by name.
    pub fn guests(&self, network: &NetworkPort) -> impl Iterator<Item = &ForeignPort> {
        let tags = self.foreign.get(&network.bridge);
        let names = tags.and_then(|tags| tags.get(&tag_key(network.network.vlan)));
        let names = names.into_iter().flatten();
        let ports = names.filter_map(|name| self.foreign(name));
        ports.filter(|port| port.is_guest)
    }

    fn foreign(&self, name: &str) -> Option<&ForeignPort> {
        match self.port(name) {
            Some(Port::Foreign(port)) => Some(port),
            _ => None,
        }
    }

    /// Adds a bridge, or replaces what was known of it.
    pub fn put_bridge(&mut self, bridge: Bridge) {
        self.bridges.insert(bridge.name.clone(), bridge);
    }

    /// Forgets a bridge.
    pub fn remove_bridge(&mut self, name: &str) {
        self.bridges.remove(name);
    }

    /// Adds a port, or replaces what was known of it.
    pub fn put_port(&mut self, port: Port) {
        self.remove_port(port.name());
        if let Some(uplink) = port.uplink() {
            let uplinks = self.uplink_ports.entry(port.bridge().clone());
            uplinks.or_default().insert(uplink);
        }
        if !matches!(port, Port::Local(_)) {
            *self.port_counts.entry(port.bridge().clone()).or_default() += 1;
        }
        match &port {
            Port::Network(port) => {
                self.networks.insert(port.name.clone());
                if let Some(uplink) = &port.network.uplink {
                    let uses = self.uplinks.entry(uplink.clone()).or_default();
                    uses.add(&port.name, &port.network);
                }
            }
            Port::Bond(port) => drop(self.bonds.insert(port.name.clone())),
            Port::Foreign(port) => {
                let tags = self.foreign.entry(port.bridge.clone()).or_default();
                let names = tags.entry(tag_key(port.tag)).or_default();
                names.insert(port.name.clone());
            }
            Port::Nic(_) | Port::Tunnel(_) | Port::Local(_) => {}
        }
        let name: Arc<str> = port.name().into();
        for interface in port.interfaces() {
            self.interfaces.insert(interface.into(), name.clone());
        }
        self.ports.insert(name, port);
    }

    /// Forgets a port.
    pub fn remove_port(&mut self, name: &str) {
        let Some(port) = self.ports.remove(name) else {
            return;
        };
        if let Some(uplink) = port.uplink()
            && let Some(uplinks) = self.uplink_ports.get_mut(port.bridge())
        {
            uplinks.remove(&uplink);
            if uplinks.is_empty() {
                self.uplink_ports.remove(port.bridge());
            }
        }
        for interface in port.interfaces() {
            if self
                .interfaces
                .get(interface)
                .is_some_and(|owner| owner.as_ref() == name)
            {
                self.interfaces.remove(interface);
            }
        }
        if !matches!(port, Port::Local(_))
            && let Some(count) = self.port_counts.get_mut(port.bridge())
        {
            *count -= 1;
            if *count == 0 {
                self.port_counts.remove(port.bridge());
            }
        }
        match port {
            Port::Network(port) => {
                self.networks.remove(&port.name);
                if let Some(uplink) = &port.network.uplink
                    && let Some(uses) = self.uplinks.get_mut(uplink)
                {
                    uses.remove(&port.name, &port.network);
                    if uses.is_empty() {
                        self.uplinks.remove(uplink);
                    }
                }
            }
            Port::Bond(port) => drop(self.bonds.remove(&port.name)),
            Port::Foreign(port) => {
                let tag = tag_key(port.tag);
                if let Some(tags) = self.foreign.get_mut(&port.bridge) {
                    if let Some(names) = tags.get_mut(&tag) {
                        names.remove(&port.name);
                        if names.is_empty() {
                            tags.remove(&tag);
                        }
                    }
                    if tags.is_empty() {
                        self.foreign.remove(&port.bridge);
                    }
                }
            }
            Port::Nic(_) | Port::Tunnel(_) | Port::Local(_) => {}
        }
    }
}
