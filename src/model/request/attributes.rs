//! The attributes of a request, one by one.

use super::json::Value;
use super::reading::Reading;
use super::{BondAttributes, Custom, NetworkAttributes, Request};
use super::{options, qos, tunnel};
use crate::model::{BondName, BridgeOptions, Code, InvalidName, MacAddress, Mtu, NetworkName};
use crate::model::{NicName, Pointer, VlanId};

/// The parts of a request.
pub(super) const PARTS: &[&str] = &["networks", "bondings", "options"];
/// The attributes of a network.
pub(super) const NETWORK: &[&str] = &[
    "nic",
    "bonding",
    "tunnel",
    "vlan",
    "bridged",
    "stp",
    "STP",
    "mtu",
    "bootproto",
    "ipaddr",
    "netmask",
    "prefix",
    "gateway",
    "ipv6addr",
    "ipv6gateway",
    "ipv6autoconf",
    "dhcpv6",
    "defaultRoute",
    "nameservers",
    "blockingdhcp",
    "hostQos",
    "switch",
    "custom",
    "remove",
];
/// The attributes of a bond.
pub(super) const BOND: &[&str] = &["nics", "options", "hwaddr", "switch", "remove"];

/// How long a bond's or a bridge's options may be, in bytes: all that there are fit several times.
const MAX_OPTIONS: usize = 4096;

/// Reads a whole request.
pub(super) fn request(mut reading: Reading, document: &Value<'_>) -> Request {
    let mut request = Request::default();
    let root = Pointer::ROOT;
    for (part, value) in reading.object(root, document) {
        let at = root.join(part);
        match part {
            "networks" => networks(&mut reading, at, value, &mut request),
            "bondings" => bondings(&mut reading, at, value, &mut request),
            "options" => request.options = options::read(&mut reading, at, value),
            _ => reading.unknown(at, part, PARTS),
        }
    }
    request.flaws = reading.finish();
    request
}

fn networks(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>, request: &mut Request) {
    for (name, value) in reading.object(at, value) {
        let at = at.join(name);
        let before = reading.count();
        let valid = reading.name(Code::BadBridge, at, NetworkName::new(name));
        let attributes = network(reading, at, value);
        if let Some(name) = valid {
            if reading.count() > before {
                reading.flaws().networks.insert(name.clone());
            }
            request.networks.insert(name, attributes);
        }
    }
}

fn bondings(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>, request: &mut Request) {
    for (name, value) in reading.object(at, value) {
        let at = at.join(name);
        let before = reading.count();
        let valid = reading.name(Code::BadBonding, at, BondName::new(name));
        let attributes = bond(reading, at, value);
        if let Some(name) = valid {
            if reading.count() > before {
                reading.flaws().bonds.insert(name.clone());
            }
            request.bondings.insert(name, attributes);
        }
    }
}

fn network(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> NetworkAttributes {
    let members = reading.object(at, value);
    if removes(reading, at, &members) {
        removal(reading, at, &members, &["custom"], NETWORK);
        return NetworkAttributes {
            remove: true,
            ..NetworkAttributes::default()
        };
    }
    let mut network = NetworkAttributes::default();
    let mut old_stp = None;
    for (name, value) in &members {
        let at = at.join(name);
        match *name {
            "nic" => network.nic = reading.parsed(Code::BadNic, at, value, NicName::new),
            "bonding" => {
                network.bonding = reading.parsed(Code::BadBonding, at, value, BondName::new)
            }
            "vlan" => network.vlan = vlan(reading, at, value),
            "bridged" => network.bridged = reading.boolean(at, value),
            "stp" => network.stp = reading.boolean(at, value),
            "STP" => old_stp = reading.boolean(at, value),
            "mtu" => network.mtu = mtu(reading, at, value),
            "tunnel" => network.tunnel = tunnel::read(reading, at, value),
            "bootproto" => network.bootproto = reading.boot_protocol(at, value),
            "ipaddr" => network.ipaddr = reading.ipv4(at, value),
            "netmask" => network.netmask = reading.netmask(at, value),
            "prefix" => network.prefix = reading.prefix(at, value),
            "gateway" => network.gateway = reading.ipv4(at, value),
            "ipv6addr" => network.ipv6addr = reading.ipv6_interface(at, value),
            "ipv6gateway" => network.ipv6gateway = reading.ipv6(at, value),
            "ipv6autoconf" => network.ipv6autoconf = reading.boolean(at, value),
            "dhcpv6" => network.dhcpv6 = reading.boolean(at, value),
            "defaultRoute" => network.default_route = reading.boolean(at, value),
            "nameservers" => network.nameservers = reading.nameservers(at, value),
            "blockingdhcp" => network.blocking_dhcp = reading.boolean(at, value),
            "hostQos" => network.host_qos = qos::read(reading, at, value),
            "switch" => network.switch = reading.switch(at, value),
            "custom" => network.custom = custom(reading, at, value),
            "remove" => {}
            _ => reading.unknown(at, name, NETWORK),
        }
    }
    network.stp = network.stp.or(old_stp);
    one_uplink(reading, at, &members);
    network
}

/// 21: a network has one uplink.
fn one_uplink(reading: &mut Reading, at: Pointer<'_>, members: &[(&str, &Value<'_>)]) {
    let given = |name: &str| {
        let mut found = members.iter().filter(|(member, _)| *member == name);
        found.any(|(_, value)| match value {
            Value::Object(members) => !members.is_empty(),
            value => !super::addresses::is_none(value) || name != "tunnel",
        })
    };
    let uplinks = ["nic", "bonding", "tunnel"];
    let mut given = uplinks.into_iter().filter(|name| given(name));
    if let Some(first) = given.next() {
        for other in given {
            let message = format_args!("a network has one uplink: {first} or {other}, not both");
            reading.refuse(Code::BadParams, at.join(other), message);
        }
    }
}

