//! Orders to make, change and remove devices.

use rtnetlink::packet_core::{
    DefaultNla, NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkMessage,
};
use rtnetlink::packet_route::RouteNetlinkMessage;
use rtnetlink::packet_route::link::{LinkAttribute, LinkFlags, LinkMessage};

use super::{Message, attribute, bond, bridge, ip_order, nested, request};
use crate::link::{LinkChange, Numbers};
use crate::model::observed::Link;
use crate::model::{
    BondValue, BridgeOptions, Device, DeviceKind, KernelBond, KernelBondOption, NicName,
};

/// Attributes that orders have beside those that devices are told by.
mod written {
    /// Inside the data of a VLAN (`IFLA_VLAN_ID`).
    pub(super) const VLAN_ID: u16 = 1;
    /// The number that stands for no master.
    pub(super) const NOBODY: u32 = 0;
}

/// `ip link set dev NAME …`, `ip link add …`, `ip link del …`; `None` for what rtnetlink has no
/// word for.
pub(in crate::link) fn change(
    change: &LinkChange,
    numbers: &Numbers,
) -> Option<NetlinkMessage<Message>> {
    let mut order = LinkMessage::default();
    match change {
        LinkChange::SetUp { name, up } => {
            order.attributes = vec![LinkAttribute::IfName(name.to_string())];
            set_up(&mut order, *up);
        }
        LinkChange::SetMtu { name, mtu } => {
            order.attributes = vec![
                LinkAttribute::IfName(name.to_string()),
                LinkAttribute::Mtu(*mtu),
            ];
        }
        LinkChange::SetIpv6 { .. } => return None,
        LinkChange::Ip(change) => return ip_order::order(change, numbers),
        LinkChange::Add(device) => return Some(add(device, numbers)),
        LinkChange::Change { from, to } => alter(&mut order, from, to, numbers),
        LinkChange::Remove(device) => {
            call(&mut order, &device.name, numbers);
            let flags = NLM_F_REQUEST | NLM_F_ACK;
            return Some(request(RouteNetlinkMessage::DelLink(order), flags));
        }
    }
    // Without NLM_F_CREATE, RTM_NEWLINK changes the device of this name, as `ip` does it.
    Some(request(
        RouteNetlinkMessage::NewLink(order),
        NLM_F_REQUEST | NLM_F_ACK,
    ))
}

/// `ip link set dev NAME group GROUP`, by the device's number.
pub(in crate::link) fn set_group(device: u32, group: u32) -> NetlinkMessage<Message> {
    let mut order = LinkMessage::default();
    order.header.index = device;
    order.attributes = vec![in_group(group)];
    request(
        RouteNetlinkMessage::NewLink(order),
        NLM_F_REQUEST | NLM_F_ACK,
    )
}

/// `ip link del group GROUP`: all of its devices at once.
pub(in crate::link) fn remove_group(group: u32) -> NetlinkMessage<Message> {
    let mut order = LinkMessage::default();
    order.attributes = vec![in_group(group)];
    request(
        RouteNetlinkMessage::DelLink(order),
        NLM_F_REQUEST | NLM_F_ACK,
    )
}

/// Says which device is meant: by its number, which another that has taken its name has not.
fn call(order: &mut LinkMessage, name: &NicName, numbers: &Numbers) {
    match numbers.get(name) {
        Some(number) => order.header.index = number,
        None => order
            .attributes
            .push(LinkAttribute::IfName(name.to_string())),
    }
}

fn in_group(group: u32) -> LinkAttribute {
    raw(attribute::GROUP, group.to_ne_bytes().to_vec())
}

fn raw(kind: u16, bytes: Vec<u8>) -> LinkAttribute {
    LinkAttribute::Other(DefaultNla::new(kind, bytes))
}

fn set_up(order: &mut LinkMessage, up: bool) {
    order.header.change_mask = LinkFlags::Up;
    if up {
        order.header.flags = LinkFlags::Up;
    }
}

