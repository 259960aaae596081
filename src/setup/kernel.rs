//! Whether the kernel's devices are what a plan was to make of them.

use std::collections::BTreeSet;

use super::error::Mismatch;
use crate::link::LinkChange;
use crate::model::observed::{Link, Links, NetworkPort, Port};
use crate::model::{Mtu, NicName};
use crate::plan::{OvsStep, Plan, Step};

/// The devices that are not as the plan's networks and uplinks should have them.
pub(super) fn mismatches(plan: &Plan, links: &Links) -> Vec<Mismatch> {
    let ports = plan.ovs_steps().filter_map(|step| match step {
        OvsStep::AddPort(port) | OvsStep::ChangePort { to: port, .. } => Some(port),
        _ => None,
    });
    let mut found = Vec::new();
    for port in ports {
        match port {
            Port::Network(port) => found.extend(network(port, links)),
            Port::Nic(port) => found.extend(uplink(&port.name, port.mtu, links)),
            Port::Bond(port) => {
                let members = port.mtus.iter();
                found.extend(members.filter_map(|(name, mtu)| uplink(name, *mtu, links)));
            }
            Port::Local(_) | Port::Foreign(_) => {}
        }
    }
    found
}

/// What it takes to give the plan's devices the state and the MTU that they had `before`. Devices
/// that are not there now or were not before are left alone.
pub(super) fn restorations(plan: &Plan, before: &Links, now: &Links) -> Vec<LinkChange> {
    let names: BTreeSet<&str> = plan.steps.iter().flat_map(devices).collect();
    let mut changes = Vec::new();
    for name in names {
        let (Some(before), Some(now)) = (before.get(name), now.get(name)) else {
            continue;
        };
        let name = &now.name;
        if before.mtu != now.mtu {
            changes.push(LinkChange::SetMtu {
                name: name.clone(),
                mtu: before.mtu,
            });
        }
        if before.up != now.up {
            changes.push(LinkChange::SetUp {
                name: name.clone(),
                up: before.up,
            });
        }
    }
    changes
}

/// The devices that a step can have an effect on.
fn devices(step: &Step) -> Vec<&str> {
    match step {
        Step::Link(step) => vec![step.name().as_str()],
        Step::Ovs(OvsStep::AddPort(port) | OvsStep::RemovePort(port)) => devices_of(port),
        Step::Ovs(OvsStep::ChangePort { from, to }) => {
            let mut devices = devices_of(from);
            devices.extend(devices_of(to));
            devices
        }
        Step::Ovs(OvsStep::AddBridge(bridge) | OvsStep::RemoveBridge(bridge)) => {
            vec![bridge.name.as_str()]
        }
        Step::Ovs(OvsStep::ChangeBridge { .. } | OvsStep::SetBridgeMappings { .. }) => Vec::new(),
    }
}

fn devices_of(port: &Port) -> Vec<&str> {
    match port {
        Port::Network(port) => vec![port.name.as_str()],
        Port::Nic(port) => vec![port.name.as_str()],
        Port::Bond(port) => port.bond.members.iter().map(NicName::as_str).collect(),
        Port::Local(bridge) => vec![bridge.as_str()],
        Port::Foreign(port) => port.interfaces.iter().map(|name| &**name).collect(),
    }
}

fn network(port: &NetworkPort, links: &Links) -> Option<Mismatch> {
    check(port.name.as_str(), links, |link| {
        let mtu = wrong_mtu(link, Some(port.network.mtu));
        let mac = port.mac.filter(|mac| link.mac != Some(*mac));
        let mac = mac.map(|mac| format!("does not have the MAC address {mac}"));
        mtu.or(mac)
            .or_else(|| (!link.up).then(|| "is not up".to_owned()))
    })
}

fn uplink(name: &NicName, mtu: Option<Mtu>, links: &Links) -> Option<Mismatch> {
    check(name.as_str(), links, |link| wrong_mtu(link, mtu))
}

fn check(
    device: &str,
    links: &Links,
    wrong: impl FnOnce(&Link) -> Option<String>,
) -> Option<Mismatch> {
    let reason = match links.get(device) {
        None => Some("is not there".to_owned()),
        Some(link) => wrong(link),
    };
    reason.map(|reason| Mismatch {
        device: device.to_owned(),
        reason,
    })
}

fn wrong_mtu(link: &Link, mtu: Option<Mtu>) -> Option<String> {
    let mtu = mtu.filter(|mtu| u32::from(mtu.get()) != link.mtu)?;
    Some(format!("has MTU {} instead of {mtu}", link.mtu))
}
