//! The vocabulary of a host's networks: values that cannot hold nonsense, the request, the
//! desired state and the observed one. Values only: nothing here reads or writes anything.

mod bond;
mod bridge_options;
mod desired;
mod findings;
mod flaws;
mod ip;
mod mac;
mod mtu;
mod name;
pub mod observed;
mod pointer;
mod printable;
mod qos;
mod quoted;
pub mod request;
mod resulting;
mod switch;
mod tunnel;
mod uplink;
mod violation;
mod vlan;

pub use bond::{Lacp, LacpTime, NativeBond, NativeBondMode};
pub use bridge_options::BridgeOptions;
pub use desired::{Bond, Change, Desired, Network};
pub use findings::Findings;
pub use flaws::Flaws;
pub use ip::{IpSettings, Ipv4Net, Ipv4Settings, Ipv6Net, Ipv6Settings};
pub use mac::{InvalidMacAddress, MacAddress};
pub use mtu::Mtu;
pub use name::{BondName, BridgeName, InvalidName, NetworkName, NicName};
pub use observed::Observed;
pub use pointer::Pointer;
pub use printable::Printable;
pub use qos::{HostQos, ServiceCurve};
pub use quoted::Quoted;
pub use request::{Request, SetupOptions};
pub use resulting::{NamedNetwork, Resulting};
pub use switch::SwitchType;
pub use tunnel::{Tunnel, TunnelEnds, TunnelKind};
pub use uplink::Uplink;
pub use violation::{Code, Violation, Violations};
pub use vlan::VlanId;
