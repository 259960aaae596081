//! On which bridge each uplink goes.
//!
//! An uplink stays where it is as long as it can. Under the policy `per-uplink` one that has no
//! place, or cannot keep it, gets a bridge of its own; under `shared` it goes where no other uplink
//! has one of its tags.

use std::collections::{BTreeMap, BTreeSet};

use super::Planner;
use crate::model::observed::{Bridge, Port, Trunks};
use crate::model::{BridgeName, Uplink};
use crate::plan::BridgePolicy;
use crate::switch::ovs::placement::{self, Assignment, Placed, Room};

/// Where an uplink goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place<'a> {
    /// On a bridge that is there.
    On(&'a BridgeName),
    /// On a new bridge; uplinks with the same number share it.
    New(usize),
}

impl<'a> Planner<'a> {
    /// The places of the touched uplinks that will be there, and of those that must make way for
    /// them.
    pub(super) fn places(&self, touched: &BTreeSet<Uplink>) -> BTreeMap<Uplink, Place<'a>> {
        let mut places: BTreeMap<Uplink, Place<'a>> = BTreeMap::new();
        let mut homeless: BTreeSet<&Uplink> = BTreeSet::new();
        let mut is_crowded = false;
        for uplink in touched {
            if !self.resulting.has_uplink(uplink) {
                continue;
            }
            match self.bridge_before(uplink) {
                None => drop(homeless.insert(uplink)),
                Some(bridge) => {
                    is_crowded |= self.meets_others(uplink, bridge);
                    places.insert(uplink.clone(), Place::On(&bridge.name));
                }
            }
        }
        let is_shared = self.settings.bridge_policy == BridgePolicy::Shared;
        if is_crowded || (is_shared && !homeless.is_empty()) {
            return self.assign(places, &homeless);
        }
        let alone = homeless.into_iter().enumerate();
        places.extend(alone.map(|(number, uplink)| (uplink.clone(), Place::New(number))));
        places
    }

    /// The bridge of ours that an uplink has to itself or has its share of, or that its networks
    /// are on although its port is gone.
    pub(super) fn bridge_before(&self, uplink: &Uplink) -> Option<&'a Bridge> {
        let ovs = &self.observed.ovs;
        let own = ovs.bridge_of(uplink).filter(|bridge| {
            let trunks = ovs.uplink_port(uplink).and_then(Port::trunks);
            let plain = bridge.as_str().strip_prefix("nsw-") == Some(uplink.name());
            // One that carries every VLAN has been put beside the others by somebody else.
            let has_share = plain || trunks.is_some_and(Trunks::are_limited);
            has_share || ovs.uplinks_on(bridge).len() == 1
        });
        let left = || {
            let (_, networks) = ovs.uplink_use(uplink)?.tags().next()?;
            let bridge = &ovs.network(networks.first()?)?.bridge;
            (ovs.uplinks_on(bridge).len() == 0).then_some(bridge)
        };
        let bridge = ovs.bridge(own.or_else(left)?.as_str())?;
        bridge.ours.then_some(bridge)
    }

    /// Whether an uplink gets a tag that another one on its bridge will have too.
    fn meets_others(&self, uplink: &Uplink, bridge: &Bridge) -> bool {
        let others: Vec<&Uplink> = self
            .observed
            .ovs
            .uplinks_on(&bridge.name)
            .filter(|other| *other != uplink && self.resulting.has_uplink(other))
            .collect();
        if others.is_empty() {
            return false;
        }
        let mut gained = self.resulting.gained_tags(uplink);
        gained.any(|tag| others.iter().any(|it| self.resulting.has_tag(it, tag)))
    }

    /// Places all uplinks of the host anew: those that can stay do.
    fn assign(
        &self,
        mut places: BTreeMap<Uplink, Place<'a>>,
        homeless: &BTreeSet<&Uplink>,
    ) -> BTreeMap<Uplink, Place<'a>> {
        let ovs = &self.observed.ovs;
        let mut now: BTreeMap<&Uplink, Option<&'a BridgeName>> = BTreeMap::new();
        for (bridge, uplink) in ovs.placed_uplinks() {
            let is_ours = ovs.bridge(bridge.as_str()).is_some_and(|it| it.ours);
            if is_ours && self.resulting.has_uplink(uplink) {
                now.insert(uplink, Some(bridge));
            }
        }
        now.extend(homeless.iter().map(|uplink| (*uplink, None)));
        let touched: Vec<(Uplink, Place<'a>)> = places
            .iter()
            .map(|(uplink, place)| (uplink.clone(), *place))
            .collect();
        for (uplink, place) in &touched {
            if let Place::On(bridge) = place {
                now.insert(uplink, Some(bridge));
            }
        }
        let bridges: BTreeSet<&'a BridgeName> = now.values().copied().flatten().collect();
        let bridges: Vec<&'a BridgeName> = bridges.into_iter().collect();
        let rooms: Vec<Room> = bridges.iter().map(|bridge| self.room(bridge)).collect();
        let uplinks: Vec<Placed> = now
            .iter()
            .map(|(uplink, bridge)| {
                let tags = self.resulting.tags(uplink);
                let bridge = bridge.and_then(|bridge| bridges.binary_search(&bridge).ok());
                Placed {
                    networks: tags.len(),
                    tags: tags.into_keys().collect(),
                    bridge,
                }
            })
            .collect();
        let assigned = placement::assign(&uplinks, &rooms);
        // Under `per-uplink` nobody shares a bridge who did not before.
        let is_shared = self.settings.bridge_policy == BridgePolicy::Shared;
        for (number, (uplink, assignment)) in now.keys().zip(assigned).enumerate() {
            let place = match assignment {
                Assignment::Stay => continue,
                Assignment::Join(bridge) if is_shared => match bridges.get(bridge) {
                    Some(bridge) => Place::On(bridge),
                    None => Place::New(number),
                },
                Assignment::New(group) if is_shared => Place::New(group),
                Assignment::Join(_) | Assignment::New(_) => Place::New(number),
            };
            places.insert((*uplink).clone(), place);
        }
        places
    }

    /// Whether uplinks may come to a bridge: one whose own uplinks are not limited to their VLANs,
    /// or that switches somewhere else, has no room.
    fn room(&self, bridge: &BridgeName) -> Room {
        let ovs = &self.observed.ovs;
        let is_limited = |uplink: &Uplink| {
            let trunks = ovs.uplink_port(uplink).and_then(Port::trunks);
            trunks.is_some_and(Trunks::are_limited)
        };
        let touched = |uplink: &Uplink| self.resulting.touches(uplink);
        let mut uplinks = ovs.uplinks_on(bridge);
        let fits = ovs
            .bridge(bridge.as_str())
            .is_some_and(|bridge| bridge.has_datapath(&self.settings.datapath_type));
        match fits && uplinks.all(|uplink| is_limited(uplink) || touched(uplink)) {
            true => Room::Open,
            false => Room::Closed,
        }
    }
}