fn bond(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> BondAttributes {
    let members = reading.object(at, value);
    if removes(reading, at, &members) {
        removal(reading, at, &members, &[], BOND);
        return BondAttributes {
            remove: true,
            ..BondAttributes::default()
        };
    }
    let mut bond = BondAttributes::default();
    for (name, value) in &members {
        let at = at.join(name);
        match *name {
            "nics" => bond.nics = nics(reading, at, value),
            "options" => bond.options = bond_options(reading, at, value),
            "hwaddr" => bond.hwaddr = hwaddr(reading, at, value),
            "switch" => bond.switch = reading.switch(at, value),
            "remove" => {}
            _ => reading.unknown(at, name, BOND),
        }
    }
    bond
}

/// Whether `remove` is true; anything that is not a boolean is noted.
fn removes(reading: &mut Reading, at: Pointer<'_>, members: &[(&str, &Value<'_>)]) -> bool {
    let remove = members.iter().find(|(name, _)| *name == "remove");
    remove.is_some_and(|(name, value)| reading.boolean(at.join(name), value) == Some(true))
}

/// Refuses what cannot stand beside `remove`.
fn removal(
    reading: &mut Reading,
    at: Pointer<'_>,
    members: &[(&str, &Value<'_>)],
    allowed: &[&str],
    known: &[&str],
) {
    for (name, _) in members {
        let at = at.join(name);
        if *name == "remove" || allowed.contains(name) {
            continue;
        }
        if known.contains(name) {
            let message = format_args!("{name} cannot stand beside remove");
            reading.refuse(Code::BadParams, at, message);
        } else {
            reading.unknown(at, name, known);
        }
    }
}

fn vlan(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<VlanId> {
    match value {
        Value::Null => None,
        Value::Text(text) if text.is_empty() => None,
        _ => {
            let range = "a VLAN id is 0 to 4094";
            reading.integer(Code::BadVlan, at, value, VlanId::new, range)
        }
    }
}

fn mtu(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<Mtu> {
    let range = "an MTU is 68 to 65535";
    reading.integer(Code::BadParams, at, value, Mtu::new, range)
}

fn custom(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Custom {
    let mut custom = Custom::default();
    for (name, value) in reading.object(at, value) {
        let at = at.join(name);
        match name {
            "ovs" => custom.ovs = reading.boolean(at, value),
            "default_route" => custom.default_route = reading.boolean(at, value),
            "bridge_opts" => custom.bridge_opts = bridge_options(reading, at, value),
            // Others are between the management service and its hooks.
            _ => drop(reading.text(Code::BadParams, at, value)),
        }
    }
    custom
}

fn bridge_options(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> BridgeOptions {
    let text = reading.text(Code::BadParams, at, value).unwrap_or_default();
    if text.len() > MAX_OPTIONS {
        let message = format_args!("the options are longer than {MAX_OPTIONS} bytes");
        reading.refuse(Code::BadParams, at, message);
        return BridgeOptions::default();
    }
    BridgeOptions::read(text).unwrap_or_else(|messages| {
        for message in messages {
            reading.refuse(Code::BadParams, at, message);
        }
        BridgeOptions::default()
    })
}

fn nics(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Vec<NicName> {
    let mut nics: Vec<NicName> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (index, value) in reading.list(at, value).iter().enumerate() {
        let index = index.to_string();
        let at = at.join(&index);
        let Some(nic) = reading.parsed(Code::BadNic, at, value, NicName::new) else {
            continue;
        };
        if seen.insert(nic.clone()) {
            nics.push(nic);
        } else {
            let message = format_args!(
                "{} is in the list twice",
                crate::model::Quoted(nic.as_str())
            );
            reading.refuse(Code::UsedNic, at, message);
        }
    }
    nics
}

fn bond_options(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<String> {
    let text = reading.text(Code::BadBonding, at, value)?;
    if text.len() <= MAX_OPTIONS {
        return Some(text.to_owned());
    }
    let message = format_args!("the options are longer than {MAX_OPTIONS} bytes");
    reading.refuse(Code::BadBonding, at, message);
    None
}

fn hwaddr(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<MacAddress> {
    let address: MacAddress = reading.parsed(Code::BadParams, at, value, str::parse)?;
    if address.is_unicast() {
        return Some(address);
    }
    let message = format_args!("{address} is not a unicast address");
    reading.refuse(Code::BadParams, at, message);
    None
}

impl Reading {
    /// A key that is a name.
    fn name<T>(&mut self, code: Code, at: Pointer<'_>, name: Result<T, InvalidName>) -> Option<T> {
        match name {
            Ok(name) => Some(name),
            Err(error) => {
                self.refuse(code, at, error);
                None
            }
        }
    }
}
