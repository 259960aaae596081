//! Bridges: which are made, change and go.

use std::collections::{BTreeMap, BTreeSet};

use super::Planner;
use crate::model::observed::{Bridge, Observed};
use crate::model::{BridgeName, MacAddress};
use crate::plan::OvsStep;
use crate::switch::ovs::placement;

impl Planner<'_> {
    /// A new bridge, named after its first uplink, or after its network if it has none.
    pub(super) fn add_bridge(&mut self, owner: &str, stp: bool) -> BridgeName {
        let name = placement::bridge_name(owner, |name| self.is_taken(name));
        self.added.insert(name.clone());
        self.steps.push(OvsStep::AddBridge(Bridge {
            name: name.clone(),
            ours: true,
            stp,
            hwaddr: Some(self.derived_mac(name.as_str())),
            datapath_type: self.settings.datapath_type.clone(),
            drifted: false,
        }));
        name
    }

    /// Brings a bridge that is there in line.
    pub(super) fn keep_bridge(&mut self, from: &Bridge, stp: bool) {
        if from.stp != stp || from.drifted {
            let to = Bridge {
                stp,
                drifted: false,
                ..from.clone()
            };
            self.steps.push(OvsStep::ChangeBridge {
                from: from.clone(),
                to,
            });
        }
    }

    /// Bridges, ports, interfaces and devices share one space of names.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        let Observed { links, ovs, .. } = self.observed;
        ovs.bridge(name).is_some()
            || ovs.port(name).is_some()
            || ovs.port_of_interface(name).is_some()
            || links.get(name).is_some()
            || self.added.contains(name)
            || self.networks.contains_key(name)
    }

    /// An address for something that has none from its hardware: always the same on this host, and
    /// another one on others.
    pub(super) fn derived_mac(&self, name: &str) -> MacAddress {
        self.observed.links.derived_mac(name)
    }

    /// A bridge goes only when nothing is left on it, whatever was thought of it.
    pub(super) fn keep_occupied_bridges(&mut self) {
        let goes = |step: &OvsStep| matches!(step, OvsStep::RemoveBridge(_));
        if !self.steps.iter().any(goes) {
            return;
        }
        let mut leaving: BTreeMap<&BridgeName, usize> = BTreeMap::new();
        let mut occupied: BTreeSet<BridgeName> = BTreeSet::new();
        for step in &self.steps {
            let (from, to) = match step {
                OvsStep::RemovePort(port) => (Some(port), None),
                OvsStep::AddPort(port) => (None, Some(port)),
                OvsStep::ChangePort { from, to } => (Some(from), Some(to)),
                _ => continue,
            };
            if let Some(from) = from {
                *leaving.entry(from.bridge()).or_default() += 1;
            }
            if let Some(to) = to
                && !occupied.contains(to.bridge())
            {
                occupied.insert(to.bridge().clone());
            }
        }
        let ovs = &self.observed.ovs;
        let stays = |bridge: &BridgeName| {
            ovs.port_count(bridge) > leaving.get(bridge).copied().unwrap_or(0)
        };
        let bridges = self.steps.iter().filter_map(|step| match step {
            OvsStep::RemoveBridge(bridge) => Some(&bridge.name),
            _ => None,
        });
        let staying: BTreeSet<BridgeName> = bridges.filter(|name| stays(name)).cloned().collect();
        occupied.extend(staying);
        let mut gone = BTreeSet::new();
        self.steps.retain(|step| match step {
            OvsStep::RemoveBridge(bridge) => {
                !occupied.contains(&bridge.name) && gone.insert(bridge.name.clone())
            }
            _ => true,
        });
    }
}
