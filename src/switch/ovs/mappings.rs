//! `external_ids:ovn-bridge-mappings`: `network:bridge,…` (ovn-controller(8)).

use std::collections::BTreeMap;

use crate::model::{BridgeName, NetworkName};

/// The mappings with the changed networks set (`Some`) or taken out (`None`). Entries of others
/// keep their places, before ours; ours, those of bridges of ours, stand in the order of their
/// names. A name with a comma cannot be mapped and is left out. `None` when nothing is left.
pub(super) fn edit(
    current: &str,
    changes: &BTreeMap<NetworkName, Option<&BridgeName>>,
    is_ours: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut edited = String::with_capacity(current.len() + 32 * changes.len());
    let mut ours: Vec<(&str, &str)> = Vec::new();
    // All are on few bridges, and neighbours mostly on the same.
    let mut last = ("", false);
    for entry in current.split(',').filter(|entry| !entry.is_empty()) {
        let Some((name, bridge)) = entry.split_once(':') else {
            push(&mut edited, entry, None);
            continue;
        };
        if bridge != last.0 {
            last = (bridge, is_ours(bridge));
        }
        if last.1 {
            ours.push((name, bridge));
        } else if !changes.contains_key(name) {
            push(&mut edited, entry, None);
        }
    }
    if !ours.is_sorted() {
        ours.sort_unstable();
    }
    // Both in the order of their names: one pass over both, and no look-up for each.
    let mut ours = ours.into_iter().peekable();
    for (changed, bridge) in changes {
        while let Some((name, bridge)) = ours.next_if(|(name, _)| *name < changed.as_str()) {
            push(&mut edited, name, Some(bridge));
        }
        while ours
            .next_if(|(name, _)| *name == changed.as_str())
            .is_some()
        {}
        if let Some(bridge) = bridge.filter(|_| !changed.as_str().contains(',')) {
            push(&mut edited, changed.as_str(), Some(bridge.as_str()));
        }
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
            (name("y"), Some(&bridge)),
            (name("x,y"), Some(&bridge)),
        ]);
        let is_ours = |bridge: &str| bridge.starts_with("nsw-");
        let current = "phys:br-ex,z:nsw-b,gone:nsw-b,y:br-ex,c:nsw-b,odd";
        let edited = edit(current, &changes, is_ours);
        let expected = "phys:br-ex,odd,a:nsw-eth0,c:nsw-b,y:nsw-eth0,z:nsw-b";
        assert_eq!(edited.as_deref(), Some(expected));
        let gone = BTreeMap::from([(name("a"), None)]);
        assert_eq!(edit("a:nsw-eth0", &gone, is_ours), None);
    }
}
