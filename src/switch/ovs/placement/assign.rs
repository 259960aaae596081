//! Which uplinks share a bridge.
//!
//! What matters, in this order: no two uplinks with a tag in common are on one bridge; as few
//! uplinks as can be leave the bridge that they are on; the uplinks are on as few bridges as can
//! be; those that move have few networks.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::colouring::{self, Graph};

/// Up to so many uplinks the best way is looked for; beyond, a good one is taken.
const EXACT: usize = 12;

/// An uplink that is to have a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The tags that networks will have on it (0: untagged).
    pub tags: Vec<u16>,
    /// The number of the bridge that it is on; `None` for one that is new.
    pub bridge: Option<usize>,
    /// How many networks would move with it.
    pub networks: usize,
}

/// Whether uplinks may come to a bridge. Those that are there may stay in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// They may.
    Open,
    /// They may not.
    Closed,
}

/// The place of an uplink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// Where it is.
    Stay,
    /// On the bridge of this number.
    Join(usize),
    /// On a new bridge, together with all that have this number.
    New(usize),
}

/// Assigns every uplink to a bridge: one of `rooms`, by its number, or a new one. An uplink stays
/// unless it has a tag in common with another one on its bridge. The result depends on the
/// arguments and their order alone.
///
/// Exact for up to 12 uplinks; beyond, no worse than giving those that move the first bridge that
/// has room for them.
pub fn assign(uplinks: &[Placed], rooms: &[Room]) -> Vec<Assignment> {
    let graph = Graph::of_tags(uplinks.iter().map(|uplink| uplink.tags.as_slice()));
    let mut on_bridge: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, uplink) in uplinks.iter().enumerate() {
        if let Some(bridge) = uplink.bridge {
            on_bridge.entry(bridge).or_default().push(number);
        }
    }
    let is_small = uplinks.len() <= EXACT;
    let choices: Vec<(usize, Vec<Vec<usize>>)> = on_bridge
        .into_iter()
        .map(|(bridge, members)| {
            let kept = match is_small {
                true => graph.largest_independent(&members),
                false => vec![keep_most(&graph, uplinks, members)],
            };
            (bridge, kept)
        })
        .collect();
    let mut best: Option<Plan> = None;
    // Of each bridge's ways to keep the most, one; all combinations. Few: beyond one bridge's
    // conflicts there is nothing to choose.
    let mut choice = vec![0; choices.len()];
    loop {
        let plan = Plan::new(&graph, uplinks, rooms, &choices, &choice, is_small);
        if best.as_ref().is_none_or(|best| plan.cost < best.cost) {
            best = Some(plan);
        }
        if !next(&mut choice, &choices) {
            break;
        }
    }
    best.map(|plan| plan.places).unwrap_or_default()
}

/// The next combination; false when all were there.
fn next(choice: &mut [usize], choices: &[(usize, Vec<Vec<usize>>)]) -> bool {
    for (chosen, (_, ways)) in choice.iter_mut().zip(choices) {
        *chosen += 1;
        if *chosen < ways.len() {
            return true;
        }
        *chosen = 0;
    }
    false
}

/// A large set of a bridge's uplinks that have no tags in common: each that is left out has one in
/// common with one that is kept.
fn keep_most(graph: &Graph, uplinks: &[Placed], mut members: Vec<usize>) -> Vec<usize> {
    let networks = |number: usize| uplinks.get(number).map_or(0, |uplink| uplink.networks);
    let among = members.clone();
    members.sort_by_key(|number| {
        let met = among
            .iter()
            .filter(|other| graph.conflict(*number, **other));
        (met.count(), Reverse(networks(*number)), *number)
    });
    let mut kept: Vec<usize> = Vec::new();
    for number in members {
        if !kept.iter().any(|other| graph.conflict(number, *other)) {
            kept.push(number);
        }
    }
    kept
}

/// One way to do it, and what it costs.
struct Plan {
    places: Vec<Assignment>,
    /// New bridges, then networks that move; how many uplinks move is the same for all.
    cost: (usize, usize),
}

impl Plan {
    fn new(
        graph: &Graph,
        uplinks: &[Placed],
        rooms: &[Room],
        choices: &[(usize, Vec<Vec<usize>>)],
        choice: &[usize],
        is_small: bool,
    ) -> Plan {
        let mut places = vec![Assignment::New(0); uplinks.len()];
        let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
        for ((bridge, ways), chosen) in choices.iter().zip(choice) {
            let kept = ways.get(*chosen).cloned().unwrap_or_default();
            for number in &kept {
                if let Some(place) = places.get_mut(*number) {
                    *place = Assignment::Stay;
                }
            }
            if rooms.get(*bridge) == Some(&Room::Open) {
                open.push((*bridge, kept));
            }
        }
        let moving = |number: &usize| places.get(*number) != Some(&Assignment::Stay);
        let free: Vec<usize> = (0..uplinks.len()).filter(moving).collect();
        let groups: Vec<Vec<usize>> = open.iter().map(|(_, kept)| kept.clone()).collect();
        let colours = match is_small {
            true => colouring::exact(graph, &free, &groups),
            false => colouring::good(graph, &free, &groups),
        };
        let mut cost = (0, 0);
        for (number, colour) in free.iter().zip(colours) {
            let place = match open.get(colour) {
                Some((bridge, _)) => Assignment::Join(*bridge),
                None => Assignment::New(colour - open.len()),
            };
            if let Assignment::New(group) = place {
                cost.0 = cost.0.max(group + 1);
            }
            if let Some(uplink) = uplinks
                .get(*number)
                .filter(|uplink| uplink.bridge.is_some())
            {
                cost.1 += uplink.networks;
            }
            if let Some(slot) = places.get_mut(*number) {
                *slot = place;
            }
        }
        Plan { places, cost }
    }
}

#[cfg(test)]
mod tests;
