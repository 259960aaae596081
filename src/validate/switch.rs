//! The rule that all networks and bonds of a host are on one kind of switch.

use super::Judge;
use crate::model::{Bond, BondName};
use crate::model::{Code, Network, NetworkName, SwitchType};

/// The kind of switch that the resulting host is on: that of what stays without being named, else
/// `ovs` as soon as anything that is set up is, else that of what is removed.
pub(super) fn of_host(judge: &Judge<'_>) -> SwitchType {
    let staying = |switch| has_others(judge, switch);
    if let Some(switch) = [SwitchType::Ovs, SwitchType::Legacy]
        .into_iter()
        .find(|it| staying(*it))
    {
        return switch;
    }
    let (desired, flaws) = (judge.desired, &judge.desired.flaws);
    let networks = desired.networks.iter().filter_map(|(name, change)| {
        let set = change.set().filter(|_| !flaws.networks.contains(name));
        set.map(|network| network.switch)
    });
    let bonds = desired.bonds.iter().filter_map(|(name, change)| {
        let set = change.set().filter(|_| !flaws.bonds.contains(name));
        set.map(|bond| bond.switch)
    });
    let set: Vec<SwitchType> = networks.chain(bonds).collect();
    if let Some(first) = set.first() {
        let is_ovs = set.contains(&SwitchType::Ovs);
        return if is_ovs { SwitchType::Ovs } else { *first };
    }
    let observed = judge.observed;
    let mut removed = judge
        .resulting
        .named()
        .iter()
        .filter_map(|named| named.present);
    let removed_bonds = desired.bonds.keys().filter_map(|name| observed.bond(name));
    removed
        .next()
        .map(|network| network.switch)
        .or(removed_bonds.map(|bond| bond.switch).next())
        .unwrap_or_default()
}

/// Whether a network or bond of a switch stays that the request does not name.
fn has_others(judge: &Judge<'_>, switch: SwitchType) -> bool {
    let observed = judge.observed;
    let count = match switch {
        SwitchType::Ovs => observed.ovs.network_count(),
        SwitchType::Legacy => observed.legacy.network_count(),
    };
    let named = judge
        .resulting
        .named()
        .iter()
        .filter_map(|named| named.present);
    let named = named.filter(|network| network.switch == switch).count();
    let mut bonds = observed.bonds().filter(|(_, bond)| bond.switch == switch);
    count > named || bonds.any(|(name, _)| !judge.desired.bonds.contains_key(name))
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
