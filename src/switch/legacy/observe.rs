//! Finds what of the kernel's devices is ours.

use std::collections::HashMap;

use super::marks::{self, Mark, NetworkMark};
use crate::model::observed::{Legacy, LegacyBond, LegacyNetwork, Link, LinkData, Links};
use crate::model::southbound::southbound;
use crate::model::{Bond, BondName, BondOptions, BridgeValue, Mtu, Network, NicName, SwitchType};

/// The networks and bonds that the devices' marks tell of. What carries a mark and is not what it
/// says is somebody else's by now.
pub fn observe(links: &Links) -> Legacy {
    let is_marked = |link: &&Link| marks::is_ours(link.alias.as_deref());
    let marked: Vec<&Link> = links.iter().filter(is_marked).collect();
    if marked.is_empty() {
        return Legacy::default();
    }
    let mut members: HashMap<u32, Vec<&Link>> = HashMap::new();
    for link in links.iter() {
        if let Some(master) = link.master {
            members.entry(master).or_default().push(link);
        }
    }
    let mut legacy = Legacy::default();
    for link in marked {
        let mark = Mark::read(link.alias.as_deref());
        let none = Vec::new();
        let members = members.get(&link.index).unwrap_or(&none);
        if let Some(bond) = bond(link, &mark, members) {
            legacy.put_bond(bond);
        }
        if let Some(network) = mark.network.and_then(|mark| network(link, mark, members)) {
            legacy.put_network(network);
        }
    }
    legacy
}

fn bond(link: &Link, mark: &Mark, members: &[&Link]) -> Option<LegacyBond> {
    let told = mark.bond.as_ref()?;
    // Which member is in use changes by itself.
    let mut options = link.kernel_bond(members)?.with_active(None);
    options.custom = told.custom.clone();
    Some(LegacyBond {
        name: BondName::new(link.name.as_str()).ok()?,
        bond: Bond {
            switch: SwitchType::Legacy,
            members: members.iter().map(|member| member.name.clone()).collect(),
            options: BondOptions::Kernel(options),
            hwaddr: link.mac.filter(|_| told.hwaddr),
        },
    })
}

fn network(link: &Link, mark: NetworkMark, members: &[&Link]) -> Option<LegacyNetwork> {
    let NetworkMark {
        name,
        uplink,
        vlan,
        mtu,
    } = mark;
    let southbound = match &uplink {
        Some(uplink) => Some(southbound(uplink, vlan)?),
        None => None,
    };
    let (bridged, stp) = match &link.data {
        LinkData::Bridge(options) => {
            let off = Some(BridgeValue::Number(0));
            (true, options.get("stp_state") != off)
        }
        _ => (false, false),
    };
    let is_it = match bridged {
        true => link.name.as_str() == name.as_str(),
        false => Some(&link.name) == southbound.as_ref(),
    };
    let ports = members.iter().map(|port| &port.name);
    let guests: Vec<NicName> = match bridged {
        true => ports
            .filter(|port| Some(*port) != southbound.as_ref())
            .cloned()
            .collect(),
        false => Vec::new(),
    };
    is_it.then(|| LegacyNetwork {
        network: Network {
            switch: SwitchType::Legacy,
            uplink,
            vlan,
            mtu: mtu.or(Mtu::new(link.mtu.into())).unwrap_or_default(),
            bridged,
            stp,
        },
        name,
        device: link.name.clone(),
        southbound,
        guests,
    })
}
