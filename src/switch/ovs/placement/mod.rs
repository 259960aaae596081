//! Which uplink goes on which bridge, and why not two on one.
//!
//! An Open vSwitch bridge has the VLANs inside: two networks with the same tag on one bridge, or
//! two without, are one network. Two uplinks on which some tag, or "untagged", occurs on both
//! therefore need different bridges.

mod assign;
mod colouring;
mod name;

use std::collections::BTreeMap;
use std::fmt;

pub use assign::{Assignment, Placed, Room, assign};
pub use name::bridge_name;

use crate::model::{NetworkName, Uplink};

/// Why two uplinks cannot share a bridge: a tag that networks have on both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The one uplink; smaller than the other.
    pub left: Uplink,
    /// The other uplink.
    pub right: Uplink,
    /// The smallest tag that both have; 0 is untagged.
    pub tag: u16,
    /// A network with that tag on the one.
    pub left_network: NetworkName,
    /// A network with that tag on the other.
    pub right_network: NetworkName,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            left,
            right,
            left_network,
            right_network,
            ..
        } = self;
        write!(
            f,
            "{left} and {right} need different bridges: {left_network} and {right_network} "
        )?;
        match self.tag {
            0 => f.write_str("are both untagged"),
            tag => write!(f, "both have VLAN {tag}"),
        }
    }
}

/// The uplinks that cannot share a bridge, each pair once with its first reason. `uses` tells
/// the tags on each uplink (0: untagged), each with one of its networks.
pub fn conflicts(uses: &BTreeMap<Uplink, BTreeMap<u16, &NetworkName>>) -> Vec<Conflict> {
    let mut by_tag: BTreeMap<u16, Vec<(&Uplink, &NetworkName)>> = BTreeMap::new();
    for (uplink, tags) in uses {
        for (tag, network) in tags {
            by_tag.entry(*tag).or_default().push((uplink, network));
        }
    }
    let mut found: BTreeMap<(&Uplink, &Uplink), Conflict> = BTreeMap::new();
    for (tag, users) in &by_tag {
        for (index, (left, left_network)) in users.iter().enumerate() {
            for (right, right_network) in users.iter().skip(index + 1) {
                found.entry((left, right)).or_insert_with(|| Conflict {
                    left: (*left).clone(),
                    right: (*right).clone(),
                    tag: *tag,
                    left_network: (*left_network).clone(),
                    right_network: (*right_network).clone(),
                });
            }
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NicName;

    fn nic(name: &str) -> Uplink {
        Uplink::Nic(NicName::new(name).unwrap())
    }

    #[test]
    fn uplinks_conflict_where_a_tag_is_on_both() {
        let names: Vec<_> = ["a", "b", "c", "d"]
            .iter()
            .map(|name| NetworkName::new(name).unwrap())
            .collect();
        let uses = BTreeMap::from([
            (
                nic("eth0"),
                BTreeMap::from([(0, &names[0]), (7, &names[1])]),
            ),
            (nic("eth1"), BTreeMap::from([(7, &names[2])])),
            (nic("eth2"), BTreeMap::from([(8, &names[3])])),
        ]);
        let found = conflicts(&uses);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].to_string(),
            "eth0 and eth1 need different bridges: b and c both have VLAN 7"
        );
    }
}
