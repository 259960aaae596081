//! The report's form, as it is written in JSON.

use std::collections::BTreeMap;
use std::fmt;

use ipnet::{IpNet, Ipv4Net};
use serde::Serialize;

use super::State;
use crate::model::observed::{Addresses, Link};

/// What the host has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The networks of ours, by name.
    pub networks: BTreeMap<String, Network>,
    /// The bridges as a management service knows them: one for each bridged network.
    pub bridges: BTreeMap<String, BridgeDevice>,
    /// The tagged networks' places on their uplinks, by `uplink.tag`.
    pub vlans: BTreeMap<String, Vlan>,
    /// The NICs, used or free, by name.
    pub nics: BTreeMap<String, Nic>,
    /// The bonds of ours, by name.
    pub bondings: BTreeMap<String, Bonding>,
    /// The addresses of the host's name servers.
    pub nameservers: Vec<String>,
    /// Whether the kernel speaks IPv6.
    #[serde(rename = "supportsIPv6")]
    pub supports_ipv6: bool,
    /// Whether the running configuration differs from the safe one.
    #[serde(rename = "netConfigDirty")]
    pub config_dirty: bool,
    /// Each switch type and whether it can be used.
    pub switches: BTreeMap<&'static str, Availability>,
    /// What is on which Open vSwitch bridge, and why not on one.
    #[serde(rename = "multiBridge")]
    pub multi_bridge: MultiBridge,
    /// What could not be read, or is not as it should be, for a person.
    pub problems: Vec<String>,
}

impl Report {
    /// The report as `Host.getNetworkCapabilities` gives it, indented.
    ///
    /// # Errors
    /// None that a report can cause; they are the serializer's.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}

/// The IP settings of a device, and its MTU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct L3 {
    /// The first IPv4 address; empty when there is none.
    pub addr: String,
    /// That address's netmask, dotted.
    pub netmask: String,
    /// All IPv4 addresses as `address/length`.
    pub ipv4addrs: Vec<String>,
    /// The IPv4 gateway; empty when there is none.
    pub gateway: String,
    /// Whether the default IPv4 route goes this way.
    pub ipv4defaultroute: bool,
    /// Whether a DHCPv4 client runs.
    pub dhcpv4: bool,
    /// All IPv6 addresses as `address/length`, without the link-local ones.
    pub ipv6addrs: Vec<String>,
    /// The IPv6 gateway; `::` when there is none.
    pub ipv6gateway: String,
    /// Whether addresses come from router advertisements.
    pub ipv6autoconf: bool,
    /// Whether a DHCPv6 client runs.
    pub dhcpv6: bool,
    /// The MTU in bytes.
    pub mtu: u32,
}

impl L3 {
    /// A device without IP settings.
    pub fn none(mtu: u32) -> L3 {
        L3 {
            addr: String::new(),
            netmask: String::new(),
            ipv4addrs: Vec::new(),
            gateway: String::new(),
            ipv4defaultroute: false,
            dhcpv4: false,
            ipv6addrs: Vec::new(),
            ipv6gateway: "::".to_owned(),
            ipv6autoconf: false,
            dhcpv6: false,
            mtu,
        }
    }
}

impl L3 {
    /// What the kernel has on a device.
    pub fn of(link: &Link, addresses: &Addresses) -> L3 {
        let all = addresses.of(link.index).iter();
        let all: Vec<IpNet> = all.map(|address| address.net).collect();
        let v4: Vec<Ipv4Net> = all.iter().filter_map(|net| as_v4(*net)).collect();
        let first = v4.first();
        let is_link_local = |net: &IpNet| match net {
            IpNet::V4(_) => true,
            IpNet::V6(net) => net.addr().is_unicast_link_local(),
        };
        let v6 = all.iter().filter(|net| !is_link_local(net));
        let gateway = |is_ipv6| addresses.gateway(link.index, is_ipv6);
        L3 {
            addr: first.map(|net| net.addr().to_string()).unwrap_or_default(),
            netmask: first
                .map(|net| net.netmask().to_string())
                .unwrap_or_default(),
            ipv4addrs: v4.iter().map(Ipv4Net::to_string).collect(),
            gateway: gateway(false).map(|ip| ip.to_string()).unwrap_or_default(),
            ipv4defaultroute: addresses.is_default(link.index, false),
            ipv6addrs: v6.map(IpNet::to_string).collect(),
            ipv6gateway: gateway(true).map_or("::".to_owned(), |ip| ip.to_string()),
            ipv6autoconf: link.heeds_routers(),
            ..L3::none(link.mtu)
        }
    }
}

impl L3 {
    /// All addresses as `address/length`, IPv4's first.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let all = self.ipv4addrs.iter().chain(&self.ipv6addrs);
        all.map(String::as_str)
    }

    /// The gateways that there are, IPv4's first.
    pub fn gateways(&self) -> impl Iterator<Item = &str> {
        let all = [self.gateway.as_str(), self.ipv6gateway.as_str()];
        all.into_iter().filter(|ip| !["", "::"].contains(ip))
    }
}

