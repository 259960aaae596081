//! What the devices that a request touches shall be.

use std::collections::BTreeMap;

use super::Target;
use crate::model::observed::{LegacyNetwork, Link, LinkData, Links};
use crate::model::southbound::{southbound, uplink_device};
use crate::model::{
    Bond, BondName, BondOptions, BondValue, BridgeOptions, BridgeValue, Change, Device, DeviceKind,
    KernelBond, KernelBondOption, MacAddress, Mtu, NamedNetwork, Network, NetworkName, NicName,
    Observed, Resulting, SwitchType, Uplink,
};
use crate::switch::legacy::marks::{BondMark, Mark, NetworkMark};

/// Works it out: first what goes, then what bonds, networks and uplinks shall be.
pub(super) fn target(
    resulting: &Resulting<'_>,
    bonds: &BTreeMap<BondName, Change<Bond>>,
    bridge_options: &BTreeMap<NetworkName, BridgeOptions>,
    observed: &Observed,
) -> Target {
    let mut builder = Builder {
        resulting,
        bonds,
        bridge_options,
        observed,
        target: Target::new(),
    };
    for named in resulting.named() {
        if let Some(old) = observed.legacy.network(named.name) {
            builder.clear(old);
        }
    }
    for (name, change) in bonds {
        builder.bond(name, change);
    }
    for named in resulting.named() {
        builder.network(named);
    }
    for uplink in resulting.touched_uplinks() {
        builder.uplink(&uplink);
    }
    builder.members_follow();
    builder.target
}

struct Builder<'a> {
    resulting: &'a Resulting<'a>,
    bonds: &'a BTreeMap<BondName, Change<Bond>>,
    bridge_options: &'a BTreeMap<NetworkName, BridgeOptions>,
    observed: &'a Observed,
    target: Target,
}

