//! What was asked: the request of `setupNetworks` as it was typed, attribute by attribute.

mod addresses;
mod attributes;
mod json;
mod options;
mod qos;
mod reading;
mod schema;
mod tunnel;

// Of `net`, `core` has the addresses without the sockets.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::{
    BondName, BridgeOptions, Code, Flaws, HostQos, Ipv6Net, MacAddress, Mtu, NetworkName, NicName,
    Pointer, SwitchType, Tunnel, Violation, Violations, VlanId,
};
pub use options::SetupOptions;
use reading::Reading;
pub(crate) use reading::nearest;
pub use schema::schema;

/// A request to set up the host's networks and bonds. What it does not name stays as it is.
///
/// The same document may be sent as the parameters of `Host.setupNetworks`. Every boolean may be
/// written as `true` or `false`, 1 or 0, or as one of the strings `true`, `false`, `yes`, `no`,
/// `on`, `off`, `1`, `0` in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, title = "setupNetworks", transform = schema::complete_request)]
pub struct Request {
    /// The networks to set up, edit or remove, by name: 1 to 15 bytes, no `:`, `.`, `/`, `%`,
    /// white space or control character, no leading `-`. The name is the device's.
    #[schemars(schema_with = "schema::networks")]
    pub networks: BTreeMap<NetworkName, NetworkAttributes>,
    /// The bonds to set up, edit or remove, by name: `bond` and word characters, at most 15 bytes.
    #[schemars(schema_with = "schema::bondings")]
    pub bondings: BTreeMap<BondName, BondAttributes>,
    /// How the setup is done as a whole.
    #[schemars(schema_with = "schema::options")]
    pub options: SetupOptions,
    /// What could not be understood.
    #[schemars(skip)]
    pub flaws: Flaws,
}

/// A network as it was asked for: set up, or changed to be exactly this, or removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::complete_network)]
pub struct NetworkAttributes {
    /// The NIC that connects the network to the outside. Not beside `bonding`; without either, the
    /// network stays inside the host.
    #[schemars(schema_with = "schema::nic")]
    pub nic: Option<NicName>,
    /// The bond that connects the network to the outside: one of the request or of the host.
    #[schemars(schema_with = "schema::bonding")]
    pub bonding: Option<BondName>,
    /// A tunnel that connects the network to another host, instead of `nic` or `bonding`; on ovs
    /// only.
    #[schemars(schema_with = "schema::tunnel")]
    pub tunnel: Option<Tunnel>,
    /// The network's VLAN id on its uplink (IEEE 802.1Q), 0 to 4094. On ovs, 0 is the same as
    /// none. Default: none, which `""` and `null` say too.
    #[schemars(schema_with = "schema::vlan")]
    pub vlan: Option<VlanId>,
    /// Whether virtual machines can join the network. On ovs they always can, and this is only
    /// what the report says. A network that is not bridged needs an uplink.
    #[schemars(schema_with = "schema::default_true")]
    pub bridged: Option<bool>,
    /// Whether the network's bridge runs the spanning tree protocol. Read only when bridged; `STP`
    /// is an alias, and `stp` wins.
    #[schemars(schema_with = "schema::default_false")]
    pub stp: Option<bool>,
    /// The MTU of the network's device in bytes: 68 to 65535, at least 1280 with IPv6 settings, and
    /// within what the uplink's devices support.
    #[schemars(schema_with = "schema::mtu")]
    pub mtu: Option<Mtu>,
    /// Where the IPv4 address of the network's device comes from: `none`, or from the request with
    /// `ipaddr`; `dhcp`, from a server.
    #[schemars(schema_with = "schema::bootproto")]
    pub bootproto: Option<BootProtocol>,
    /// The IPv4 address of the network's device. Needs `netmask` or `prefix`.
    #[schemars(schema_with = "schema::ipv4")]
    pub ipaddr: Option<Ipv4Addr>,
    /// The length of the IPv4 prefix, as a dotted netmask.
    #[schemars(schema_with = "schema::ipv4")]
    pub netmask: Option<PrefixLength>,
    /// The length of the IPv4 prefix, 0 to 32. Not beside `netmask`.
    #[schemars(schema_with = "schema::prefix")]
    pub prefix: Option<PrefixLength>,
    /// The IPv4 gateway, inside the address's subnet.
    #[schemars(schema_with = "schema::ipv4")]
    pub gateway: Option<Ipv4Addr>,
    /// The IPv6 address of the network's device, with the length of its prefix.
    #[schemars(schema_with = "schema::ipv6_interface")]
    pub ipv6addr: Option<Ipv6Net>,
    /// The IPv6 gateway, inside the address's subnet or link-local.
    #[schemars(schema_with = "schema::ipv6")]
    pub ipv6gateway: Option<Ipv6Addr>,
    /// Whether IPv6 addresses come from router advertisements. Not beside `ipv6addr`.
    #[schemars(schema_with = "schema::default_false")]
    pub ipv6autoconf: Option<bool>,
    /// Whether IPv6 addresses come from a DHCPv6 server. Not beside `ipv6addr`.
    #[schemars(schema_with = "schema::default_false")]
    pub dhcpv6: Option<bool>,
    /// Whether the host's default route goes through the network; of one network at most.
    #[schemars(rename = "defaultRoute", schema_with = "schema::default_false")]
    pub default_route: Option<bool>,
    /// The addresses of the host's name servers; on the network with the default route only.
    #[schemars(schema_with = "schema::nameservers")]
    pub nameservers: Option<Vec<IpAddr>>,
    /// Whether the setup waits for the DHCP lease, and fails without one.
    #[schemars(rename = "blockingdhcp", schema_with = "schema::default_false")]
    pub blocking_dhcp: Option<bool>,
    /// How much of its uplink the network may send.
    #[schemars(rename = "hostQos", schema_with = "schema::host_qos")]
    pub host_qos: Option<HostQos>,
    /// The kind of switch that the network is on. A host's networks are all on the same kind.
    #[schemars(schema_with = "schema::switch")]
    pub switch: Option<SwitchType>,
    /// Free properties, for hooks among others.
    #[schemars(schema_with = "schema::custom")]
    pub custom: Custom,
    /// Whether to remove the network. Then nothing but `custom` may stand beside it.
    #[schemars(schema_with = "schema::default_false")]
    pub remove: bool,
}

