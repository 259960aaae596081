//! What was asked: the request of `setupNetworks` as it was typed, attribute by attribute.

mod attributes;
mod json;
mod neutral;
mod reading;
mod schema;

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::{
    BondName, Code, Flaws, MacAddress, Mtu, NetworkName, NicName, Pointer, SwitchType, Violation,
    Violations, VlanId,
};
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
    /// The MTU of the network's device in bytes, 68 to 65535, and within what the uplink's
    /// devices support.
    #[schemars(schema_with = "schema::mtu")]
    pub mtu: Option<Mtu>,
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
