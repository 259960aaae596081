//! What becomes of the devices that a plan of the legacy switch touches.

use std::collections::BTreeMap;

use super::Plan;
use super::entry::{Entry, Verb};
use super::facts::{Fact, Facts, differences, facts};
use crate::model::{BondName, Device, DeviceKind, MacAddress, NicName};

/// A device before a plan and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceChange {
    /// What it is; `None` when it is not there yet.
    pub before: Option<Device>,
    /// What it will be; `None` when it goes.
    pub after: Option<Device>,
    /// Its bridge, before or after.
    bridge: Option<NicName>,
}

impl Plan {
    /// The devices that the legacy switch makes, changes and removes, by name.
    pub fn devices(&self) -> BTreeMap<NicName, DeviceChange> {
        let mut changes: BTreeMap<NicName, DeviceChange> = BTreeMap::new();
        for step in self.device_steps() {
            let (before, after) = step.states();
            let change = changes.entry(step.name().clone());
            let change = change.or_insert_with(|| DeviceChange {
                before: before.cloned(),
                after: None,
                bridge: None,
            });
            change.after = after.cloned();
        }
        // A bond that does not change is known by its name alone.
        let master = |device: &Option<Device>| device.as_ref()?.master.clone();
        for change in changes.values_mut() {
            let master = master(&change.after).or_else(|| master(&change.before));
            change.bridge = master.filter(|name| BondName::new(name.as_str()).is_err());
        }
        changes
    }
}

impl DeviceChange {
    /// What people and programs read of it.
    pub(super) fn entry(&self, name: &NicName) -> Entry {
        let Self {
            before,
            after,
            bridge,
        } = self;
        let (verb, facts) = match (before, after) {
            (None, Some(after)) => (Verb::Add, shown(after)),
            (Some(before), Some(after)) => (
                Verb::Change,
                differences(device_facts(before), device_facts(after)),
            ),
            (before, None) => (Verb::Remove, before.as_ref().map(shown).unwrap_or_default()),
        };
        let device = after.as_ref().or(before.as_ref());
        Entry {
            verb,
            kind: device.map_or("device", |device| device.kind.name().unwrap_or("device")),
            name: name.to_string(),
            bridge: bridge.as_ref().map(NicName::to_string),
            facts,
        }
    }
}

/// What a new or leaving device is like, in short.
fn shown(device: &Device) -> Vec<Fact> {
    let mut all = device_facts(device);
    for usual in ["mac", "set", "ipv6", "alias"] {
        all.remove(usual);
    }
    facts(all)
}

fn device_facts(device: &Device) -> Facts {
    let text = |name: Option<&NicName>| name.map(NicName::to_string).unwrap_or_default();
    let mut facts = Facts::from([
        ("mtu", device.mtu.to_string()),
        ("set", if device.up { "up" } else { "down" }.to_owned()),
        ("ipv6", if device.ipv6 { "on" } else { "off" }.to_owned()),
        ("part of", text(device.master.as_ref())),
        ("alias", device.alias.clone().unwrap_or_default()),
    ]);
    // A NIC has that of its bond while it is part of one.
    if device.kind != DeviceKind::Other {
        let mac = device.mac.as_ref();
        facts.insert("mac", mac.map(MacAddress::to_string).unwrap_or_default());
    }
    match &device.kind {
        DeviceKind::Bridge(options) => drop(facts.insert("options", options.to_string())),
        DeviceKind::Vlan { lower, id } => {
            facts.insert("uplink", lower.to_string());
            facts.insert("vlan", id.to_string());
        }
        DeviceKind::Bond(options) => {
            facts.insert("options", options.to_string());
        }
        DeviceKind::Other => {}
    }
    facts
}
