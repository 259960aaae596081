//! Whether the kernel's devices are what a plan was to make of them, or what they were before.

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
            // A tunnel is no device of its own.
            Port::Tunnel(_) | Port::Local(_) | Port::Foreign(_) => {}
        }
    }
    found
}

/// The MTUs that devices of networks have not got yet. In the kernel's datapath ovs-vswitchd asks for
/// the MTU of a new device before there is one ("failed to set MTU for network device": "No such
/// device"), and again only when something else changes (`iface_do_create`, vswitchd/bridge.c).
pub(super) fn late_mtus(plan: &Plan, links: &Links) -> Vec<LinkChange> {
    let late = networks(plan).filter_map(|port| {
        let link = links.get(port.name.as_str())?;
        wrong_mtu(link, Some(port.network.mtu))?;
        Some(LinkChange::SetMtu {
            name: link.name.clone(),
            mtu: port.network.mtu.get().into(),
        })
    });
    late.collect()
}

/// The networks that a plan makes or changes.
fn networks(plan: &Plan) -> impl Iterator<Item = &NetworkPort> {
    plan.ovs_steps().filter_map(|step| match step {
        OvsStep::AddPort(Port::Network(port))
        | OvsStep::ChangePort {
            to: Port::Network(port),
            ..
        } => Some(port),
        _ => None,
    })
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

/// What the kernel has made of a device once it has acknowledged a change.
pub(super) fn change(link: &mut Link, change: &LinkChange) {
    match change {
        LinkChange::SetUp { up, .. } => link.up = *up,
        LinkChange::SetMtu { mtu, .. } => link.mtu = *mtu,
        LinkChange::SetIpv6 { on, .. } => link.ipv6 = *on,
        // These are a switch's.
        LinkChange::Add(_)
        | LinkChange::Change { .. }
        | LinkChange::Remove(_)
        | LinkChange::Ip(_) => {}
    }
}

/// The devices that a plan has to do with, before it is carried out.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Those that are there, as they are.
    there: Vec<Link>,
    /// The names of the others.
    absent: Vec<String>,
}

/// The devices, as they are now, that a plan has to do with.
pub(super) fn touched(plan: &Plan, links: &Links) -> Touched {
    let mut names: Vec<&str> = Vec::new();
    for step in &plan.steps {
        match step {
            Step::Link(step) => names.push(step.name().as_str()),
            Step::Ovs(OvsStep::AddPort(port) | OvsStep::RemovePort(port)) => {
                names.extend(port.interfaces());
            }
            Step::Ovs(OvsStep::ChangePort { from, to }) => {
                names.extend(from.interfaces());
                names.extend(to.interfaces());
            }
            // The legacy switch looks after its devices itself, and so do IP settings.
            Step::Ovs(_) | Step::Legacy(_) | Step::Ip(_) | Step::SetNameservers { .. } => {}
        }
    }
    names.sort();
    names.dedup();
    let mut touched = Touched::default();
    for name in names {
        match links.get(name) {
            Some(link) => touched.there.push(link.clone()),
            None => touched.absent.push(name.to_owned()),
        }
    }
    touched
}

/// What gives the devices the state that they had before: one that was made anew is not up.
pub(super) fn restore(before: &Touched, now: &Links) -> Vec<LinkChange> {
    let mut changes = Vec::new();
    for was in &before.there {
        let Some(is) = now.get(was.name.as_str()) else {
            continue;
        };
        if is.mtu != was.mtu {
            changes.push(LinkChange::SetMtu {
                name: was.name.clone(),
                mtu: was.mtu,
            });
        }
        if is.ipv6 != was.ipv6 {
            changes.push(LinkChange::SetIpv6 {
                name: was.name.clone(),
                on: was.ipv6,
            });
        }
        if is.up != was.up {
            changes.push(LinkChange::SetUp {
                name: was.name.clone(),
                up: was.up,
            });
        }
    }
    changes
}

/// How the devices differ from before, for a person. A NIC that has gone did so by itself: there
/// is nothing about it that could be taken back.
pub(super) fn differences(before: &Touched, now: &Links) -> Vec<String> {
    let differs = |was: &Link| {
        let name = &was.name;
        match now.get(name.as_str()) {
            None => is_of_switch(was).then(|| format!("{name} is not there")),
            Some(is) if is.mtu != was.mtu => Some(format!("{name} has MTU {}", is.mtu)),
            Some(is) if is.up != was.up => Some(format!("{name} is up or down as it was not")),
            Some(is) if is.ipv6 != was.ipv6 => {
                Some(format!("{name} has IPv6 on or off as it was not"))
            }
            Some(is) if is.mac != was.mac => Some(format!("{name} has another MAC address")),
            Some(_) => None,
        }
    };
    let absent = before.absent.iter().filter_map(|name| now.get(name));
    let stays = absent.filter(|link| is_of_switch(link));
    let stays = stays.map(|link| format!("{} is still there", link.name));
    before
        .there
        .iter()
        .filter_map(differs)
        .chain(stays)
        .collect()
}

/// Whether it is a device that ovs-vswitchd makes: in the kernel's datapath or as a tap.
fn is_of_switch(link: &Link) -> bool {
    matches!(link.kind.as_deref(), Some("openvswitch" | "tun"))
}
