//! What the kernel's devices need around the switch's transaction.

use std::collections::BTreeSet;

use super::{LinkStep, OvsStep};
use crate::model::observed::{Links, Port};
use crate::model::{Mtu, NicName, Observed, Uplink};
use crate::validate::Valid;

/// The steps before the switch's (NICs that it takes must be up) and after them (networks'
/// devices come up without IPv6, NICs that it lets go get the default MTU back). What the request names must
/// be up also where the switch has nothing to change.
pub(super) fn plan(
    steps: &[OvsStep],
    valid: &Valid,
    observed: &Observed,
) -> (Vec<LinkStep>, Vec<LinkStep>) {
    let links = &observed.links;
    let mut taken: BTreeSet<NicName> = named_nics(valid, observed);
    let mut released: BTreeSet<NicName> = BTreeSet::new();
    let mut rising: BTreeSet<NicName> = BTreeSet::new();
    let mut silent: BTreeSet<NicName> = BTreeSet::new();
    for step in steps {
        match step {
            OvsStep::AddPort(port) => taken.extend(nics(port)),
            OvsStep::RemovePort(port) => released.extend(nics(port)),
            OvsStep::ChangePort { from, to } => {
                released.extend(nics(from));
                taken.extend(nics(to));
            }
            _ => {}
        }
        rising.extend(made_guests(step, links));
        if let Some(name) = made_network(step, links) {
            rising.insert(name.clone());
            silent.insert(name);
        }
        silent.extend(widened_network(step));
    }
    let down = |name: &NicName| links.get(name.as_str()).is_some_and(|link| !link.up);
    let speaks = |name: &NicName| links.get(name.as_str()).is_some_and(|link| link.ipv6);
    for name in named_networks(valid).filter(|name| down(name)) {
        if speaks(&name) {
            silent.insert(name.clone());
        }
        rising.insert(name);
    }
    let silenced = silent
        .into_iter()
        .map(|name| LinkStep::SetIpv6 { name, on: false });
    let raised = rising
        .into_iter()
        .map(|name| LinkStep::SetUp { name, up: true });
    let mut after: Vec<LinkStep> = silenced.chain(raised).collect();
    let before = taken
        .iter()
        .filter(|name| down(name))
        .map(|name| LinkStep::SetUp {
            name: name.clone(),
            up: true,
        })
        .collect();
    for name in released.difference(&taken) {
        let default = u32::from(Mtu::DEFAULT.get());
        if let Some(link) = links.get(name.as_str()).filter(|link| link.mtu != default) {
            after.push(LinkStep::SetMtu {
                name: name.clone(),
                from: link.mtu,
                to: default,
            });
        }
    }
    (before, after)
}

/// The NICs that the named networks and bonds will use.
fn named_nics(valid: &Valid, observed: &Observed) -> BTreeSet<NicName> {
    let mut nics = BTreeSet::new();
    for network in valid.networks().values().filter_map(|change| change.set()) {
        match &network.uplink {
            Some(Uplink::Nic(name)) => drop(nics.insert(name.clone())),
            Some(Uplink::Tunnel(_)) | None => {}
            Some(Uplink::Bond(name)) => {
                let port = observed.ovs.bond(name);
                let named = valid.bonds().get(name).and_then(|change| change.set());
                let bond = named.or(port.map(|port| &port.bond));
                nics.extend(bond.into_iter().flat_map(|bond| bond.members.clone()));
            }
        }
    }
    let bonds = valid.bonds().values().filter_map(|change| change.set());
    nics.extend(bonds.flat_map(|bond| bond.members.clone()));
    nics
}

/// The devices of the named networks that will be there.
fn named_networks(valid: &Valid) -> impl Iterator<Item = NicName> {
    let set = valid
        .networks()
        .iter()
        .filter(|(_, change)| change.set().is_some());
    set.filter_map(|(name, _)| NicName::new(name.as_str()).ok())
}

/// The network whose device the step makes, or makes again because it moves to another bridge or is
/// not there.
fn made_network(step: &OvsStep, links: &Links) -> Option<NicName> {
    let port = match step {
        OvsStep::AddPort(Port::Network(port)) => port,
        OvsStep::ChangePort {
            from,
            to: Port::Network(port),
        } if *from.bridge() != port.bridge || links.get(port.name.as_str()).is_none() => port,
        _ => return None,
    };
    NicName::new(port.name.as_str()).ok()
}

/// The network whose device gets IPv6 from the kernel, as its MTU was too small for it before.
fn widened_network(step: &OvsStep) -> Option<NicName> {
    match step {
        OvsStep::ChangePort {
            from: Port::Network(from),
            to: Port::Network(to),
        } if from.network.mtu.get() < Mtu::MIN_IPV6 && to.network.mtu.get() >= Mtu::MIN_IPV6 => {
            NicName::new(to.name.as_str()).ok()
        }
        _ => None,
    }
}

/// The devices of others that the step makes again, because they move to another bridge, and that
/// are up now.
fn made_guests<'a>(step: &'a OvsStep, links: &'a Links) -> impl Iterator<Item = NicName> + 'a {
    let guests = match step {
        OvsStep::ChangePort {
            from,
            to: Port::Foreign(to),
        } if *from.bridge() != to.bridge => Some(&to.interfaces),
        _ => None,
    };
    let guests = guests.into_iter().flatten().map(|name| &**name);
    guests
        .filter(|name| links.get(name).is_some_and(|link| link.up))
        .filter_map(|name| NicName::new(name).ok())
}

/// The NICs of an uplink's port.
fn nics(port: &Port) -> Vec<NicName> {
    match port {
        Port::Nic(port) => vec![port.name.clone()],
        Port::Bond(port) => port.bond.members.clone(),
        Port::Tunnel(_) | Port::Network(_) | Port::Local(_) | Port::Foreign(_) => Vec::new(),
    }
}
