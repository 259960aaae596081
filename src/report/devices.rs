//! NICs and bonds, and how each device fares.

use std::collections::BTreeMap;

use super::{Bonding, L3, MemberState, Nic, Sources, State, UplinkState, nics};
use crate::model::observed::{BondPort, Link, Port};
use crate::model::{KernelBondMode, MacAddress, Mtu, NativeBondMode, NicName, SwitchType, Uplink};

/// The devices of a report's sources.
pub(super) struct Devices<'a> {
    sources: &'a Sources<'a>,
    /// The devices by the kernel's numbers, to find a device's master.
    by_index: BTreeMap<u32, &'a Link>,
}

impl<'a> Devices<'a> {
    pub(super) fn new(sources: &'a Sources<'a>) -> Self {
        let links = sources.observed.links.iter();
        Self {
            sources,
            by_index: links.map(|link| (link.index, link)).collect(),
        }
    }

    /// The NICs, by name.
    pub(super) fn nics(&self) -> BTreeMap<String, Nic> {
        nics(self.sources.observed)
            .map(|link| (link.name.to_string(), self.nic(link)))
            .collect()
    }

    fn nic(&self, link: &Link) -> Nic {
        let permanent = link.permanent_mac.or(link.mac);
        Nic {
            l3: L3::of(link, &self.sources.observed.addresses),
            hwaddr: link.mac.map(|mac| mac.to_string()).unwrap_or_default(),
            permhwaddr: permanent
                .filter(|_| self.is_enslaved(link))
                .map(|mac| mac.to_string()),
            speed: self.speed(link.name.as_str()),
            ad_aggregator_id: self.aggregate(link.name.as_str()),
        }
    }

    /// The aggregate that a NIC is part of.
    fn aggregate(&self, nic: &str) -> Option<String> {
        let observed = self.sources.observed;
        let Some(port) = observed.ovs.port_of_interface(nic) else {
            return self.kernel_aggregate(nic);
        };
        let lacp = self.sources.status.lacp.get(port.name())?;
        lacp.attached.contains(nic).then(|| lacp.key.clone())
    }

    /// The aggregate of a member of a kernel bond under LACP.
    fn kernel_aggregate(&self, nic: &str) -> Option<String> {
        let links = &self.sources.observed.links;
        let link = links.get(nic)?;
        let bond = links.bond_link(self.by_index.get(&link.master?)?.name.as_str())?;
        let aggregator = link.membership?.aggregator?;
        (bond.bond.mode == KernelBondMode::LACP).then(|| aggregator.to_string())
    }

    /// Whether a device belongs to a bond, Open vSwitch's or the kernel's.
    fn is_enslaved(&self, link: &Link) -> bool {
        let port = self
            .sources
            .observed
            .ovs
            .port_of_interface(link.name.as_str());
        let master = link.master.and_then(|index| self.by_index.get(&index));
        matches!(port, Some(Port::Bond(_)))
            || master.is_some_and(|master| master.kind.as_deref() == Some("bond"))
    }

    /// The bonds of Open vSwitch, by name.
    pub(super) fn bondings(&self) -> BTreeMap<String, Bonding> {
        let bonds = self.sources.observed.ovs.bonds();
        bonds
            .map(|port| (port.name.to_string(), self.bonding(port)))
            .collect()
    }

    fn bonding(&self, port: &BondPort) -> Bonding {
        let bond = &port.bond;
        let members = bond.members.iter();
        let links = members.filter_map(|nic| self.sources.observed.links.get(nic.as_str()));
        let mac = bond.hwaddr.or_else(|| self.networks_mac(port)).or_else(|| {
            links
                .clone()
                .find_map(|link| link.permanent_mac.or(link.mac))
        });
        let mtu = links.map(|link| link.mtu).min();
        let lacp = self.sources.status.lacp.get(port.name.as_str());
        Bonding {
            l3: L3::none(mtu.unwrap_or_else(|| u32::from(Mtu::DEFAULT.get()))),
            hwaddr: mac.map(|mac| mac.to_string()).unwrap_or_default(),
            slaves: bond.members.iter().map(NicName::to_string).collect(),
            active_slave: self.active_member(port).unwrap_or_default().to_owned(),
            opts: (bond.options.kernel_options().into_iter())
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            switch: SwitchType::Ovs.as_str(),
            ad_aggregator_id: lacp.map(|lacp| lacp.key.clone()),
            ad_partner_mac: lacp.and_then(|lacp| lacp.partner.clone()),
            speed: self.bond_state(port).speed,
        }
    }

