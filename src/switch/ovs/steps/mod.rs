//! Plans what changes in Open vSwitch: bridges and uplinks first, then networks, then their
//! guests. Pure, and in time that grows with the request.

mod bridges;
mod networks;
mod places;
mod uplinks;

use std::collections::{BTreeMap, BTreeSet};

use super::mappings;
use super::placement::{self, Conflict};
use crate::model::observed::{Observed, Port};
use crate::model::{
    Bond, BondName, BridgeName, Change, MacAddress, NamedNetwork, Network, NetworkName, Resulting,
    Uplink,
};
use crate::plan::{OvsStep, Settings};

/// How many networks' mappings are looked for one by one.
const FEW: usize = 8;

/// The steps, in the order in which they read best; they are one transaction.
#[derive(Debug, Default)]
pub(crate) struct OvsPlan {
    pub(crate) steps: Vec<OvsStep>,
    pub(crate) conflicts: Vec<Conflict>,
}

/// Plans the way from `observed` to the named networks and bonds.
pub(crate) fn plan(
    networks: &BTreeMap<NetworkName, Change<Network>>,
    bonds: &BTreeMap<BondName, Change<Bond>>,
    observed: &Observed,
    settings: &Settings,
) -> OvsPlan {
    let resulting = Resulting::new(networks, bonds, observed);
    let mut planner = Planner {
        networks,
        observed,
        settings,
        resulting: &resulting,
        bridges: BTreeMap::new(),
        added: BTreeSet::new(),
        steps: Vec::new(),
    };
    planner.plan_uplinks();
    for named in resulting.named() {
        planner.plan_network(named);
    }
    planner.plan_other_networks();
    planner.keep_occupied_bridges();
    planner.plan_mappings();
    let conflicts = planner.conflicts();
    OvsPlan {
        steps: planner.steps,
        conflicts,
    }
}

struct Planner<'a> {
    networks: &'a BTreeMap<NetworkName, Change<Network>>,
    observed: &'a Observed,
    settings: &'a Settings,
    resulting: &'a Resulting<'a>,
    /// The bridge and the MAC address of each touched uplink that will be there.
    bridges: BTreeMap<Uplink, (BridgeName, Option<MacAddress>)>,
    /// The names of new bridges.
    added: BTreeSet<BridgeName>,
    steps: Vec<OvsStep>,
}

impl Planner<'_> {
    fn plan_mappings(&mut self) {
        let ports = self.steps.iter().filter_map(|step| match step {
            OvsStep::AddPort(Port::Network(port)) => Some((port.name.as_str(), Some(&port.bridge))),
            OvsStep::ChangePort {
                from: Port::Network(from),
                to: Port::Network(to),
            } => (from.bridge != to.bridge).then_some((to.name.as_str(), Some(&to.bridge))),
            OvsStep::RemovePort(Port::Network(port)) => Some((port.name.as_str(), None)),
            _ => None,
        });
        let mut changes: BTreeMap<&str, Option<&BridgeName>> = ports.collect();
        let ovs = &self.observed.ovs;
        let from = ovs.bridge_mappings.as_deref();
        // Networks that are named and stay where they are may have lost their entry. Of a few each
        // is looked for; with many, all are written anew and compared.
        let is_many = self.networks.len() > FEW;
        for NamedNetwork {
            name,
            port,
            desired,
            ..
        } in self.resulting.named()
        {
            let holds = |bridge| mappings::holds(from.unwrap_or_default(), name, bridge);
            if desired.is_some()
                && let Some(port) = port
                && !changes.contains_key(name.as_str())
                && (is_many || !holds(&port.bridge))
            {
                changes.insert(name.as_str(), Some(&port.bridge));
            }
        }
        if changes.is_empty() {
            return;
        }
        let to = mappings::edit(from.unwrap_or_default(), &changes, |bridge| {
            ovs.bridge(bridge).is_some_and(|bridge| bridge.ours)
        });
        if from != to.as_deref() {
            self.steps.push(OvsStep::SetBridgeMappings {
                from: from.map(str::to_owned),
                to,
            });
        }
    }

    /// Why the uplinks that get another bridge cannot use the one that others are on.
    fn conflicts(&self) -> Vec<Conflict> {
        let ovs = &self.observed.ovs;
        let bridge_of = |uplink: &Uplink| match self.bridges.get(uplink) {
            Some((bridge, _)) => Some(bridge),
            None => ovs.bridge_of(uplink),
        };
        // It comes to a bridge that is made, or from another one.
        let comes = |uplink: &Uplink| {
            self.bridges.get(uplink).is_some_and(|(bridge, _)| {
                let before = ovs.bridge_of(uplink);
                self.added.contains(bridge) || before.is_some_and(|before| before != bridge)
            })
        };
        if !self.bridges.keys().any(comes) {
            return Vec::new();
        }
        let observed = ovs.uplink_uses().map(|(uplink, _)| uplink);
        let uplinks: BTreeSet<&Uplink> = observed.chain(self.bridges.keys()).collect();
        let uses = uplinks
            .into_iter()
            .map(|uplink| (uplink.clone(), self.resulting.tags(uplink)));
        let mut conflicts = placement::conflicts(&uses.collect());
        conflicts.retain(|conflict| {
            let Conflict { left, right, .. } = conflict;
            (comes(left) || comes(right)) && bridge_of(left) != bridge_of(right)
        });
        conflicts
    }
}

/// The step that makes `to` of the port that is there, if they differ.
fn change_port(from: Option<&Port>, to: Port) -> Option<OvsStep> {
    match from {
        None => Some(OvsStep::AddPort(to)),
        Some(from) if *from == to => None,
        Some(from) => Some(OvsStep::ChangePort {
            from: from.clone(),
            to,
        }),
    }
}
