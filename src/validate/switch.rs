//! The rule that all networks and bonds of a host are on one kind of switch.

use super::Judge;
use crate::model::{Bond, BondName};
use crate::model::{Change, Code, Desired, Network, NetworkName, SwitchType};

/// The kind of switch of the first thing that is set up.
pub(super) fn first(desired: &Desired) -> Option<SwitchType> {
    let networks = desired.networks.values().filter_map(Change::set);
    let bonds = desired.bonds.values().filter_map(Change::set);
    let mut switches = networks
        .map(|network| network.switch)
        .chain(bonds.map(|bond| bond.switch));
    switches.next()
}

/// The kind of switch that the resulting host is on: `ovs` as soon as anything is.
pub(super) fn of_host(judge: &Judge<'_>) -> SwitchType {
    let Judge {
        desired,
        observed,
        resulting,
        ..
    } = judge;
    let (ovs, flaws) = (&observed.ovs, &desired.flaws);
    let mut networks = desired.networks.iter();
    let mut bonds = desired.bonds.iter();
    let is_ovs = resulting.has_others()
        || ovs
            .bonds()
            .any(|port| !desired.bonds.contains_key(&port.name))
        || networks.any(|(name, change)| {
            let set = change.set().filter(|_| !flaws.networks.contains(name));
            set.is_some_and(|network| network.switch == SwitchType::Ovs)
        })
        || bonds.any(|(name, change)| {
            let set = change.set().filter(|_| !flaws.bonds.contains(name));
            set.is_some_and(|bond| bond.switch == SwitchType::Ovs)
        });
    match is_ovs {
        true => SwitchType::Ovs,
        false => SwitchType::Legacy,
    }
}

impl Judge<'_> {
    pub(super) fn network_switch(
        &mut self,
        name: &NetworkName,
        network: &Network,
        host: SwitchType,
    ) {
        if network.switch != host && !self.is_flawed(name) {
            self.network(Code::BadParams, name, "switch", mixed(network.switch, host));
        }
    }

    pub(super) fn bond_switch(&mut self, name: &BondName, bond: &Bond, host: SwitchType) {
        if bond.switch != host && !self.is_flawed_bond(name) {
            self.bond(Code::BadParams, name, "switch", mixed(bond.switch, host));
        }
    }
}

fn mixed(asked: SwitchType, host: SwitchType) -> String {
    format!(
        "the switch is {asked}, but others of the resulting host are on {host}: it is one or the other (without \"switch\" it is legacy)"
    )
}
