//! The `external_ids` by which we know our own objects again. Nothing without
//! `netswitch-role` is ever changed or removed.

/// What an object of ours is: one of the `ROLE_…` values. On bridges, ports and interfaces.
pub(super) const ROLE: &str = "netswitch-role";
/// A bridge, its local port and that port's interface.
pub(super) const ROLE_BRIDGE: &str = "bridge";
/// A network's port and its interface.
pub(super) const ROLE_NETWORK: &str = "network";
/// An uplink's port and interface: a single NIC.
pub(super) const ROLE_NIC: &str = "nic";
/// An uplink's port and interfaces: several NICs bonded.
pub(super) const ROLE_BONDING: &str = "bonding";
/// An uplink's port and interface: a tunnel.
pub(super) const ROLE_TUNNEL: &str = "tunnel";

/// On a network's port: the NIC that is its uplink.
pub(super) const NIC: &str = "netswitch-nic";
/// On a network's port: the bond that is its uplink.
pub(super) const BONDING: &str = "netswitch-bonding";
/// On a network's port: the tunnel that is its uplink, with its options.
pub(super) const TUNNEL: &str = "netswitch-tunnel";
/// On a network's port: `false` where it was asked for without a bridge.
pub(super) const BRIDGED: &str = "netswitch-bridged";
/// On a network's port: `true` where it asked for the spanning tree protocol.
pub(super) const STP: &str = "netswitch-stp";
/// On a bond's port: the MAC address asked for.
pub(super) const HWADDR: &str = "netswitch-hwaddr";
/// On a bond's port: what the option `custom=` carries for others.
pub(super) const CUSTOM: &str = "netswitch-custom";

/// On `Open_vSwitch`: the last transaction of ours that committed.
pub(super) const TRANSACTION: &str = "netswitch-transaction";
/// On `Open_vSwitch`: which network is on which bridge, for OVN (ovn-controller(8)).
pub(super) const BRIDGE_MAPPINGS: &str = "ovn-bridge-mappings";