/// Makes a device under the number that was chosen for it. What is told of it is set later: the
/// kernel passes over that here.
fn add(device: &Device, numbers: &Numbers) -> NetlinkMessage<Message> {
    let mut order = LinkMessage::default();
    order.header.index = numbers.get(&device.name).unwrap_or(0);
    order.attributes = vec![
        LinkAttribute::IfName(device.name.to_string()),
        LinkAttribute::Mtu(device.mtu),
    ];
    if let Some(mac) = device.mac {
        order
            .attributes
            .push(raw(attribute::ADDRESS, mac.bytes().to_vec()));
    }
    if let Some(master) = &device.master {
        order.attributes.push(belongs_to(Some(master), numbers));
    }
    let data = match &device.kind {
        DeviceKind::Bridge(options) => bridge::encode(&BridgeOptions::default().changes(options)),
        DeviceKind::Bond(options) => {
            let plain = KernelBond::new(options.mode);
            bond::encode(Some(options.mode), &plain.changes(options), numbers)
        }
        DeviceKind::Vlan { lower, id } => {
            let number = numbers.get(lower).unwrap_or(0);
            let lower = raw(attribute::LOWER, number.to_ne_bytes().to_vec());
            order.attributes.push(lower);
            vec![DefaultNla::new(
                written::VLAN_ID,
                id.get().to_ne_bytes().to_vec(),
            )]
        }
        DeviceKind::Other => Vec::new(),
    };
    order.attributes.extend(of_kind(&device.kind, &data));
    order.attributes.push(in_group(Link::OUR_GROUP));
    if device.up {
        set_up(&mut order, true);
    }
    let flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
    request(RouteNetlinkMessage::NewLink(order), flags)
}

/// Sets what differs.
fn alter(order: &mut LinkMessage, from: &Device, to: &Device, numbers: &Numbers) {
    call(order, &to.name, numbers);
    let attributes = &mut order.attributes;
    if let Some(mac) = to.mac.filter(|mac| from.mac != Some(*mac)) {
        attributes.push(raw(attribute::ADDRESS, mac.bytes().to_vec()));
    }
    if from.mtu != to.mtu {
        attributes.push(LinkAttribute::Mtu(to.mtu));
    }
    if from.alias != to.alias {
        // An empty one removes it (`dev_set_alias`, net/core/dev.c).
        let alias = to.alias.clone().unwrap_or_default();
        attributes.push(raw(attribute::ALIAS, alias.into_bytes()));
    }
    if from.master != to.master {
        attributes.push(belongs_to(to.master.as_ref(), numbers));
    }
    let data = match (&from.kind, &to.kind) {
        (DeviceKind::Bridge(from), DeviceKind::Bridge(to)) => bridge::encode(&from.changes(to)),
        (DeviceKind::Bond(from), DeviceKind::Bond(to)) => {
            let mode = (from.mode != to.mode).then_some(to.mode);
            let mut changes = from.changes(to);
            if from.active != to.active && to.mode.has_active_member() && to.active.is_some() {
                let option = KernelBondOption::find("active_slave");
                let active = BondValue::Device(to.active.clone());
                changes.extend(option.map(|option| (option, active)));
            }
            bond::encode(mode, &changes, numbers)
        }
        _ => Vec::new(),
    };
    if !data.is_empty() {
        attributes.extend(of_kind(&to.kind, &data));
    }
    if from.priority != to.priority {
        let kind = DefaultNla::new(attribute::INFO_MEMBER_KIND, b"bond\0".to_vec());
        let data = nested(
            attribute::INFO_MEMBER_DATA,
            &bond::encode_member(to.priority),
        );
        attributes.push(LinkAttribute::Other(nested(attribute::INFO, &[kind, data])));
    }
    if from.up != to.up {
        set_up(order, to.up);
    }
}

fn belongs_to(master: Option<&NicName>, numbers: &Numbers) -> LinkAttribute {
    let number = master.map_or(written::NOBODY, |name| {
        numbers.get(name).unwrap_or(u32::MAX)
    });
    raw(attribute::MASTER, number.to_ne_bytes().to_vec())
}

/// `type KIND …`
fn of_kind(kind: &DeviceKind, data: &[DefaultNla]) -> Option<LinkAttribute> {
    let name = kind.name()?;
    let name = DefaultNla::new(attribute::INFO_KIND, name.as_bytes().to_vec());
    let data = nested(attribute::INFO_DATA, data);
    Some(LinkAttribute::Other(nested(attribute::INFO, &[name, data])))
}
