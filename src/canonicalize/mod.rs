//! From what was asked to one form of it: every default filled in, one spelling of everything.

mod adopted;
mod bond_options;
mod default_route;
mod ip;

use std::collections::BTreeMap;

use crate::model::request::{BondAttributes, NetworkAttributes};
use crate::model::{
    Bond, BondName, BondOptions, BridgeValue, Change, Code, Desired, Flaws, KernelBond, MacAddress,
    NativeBond, Network, NetworkName, Observed, Pointer, Request, SwitchType, Uplink,
};

/// Puts a request into canonical form. What the form depends on besides the request is the bonds
/// that are there, which keep their switch and their MAC address unless the request says otherwise,
/// and the network that has the default route, which hands it over to the one that asks for it.
///
/// What cannot be understood is added to the request's [`flaws`](Desired::flaws).
pub fn canonicalize(request: &Request, observed: &Observed) -> Desired {
    let mut desired = Desired {
        flaws: request.flaws.clone(),
        options: request.options,
        ..Desired::default()
    };
    for (name, asked) in &request.networks {
        let change = match asked.remove {
            true => Change::Remove,
            false => Change::Set(network(name, asked, &mut desired)),
        };
        desired.networks.insert(name.clone(), change);
    }
    let switches = switches(&desired.networks);
    for (name, asked) in &request.bondings {
        let present = observed.bond(name);
        let present_switch = present.map(|bond| bond.switch);
        let switch = asked.switch.or(switches.get(name).copied());
        let switch = switch.or(present_switch).unwrap_or_default();
        let change = match asked.remove {
            true => Change::Remove,
            false => {
                let mut bond = bond(name, asked, switch, &mut desired.flaws);
                if bond.hwaddr.is_none() && can_have_hwaddr(&bond) {
                    bond.hwaddr = present_hwaddr(name, switch, observed);
                }
                Change::Set(bond)
            }
        };
        desired.bonds.insert(name.clone(), change);
    }
    adopted::join(&mut desired, observed);
    default_route::one_at_most(&mut desired);
    default_route::hand_over(&mut desired, observed);
    desired
}

/// Whether a bond has an address of its own, and not that of the member in use.
fn can_have_hwaddr(bond: &Bond) -> bool {
    let kernel = bond.options.kernel();
    !kernel.is_some_and(KernelBond::has_the_active_members_mac)
}

/// The MAC address that a bond keeps: the one that was asked for before, or the one that a bond of
/// the kernel has that becomes ours.
fn present_hwaddr(name: &BondName, switch: SwitchType, observed: &Observed) -> Option<MacAddress> {
    match observed.bond(name) {
        Some(bond) => bond.hwaddr,
        None if switch == SwitchType::Legacy => {
            observed.links.bond_link(name.as_str())?;
            observed.links.get(name.as_str())?.mac
        }
        None => None,
    }
}

/// The network itself; its IP settings and the like go to where `desired` has them.
fn network(name: &NetworkName, asked: &NetworkAttributes, desired: &mut Desired) -> Network {
    let networks = Pointer::ROOT.join("networks");
    let at = networks.join(name.as_str());
    let flaws = &mut desired.flaws;
    let before = flaws.violations.count();
    let settings = ip::settings(asked, at, &mut flaws.violations);
    if flaws.violations.count() > before {
        flaws.networks.insert(name.clone());
    }
    if !settings.is_none() {
        desired.ip.insert(name.clone(), settings);
    }
    if let Some(qos) = asked.host_qos {
        desired.host_qos.insert(name.clone(), qos);
    }
    let bridged = asked.bridged.unwrap_or(true);
    let mut options = asked.custom.bridge_opts.clone();
    // One thing under two names.
    let is_spanning = options.get("stp_state") == Some(BridgeValue::Number(1));
    options.set("stp_state", BridgeValue::Number(0));
    if is_spanning && bridged && asked.stp == Some(false) {
        let custom = at.join("custom");
        let message = "stp_state contradicts stp";
        let flaws = &mut desired.flaws;
        flaws
            .violations
            .add(Code::BadParams, custom.join("bridge_opts"), message);
    }
    if !options.is_empty() || is_spanning && !bridged {
        desired.bridge_options.insert(name.clone(), options);
    }
    let nic = asked.nic.clone().map(Uplink::Nic);
    let bond = asked.bonding.clone().map(Uplink::Bond);
    let tunnel = asked.tunnel.clone().map(Uplink::Tunnel);
    Network {
        switch: match asked.custom.ovs {
            Some(true) => SwitchType::Ovs,
            _ => asked.switch.unwrap_or_default(),
        },
        uplink: nic.or(bond).or(tunnel),
        vlan: asked.vlan,
        mtu: asked.mtu.unwrap_or_default(),
        bridged,
        stp: bridged && asked.stp.unwrap_or(is_spanning),
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

fn bond(name: &BondName, asked: &BondAttributes, switch: SwitchType, flaws: &mut Flaws) -> Bond {
    let text = asked.options.as_deref().unwrap_or_default();
    let options = match switch {
        SwitchType::Ovs => bond_options::native(text).map(BondOptions::Native),
        SwitchType::Legacy => bond_options::kernel(text).map(BondOptions::Kernel),
    };
    let mut members = asked.nics.clone();
    members.sort();
    Bond {
        switch,
        members,
        options: options.unwrap_or_else(|messages| {
            note(name, messages, flaws);
            BondOptions::Native(NativeBond::default())
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
