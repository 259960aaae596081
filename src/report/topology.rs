//! What is on which Open vSwitch bridge.

use std::collections::{BTreeMap, BTreeSet};

use super::devices::Devices;
use super::{Conflicting, MultiBridge, OvsBridge, Sources};
use crate::model::BridgeName;
use crate::model::observed::{Bridge, Port, Trunks, tag_key};

/// Every bridge with its uplinks, networks and other ports, and what keeps bridges apart.
pub(super) fn multi_bridge(sources: &Sources<'_>, devices: &Devices<'_>) -> MultiBridge {
    let ovs = &sources.observed.ovs;
    let mut bridges: BTreeMap<&BridgeName, OvsBridge> = ovs
        .bridges()
        .map(|bridge| (&bridge.name, empty(bridge)))
        .collect();
    for port in ovs.ports() {
        // A bridge whose row cannot be read still has what its ports tell.
        let bridge = bridges.entry(port.bridge()).or_default();
        let mut state = match port {
            Port::Nic(nic) => devices.nic_state(nic.name.as_str()),
            Port::Bond(bond) => devices.bond_state(bond),
            Port::Tunnel(tunnel) => devices.tunnel_state(tunnel.tunnel.name()),
            Port::Network(_) | Port::Local(_) | Port::Foreign(_) => continue,
        };
        let limited = port.trunks().filter(|trunks| trunks.are_limited());
        state.vlans = limited.map(Trunks::to_string);
        if let Port::Tunnel(port) = port {
            state.tunnel = Some(port.tunnel.to_string());
        }
        bridge.uplinks.insert(port.name().to_owned(), state);
    }
    let mut networks: BTreeMap<&BridgeName, BTreeSet<(u16, &str)>> = BTreeMap::new();
    for port in ovs.networks() {
        let place = (tag_key(port.network.vlan), port.name.as_str());
        networks.entry(&port.bridge).or_default().insert(place);
    }
    for (name, bridge) in &mut bridges {
        let networks = networks.remove(*name).unwrap_or_default();
        let tags: BTreeSet<u16> = networks.iter().map(|(tag, _)| *tag).collect();
        let others = ovs
            .foreign_ports(name)
            .filter(|port| !tags.contains(&tag_key(port.tag)));
        bridge.others = others.map(|port| port.name.to_string()).collect();
        bridge.networks = networks
            .iter()
            .map(|(_, name)| (*name).to_owned())
            .collect();
        bridge.ours |= !bridge.networks.is_empty() || !bridge.uplinks.is_empty();
    }
    MultiBridge {
        bridges: bridges
            .into_iter()
            .map(|(name, bridge)| (name.to_string(), bridge))
            .collect(),
        conflicts: conflicting(sources),
    }
}

fn empty(bridge: &Bridge) -> OvsBridge {
    OvsBridge {
        ours: bridge.ours,
        datapath: match bridge.datapath_type.as_str() {
            "" => "system".to_owned(),
            other => other.to_owned(),
        },
        stp: bridge.stp,
        ..OvsBridge::default()
    }
}

fn conflicting(sources: &Sources<'_>) -> Vec<Conflicting> {
    let conflicts = sources.conflicts.iter();
    conflicts
        .map(|conflict| Conflicting {
            uplinks: [conflict.left.to_string(), conflict.right.to_string()],
            tag: conflict.tag,
            networks: [
                conflict.left_network.to_string(),
                conflict.right_network.to_string(),
            ],
        })
        .collect()
}
