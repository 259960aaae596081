//! Networks, and the bridges and VLANs that they stand for.

use std::collections::HashMap;

use super::{BridgeDevice, L3, Network, Report, Sources, Vlan};
use crate::model::SwitchType;
use crate::model::observed::NetworkPort;
use crate::switch::ovs::mappings;

/// Adds the networks to a report that has the NICs and bonds.
pub(super) fn add(report: &mut Report, sources: &Sources<'_>, problems: &mut Vec<String>) {
    let mappings = mappings(sources);
    for port in sources.observed.ovs.networks() {
        check(port, sources, problems);
        problems.extend(lost_mapping(port, &mappings));
        let network = network(port, sources);
        if let Some(vlan) = vlan(port, &network) {
            let taken = report.vlans.insert(network.southbound.clone(), vlan);
            if taken.is_some() {
                let place = &network.southbound;
                problems.push(format!("more than one network is on {place}"));
            }
        }
        if network.bridged {
            let bridge = bridge(&network);
            report.bridges.insert(port.name.to_string(), bridge);
        } else if let Some(l3) = below(report, &network) {
            // Open vSwitch knows no networks that are not bridged. Whoever asked for one expects
            // its settings on the device below.
            *l3 = network.l3.clone();
        }
        report.networks.insert(port.name.to_string(), network);
    }
}

fn network(port: &NetworkPort, sources: &Sources<'_>) -> Network {
    let network = &port.network;
    let mtu = u32::from(network.mtu.get());
    let southbound = match (&network.uplink, network.vlan) {
        (None, _) => String::new(),
        (Some(uplink), None) => uplink.to_string(),
        (Some(uplink), Some(vlan)) => format!("{uplink}.{vlan}"),
    };
    let guests = sources.observed.ovs.guests(port);
    let own = Some(southbound.clone()).filter(|southbound| !southbound.is_empty());
    Network {
        l3: sources.l3(port.name.as_str(), mtu),
        iface: match network.bridged {
            true => port.name.to_string(),
            false => southbound.clone(),
        },
        bridged: network.bridged,
        switch: SwitchType::Ovs.as_str(),
        ports: own
            .into_iter()
            .chain(guests.map(|guest| guest.name.to_string()))
            .collect(),
        southbound,
        stp: network.bridged.then(|| on_or_off(network.stp)),
        vlanid: network.vlan.map(|vlan| vlan.get()),
    }
}

pub(super) fn on_or_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn vlan(port: &NetworkPort, network: &Network) -> Option<Vlan> {
    Some(Vlan {
        l3: L3::none(network.l3.mtu),
        iface: port.network.uplink.as_ref()?.to_string(),
        vlanid: network.vlanid?,
    })
}

fn bridge(network: &Network) -> BridgeDevice {
    BridgeDevice {
        l3: network.l3.clone(),
        ports: network.ports.clone(),
        stp: network.stp.unwrap_or("off"),
        opts: Default::default(),
    }
}

/// The settings of the device below a network: of a VLAN, a bond or a NIC.
fn below<'a>(report: &'a mut Report, network: &Network) -> Option<&'a mut L3> {
    let name = &network.southbound;
    if network.vlanid.is_some() {
        return report.vlans.get_mut(name).map(|vlan| &mut vlan.l3);
    }
    match report.bondings.get_mut(name) {
        Some(bond) => Some(&mut bond.l3),
        None => report.nics.get_mut(name).map(|nic| &mut nic.l3),
    }
}

/// What is not as it should be with a network.
fn check(port: &NetworkPort, sources: &Sources<'_>, problems: &mut Vec<String>) {
    let NetworkPort { name, bridge, .. } = port;
    let observed = sources.observed;
    let refused = |status: &super::InterfaceStatus| status.error.is_some();
    let status = sources.status.interfaces.get(name.as_str());
    if observed.links.get(name.as_str()).is_none() && !status.is_some_and(refused) {
        problems.push(format!("network {name}: there is no device of its name"));
    }
    match observed.ovs.bridge(bridge.as_str()) {
        None => problems.push(format!("network {name}: there is no bridge {bridge}")),
        Some(there) if port.network.stp && !there.stp => problems.push(format!(
            "network {name}: its bridge {bridge} does not run the spanning tree protocol"
        )),
        Some(_) => {}
    }
    if let Some(uplink) = &port.network.uplink {
        match observed.ovs.bridge_of(uplink) {
            Some(there) if there == bridge => {}
            Some(there) => problems.push(format!(
                "network {name} is on bridge {bridge}, its uplink {uplink} on {there}"
            )),
            None => problems.push(format!("network {name}: its uplink {uplink} has no port")),
        }
    }
}

/// `ovn-bridge-mappings`: the bridge of each network that has one.
fn mappings<'a>(sources: &Sources<'a>) -> HashMap<&'a str, &'a str> {
    let text = sources.observed.ovs.bridge_mappings.as_deref();
    mappings::mapped(text.unwrap_or_default()).collect()
}

/// That OVN would not find the network. A name with a comma cannot be mapped.
fn lost_mapping(port: &NetworkPort, mappings: &HashMap<&str, &str>) -> Option<String> {
    let NetworkPort { name, bridge, .. } = port;
    let mapped = mappings.get(name.as_str());
    let is_lost = mapped != Some(&bridge.as_str()) && !name.as_str().contains(',');
    is_lost.then(|| format!("network {name}: ovn-bridge-mappings does not lead to {bridge}"))
}
