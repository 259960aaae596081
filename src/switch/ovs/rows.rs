//! The columns that describe our objects in Open vSwitch's tables; [`super::observe`] reads them
//! back.

use std::collections::BTreeMap;

use super::marks;
use crate::model::observed::{NetworkPort, Trunks};
use crate::model::{
    Bond, Lacp, LacpTime, NativeBond, NativeBondMode, Tunnel, TunnelEnds, Uplink, VlanId,
};
use crate::ovsdb::{Map, Set};
use crate::vswitch::{PortBondMode, PortLacp, PortVlanMode};

/// `external_ids` with a role alone.
pub(super) fn role(role: &str) -> Map<String, String> {
    Map::from_iter([(marks::ROLE.to_owned(), role.to_owned())])
}

/// The `external_ids` of a network's port.
pub(super) fn network_ids(port: &NetworkPort) -> Map<String, String> {
    let network = &port.network;
    let mut ids = role(marks::ROLE_NETWORK);
    match &network.uplink {
        Some(Uplink::Nic(name)) => drop(ids.insert(marks::NIC.into(), name.to_string())),
        Some(Uplink::Bond(name)) => drop(ids.insert(marks::BONDING.into(), name.to_string())),
        Some(Uplink::Tunnel(tunnel)) => {
            ids.insert(marks::TUNNEL.into(), tunnel.to_string());
        }
        None => {}
    }
    if !network.bridged {
        ids.insert(marks::BRIDGED.into(), "false".into());
    }
    if network.stp {
        ids.insert(marks::STP.into(), "true".into());
    }
    ids
}

/// The `external_ids` of a tunnel's port.
pub(super) fn tunnel_ids(tunnel: &Tunnel) -> Map<String, String> {
    let mut ids = role(marks::ROLE_TUNNEL);
    ids.insert(marks::TUNNEL.into(), tunnel.to_string());
    ids
}

/// The column `vlan_mode` of a network's port. One with a tag has that VLAN alone; without a word on
/// it, one without would carry every VLAN of its bridge, tagged (ovs-vswitchd.conf.db(5), table
/// Port, `vlan_mode`).
pub(super) fn vlan_mode(vlan: Option<VlanId>) -> Option<PortVlanMode> {
    match vlan {
        Some(_) => None,
        None => Some(PortVlanMode::Access),
    }
}

/// The column `trunks`.
pub(super) fn trunks(trunks: &Trunks) -> Set<i64> {
    trunks.column().into_iter().map(i64::from).collect()
}

/// The column `options` of a tunnel's interface (ovs-vswitchd.conf.db(5), table Interface, "Tunnel
/// Options").
pub(super) fn tunnel_options(tunnel: &Tunnel) -> Map<String, String> {
    let TunnelEnds {
        kind: _,
        remote,
        local,
        key,
        dst_port,
    } = tunnel.ends();
    let options = [
        ("remote_ip", Some(remote.to_string())),
        ("local_ip", local.map(|local| local.to_string())),
        ("key", key.map(|key| key.to_string())),
        ("dst_port", dst_port.map(|port| port.to_string())),
    ];
    let given = options.into_iter();
    given
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// The `external_ids` of a bond's port.
pub(super) fn bond_ids(bond: &Bond) -> Map<String, String> {
    let mut ids = role(marks::ROLE_BONDING);
    if let Some(hwaddr) = bond.hwaddr {
        ids.insert(marks::HWADDR.into(), hwaddr.to_string());
    }
    let options = bond.options.native();
    let custom = options.into_iter().flat_map(|options| &options.custom);
    let custom: Vec<String> = custom
        .map(|(key, value)| format!("{key}:{value}"))
        .collect();
    if !custom.is_empty() {
        ids.insert(marks::CUSTOM.into(), custom.join(","));
    }
    ids
}

/// The `other_config` of a bond's port (ovs-vswitchd.conf.db(5), table Port).
pub(super) fn bond_config(options: &NativeBond) -> Map<String, String> {
    let mut config = BTreeMap::new();
    if let Some(interval) = options.miimon {
        config.insert("bond-detect-mode", "miimon".to_owned());
        config.insert("bond-miimon-interval", interval.to_string());
    }
    if let Some(primary) = &options.primary {
        config.insert("bond-primary", primary.to_string());
    }
    if let Some(time) = options.lacp_time {
        config.insert("lacp-time", LacpTime::as_str(time).to_owned());
    }
    config
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// The column `bond_mode`.
pub(super) fn bond_mode(options: &NativeBond) -> Option<PortBondMode> {
    Some(match options.mode {
        NativeBondMode::ActiveBackup => PortBondMode::ActiveBackup,
        NativeBondMode::BalanceSlb => PortBondMode::BalanceSlb,
        NativeBondMode::BalanceTcp => PortBondMode::BalanceTcp,
    })
}

/// The column `lacp`; off is the default, which is left out.
pub(super) fn lacp(options: &NativeBond) -> Option<PortLacp> {
    match options.lacp {
        Lacp::Off => None,
        Lacp::Active => Some(PortLacp::Active),
        Lacp::Passive => Some(PortLacp::Passive),
    }
}
