//! Plans what changes in Open vSwitch: bridges and uplinks first, then networks, then their
//! guests. Pure, and in time that grows with the request.

use std::collections::{BTreeMap, BTreeSet};

use super::mappings;
use super::placement::{self, Conflict};
use crate::model::observed::{BondPort, Bridge, NetworkPort, NicPort, Observed, Port, tag_key};
use crate::model::{
    Bond, BondName, BridgeName, Change, MacAddress, Network, NetworkName, NicName, Resulting,
    Uplink,
};
use crate::plan::{OvsStep, Settings};

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
    let mut planner = Planner {
        networks,
        observed,
        settings,
        resulting: Resulting::new(networks, bonds, &observed.ovs),
        bridges: BTreeMap::new(),
        added: BTreeSet::new(),
        steps: Vec::new(),
    };
    for uplink in planner.resulting.touched_uplinks() {
        planner.plan_uplink(uplink);
    }
    for (name, change) in networks {
        planner.plan_network(name, change.set());
    }
    for name in bonds.keys() {
        planner.plan_other_networks(name);
    }
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
    resulting: Resulting<'a>,
    /// The bridge and the MAC address of each touched uplink that will be there.
    bridges: BTreeMap<Uplink, (BridgeName, Option<MacAddress>)>,
    /// The names of new bridges.
    added: BTreeSet<BridgeName>,
    steps: Vec<OvsStep>,
}

impl<'a> Planner<'a> {
    fn plan_uplink(&mut self, uplink: Uplink) {
        let ovs = &self.observed.ovs;
        let before = self.bridge_before(&uplink);
        let port_before = ovs.bridge_of(&uplink).and_then(|_| ovs.port(uplink.name()));
        if !self.resulting.has_uplink(&uplink) {
            self.steps
                .extend(port_before.cloned().map(OvsStep::RemovePort));
            self.steps
                .extend(before.cloned().map(OvsStep::RemoveBridge));
            return;
        }
        let mac = self.mac(&uplink);
        let stp = self.resulting.spanning(&uplink);
        let bridge = self.plan_bridge(before, uplink.name(), mac, stp);
        if let Some(port) = self.uplink_port(&uplink, &bridge) {
            self.steps.extend(change_port(port_before, port));
        }
        self.bridges.insert(uplink, (bridge, mac));
    }

