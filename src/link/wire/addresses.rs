//! Addresses, routes and rules.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::{attributes_of, number, text};
use crate::model::observed::{Address, ObservedRoute};
use crate::model::{NicName, Rule};

/// `RTM_NEWADDR` (linux/rtnetlink.h).
pub(super) const NEW_ADDRESS: u16 = 20;
/// `RTM_NEWROUTE` (linux/rtnetlink.h).
pub(super) const NEW_ROUTE: u16 = 24;

/// `RTM_NEWRULE` (linux/rtnetlink.h).
pub(super) const NEW_RULE: u16 = 32;

/// The length of `struct ifaddrmsg` (linux/if_addr.h).
const ADDRESS_HEADER: usize = 8;
/// The length of `struct rtmsg` (linux/rtnetlink.h).
const ROUTE_HEADER: usize = 12;
/// The length of `struct fib_rule_hdr` (linux/fib_rules.h).
const RULE_HEADER: usize = 12;
/// The length of `struct rtnexthop` (linux/rtnetlink.h).
const NEXT_HOP_HEADER: usize = 8;
/// `AF_INET` and `AF_INET6` (linux/socket.h).
const INET: u8 = 2;
const INET6: u8 = 10;
/// `FR_ACT_TO_TBL` (linux/fib_rules.h).
const TO_TABLE: u8 = 1;
/// `RTN_UNICAST` (linux/rtnetlink.h).
const UNICAST: u8 = 1;

/// Attributes of an address (`IFA_*`, linux/if_addr.h).
mod address_attribute {
    pub(super) const ADDRESS: u16 = 1;
    pub(super) const LOCAL: u16 = 2;
    pub(super) const FLAGS: u16 = 8;
}

/// What is known of an address (`IFA_F_*`, linux/if_addr.h).
mod flag {
    pub(super) const DUPLICATE: u32 = 0x08;
    pub(super) const TENTATIVE: u32 = 0x40;
    pub(super) const PERMANENT: u32 = 0x80;
}

/// Attributes of a rule (`FRA_*`, linux/fib_rules.h).
mod rule_attribute {
    pub(super) const DESTINATION: u16 = 1;
    pub(super) const SOURCE: u16 = 2;
    pub(super) const INCOMING: u16 = 3;
    pub(super) const PRIORITY: u16 = 6;
    pub(super) const SUPPRESS_PREFIX: u16 = 14;
    pub(super) const TABLE: u16 = 15;
    pub(super) const PROTOCOL: u16 = 21;
}

/// Attributes of a route (`RTA_*`, linux/rtnetlink.h).
mod route_attribute {
    pub(super) const DESTINATION: u16 = 1;
    pub(super) const DEVICE: u16 = 4;
    pub(super) const GATEWAY: u16 = 5;
    pub(super) const METRIC: u16 = 6;
    pub(super) const SOURCE: u16 = 7;
    pub(super) const MULTIPATH: u16 = 9;
    pub(super) const TABLE: u16 = 15;
    pub(super) const VIA: u16 = 18;
}

/// An address with its device's number; `None` when it is none of IPv4 or IPv6.
pub(super) fn address(payload: &[u8]) -> Option<(u32, Address)> {
    let [_, length, few_flags, _, device @ ..] = payload.get(..ADDRESS_HEADER)? else {
        return None;
    };
    let (mut own, mut other) = (None, None);
    // The header has room for eight of them only.
    let mut flags = u32::from(*few_flags);
    for (kind, value) in attributes_of(payload.get(ADDRESS_HEADER..)?) {
        match kind {
            // On a link between two the address is the other end's.
            address_attribute::ADDRESS => other = ip(value),
            address_attribute::LOCAL => own = ip(value),
            address_attribute::FLAGS => flags = number(value)?,
            _ => {}
        }
    }
    let address = Address {
        net: IpNet::new(own.or(other)?, *length).ok()?,
        is_permanent: flags & flag::PERMANENT != 0,
        is_tentative: flags & flag::TENTATIVE != 0,
        is_duplicate: flags & flag::DUPLICATE != 0,
    };
    Some((number(device)?, address))
}

/// A route to somewhere: as many as it has next hops. Of others, such as local and multicast ones,
/// nothing.
pub(super) fn routes(payload: &[u8]) -> Option<Vec<ObservedRoute>> {
    let [family, length, _, _, table, protocol, _, kind, ..] = payload.get(..ROUTE_HEADER)? else {
        return None;
    };
    if *kind != UNICAST {
        return None;
    }
    let mut route = ObservedRoute {
        device: 0,
        destination: IpNet::new(unspecified(*family)?, *length).ok()?,
        gateway: None,
        table: u32::from(*table),
        metric: 0,
        source: None,
        protocol: *protocol,
        is_shared: false,
    };
    let mut hops = Vec::new();
    for (kind, value) in attributes_of(payload.get(ROUTE_HEADER..)?) {
        match kind {
            route_attribute::DESTINATION => {
                route.destination = IpNet::new(ip(value)?, *length).ok()?;
            }
            route_attribute::DEVICE => route.device = number(value)?,
            route_attribute::METRIC => route.metric = number(value)?,
            route_attribute::SOURCE => route.source = ip(value),
            // The header has room for 256 tables only.
            route_attribute::TABLE => route.table = number(value)?,
            route_attribute::GATEWAY | route_attribute::VIA => route.gateway = hop(kind, value),
            route_attribute::MULTIPATH => hops = next_hops(value),
            _ => {}
        }
    }
    if hops.is_empty() {
        return Some(vec![route]);
    }
    let routes = hops.into_iter().map(|(device, gateway)| ObservedRoute {
        device,
        gateway,
        is_shared: true,
        ..route.clone()
    });
    Some(routes.collect())
}