    /// The MAC address that the networks on a bond were given.
    fn networks_mac(&self, port: &BondPort) -> Option<MacAddress> {
        let ovs = &self.sources.observed.ovs;
        let usage = ovs.uplink_use(&Uplink::Bond(port.name.clone()))?;
        let mut networks = usage.tags().flat_map(|(_, networks)| networks);
        networks.find_map(|name| ovs.network(name)?.mac)
    }

    /// The member in use, where one is at a time.
    fn active_member(&self, port: &BondPort) -> Option<&'a str> {
        let one_at_a_time = port.options().mode == NativeBondMode::ActiveBackup;
        let active = self.sources.status.active_members.get(port.name.as_str());
        active.filter(|_| one_at_a_time).map(String::as_str)
    }

    /// How a NIC that is an uplink fares.
    pub(super) fn nic_state(&self, name: &str) -> UplinkState {
        UplinkState {
            state: self.state(name),
            speed: self.speed(name),
            duplex: self.duplex(name),
            ..UplinkState::default()
        }
    }

    /// How a tunnel fares: only Open vSwitch knows it.
    pub(super) fn tunnel_state(&self, name: &str) -> UplinkState {
        let status = self.sources.status.interfaces.get(name);
        let state = match status.map(|status| (status.admin_up, status.link_up)) {
            Some((Some(up), link)) => State::of(up, link == Some(true)),
            _ => State::Missing,
        };
        UplinkState {
            state,
            ..UplinkState::default()
        }
    }

    /// How a bond and its members fare.
    pub(super) fn bond_state(&self, port: &BondPort) -> UplinkState {
        let active = self.active_member(port);
        let member = |nic: &NicName| MemberState {
            state: self.state(nic.as_str()),
            speed: self.speed(nic.as_str()),
            duplex: self.duplex(nic.as_str()),
            active: active == Some(nic.as_str()),
        };
        let members: BTreeMap<String, MemberState> = port
            .bond
            .members
            .iter()
            .map(|nic| (nic.to_string(), member(nic)))
            .collect();
        let in_use = members
            .values()
            .filter(|member| active.is_none() || member.active);
        let speed = match (port.options().mode, active) {
            (NativeBondMode::ActiveBackup, None) => 0,
            _ => in_use.fold(0, |sum: u32, member| sum.saturating_add(member.speed)),
        };
        UplinkState {
            // The order of states is from good to bad: a bond is as well as its best member.
            state: members
                .values()
                .map(|member| member.state)
                .min()
                .unwrap_or(State::Missing),
            speed,
            members,
            ..UplinkState::default()
        }
    }

    /// The kernel's word, else Open vSwitch's, which alone knows devices in user space.
    pub(super) fn state(&self, name: &str) -> State {
        if let Some(link) = self.sources.observed.links.get(name) {
            return State::of(link.up, link.carrier);
        }
        match self.sources.status.interfaces.get(name) {
            Some(status) => match (status.admin_up, status.link_up) {
                (Some(up), carrier) => State::of(up, carrier == Some(true)),
                (None, _) => State::Missing,
            },
            None => State::Missing,
        }
    }

    /// In Mbit/s; 0 for a device that is not up, or whose speed nobody knows.
    pub(super) fn speed(&self, name: &str) -> u32 {
        if self.state(name) != State::Up {
            return 0;
        }
        let told = || self.sources.status.interfaces.get(name)?.link_speed;
        match self.sources.speeds.get(name) {
            Some(speed) => *speed,
            None => u32::try_from(told().unwrap_or(0) / 1_000_000).unwrap_or(u32::MAX),
        }
    }

    fn duplex(&self, name: &str) -> Option<String> {
        let status = self.sources.status.interfaces.get(name)?;
        status
            .duplex
            .clone()
            .filter(|_| self.state(name) == State::Up)
    }
}