    /// The bridge of ours that an uplink has to itself, or that its networks are on although its
    /// port is gone.
    fn bridge_before(&self, uplink: &Uplink) -> Option<&'a Bridge> {
        let ovs = &self.observed.ovs;
        let own = ovs.bridge_of(uplink).filter(|bridge| {
            let plain = bridge.as_str().strip_prefix("nsw-") == Some(uplink.name());
            ovs.uplinks_on(bridge) == 1 || plain
        });
        let left = || {
            let (_, networks) = ovs.uplink_use(uplink)?.tags().next()?;
            let bridge = &ovs.network(networks.first()?)?.bridge;
            (ovs.uplinks_on(bridge) == 0).then_some(bridge)
        };
        let bridge = ovs.bridge(own.or_else(left)?.as_str())?;
        bridge.ours.then_some(bridge)
    }

    /// Adds the bridge or brings the one that is there in line; gives its name.
    fn plan_bridge(
        &mut self,
        before: Option<&Bridge>,
        owner: &str,
        uplink_mac: Option<MacAddress>,
        stp: bool,
    ) -> BridgeName {
        if let Some(from) = before {
            if from.stp != stp {
                let to = Bridge {
                    stp,
                    ..from.clone()
                };
                self.steps.push(OvsStep::ChangeBridge {
                    from: from.clone(),
                    to,
                });
            }
            return from.name.clone();
        }
        let name = placement::bridge_name(owner, |name| self.is_taken(name));
        let uplink_mac = uplink_mac.map_or([0; 6], MacAddress::bytes);
        let bridge = Bridge {
            name: name.clone(),
            ours: true,
            stp,
            hwaddr: Some(MacAddress::derived(&[
                name.as_str().as_bytes(),
                &uplink_mac,
            ])),
            datapath_type: self.settings.datapath_type.clone(),
        };
        self.added.insert(name.clone());
        self.steps.push(OvsStep::AddBridge(bridge));
        name
    }

    /// Bridges, ports, interfaces and devices share one space of names.
    fn is_taken(&self, name: &str) -> bool {
        let Observed { links, ovs } = self.observed;
        ovs.bridge(name).is_some()
            || ovs.port(name).is_some()
            || ovs.port_of_interface(name).is_some()
            || links.get(name).is_some()
            || self.added.contains(name)
            || self.networks.contains_key(name)
    }

    fn uplink_port(&self, uplink: &Uplink, bridge: &BridgeName) -> Option<Port> {
        let mtu = self.resulting.mtu(uplink).unwrap_or_default();
        let bridge = bridge.clone();
        Some(match uplink {
            Uplink::Nic(name) => Port::Nic(NicPort {
                name: name.clone(),
                bridge,
                mtu: Some(mtu),
                drifted: false,
            }),
            Uplink::Bond(name) => {
                let bond = self.resulting.bond(name)?.clone();
                let mtus = bond
                    .members
                    .iter()
                    .map(|nic| (nic.clone(), Some(mtu)))
                    .collect();
                let name = name.clone();
                Port::Bond(Box::new(BondPort {
                    name,
                    bridge,
                    bond,
                    mtus,
                    drifted: false,
                }))
            }
        })
    }

    /// The address that networks on the uplink take: the NIC's, the one asked for the bond, the
    /// one that the bond's networks have as long as it is a member's, else its first member's.
    fn mac(&self, uplink: &Uplink) -> Option<MacAddress> {
        match uplink {
            Uplink::Nic(name) => self.nic_mac(name),
            Uplink::Bond(name) => {
                let bond = self.resulting.bond(name)?;
                let members = || bond.members.iter().filter_map(|nic| self.nic_mac(nic));
                let present = self
                    .present_mac(uplink)
                    .filter(|mac| members().any(|m| m == *mac));
                bond.hwaddr.or(present).or_else(|| members().next())
            }
        }
    }

    fn nic_mac(&self, name: &NicName) -> Option<MacAddress> {
        self.observed
            .links
            .get(name.as_str())
            .and_then(|link| link.permanent_mac.or(link.mac))
    }

    /// The address that networks on the uplink have now.
    fn present_mac(&self, uplink: &Uplink) -> Option<MacAddress> {
        let ovs = &self.observed.ovs;
        let (_, networks) = ovs.uplink_use(uplink)?.tags().next()?;
        ovs.network(networks.first()?)?.mac
    }

    fn plan_network(&mut self, name: &NetworkName, desired: Option<&Network>) {
        let ovs = &self.observed.ovs;
        let from = ovs.network(name);
        let own_bridge = from
            .filter(|port| port.network.uplink.is_none() && ovs.uplinks_on(&port.bridge) == 0)
            .and_then(|port| ovs.bridge(port.bridge.as_str()));
        let Some(network) = desired else {
            self.steps
                .extend(from.map(|port| OvsStep::RemovePort(Port::Network(port.clone()))));
            self.steps
                .extend(own_bridge.cloned().map(OvsStep::RemoveBridge));
            return;
        };
        let (bridge, mac) = match &network.uplink {
            None => (
                self.plan_bridge(own_bridge, name.as_str(), None, network.stp),
                None,
            ),
            Some(uplink) => match self.bridges.get(uplink) {
                Some((bridge, mac)) => (bridge.clone(), *mac),
                None => return, // validated: the uplink of a network is there
            },
        };
        let to = NetworkPort {
            name: name.clone(),
            bridge,
            network: network.clone(),
            mac,
            drifted: false,
        };
        self.steps.extend(change_port(
            from.cloned().map(Port::Network).as_ref(),
            Port::Network(to.clone()),
        ));
        if let Some(from) = from {
            self.plan_guests(from, &to);
            if network.uplink.is_some() {
                self.steps
                    .extend(own_bridge.cloned().map(OvsStep::RemoveBridge));
            }
        }
    }

    /// The ports of others on a network, such as a virtual machine's, stay on it wherever it goes.
    fn plan_guests(&mut self, from: &NetworkPort, to: &NetworkPort) {
        let same_tag = tag_key(from.network.vlan) == tag_key(to.network.vlan);
        if same_tag && from.bridge == to.bridge {
            return;
        }
        for guest in self.observed.ovs.guests(from) {
            let mut moved = guest.clone();
            moved.bridge = to.bridge.clone();
            if !same_tag {
                moved.tag = to.network.vlan;
            }
            self.steps.push(OvsStep::ChangePort {
                from: Port::Foreign(guest.clone()),
                to: Port::Foreign(moved),
            });
        }
    }

    /// The networks of a named bond that the request does not name follow its MAC address.
    fn plan_other_networks(&mut self, bond: &BondName) {
        let uplink = Uplink::Bond(bond.clone());
        let Some((_, mac)) = self.bridges.get(&uplink) else {
            return;
        };
        if self.present_mac(&uplink) == *mac {
            return;
        }
        let ovs = &self.observed.ovs;
        let names = ovs
            .uplink_use(&uplink)
            .into_iter()
            .flat_map(|uses| uses.tags());
        let others = names.flat_map(|(_, names)| names);
        let others = others.filter(|name| !self.networks.contains_key(*name));
        let changes = others
            .filter_map(|name| ovs.network(name))
            .filter_map(|port| {
                let to = NetworkPort {
                    mac: *mac,
                    ..port.clone()
                };
                change_port(Some(&Port::Network(port.clone())), Port::Network(to))
            });
        self.steps.extend(changes);
    }

    /// A bridge goes only when nothing is left on it, whatever was thought of it.
    fn keep_occupied_bridges(&mut self) {
        let goes = |step: &OvsStep| matches!(step, OvsStep::RemoveBridge(_));
        if !self.steps.iter().any(goes) {
            return;
        }
        let mut leaving: BTreeSet<&str> = BTreeSet::new();
        let mut occupied: BTreeSet<BridgeName> = BTreeSet::new();
        for step in &self.steps {
            match step {
                OvsStep::RemovePort(port) => drop(leaving.insert(port.name())),
                OvsStep::AddPort(port) => drop(occupied.insert(port.bridge().clone())),
                OvsStep::ChangePort { from, to } => {
                    leaving.insert(from.name());
                    occupied.insert(to.bridge().clone());
                }
                _ => {}
            }
        }
        for port in self.observed.ovs.ports() {
            let stays = !matches!(port, Port::Local(_)) && !leaving.contains(port.name());
            if stays {
                occupied.insert(port.bridge().clone());
            }
        }
        let mut gone = BTreeSet::new();
        self.steps.retain(|step| match step {
            OvsStep::RemoveBridge(bridge) => {
                !occupied.contains(&bridge.name) && gone.insert(bridge.name.clone())
            }
            _ => true,
        });
    }

    fn plan_mappings(&mut self) {
        let ports = self.steps.iter().filter_map(|step| match step {
            OvsStep::AddPort(Port::Network(port)) => Some((port.name.clone(), Some(&port.bridge))),
            OvsStep::ChangePort {
                from: Port::Network(from),
                to: Port::Network(to),
            } => (from.bridge != to.bridge).then_some((to.name.clone(), Some(&to.bridge))),
            OvsStep::RemovePort(Port::Network(port)) => Some((port.name.clone(), None)),
            _ => None,
        });
        let mut changes: BTreeMap<NetworkName, Option<&BridgeName>> = ports.collect();
        let ovs = &self.observed.ovs;
        // Networks that are named and stay where they are may have lost their entry.
        for (name, change) in self.networks {
            if change.set().is_some()
                && let Some(port) = ovs.network(name)
            {
                changes.entry(name.clone()).or_insert(Some(&port.bridge));
            }
        }
        if changes.is_empty() {
            return;
        }
        let from = ovs.bridge_mappings.as_deref();
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

    /// Why the uplinks that get a new bridge cannot use one that is there.
    fn conflicts(&self) -> Vec<Conflict> {
        let is_new = |uplink: &Uplink| {
            self.bridges
                .get(uplink)
                .is_some_and(|(bridge, _)| self.added.contains(bridge))
        };
        if !self.bridges.keys().any(is_new) {
            return Vec::new();
        }
        let observed = self.observed.ovs.uplink_uses().map(|(uplink, _)| uplink);
        let uplinks: BTreeSet<&Uplink> = observed.chain(self.bridges.keys()).collect();
        let uses = uplinks
            .into_iter()
            .map(|uplink| (uplink.clone(), self.resulting.tags(uplink)));
        let mut conflicts = placement::conflicts(&uses.collect());
        conflicts.retain(|conflict| is_new(&conflict.left) || is_new(&conflict.right));
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
