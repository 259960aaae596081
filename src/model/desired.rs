use std::collections::BTreeMap;

use super::{
    BondName, BondOptions, BridgeOptions, Flaws, HostQos, IpSettings, MacAddress, Mtu, NetworkName,
    NicName, SetupOptions, SwitchType, Uplink, VlanId,
};

/// What a request asks for, in canonical form: every default filled in, one spelling of
/// everything. What it does not name stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desired {
    /// The networks that are set up, edited or removed.
    pub networks: BTreeMap<NetworkName, Change<Network>>,
    /// The bonds that are set up, edited or removed.
    pub bonds: BTreeMap<BondName, Change<Bond>>,
    /// The IP settings of the networks that ask for some: they are the host's, not the switch's.
    pub ip: BTreeMap<NetworkName, IpSettings>,
    /// The share of its uplink that a network gets, where it asks for one.
    pub host_qos: BTreeMap<NetworkName, HostQos>,
    /// The options of a network's kernel bridge, where it asks for some.
    pub bridge_options: BTreeMap<NetworkName, BridgeOptions>,
    /// How the setup is done as a whole.
    pub options: SetupOptions,
    /// What of the request could not be understood.
    pub flaws: Flaws,
}

/// What becomes of a named thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<T> {
    /// It shall be like this, whether it is there already or not.
    Set(T),
    /// It shall not be.
    Remove,
}

impl<T> Change<T> {
    /// What it shall be; `None` when it is removed.
    pub fn set(&self) -> Option<&T> {
        match self {
            Change::Set(value) => Some(value),
            Change::Remove => None,
        }
    }
}

/// A network as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The kind of switch it is on.
    pub switch: SwitchType,
    /// What connects it to the outside; `None` keeps it inside the host.
    pub uplink: Option<Uplink>,
    /// Its VLAN on the uplink.
    pub vlan: Option<VlanId>,
    /// The MTU of its device.
    pub mtu: Mtu,
    /// Whether it was asked for as a bridge. On Open vSwitch the difference is only reported.
    pub bridged: bool,
    /// Whether its bridge runs the spanning tree protocol.
    pub stp: bool,
}

/// A bond as it shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bond {
    /// The kind of switch it is on.
    pub switch: SwitchType,
    /// Its NICs, in ascending order, without repetition.
    pub members: Vec<NicName>,
    /// How they share the traffic.
    pub options: BondOptions,
    /// The MAC address that its networks take, if one was asked for.
    pub hwaddr: Option<MacAddress>,
}