/// The free properties that have a meaning here.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(transform = schema::complete_custom)]
pub struct Custom {
    /// Whether the network is on Open vSwitch, as `switch` would say; true overrides it.
    #[schemars(schema_with = "schema::default_false")]
    pub ovs: Option<bool>,
    /// The old name of `defaultRoute`, which it overrides.
    #[schemars(schema_with = "schema::boolean_or_nothing")]
    pub default_route: Option<bool>,
    /// Options of the network's kernel bridge, `key=value` separated by spaces, by their names in
    /// sysfs; on legacy only.
    #[schemars(schema_with = "schema::bridge_options")]
    pub bridge_opts: BridgeOptions,
}

/// Where an IPv4 address comes from, besides the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootProtocol {
    /// From nowhere.
    None,
    /// From a DHCP server.
    Dhcp,
}

/// How many bits of an IPv4 address are its network's: 0 to 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrefixLength(u8);

impl PrefixLength {
    /// The number of bits.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// A bond as it was asked for: set up, or changed to be exactly this, or removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::complete)]
pub struct BondAttributes {
    /// The NICs of the bond, at least one, in any order.
    #[schemars(schema_with = "schema::nics")]
    pub nics: Vec<NicName>,
    /// How the NICs share the traffic: `key=value` separated by spaces, as the kernel's bonding
    /// driver names them. `mode` is a name or number; on ovs it is 1 (`active-backup`, the
    /// default) or 4 (`802.3ad`), beside `miimon`, `updelay`, `downdelay` (milliseconds),
    /// `primary`, `lacp_rate`, and `custom=key:value,…`, where `ovs_mode` and `ovs_lacp` name Open
    /// vSwitch's own modes.
    #[schemars(schema_with = "schema::bond_options")]
    pub options: Option<String>,
    /// The MAC address of the bond and its networks, unicast. Default: left to the switch.
    #[schemars(schema_with = "schema::hwaddr")]
    pub hwaddr: Option<MacAddress>,
    /// The kind of switch that the bond is on. Default: that of its networks.
    #[schemars(schema_with = "schema::bond_switch")]
    pub switch: Option<SwitchType>,
    /// Whether to remove the bond. Then nothing may stand beside it.
    #[schemars(schema_with = "schema::default_false")]
    pub remove: bool,
}

impl Request {
    /// The longest document that is read, in bytes.
    pub const MAX_BYTES: usize = 64 << 20;

    /// Reads a request. What is wrong with single attributes does not end the reading: it is in
    /// [`flaws`](Request::flaws), so that validation can tell it together with everything else.
    ///
    /// # Errors
    /// The violation ([`Code::BadParams`], with line and column) that makes the document unreadable:
    /// it is not JSON, too long, or nested too deep.
    pub fn parse(document: &[u8]) -> Result<Request, Violations> {
        let refuse = |message: String| Violation::new(Code::BadParams, Pointer::ROOT, message);
        if document.len() > Self::MAX_BYTES {
            let message = format!("the request is longer than {} MiB", Self::MAX_BYTES >> 20);
            return Err(refuse(message).into());
        }
        let value = json::parse(document).map_err(|error| {
            refuse(match error.is_data() {
                true => format!("the request cannot be read: {error}"),
                false => format!("the request is not JSON: {error}"),
            })
        })?;
        Ok(attributes::request(Reading::default(), &value))
    }
}

#[cfg(test)]
mod tests;
