//! What a switch's part of a plan means for devices' IP settings.

use super::{DeviceStep, OvsStep, Step};
use crate::ip::steps::Surroundings;
use crate::model::observed::{LinkData, Observed, Port};
use crate::model::southbound;
use crate::model::{
    BondName, DeviceKind, Mtu, Network, NetworkName, NicName, Resulting, SwitchType, Uplink,
};
use crate::validate::Valid;

/// The devices that become networks' own, are taken or let go, and are made anew.
pub(super) fn surroundings(valid: &Valid, observed: &Observed, steps: &[Step]) -> Surroundings {
    let resulting = Resulting::new(valid.networks(), valid.bonds(), observed);
    let mut found = Surroundings::default();
    for named in resulting.named() {
        let before = present_device(named.name, observed);
        let after = named.desired.and_then(|it| own_device(named.name, it));
        found.own.insert(named.name.clone(), (before, after));
        if let Some(uplink) = named.desired.and_then(|network| network.uplink.as_ref()) {
            found.taken.extend(device_of(uplink));
        }
        if let Some(Uplink::Nic(nic)) = named.present.and_then(|network| network.uplink.as_ref())
            && resulting.mtu(&Uplink::Nic(nic.clone())).is_none()
        {
            found.released.insert(nic.clone());
        }
    }
    for (name, change) in valid.bonds() {
        if let Some(bond) = change.set() {
            found.taken.extend(bond.members.iter().cloned());
        }
        found.released.extend(members(name, observed));
    }
    let is_member = |nic: &NicName| resulting.staying_bond(nic).is_some();
    let used = |nic: &NicName| resulting.mtu(&Uplink::Nic(nic.clone())).is_some();
    let taken = &found.taken;
    found
        .released
        .retain(|nic| !taken.contains(nic) && !is_member(nic) && !used(nic));
    // An uplink that is a network by itself, and stays it.
    let is_own = |device: &NicName| {
        let network = observed.legacy.network_behind(device);
        network.is_some_and(|it| !it.network.bridged && !resulting.names(&it.name))
    };
    found.taken.retain(|device| !is_own(device));
    found.widened = steps.iter().filter_map(widened).collect();
    found.remade = steps.iter().filter_map(remade).collect();
    found
        .remade
        .extend(steps.iter().flat_map(|step| lowered(step, observed)));
    found
}

/// The members that a named bond has now.
fn members(name: &BondName, observed: &Observed) -> Vec<NicName> {
    observed
        .bond(name)
        .map_or_else(Vec::new, |bond| bond.members.clone())
}

/// The network's own device now.
fn present_device(name: &NetworkName, observed: &Observed) -> Option<NicName> {
    match observed.ovs.network(name) {
        Some(_) => NicName::new(name.as_str()).ok(),
        None => Some(observed.legacy.network(name)?.device.clone()),
    }
}

/// The network's own device as it will be.
fn own_device(name: &NetworkName, network: &Network) -> Option<NicName> {
    match network.switch {
        SwitchType::Ovs => NicName::new(name.as_str()).ok(),
        SwitchType::Legacy => southbound::own_device(name, network),
    }
}

fn device_of(uplink: &Uplink) -> Option<NicName> {
    match uplink {
        Uplink::Nic(nic) => Some(nic.clone()),
        Uplink::Bond(bond) => NicName::new(bond.as_str()).ok(),
        Uplink::Tunnel(_) => None,
    }
}

/// The uplink that a step makes large enough for IPv6, which the kernel then turns on.
fn widened(step: &Step) -> Option<NicName> {
    let widens = |from: u32, to: u32| {
        let least = u32::from(Mtu::MIN_IPV6);
        (1..least).contains(&from) && to >= least
    };
    let mtu = |mtu: Option<Mtu>| mtu.map_or(0, |mtu| u32::from(mtu.get()));
    match step {
        Step::Legacy(DeviceStep::Change { from, to }) => {
            widens(from.mtu, to.mtu).then(|| to.name.clone())
        }
        Step::Ovs(OvsStep::ChangePort {
            from: Port::Nic(from),
            to: Port::Nic(to),
        }) => widens(mtu(from.mtu), mtu(to.mtu)).then(|| to.name.clone()),
        _ => None,
    }
}

/// A bond that a step sets down, and what is on it, lose their IPv6 addresses and their routes.
fn lowered(step: &Step, observed: &Observed) -> Vec<NicName> {
    let Step::Legacy(DeviceStep::Change { from, to }) = step else {
        return Vec::new();
    };
    let is_bond = matches!(to.kind, DeviceKind::Bond(_));
    let Some(bond) = observed.links.get(to.name.as_str()) else {
        return Vec::new();
    };
    if !is_bond || !from.up || to.up {
        return Vec::new();
    }
    let vlans = observed
        .links
        .iter()
        .filter(|link| link.lower == Some(bond.index) && matches!(link.data, LinkData::Vlan(_)));
    let vlans = vlans.map(|link| link.name.clone());
    vlans.chain([to.name.clone()]).collect()
}

/// The device that a step removes or makes, or makes again.
fn remade(step: &Step) -> Option<NicName> {
    let port = match step {
        Step::Legacy(DeviceStep::Add(device) | DeviceStep::Remove(device)) => {
            return Some(device.name.clone());
        }
        Step::Ovs(
            OvsStep::AddPort(Port::Network(port)) | OvsStep::RemovePort(Port::Network(port)),
        ) => port,
        Step::Ovs(OvsStep::ChangePort {
            from,
            to: Port::Network(port),
        }) if *from.bridge() != port.bridge => port,
        _ => return None,
    };
    NicName::new(port.name.as_str()).ok()
}