impl Builder<'_> {
    fn links(&self) -> &Links {
        &self.observed.links
    }

    /// The device as it shall be so far, if it is there or comes.
    fn device(&mut self, name: &NicName) -> Option<&mut Device> {
        let links = &self.observed.links;
        let entry = self.target.entry(name.clone());
        entry
            .or_insert_with(|| links.device(name.as_str()))
            .as_mut()
    }

    /// Changes what our mark on a device says.
    fn mark(&mut self, name: &NicName, change: impl FnOnce(&mut Mark)) {
        if let Some(device) = self.device(name) {
            let mut mark = Mark::read(device.alias.as_deref());
            change(&mut mark);
            device.alias = mark.alias();
        }
    }

    /// Takes away what a network has now.
    fn clear(&mut self, old: &LegacyNetwork) {
        let LegacyNetwork {
            network,
            device,
            southbound,
            ..
        } = old;
        if network.bridged {
            self.target.insert(device.clone(), None);
        }
        let Some(southbound) = southbound else {
            return;
        };
        if network.vlan.is_some() {
            self.target.insert(southbound.clone(), None);
        } else if network.bridged {
            self.release(southbound, device);
        } else {
            self.mark(southbound, |mark| mark.network = None);
        }
    }

    /// Takes a device out of a master, if it is part of that one.
    fn release(&mut self, name: &NicName, master: &NicName) {
        if let Some(device) = self.device(name)
            && device.master.as_ref() == Some(master)
        {
            device.master = None;
        }
    }

    fn bond(&mut self, name: &BondName, change: &Change<Bond>) {
        let Some(device) = uplink_device(&Uplink::Bond(name.clone())) else {
            return;
        };
        let present = self.observed.links.bond(name.as_str());
        let (members, bond) = match change {
            Change::Set(bond) => match &bond.options {
                BondOptions::Kernel(options) => (&*bond.members, Some((bond, options))),
                BondOptions::Native(_) => return,
            },
            Change::Remove if self.observed.legacy.bond(name).is_none() => return,
            Change::Remove => (&[] as &[NicName], None),
        };
        let leaving = present.iter().flat_map(|(members, _)| members);
        for nic in leaving.filter(|nic| !members.contains(nic)) {
            self.release_member(nic, &device);
        }
        let Some((bond, options)) = bond else {
            self.target.insert(device, None);
            return;
        };
        self.set_bond(&device, bond, options, present.as_ref());
        for nic in members {
            self.add_member(nic, &device, options);
        }
    }

    fn set_bond(
        &mut self,
        name: &NicName,
        bond: &Bond,
        options: &KernelBond,
        present: Option<&(Vec<NicName>, KernelBond)>,
    ) {
        let mac = match options.has_the_active_members_mac() {
            true => None,
            false => self.bond_mac(name, bond),
        };
        let mut options = options.clone();
        let custom = std::mem::take(&mut options.custom);
        let active = present.and_then(|(_, options)| options.active.clone());
        options.active = options.active.or(active);
        // Members have it, each its own.
        if let Some(option) = KernelBondOption::find("prio") {
            options.set(option, BondValue::Priority(None));
        }
        let kind = DeviceKind::Bond(Box::new(options));
        match self.device(name) {
            Some(device) => {
                device.kind = kind;
                device.mac = mac;
                device.up = true;
            }
            None => {
                let device = Device {
                    name: name.clone(),
                    kind,
                    mac,
                    mtu: Mtu::DEFAULT.get().into(),
                    up: true,
                    ipv6: false,
                    master: None,
                    priority: 0,
                    alias: None,
                };
                self.target.insert(name.clone(), Some(device));
            }
        }
        let hwaddr = bond.hwaddr.is_some();
        self.mark(name, |mark| mark.bond = Some(BondMark { hwaddr, custom }));
    }

    /// The address that was asked for, the one that the bond has as long as it is a member's, else
    /// its first member's.
    fn bond_mac(&self, name: &NicName, bond: &Bond) -> Option<MacAddress> {
        let links = self.links();
        let own = |nic: &NicName| {
            let link = links.get(nic.as_str())?;
            link.permanent_mac.or(link.mac)
        };
        let mut members = bond.members.iter().filter_map(own);
        let present = links.get(name.as_str()).and_then(|link| link.mac);
        let options = bond.options.kernel();
        let wanders = options.is_some_and(KernelBond::has_the_active_members_mac);
        let present = present.filter(|mac| !wanders && members.clone().any(|it| it == *mac));
        bond.hwaddr.or(present).or_else(|| members.next())
    }

    fn add_member(&mut self, nic: &NicName, bond: &NicName, options: &KernelBond) {
        let option = KernelBondOption::find("prio");
        let priority = match option.map(|option| options.get(option)) {
            Some(BondValue::Priority(Some((device, priority)))) if device == *nic => priority,
            _ => 0,
        };
        if let Some(device) = self.device(nic) {
            device.master = Some(bond.clone());
            device.priority = priority;
            device.up = true;
        }
    }

    /// Members are as large as their bond.
    fn members_follow(&mut self) {
        let bonds = self.target.values().flatten();
        let bonds = bonds.filter(|device| matches!(device.kind, DeviceKind::Bond(_)));
        let mtus: BTreeMap<NicName, u32> =
            bonds.map(|bond| (bond.name.clone(), bond.mtu)).collect();
        for device in self.target.values_mut().flatten() {
            let master = device.master.as_ref();
            if let Some(mtu) = master.and_then(|master| mtus.get(master)) {
                device.mtu = *mtu;
            }
        }
    }

    fn release_member(&mut self, nic: &NicName, bond: &NicName) {
        self.release(nic, bond);
        if let Some(device) = self.device(nic) {
            device.mtu = Mtu::DEFAULT.get().into();
            device.priority = 0;
        }
    }

    fn network(&mut self, named: &NamedNetwork<'_>) {
        let Some(network) = named.desired else {
            return;
        };
        if network.switch != SwitchType::Legacy {
            return;
        }
        let Ok(name) = NicName::new(named.name.as_str()) else {
            return; // a network's name is a device's
        };
        let below = network.uplink.as_ref();
        let below = below.and_then(|uplink| southbound(uplink, network.vlan));
        let mark = NetworkMark {
            name: named.name.clone(),
            uplink: network.uplink.clone(),
            vlan: network.vlan,
            mtu: (!network.bridged && network.vlan.is_none()).then_some(network.mtu),
        };
        let bridge = network.bridged.then_some(&name);
        if network.bridged {
            self.bridge(&name, named.name, network);
        }
        if let Some(below) = &below {
            if network.vlan.is_some() {
                self.vlan(below, bridge, network);
            } else if let Some(device) = self.device(below) {
                device.master = bridge.cloned();
            }
        }
        if let Some(own) = bridge.or(below.as_ref()) {
            self.mark(own, |it| it.network = Some(mark));
        }
    }

    fn bridge(&mut self, device: &NicName, name: &NetworkName, network: &Network) {
        let mut options = self.bridge_options.get(name).cloned().unwrap_or_default();
        options.set("stp_state", BridgeValue::Number(network.stp.into()));
        let present = self.links().device(device.as_str());
        let own = |present: &Device| present.mac.filter(|_| network.uplink.is_none());
        let mac = match &network.uplink {
            Some(uplink) => self.mac(uplink),
            None => None,
        };
        let mac = mac.or_else(|| present.as_ref().and_then(own));
        let mac = mac.unwrap_or_else(|| self.links().derived_mac(device.as_str()));
        let mut bridge = present.unwrap_or_else(|| new(device, network.mtu));
        // The kernel rounds times: what it shows is what was asked for.
        let is_same =
            matches!(&bridge.kind, DeviceKind::Bridge(now) if now.changes(&options).is_empty());
        if !is_same {
            bridge.kind = DeviceKind::Bridge(options);
        }
        bridge.mac = Some(mac);
        bridge.mtu = network.mtu.get().into();
        bridge.up = true;
        self.target.insert(device.clone(), Some(bridge));
    }

    fn vlan(&mut self, device: &NicName, bridge: Option<&NicName>, network: &Network) {
        let lower = network.uplink.as_ref().and_then(uplink_device);
        let (Some(lower), Some(id)) = (lower, network.vlan) else {
            return;
        };
        let present = self.links().device(device.as_str());
        let mut vlan = present.unwrap_or_else(|| new(device, network.mtu));
        vlan.kind = DeviceKind::Vlan { lower, id };
        vlan.mac = None;
        vlan.mtu = network.mtu.get().into();
        vlan.master = bridge.cloned();
        vlan.up = true;
        let mut mark = Mark::read(vlan.alias.as_deref());
        mark.network = None;
        vlan.alias = mark.alias();
        self.target.insert(device.clone(), Some(vlan));
    }

    /// The address that networks on an uplink have.
    fn mac(&mut self, uplink: &Uplink) -> Option<MacAddress> {
        let device = uplink_device(uplink)?;
        match uplink {
            Uplink::Nic(_) | Uplink::Tunnel(_) => {
                let link = self.links().get(device.as_str())?;
                link.permanent_mac.or(link.mac)
            }
            Uplink::Bond(name) => {
                let own = self.device(&device)?.mac;
                let bond = self.resulting.bond(name)?;
                own.or_else(|| self.bond_mac(&device, bond))
            }
        }
    }

    /// What an uplink whose use changes shall be: as large as its largest network, and up; one that
    /// no network uses is as large as it was made.
    fn uplink(&mut self, uplink: &Uplink) {
        let Some(name) = uplink_device(uplink) else {
            return;
        };
        let mtu = self.resulting.mtu(uplink);
        let foreign = self.foreign_mtu(&name);
        let Some(device) = self.device(&name) else {
            return;
        };
        if matches!(uplink, Uplink::Nic(_)) && mtu.is_none() && device.master.is_some() {
            return; // it is a member of a bond now
        }
        device.mtu = mtu.unwrap_or_default().get().into();
        device.mtu = device.mtu.max(foreign.unwrap_or(0));
        device.up |= mtu.is_some();
        let is_named = matches!(uplink, Uplink::Bond(bond) if self.bonds.contains_key(bond));
        if is_named && let Some(mac) = self.mac(uplink) {
            self.readdress(uplink, mac);
        }
    }

    /// The largest MTU of the VLANs of others on a device that is not to become larger: what is on it
    /// becomes as small as it does (`vlan_device_event`, net/8021q/vlan.c).
    fn foreign_mtu(&self, name: &NicName) -> Option<u32> {
        let links = self.links();
        let index = links.get(name.as_str())?.index;
        let is_on_it =
            |link: &&Link| link.lower == Some(index) && matches!(link.data, LinkData::Vlan(_));
        let vlans = links.iter().filter(is_on_it);
        let legacy = &self.observed.legacy;
        let others = vlans.filter(|link| legacy.network_of_vlan(&link.name).is_none());
        others.map(|link| link.mtu).max()
    }

    /// The networks that the request does not name take the address of their bond.
    fn readdress(&mut self, bond: &Uplink, mac: MacAddress) {
        let legacy = &self.observed.legacy;
        let uses = legacy.uplink_use(bond).into_iter();
        let names = uses
            .flat_map(|uses| uses.tags())
            .flat_map(|(_, names)| names);
        let others = names.filter(|name| !self.resulting.names(name));
        let bridged = others.filter_map(|name| legacy.network(name));
        let bridges = bridged
            .filter(|it| it.network.bridged)
            .map(|it| it.device.clone());
        for bridge in bridges.collect::<Vec<_>>() {
            if let Some(device) = self.device(&bridge) {
                device.mac = Some(mac);
            }
        }
    }
}

/// A device that is not there yet.
fn new(name: &NicName, mtu: Mtu) -> Device {
    Device {
        name: name.clone(),
        kind: DeviceKind::Other,
        mac: None,
        mtu: mtu.get().into(),
        up: true,
        ipv6: false,
        master: None,
        priority: 0,
        alias: None,
    }
}
