//! What the host has: the report of `Host.getNetworkCapabilities`, a value made from values.
//!
//! [`Report::new`] puts it together from what was observed; its methods show it as JSON in the
//! contract's form, as tables, as a tree or as a graph. All four say the same, so whoever has the
//! JSON can make the others.
//!
//! - Networks are ours. Open vSwitch's bridges and ports of others are told of under `multiBridge`,
//!   marked as not ours, and nowhere else, but for guests: a port of others on a network's bridge
//!   with its tag is among the network's `ports`.
//! - Of the kernel's own bridges, bonds and VLANs, those of others are told of beside ours: networks
//!   may be put on them.
//! - A network without an uplink has an empty `southbound`, and no entry in `vlans`.
//! - What cannot be read leaves a line in `problems`, and the rest as it is.

mod assemble;
mod devices;
mod document;
mod dot;
mod lacp;
mod legacy;
mod networks;
mod sources;
mod status;
mod table;
mod text;
mod topology;
mod tree;

pub use document::{
    Availability, Bonding, BridgeDevice, Conflicting, L3, MemberState, MultiBridge, Network, Nic,
    OvsBridge, Report, UplinkState, Vlan,
};
pub use lacp::{LacpStatus, read_lacp};
pub use sources::{Sources, nics};
pub use status::{InterfaceStatus, State, Status};
