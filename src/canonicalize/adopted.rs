//! Bonds of the kernel that become ours because a network of the request is on them.

use crate::model::{Bond, BondName, BondOptions, Change, Desired, Observed, SwitchType, Uplink};

/// Lets the bonds that named networks are on, and that are neither ours nor in the request, join it
/// as they are.
pub(super) fn join(desired: &mut Desired, observed: &Observed) {
    let networks = desired.networks.values().filter_map(Change::set);
    let legacy = networks.filter(|network| network.switch == SwitchType::Legacy);
    let bonds = legacy.filter_map(|network| match &network.uplink {
        Some(Uplink::Bond(bond)) => Some(bond),
        _ => None,
    });
    let mut joining = Vec::new();
    for name in bonds {
        if !desired.bonds.contains_key(name)
            && observed.bond(name).is_none()
            && let Some(bond) = as_it_is(name, observed)
        {
            joining.push((name.clone(), Change::Set(bond)));
        }
    }
    desired.bonds.extend(joining);
}

fn as_it_is(name: &BondName, observed: &Observed) -> Option<Bond> {
    observed.links.bond_link(name.as_str())?;
    let (members, options) = observed.links.bond(name.as_str())?;
    let mac = observed.links.get(name.as_str())?.mac;
    Some(Bond {
        switch: SwitchType::Legacy,
        members,
        hwaddr: mac.filter(|_| !options.has_the_active_members_mac()),
        options: BondOptions::Kernel(options.with_active(None)),
    })
}