fn as_v4(net: IpNet) -> Option<Ipv4Net> {
    match net {
        IpNet::V4(net) => Some(net),
        IpNet::V6(_) => None,
    }
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Network {
    /// The settings of its own device.
    #[serde(flatten)]
    pub l3: L3,
    /// Its own device when it is bridged, else its southbound.
    pub iface: String,
    /// Whether it was asked for as a bridge.
    pub bridged: bool,
    /// The kind of switch it is on.
    pub switch: &'static str,
    /// `uplink.tag`, or the uplink; empty when there is none.
    pub southbound: String,
    /// Its southbound, then its guests.
    pub ports: Vec<String>,
    /// Whether it asks for the spanning tree protocol, `on` or `off`; only when bridged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stp: Option<&'static str>,
    /// Its tag; only when it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlanid: Option<u16>,
}

/// A bridged network as the bridge that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BridgeDevice {
    /// The network's settings.
    #[serde(flatten)]
    pub l3: L3,
    /// The network's ports.
    pub ports: Vec<String>,
    /// Whether it asks for the spanning tree protocol, `on` or `off`.
    pub stp: &'static str,
    /// The kernel's bridge options; none on Open vSwitch.
    pub opts: BTreeMap<String, String>,
}

/// A tagged network's place on its uplink.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Vlan {
    /// The network's settings when it is not bridged, else none.
    #[serde(flatten)]
    pub l3: L3,
    /// The uplink.
    pub iface: String,
    /// The tag.
    pub vlanid: u16,
}

/// A NIC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Nic {
    /// The settings of the network that is on it untagged and not bridged, else none.
    #[serde(flatten)]
    pub l3: L3,
    /// Its MAC address.
    pub hwaddr: String,
    /// The MAC address that it was made with; only when it belongs to a bond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permhwaddr: Option<String>,
    /// Its speed in Mbit/s; 0 when nobody knows.
    pub speed: u32,
    /// The aggregate that it is part of; only under LACP. On Open vSwitch, its aggregation key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_aggregator_id: Option<String>,
}

/// A bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bonding {
    /// The settings of the network that is on it untagged and not bridged, else none.
    #[serde(flatten)]
    pub l3: L3,
    /// The MAC address that was asked for, else its networks', else its first member's.
    pub hwaddr: String,
    /// Its members, in ascending order.
    pub slaves: Vec<String>,
    /// The member in use; empty when there is none, or more than one.
    pub active_slave: String,
    /// Its mode and the options that differ from their defaults, numbers as text.
    pub opts: BTreeMap<String, String>,
    /// The kind of switch it is on.
    pub switch: &'static str,
    /// The aggregate; only under LACP. On Open vSwitch, its aggregation key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_aggregator_id: Option<String>,
    /// The address of the partner that has answered; only under LACP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_partner_mac: Option<String>,
    /// The active member's speed in Mbit/s where one is used at a time, else all members' that
    /// are up, together.
    pub speed: u32,
}

/// Whether a switch type can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// Whether it can.
    pub available: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What is on which Open vSwitch bridge, and why not on one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MultiBridge {
    /// All bridges, also those of others, by name.
    pub bridges: BTreeMap<String, OvsBridge>,
    /// The uplinks that cannot share a bridge.
    pub conflicts: Vec<Conflicting>,
}

/// An Open vSwitch bridge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OvsBridge {
    /// Whether it carries our mark.
    pub ours: bool,
    /// Its datapath: `system`, the kernel's, or `netdev`, in user space; empty when its row cannot
    /// be read.
    pub datapath: String,
    /// Whether it runs the spanning tree protocol.
    pub stp: bool,
    /// The uplinks of ours on it, by name.
    pub uplinks: BTreeMap<String, UplinkState>,
    /// The networks of ours on it.
    pub networks: Vec<String>,
    /// The ports of others on it that belong to no network of ours.
    pub others: Vec<String>,
}

/// An uplink and how it fares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UplinkState {
    /// The NIC's state; a bond is up when a member is.
    pub state: State,
    /// In Mbit/s; 0 when nobody knows.
    pub speed: u32,
    /// Whether both directions share the wire: `half` or `full`, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplex: Option<String>,
    /// The VLANs that it is limited to, as other uplinks may be on its bridge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlans: Option<String>,
    /// What a tunnel is: its type and options.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnel: Option<String>,
    /// A bond's members, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, MemberState>,
}

/// A bond's member and how it fares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberState {
    /// The NIC's state.
    pub state: State,
    /// In Mbit/s; 0 when nobody knows.
    pub speed: u32,
    /// Whether both directions share the wire: `half` or `full`, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplex: Option<String>,
    /// Whether it is the member in use.
    pub active: bool,
}

/// Two uplinks that cannot share a bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflicting {
    /// The two.
    pub uplinks: [String; 2],
    /// The tag that is on both; 0 is untagged.
    pub tag: u16,
    /// A network with it on the one, and one on the other.
    pub networks: [String; 2],
}

impl fmt::Display for Conflicting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [left, right] = &self.uplinks;
        let [left_network, right_network] = &self.networks;
        write!(f, "{left} and {right}: {left_network} and {right_network} ")?;
        match self.tag {
            0 => f.write_str("are both untagged"),
            tag => write!(f, "both have VLAN {tag}"),
        }
    }
}
