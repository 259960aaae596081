//! From what was asked to one form of it: every default filled in, one spelling of everything.

mod bond_options;

use std::collections::BTreeMap;

use crate::model::request::{BondAttributes, NetworkAttributes};
use crate::model::{
    Bond, BondName, Change, Code, Desired, Flaws, NativeBond, Network, NetworkName, Observed,
    Pointer, Request, SwitchType, Uplink,
};

/// Puts a request into canonical form. What the form depends on besides the request is the bonds
/// that are there: they keep their switch and their MAC address unless the request says otherwise.
///
/// What cannot be understood is added to the request's [`flaws`](Desired::flaws).
pub fn canonicalize(request: Request, observed: &Observed) -> Desired {
    let mut flaws = request.flaws;
    let named = request.networks.into_iter();
    let networks: BTreeMap<NetworkName, Change<Network>> = named
        .map(|(name, asked)| (name, change(asked.remove, || network(asked))))
        .collect();
    let switches = switches(&networks);
    let named = request.bondings.into_iter();
    let bonds = named
        .map(|(name, asked)| {
            let present = observed.ovs.bond(&name).map(|port| &port.bond);
            let present_switch = present.map(|bond| bond.switch);
            let switch = asked.switch.or(switches.get(&name).copied());
            let switch = switch.or(present_switch).unwrap_or_default();
            let change = change(asked.remove, || Bond {
                hwaddr: asked.hwaddr.or(present.and_then(|bond| bond.hwaddr)),
                ..bond(&name, asked, switch, &mut flaws)
            });
            (name, change)
        })
        .collect();
    Desired {
        networks,
        bonds,
        flaws,
    }
}

fn change<T>(remove: bool, set: impl FnOnce() -> T) -> Change<T> {
    match remove {
        true => Change::Remove,
        false => Change::Set(set()),
    }
}

fn network(asked: NetworkAttributes) -> Network {
    let bridged = asked.bridged.unwrap_or(true);
    let nic = asked.nic.map(Uplink::Nic);
    Network {
        switch: match asked.custom.ovs {
            Some(true) => SwitchType::Ovs,
            _ => asked.switch.unwrap_or_default(),
        },
        uplink: nic.or(asked.bonding.map(Uplink::Bond)),
        vlan: asked.vlan,
        mtu: asked.mtu.unwrap_or_default(),
        bridged,
        stp: bridged && asked.stp.unwrap_or(false),
    }
}

/// The switch of each bond that a network uses: where a bond does not say its own, it is that.
fn switches(networks: &BTreeMap<NetworkName, Change<Network>>) -> BTreeMap<BondName, SwitchType> {
    let networks = networks.values().filter_map(Change::set);
    networks
        .filter_map(|network| match &network.uplink {
            Some(Uplink::Bond(bond)) => Some((bond.clone(), network.switch)),
            _ => None,
        })
        .collect()
}

fn bond(name: &BondName, asked: BondAttributes, switch: SwitchType, flaws: &mut Flaws) -> Bond {
    let text = asked.options.unwrap_or_default();
    let options = match switch {
        SwitchType::Ovs => bond_options::native(&text),
        // The kernel's own bonds have no form here yet; their options are judged all the same.
        SwitchType::Legacy => bond_options::check_kernel(&text).map(|()| NativeBond::default()),
    };
    let mut members = asked.nics;
    members.sort();
    Bond {
        switch,
        members,
        options: options.unwrap_or_else(|messages| {
            note(name, messages, flaws);
            NativeBond::default()
        }),
        hwaddr: asked.hwaddr,
    }
}

fn note(name: &BondName, messages: Vec<bond_options::Wrong>, flaws: &mut Flaws) {
    let bondings = Pointer::ROOT.join("bondings");
    let bond = bondings.join(name.as_str());
    let at = bond.join("options");
    for message in messages {
        flaws.violations.add(Code::BadBonding, at, message);
    }
    flaws.bonds.insert(name.clone());
}
