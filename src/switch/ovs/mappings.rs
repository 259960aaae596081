//! `external_ids:ovn-bridge-mappings`: `network:bridge,…` (ovn-controller(8)).

use std::collections::BTreeMap;

use crate::model::{BridgeName, NetworkName};

/// The mappings with the changed networks set (`Some`) or taken out (`None`). Entries of others
/// keep their places, before ours; ours stand in the order of their names. A name with a comma
/// cannot be mapped and is left out. `None` when nothing is left.
pub(super) fn edit(
    current: &str,
    changes: &BTreeMap<NetworkName, Option<&BridgeName>>,
    is_ours: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut others: Vec<&str> = Vec::new();
    let mut ours: BTreeMap<&str, &str> = BTreeMap::new();
    for entry in current.split(',').filter(|entry| !entry.is_empty()) {
        match entry.split_once(':') {
            Some((name, bridge)) if changes.contains_key(name) || is_ours(name) => {
                ours.insert(name, bridge);
            }
            _ => others.push(entry),
        }
    }
    for (name, bridge) in changes {
        match bridge {
            Some(bridge) if !name.as_str().contains(',') => {
                ours.insert(name.as_str(), bridge.as_str());
            }
            _ => drop(ours.remove(name.as_str())),
        }
    }
    let mut edited = String::with_capacity(current.len() + 32 * changes.len());
    for entry in others {
        push(&mut edited, entry, None);
    }
    for (name, bridge) in ours {
        push(&mut edited, name, Some(bridge));
    }
    (!edited.is_empty()).then_some(edited)
}

fn push(edited: &mut String, entry: &str, bridge: Option<&str>) {
    if !edited.is_empty() {
        edited.push(',');
    }
    edited.push_str(entry);
    if let Some(bridge) = bridge {
        edited.push(':');
        edited.push_str(bridge);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_entries_stay_and_ours_are_sorted() {
        let name = |name: &str| NetworkName::new(name).unwrap();
        let bridge = BridgeName::new("nsw-eth0").unwrap();
        let changes = BTreeMap::from([
            (name("a"), Some(&bridge)),
            (name("gone"), None),
            (name("x,y"), Some(&bridge)),
        ]);
        let edited = edit("phys:br-ex,z:nsw-b,gone:nsw-b,odd", &changes, |name| {
            name == "z"
        });
        assert_eq!(edited.as_deref(), Some("phys:br-ex,odd,a:nsw-eth0,z:nsw-b"));
        let gone = BTreeMap::from([(name("a"), None)]);
        assert_eq!(edit("a:nsw-eth0", &gone, |_| true), None);
    }
}
