//! The kernel's own bridges, bonds and VLANs, and our networks on them. Those of others are told of
//! too: a management service may put networks on them.

use std::collections::{BTreeMap, HashMap};

use super::devices::Devices;
use super::networks::on_or_off;
use super::{Bonding, BridgeDevice, L3, Network, Report, Sources, Vlan};
use crate::model::observed::{BondLink, LegacyNetwork, Link, LinkData};
use crate::model::{BridgeValue, KernelBondMode, MacAddress, NicName, SwitchType};

impl Report {
    /// Our networks on the legacy switch by their uplinks; under an empty name those that have none.
    pub(super) fn legacy_networks(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut uplinks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let legacy = SwitchType::Legacy.as_str();
        for (name, network) in self.networks.iter().filter(|(_, it)| it.switch == legacy) {
            uplinks.entry(network.uplink()).or_default().push(name);
        }
        uplinks
    }

    /// The bonds of the kernel, whosever they are.
    pub(super) fn legacy_bonds(&self) -> impl Iterator<Item = (&String, &Bonding)> {
        let legacy = SwitchType::Legacy.as_str();
        self.bondings
            .iter()
            .filter(move |(_, bond)| bond.switch == legacy)
    }
}

/// Adds them to a report.
pub(super) fn add(
    report: &mut Report,
    sources: &Sources<'_>,
    devices: &Devices<'_>,
    problems: &mut Vec<String>,
) {
    let mut members: HashMap<u32, Vec<&Link>> = HashMap::new();
    for link in sources.observed.links.iter() {
        if let Some(master) = link.master {
            members.entry(master).or_default().push(link);
        }
    }
    for link in sources.observed.links.iter() {
        let members = members
            .get(&link.index)
            .map_or(&[] as &[&Link], Vec::as_slice);
        match &link.data {
            LinkData::Bridge(_) => {
                let bridge = bridge(link, members, sources);
                report.bridges.insert(link.name.to_string(), bridge);
            }
            LinkData::Bond(state) => {
                let bonding = bonding(link, state, members, sources, devices);
                report.bondings.insert(link.name.to_string(), bonding);
            }
            LinkData::Vlan(id) => {
                let lower = link
                    .lower
                    .and_then(|it| sources.observed.links.by_index(it));
                let vlan = Vlan {
                    l3: L3::of(link, &sources.observed.addresses),
                    iface: lower
                        .map(|lower| lower.name.to_string())
                        .unwrap_or_default(),
                    vlanid: id.get(),
                };
                report.vlans.insert(vlan_key(link, &vlan, sources), vlan);
            }
            LinkData::None => {}
        }
    }
    for network in sources.observed.legacy.networks() {
        problems.extend(check(network, sources));
        report
            .networks
            .insert(network.name.to_string(), self::network(network, sources));
    }
}

/// `uplink.tag` for a VLAN of ours, whatever its device is called.
fn vlan_key(link: &Link, vlan: &Vlan, sources: &Sources<'_>) -> String {
    match sources.observed.legacy.network_of_vlan(&link.name) {
        Some(_) => format!("{}.{}", vlan.iface, vlan.vlanid),
        None => link.name.to_string(),
    }
}

fn network(it: &LegacyNetwork, sources: &Sources<'_>) -> Network {
    let network = &it.network;
    let southbound = match (&network.uplink, network.vlan) {
        (None, _) => String::new(),
        (Some(uplink), None) => uplink.to_string(),
        (Some(uplink), Some(vlan)) => format!("{uplink}.{vlan}"),
    };
    let own = Some(southbound.clone()).filter(|southbound| !southbound.is_empty());
    let guests = it.guests.iter().map(NicName::to_string);
    Network {
        l3: sources.l3(it.device.as_str(), network.mtu.get().into()),
        iface: it.device.to_string(),
        bridged: network.bridged,
        switch: SwitchType::Legacy.as_str(),
        ports: own.into_iter().chain(guests).collect(),
        southbound,
        stp: network.bridged.then(|| on_or_off(network.stp)),
        vlanid: network.vlan.map(|vlan| vlan.get()),
    }
}

fn bridge(link: &Link, ports: &[&Link], sources: &Sources<'_>) -> BridgeDevice {
    let LinkData::Bridge(options) = &link.data else {
        return BridgeDevice {
            l3: L3::of(link, &sources.observed.addresses),
            ports: Vec::new(),
            stp: on_or_off(false),
            opts: BTreeMap::new(),
        };
    };
    let stp = options.get("stp_state") != Some(BridgeValue::Number(0));
    let opts = options.all();
    BridgeDevice {
        l3: L3::of(link, &sources.observed.addresses),
        ports: ports.iter().map(|port| port.name.to_string()).collect(),
        stp: on_or_off(stp),
        opts: opts.map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

fn bonding(
    link: &Link,
    state: &BondLink,
    members: &[&Link],
    sources: &Sources<'_>,
    devices: &Devices<'_>,
) -> Bonding {
    let mut options = link.kernel_bond(members).unwrap_or_default();
    let ours = sources.observed.legacy.bond(link.name.as_str());
    if let Some(ours) = ours.and_then(|ours| ours.bond.options.kernel()) {
        options.custom.clone_from(&ours.custom);
    }
    let active = options.active.as_ref().map(NicName::as_str);
    let in_use = members
        .iter()
        .map(|member| member.name.as_str())
        .filter(|name| !state.bond.mode.has_active_member() || active == Some(*name));
    let speed = in_use.fold(0, |sum: u32, name| sum.saturating_add(devices.speed(name)));
    let is_lacp = state.bond.mode == KernelBondMode::LACP;
    let opts = options.kernel_options().into_iter();
    let partner = state.partner.filter(|_| is_lacp);
    Bonding {
        l3: L3::of(link, &sources.observed.addresses),
        hwaddr: link.mac.map(|mac| mac.to_string()).unwrap_or_default(),
        slaves: members
            .iter()
            .map(|member| member.name.to_string())
            .collect(),
        active_slave: active.unwrap_or_default().to_owned(),
        opts: opts.map(|(name, value)| (name.to_owned(), value)).collect(),
        switch: SwitchType::Legacy.as_str(),
        ad_aggregator_id: state
            .aggregator
            .filter(|_| is_lacp)
            .map(|id| id.to_string()),
        ad_partner_mac: partner.as_ref().map(MacAddress::to_string),
        speed,
    }
}

/// What is not as it should be with a network.
fn check(it: &LegacyNetwork, sources: &Sources<'_>) -> Vec<String> {
    let LegacyNetwork {
        name,
        network,
        device,
        southbound,
        ..
    } = it;
    let links = &sources.observed.links;
    let mut problems = Vec::new();
    let Some(southbound) = southbound else {
        return problems;
    };
    let Some(link) = links.get(southbound.as_str()) else {
        return vec![format!("network {name}: there is no device {southbound}")];
    };
    let master = link.master.and_then(|master| links.by_index(master));
    if network.bridged && master.map(|master| &master.name) != Some(device) {
        problems.push(format!(
            "network {name}: {southbound} is no port of its bridge"
        ));
    }
    problems
}
