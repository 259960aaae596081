//! The rules that the kernel's own devices make: what a network or bond on legacy needs is free, and
//! what would go is nobody else's.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::{Judge, listed};
use crate::model::observed::{Legacy, Link, LinkData, Links};
use crate::model::southbound;
use crate::model::{
    BondName, Code, NamedNetwork, Network, NetworkName, Quoted, SwitchType, Uplink, VlanId,
};

/// The kernel's devices by the number of the device that they are on, made when they are asked for.
#[derive(Default)]
pub(super) struct Vlans<'a>(OnceCell<HashMap<u32, Vec<&'a Link>>>);

impl<'a> Vlans<'a> {
    /// The devices that are on a device: its VLANs, and others such as macvlan.
    fn all_on(&self, links: &'a Links, device: &Link) -> &[&'a Link] {
        let all = self.0.get_or_init(|| {
            let mut all: HashMap<u32, Vec<&Link>> = HashMap::new();
            // A veth device tells its peer's number there.
            let links = links
                .iter()
                .filter(|link| link.kind.as_deref() != Some("veth"));
            for link in links {
                if let Some(lower) = link.lower {
                    all.entry(lower).or_default().push(link);
                }
            }
            all
        });
        all.get(&device.index).map_or(&[], Vec::as_slice)
    }

    /// The VLAN of a device with this id, whosever it is.
    fn find(&self, links: &'a Links, device: &Link, id: VlanId) -> impl Iterator<Item = &'a Link> {
        let all = self.all_on(links, device).iter().copied();
        all.filter(move |link| link.data == LinkData::Vlan(id))
    }
}

impl<'a> Judge<'a> {
    /// 28: the VLAN is nobody else's already.
    pub(super) fn vlan_is_free(
        &mut self,
        name: &NetworkName,
        network: &Network,
        vlans: &Vlans<'a>,
    ) {
        let (Some(uplink), Some(vlan), SwitchType::Legacy) =
            (&network.uplink, network.vlan, network.switch)
        else {
            return;
        };
        let links = &self.observed.links;
        let device = southbound::vlan_device(uplink, vlan);
        let named = device.and_then(|device| links.get(device.as_str()));
        if let Some(link) = named
            && !self.is_southbound(link)
            && !link.is_left_over()
        {
            let device = Quoted(link.name.as_str());
            let message = format_args!("{device}, which the VLAN would be called, is not ours");
            return self.network(Code::UsedBridge, name, "vlan", message);
        }
        let Some(lower) = links.get(uplink.name()) else {
            return; // it is told elsewhere, or is made
        };
        let is_foreign = |link: &Link| !self.is_southbound(link) && !link.is_left_over();
        let mut others = vlans
            .find(links, lower, vlan)
            .filter(|link| is_foreign(link));
        if let Some(other) = others.next() {
            let (uplink, device) = (Quoted(uplink.name()), Quoted(other.name.as_str()));
            let message = format_args!("VLAN {vlan} of {uplink} is {device}, which is not ours");
            self.network(Code::UsedBridge, name, "vlan", message);
        }
    }

    /// Whether it is a VLAN device of a network of ours: it says so, or its bridge does.
    fn is_southbound(&self, link: &Link) -> bool {
        self.observed.legacy.network_of_vlan(&link.name).is_some()
    }

    /// 28: the bridge of a network on legacy that goes holds nothing of others.
    pub(super) fn guests_are_gone_from_bridge(&mut self, named: &NamedNetwork<'_>) {
        let Some(old) = self.observed.legacy.network(named.name) else {
            return;
        };
        let stays = named.desired.is_some_and(|network| network.bridged);
        if stays || old.guests.is_empty() {
            return;
        }
        let guests = listed(old.guests.iter().map(|guest| guest.as_str()));
        let message = format!("ports that are not ours still belong to the network: {guests}");
        self.network(Code::UsedBridge, named.name, "", message);
    }

    /// 24: a bond of the kernel that a network uses is part of nothing of others.
    pub(super) fn bond_is_nobody_elses(&mut self, name: &NetworkName, network: &Network) {
        let (Some(Uplink::Bond(bond)), SwitchType::Legacy) = (&network.uplink, network.switch)
        else {
            return;
        };
        if let Some(master) = self.foreign_master(bond) {
            let message = format!("{bond} belongs to {}, which is not ours", Quoted(&master));
            self.network(Code::UsedNic, name, "bonding", message);
        }
    }

    /// What a bond of the kernel is part of that is not ours.
    fn foreign_master(&self, bond: &BondName) -> Option<String> {
        let links = &self.observed.links;
        let link = links.get(bond.as_str())?;
        let master = links.by_index(link.master?)?;
        let network = self.observed.legacy.network_behind(&link.name);
        let is_ours = network.is_some_and(|network| network.device == master.name);
        (!is_ours).then(|| master.name.to_string())
    }

    /// 31: a bond of the kernel that is removed is part of nothing of others, and has nothing of
    /// others on it.
    pub(super) fn has_no_vlans_of_others(&mut self, name: &BondName, vlans: &Vlans<'a>) {
        let links = &self.observed.links;
        let Some(bond) = links.get(name.as_str()) else {
            return;
        };
        if let Some(master) = self.foreign_master(name) {
            let message = format!("{name} belongs to {}, which is not ours", Quoted(&master));
            return self.bond(Code::UsedBond, name, "", message);
        }
        let on_it = vlans.all_on(links, bond).iter();
        let others = on_it.filter(|link| !self.is_southbound(link));
        let others: Vec<&str> = others.map(|link| link.name.as_str()).collect();
        if !others.is_empty() {
            let others = listed(others);
            let message = format!("{name} still has devices on it that are not ours: {others}");
            self.bond(Code::UsedBond, name, "", message);
        }
    }
}

/// Whether a device's master is a bridge or bond of ours that has it for its uplink or member.
pub(super) fn is_ours(legacy: &Legacy, link: &Link, master: &Link) -> bool {
    if legacy.bond_of(&link.name).is_some() {
        return true;
    }
    let uplink = Uplink::Nic(link.name.clone());
    let uses = legacy.uplink_use(&uplink).into_iter();
    let names = uses
        .flat_map(|uses| uses.tags())
        .flat_map(|(_, names)| names);
    let mut networks = names.filter_map(|name| legacy.network(name));
    networks.any(|it| it.device == master.name && it.southbound.as_ref() == Some(&link.name))
}
