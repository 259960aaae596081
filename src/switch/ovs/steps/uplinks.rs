//! Uplinks: their ports, and the address that their networks take.

use std::collections::{BTreeMap, BTreeSet};

use super::places::Place;
use super::{Planner, change_port};
use crate::model::observed::{BondPort, NicPort, Port, Trunks, TunnelPort};
use crate::model::{BridgeName, MacAddress, NicName, Uplink};
use crate::plan::{BridgePolicy, OvsStep};

impl<'a> Planner<'a> {
    /// Plans every uplink that the request touches or moves, and the bridges that they are on, go
    /// to and leave.
    pub(super) fn plan_uplinks(&mut self) {
        let ovs = &self.observed.ovs;
        let touched = self.resulting.touched_uplinks();
        let places = self.places(&touched);
        let planned: BTreeSet<&Uplink> = touched.iter().chain(places.keys()).collect();
        let users = self.users(&planned, &places);
        let mut bridges: BTreeMap<Place<'a>, BridgeName> = BTreeMap::new();
        for uplink in planned {
            let before = ovs.uplink_port(uplink);
            let Some(place) = places.get(uplink) else {
                self.steps.extend(before.cloned().map(OvsStep::RemovePort));
                continue;
            };
            if before.is_none() && self.is_lost(uplink) {
                continue;
            }
            let sharing = users.get(place).map_or(1, BTreeSet::len);
            let bridge = match bridges.get(place) {
                Some(bridge) => bridge.clone(),
                None => self.plan_bridge(*place, uplink.name(), users.get(place)),
            };
            bridges.insert(*place, bridge.clone());
            let mac = self.mac(uplink);
            let trunks = self.trunks(uplink, sharing);
            let port = self.uplink_port(uplink, &bridge, trunks);
            self.steps
                .extend(port.and_then(|port| change_port(before, port)));
            self.bridges.insert(uplink.clone(), (bridge, mac));
        }
        for (place, users) in &users {
            if !bridges.contains_key(place) {
                self.leave_bridge(*place, users);
            }
        }
    }

    /// Whether others have taken an uplink's port, and no named network will use it, whose rules
    /// would say so: then it is left to them.
    fn is_lost(&self, uplink: &Uplink) -> bool {
        let ovs = &self.observed.ovs;
        let name = uplink.name();
        let is_taken = ovs.port(name).is_some() || ovs.port_of_interface(name).is_some();
        is_taken && !self.resulting.is_named(uplink)
    }

    /// The uplinks that will be on each bridge that a planned uplink is on or goes to.
    fn users(
        &self,
        planned: &BTreeSet<&Uplink>,
        places: &BTreeMap<Uplink, Place<'a>>,
    ) -> BTreeMap<Place<'a>, BTreeSet<Uplink>> {
        let ovs = &self.observed.ovs;
        let mut users: BTreeMap<Place<'a>, BTreeSet<Uplink>> = BTreeMap::new();
        for (uplink, place) in places {
            users.entry(*place).or_default().insert(uplink.clone());
        }
        for uplink in planned {
            let before = self.bridge_before(uplink).map(|bridge| &bridge.name);
            for bridge in before.into_iter().chain(ovs.bridge_of(uplink)) {
                users.entry(Place::On(bridge)).or_default();
            }
        }
        for (place, users) in &mut users {
            if let Place::On(bridge) = place {
                let staying = ovs.uplinks_on(bridge);
                users.extend(staying.filter(|uplink| !planned.contains(uplink)).cloned());
            }
        }
        users
    }

    /// Adds the bridge or brings the one that is there in line; gives its name.
    fn plan_bridge(
        &mut self,
        place: Place<'a>,
        owner: &str,
        users: Option<&BTreeSet<Uplink>>,
    ) -> BridgeName {
        let stp = self.is_spanning(users);
        let there = match place {
            Place::On(name) => self.observed.ovs.bridge(name.as_str()),
            Place::New(_) => None,
        };
        let Some(bridge) = there else {
            return self.add_bridge(owner, stp);
        };
        self.keep_bridge(bridge, stp);
        bridge.name.clone()
    }

    /// A bridge that planned uplinks have left: it goes with the last of its uplinks.
    fn leave_bridge(&mut self, place: Place<'a>, users: &BTreeSet<Uplink>) {
        let Place::On(name) = place else {
            return;
        };
        let bridge = self.observed.ovs.bridge(name.as_str());
        let Some(bridge) = bridge.filter(|bridge| bridge.ours) else {
            return;
        };
        match users.is_empty() {
            true => self.steps.push(OvsStep::RemoveBridge(bridge.clone())),
            false => self.keep_bridge(bridge, self.is_spanning(Some(users))),
        }
    }

    fn is_spanning(&self, users: Option<&BTreeSet<Uplink>>) -> bool {
        let mut users = users.into_iter().flatten();
        users.any(|uplink| self.resulting.spanning(uplink))
    }

    /// The VLANs of an uplink on a bridge that so many share: its own alone where others are, or
    /// may come.
    fn trunks(&self, uplink: &Uplink, sharing: usize) -> Trunks {
        match self.settings.bridge_policy {
            BridgePolicy::PerUplink if sharing <= 1 => Trunks::All,
            BridgePolicy::PerUplink | BridgePolicy::Shared => {
                Trunks::only(self.resulting.tags(uplink).into_keys())
            }
        }
    }

    fn uplink_port(&self, uplink: &Uplink, bridge: &BridgeName, trunks: Trunks) -> Option<Port> {
        let mtu = self.resulting.mtu(uplink).unwrap_or_default();
        let bridge = bridge.clone();
        let drifted = false;
        Some(match uplink {
            Uplink::Nic(name) => Port::Nic(NicPort {
                name: name.clone(),
                bridge,
                mtu: Some(mtu),
                trunks,
                drifted,
            }),
            Uplink::Bond(name) => {
                let bond = self.resulting.bond(name)?.clone();
                let members = bond.members.iter();
                Port::Bond(Box::new(BondPort {
                    name: name.clone(),
                    bridge,
                    mtus: members.map(|nic| (nic.clone(), Some(mtu))).collect(),
                    bond,
                    trunks,
                    drifted,
                }))
            }
            Uplink::Tunnel(tunnel) => Port::Tunnel(TunnelPort {
                tunnel: tunnel.clone(),
                bridge,
                trunks,
                drifted,
            }),
        })
    }

    /// The address that networks on the uplink take: the NIC's, the one asked for the bond, the
    /// one that the bond's networks have as long as it is a member's, else its first member's. A
    /// tunnel has none of its own: theirs is made up, once, so that it stays when they move.
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
            Uplink::Tunnel(tunnel) => Some(
                self.present_mac(uplink)
                    .unwrap_or_else(|| self.derived_mac(tunnel.name())),
            ),
        }
    }

    fn nic_mac(&self, name: &NicName) -> Option<MacAddress> {
        self.observed
            .links
            .get(name.as_str())
            .and_then(|link| link.permanent_mac.or(link.mac))
    }

    /// The address that networks on the uplink have now.
    pub(super) fn present_mac(&self, uplink: &Uplink) -> Option<MacAddress> {
        let ovs = &self.observed.ovs;
        let (_, networks) = ovs.uplink_use(uplink)?.tags().next()?;
        ovs.network(networks.first()?)?.mac
    }
}