/// A rule; `None` for one of more than what ours have.
pub(super) fn rule(payload: &[u8]) -> Option<Rule> {
    let header = payload.get(..RULE_HEADER)?;
    let [family, to_length, from_length, tos, table, _, _, action, ..] = header else {
        return None;
    };
    unspecified(*family)?;
    if *tos != 0 || *action != TO_TABLE {
        return None;
    }
    let mut rule = Rule {
        priority: 0,
        source: None,
        destination: None,
        incoming: None,
        table: u32::from(*table),
        protocol: 0,
    };
    for (kind, value) in attributes_of(payload.get(RULE_HEADER..)?) {
        match kind {
            rule_attribute::SOURCE => rule.source = IpNet::new(ip(value)?, *from_length).ok(),
            rule_attribute::DESTINATION => {
                rule.destination = IpNet::new(ip(value)?, *to_length).ok();
            }
            rule_attribute::INCOMING => rule.incoming = NicName::new(&text(value)?).ok(),
            rule_attribute::PRIORITY => rule.priority = number(value)?,
            rule_attribute::TABLE => rule.table = number(value)?,
            rule_attribute::PROTOCOL => rule.protocol = *value.first()?,
            // Every rule has it.
            rule_attribute::SUPPRESS_PREFIX => {}
            // It looks at more than ours do.
            _ => return None,
        }
    }
    Some(rule)
}

/// The address of a family that stands for none.
fn unspecified(family: u8) -> Option<IpAddr> {
    match family {
        INET => Some(Ipv4Addr::UNSPECIFIED.into()),
        INET6 => Some(Ipv6Addr::UNSPECIFIED.into()),
        _ => None,
    }
}

/// The devices and gateways of a route with several ways.
fn next_hops(mut value: &[u8]) -> Vec<(u32, Option<IpAddr>)> {
    let mut hops = Vec::new();
    while let Some(header) = value.get(..NEXT_HOP_HEADER) {
        let [low, high, _, _, device @ ..] = header else {
            break;
        };
        let length = usize::from(u16::from_ne_bytes([*low, *high]));
        let (Some(device), Some(attributes)) = (number(device), value.get(NEXT_HOP_HEADER..length))
        else {
            break;
        };
        let gateway = attributes_of(attributes).find_map(|(kind, value)| hop(kind, value));
        hops.push((device, gateway));
        value = value.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    hops
}

/// The next hop that an attribute tells: its address, or with its family before it (`RTA_VIA`).
fn hop(kind: u16, value: &[u8]) -> Option<IpAddr> {
    match kind {
        route_attribute::GATEWAY => ip(value),
        route_attribute::VIA => ip(value.get(2..)?),
        _ => None,
    }
}

fn ip(value: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(value).ok().map(IpAddr::from);
    v4.or_else(|| <[u8; 16]>::try_from(value).ok().map(IpAddr::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::wire::tests::attribute;

    fn hop_bytes(device: u32, gateway: [u8; 4]) -> Vec<u8> {
        let mut attributes = Vec::new();
        attribute(&mut attributes, 5, &gateway);
        let length = u16::try_from(NEXT_HOP_HEADER + attributes.len()).unwrap();
        let mut bytes = length.to_ne_bytes().to_vec();
        bytes.extend([0, 0]);
        bytes.extend(device.to_ne_bytes());
        bytes.extend(attributes);
        bytes
    }

    fn several_ways() -> Vec<u8> {
        let mut bytes = vec![2, 0, 0, 0, 252, 4, 0, 1, 0, 0, 0, 0];
        attribute(&mut bytes, 15, &1000_u32.to_ne_bytes());
        attribute(&mut bytes, 6, &20_u32.to_ne_bytes());
        let hops = [hop_bytes(3, [192, 0, 2, 1]), hop_bytes(4, [192, 0, 2, 2])].concat();
        attribute(&mut bytes, 9, &hops);
        bytes
    }

    #[test]
    fn the_own_end_of_a_link_between_two_is_the_address() {
        let mut bytes = vec![2, 32, 0, 0];
        bytes.extend(7_u32.to_ne_bytes());
        attribute(&mut bytes, 1, &[192, 0, 2, 2]);
        attribute(&mut bytes, 2, &[192, 0, 2, 1]);
        let (device, address) = address(&bytes).unwrap();
        assert_eq!(
            (device, address.net.to_string().as_str()),
            (7, "192.0.2.1/32")
        );
    }

    #[test]
    fn an_impossible_prefix_is_no_address() {
        let mut bytes = vec![2, 33, 0, 0];
        bytes.extend(7_u32.to_ne_bytes());
        attribute(&mut bytes, 2, &[192, 0, 2, 1]);
        assert_eq!(address(&bytes), None);
    }

    #[test]
    fn a_route_with_several_ways_is_several_routes() {
        let routes = routes(&several_ways()).unwrap();
        let found: Vec<_> = routes
            .iter()
            .map(|it| {
                (
                    it.device,
                    it.gateway.unwrap().to_string(),
                    it.table,
                    it.metric,
                )
            })
            .collect();
        let way = |device, gateway: &str| (device, gateway.to_owned(), 1000, 20);
        assert_eq!(found, [way(3, "192.0.2.1"), way(4, "192.0.2.2")]);
    }

    #[test]
    fn a_message_cut_anywhere_is_read_as_far_as_it_goes() {
        let whole = several_ways();
        for end in 0..whole.len() {
            let _ = routes(&whole[..end]);
            let _ = address(&whole[..end]);
        }
    }
}
