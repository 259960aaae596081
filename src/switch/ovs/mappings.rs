//! `external_ids:ovn-bridge-mappings`: `network:bridge,…` (ovn-controller(8)).

use std::collections::BTreeMap;
use std::ops::Range;

use memchr::{memchr_iter, memmem};

use crate::model::{BridgeName, NetworkName};

/// The mappings with the changed networks set (`Some`) or taken out (`None`). Entries of others
/// keep their places, before ours; ours, those of bridges of ours, stand in the order of their
/// names. A name with a comma cannot be mapped and is left out. `None` when nothing is left.
pub(super) fn edit(
    current: &str,
    changes: &BTreeMap<&str, Option<&BridgeName>>,
    is_ours: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut edited = Edited {
        current,
        text: String::with_capacity(current.len() + 32 * changes.len()),
        run: 0..0,
    };
    let mut ours: Vec<(&str, Range<usize>)> = Vec::new();
    // All are on few bridges, and neighbours mostly on the same.
    let mut last = ("", false);
    for range in entries(current) {
        let entry = current.get(range.clone()).unwrap_or_default();
        let Some((name, bridge)) = entry.split_once(':') else {
            edited.keep(range);
            continue;
        };
        if bridge != last.0 {
            last = (bridge, is_ours(bridge));
        }
        if last.1 {
            ours.push((name, range));
        } else if !changes.contains_key(name) {
            edited.keep(range);
        }
    }
    if !ours.is_sorted_by_key(|(name, _)| *name) {
        ours.sort_by_key(|(name, _)| *name);
    }
    // Both in the order of their names: one pass over both, and no look-up for each.
    let mut ours = ours.into_iter().peekable();
    for (&changed, bridge) in changes {
        while let Some((_, range)) = ours.next_if(|(name, _)| *name < changed) {
            edited.keep(range);
        }
        while ours.next_if(|(name, _)| *name == changed).is_some() {}
        if let Some(bridge) = bridge.filter(|_| !changed.contains(',')) {
            edited.add(changed, bridge);
        }
    }
    ours.for_each(|(_, range)| edited.keep(range));
    let text = edited.finish();
    (!text.is_empty()).then_some(text)
}

/// Whether a network has an entry with this bridge, and no other: much less work than to edit. One
/// whose name has a comma cannot have any, and needs none.
pub(super) fn holds(current: &str, name: &NetworkName, bridge: &BridgeName) -> bool {
    let key = format!("{name}:");
    let mut places = memmem::find_iter(current.as_bytes(), &key)
        .filter(|place| *place == 0 || current.as_bytes().get(place - 1) == Some(&b','))
        .map(|place| current.get(place + key.len()..).unwrap_or_default());
    let (only, other) = (places.next(), places.next());
    let mapped = only.and_then(|rest| rest.split(',').next());
    name.as_str().contains(',') || mapped == Some(bridge.as_str()) && other.is_none()
}

/// The networks of a text, each with its bridge.
pub(crate) fn mapped(current: &str) -> impl Iterator<Item = (&str, &str)> {
    let entries = entries(current).filter_map(|range| current.get(range));
    entries.filter_map(|entry| entry.split_once(':'))
}

/// Where the entries are in a text.
fn entries(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let ends = memchr_iter(b',', text.as_bytes()).chain([text.len()]);
    ends.map(move |end| std::mem::replace(&mut start, end + 1)..end)
        .filter(|range| !range.is_empty())
}

/// The mappings to be. What stays together is copied together.
struct Edited<'a> {
    current: &'a str,
    text: String,
    /// What is to be copied from `current` next.
    run: Range<usize>,
}

impl Edited<'_> {
    fn keep(&mut self, entry: Range<usize>) {
        if self.run.is_empty() || self.run.end + 1 != entry.start {
            self.copy();
            self.run = entry;
        } else {
            self.run.end = entry.end;
        }
    }

    fn add(&mut self, name: &str, bridge: &BridgeName) {
        self.copy();
        self.separate();
        self.text.push_str(name);
        self.text.push(':');
        self.text.push_str(bridge.as_str());
    }

    fn copy(&mut self) {
        let run = std::mem::take(&mut self.run);
        if let Some(run) = self.current.get(run).filter(|run| !run.is_empty()) {
            self.separate();
            self.text.push_str(run);
        }
    }

    fn separate(&mut self) {
        if !self.text.is_empty() {
            self.text.push(',');
        }
    }

    fn finish(mut self) -> String {
        self.copy();
        self.text
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
            ("a", Some(&bridge)),
            ("gone", None),
            ("y", Some(&bridge)),
            ("x,y", Some(&bridge)),
        ]);
        let is_ours = |bridge: &str| bridge.starts_with("nsw-");
        let current = "phys:br-ex,z:nsw-b,gone:nsw-b,y:br-ex,c:nsw-b,odd";
        let edited = edit(current, &changes, is_ours);
        let expected = "phys:br-ex,odd,a:nsw-eth0,c:nsw-b,y:nsw-eth0,z:nsw-b";
        assert_eq!(edited.as_deref(), Some(expected));
        let holds = |text: &str, network: &str| holds(text, &name(network), &bridge);
        assert!(holds(expected, "a") && holds(expected, "y") && holds("", "x,y"));
        for missing in ["z", "gone", "odd", "ys", "phys"] {
            assert!(!holds(expected, missing), "{missing}");
        }
        assert!(!holds("a:br-ex,a:nsw-eth0", "a") && !holds("a:nsw-eth01", "a"));
        let gone = BTreeMap::from([("a", None)]);
        assert_eq!(edit("a:nsw-eth0", &gone, is_ours), None);
    }
}
