//! Whether devices are what they shall be.

use std::collections::BTreeMap;

use crate::model::observed::Links;
use crate::model::{Device, DeviceKind, KernelBond, NicName};
use crate::switch::InterfaceFailure;

/// The devices that are not what they shall be.
pub(super) fn mismatches(
    target: &BTreeMap<NicName, Option<Device>>,
    links: &Links,
) -> Vec<InterfaceFailure> {
    let failure = |(name, then): (&NicName, &Option<Device>)| {
        let now = links.device(name.as_str());
        let reason = match (now, then) {
            (None, None) => None,
            (Some(_), None) => Some("is still there".to_owned()),
            (None, Some(_)) => Some("is not there".to_owned()),
            (Some(now), Some(then)) => difference(&now, then),
        };
        Some(InterfaceFailure {
            name: name.to_string(),
            reason: reason?,
        })
    };
    target.iter().filter_map(failure).collect()
}

/// The same for a person, after everything was taken back. A NIC that has gone did so by itself.
pub(super) fn differences(
    target: &BTreeMap<NicName, Option<Device>>,
    links: &Links,
) -> Vec<String> {
    let is_gone = |failure: &InterfaceFailure| {
        let was = target.get(failure.name.as_str()).and_then(Option::as_ref);
        let is_nic = was.is_some_and(|was| was.kind == DeviceKind::Other);
        is_nic && links.get(&failure.name).is_none()
    };
    let failures = mismatches(target, links).into_iter();
    let failures = failures.filter(|failure| !is_gone(failure));
    failures
        .map(|it| format!("{} {}", it.name, it.reason))
        .collect()
}

/// The first thing that differs.
fn difference(now: &Device, then: &Device) -> Option<String> {
    let text = |name: &Option<NicName>| {
        name.as_ref()
            .map_or("nothing".to_owned(), NicName::to_string)
    };
    if now.master != then.master {
        let (now, then) = (text(&now.master), text(&then.master));
        return Some(format!("is part of {now} instead of {then}"));
    }
    if now.mtu != then.mtu && then.mtu != 0 {
        return Some(format!("has MTU {} instead of {}", now.mtu, then.mtu));
    }
    if now.up != then.up {
        let state = if now.up { "up" } else { "not up" };
        return Some(format!("is {state}"));
    }
    // A member has its bond's.
    let is_managed = then.kind != DeviceKind::Other || then.master.is_none();
    if let Some(mac) = then.mac.filter(|mac| is_managed && now.mac != Some(*mac)) {
        return Some(format!("does not have the MAC address {mac}"));
    }
    if !is_same_kind(&now.kind, &then.kind) {
        return Some(format!(
            "is {} instead of {}",
            told(&now.kind),
            told(&then.kind)
        ));
    }
    if now.priority != then.priority {
        return Some(format!(
            "has priority {} instead of {}",
            now.priority, then.priority
        ));
    }
    if now.alias != then.alias {
        return Some("does not carry its mark".to_owned());
    }
    // Off, it stays off; on, it is on as long as the device is up and large enough.
    let is_silent = !then.ipv6 && then.kind != DeviceKind::Other;
    (now.ipv6 && is_silent).then(|| "speaks IPv6".to_owned())
}

/// Which member is in use changes by itself.
fn is_same_kind(now: &DeviceKind, then: &DeviceKind) -> bool {
    let lasting = |bond: &KernelBond| bond.with_active(None);
    match (now, then) {
        (DeviceKind::Bond(now), DeviceKind::Bond(then)) => lasting(now) == lasting(then),
        (DeviceKind::Bridge(now), DeviceKind::Bridge(then)) => now.changes(then).is_empty(),
        (now, then) => now == then,
    }
}

fn told(kind: &DeviceKind) -> String {
    match kind {
        DeviceKind::Bridge(options) if options.is_empty() => "a plain bridge".to_owned(),
        DeviceKind::Bridge(options) => format!("a bridge with {options}"),
        DeviceKind::Vlan { lower, id } => format!("VLAN {id} of {lower}"),
        DeviceKind::Bond(bond) => format!("a bond with {bond}"),
        DeviceKind::Other => "another device".to_owned(),
    }
}
