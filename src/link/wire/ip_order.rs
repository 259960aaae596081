//! Orders that change addresses, routes and rules.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use rtnetlink::packet_core::{NLM_F_ACK, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REQUEST, NetlinkMessage};
use rtnetlink::packet_route::address::{AddressAttribute, AddressMessage};
use rtnetlink::packet_route::route::{
    RouteAddress, RouteAttribute, RouteMessage, RouteProtocol, RouteScope, RouteType,
};
use rtnetlink::packet_route::rule::{RuleAction, RuleAttribute, RuleMessage};
use rtnetlink::packet_route::{AddressFamily, RouteNetlinkMessage};

use super::{Message, request};
use crate::link::Numbers;
use crate::model::{IpChange, NicName, Route, Rule};

/// `None` for what rtnetlink has no word for.
pub(super) fn order(change: &IpChange, numbers: &Numbers) -> Option<NetlinkMessage<Message>> {
    let flags = NLM_F_REQUEST | NLM_F_ACK;
    let flags = |add| {
        if add {
            flags | NLM_F_CREATE | NLM_F_EXCL
        } else {
            flags
        }
    };
    Some(match change {
        IpChange::Address {
            device,
            address,
            add,
        } => {
            let address = self::address(device, *address, numbers);
            let order = match add {
                true => RouteNetlinkMessage::NewAddress(address),
                false => RouteNetlinkMessage::DelAddress(address),
            };
            request(order, flags(*add))
        }
        IpChange::Route { route, add } => {
            let route = self::route(route, numbers);
            let order = match add {
                true => RouteNetlinkMessage::NewRoute(route),
                false => RouteNetlinkMessage::DelRoute(route),
            };
            request(order, flags(*add))
        }
        IpChange::Rule { rule, add, .. } => {
            let rule = self::rule(rule);
            let order = match add {
                true => RouteNetlinkMessage::NewRule(rule),
                false => RouteNetlinkMessage::DelRule(rule),
            };
            request(order, flags(*add))
        }
        IpChange::Parameter { .. } => return None,
    })
}

fn number(device: &NicName, numbers: &Numbers) -> u32 {
    numbers.get(device).unwrap_or(u32::MAX >> 1)
}

fn family(address: IpAddr) -> AddressFamily {
    match address {
        IpAddr::V4(_) => AddressFamily::Inet,
        IpAddr::V6(_) => AddressFamily::Inet6,
    }
}

fn address(device: &NicName, net: IpNet, numbers: &Numbers) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = family(net.addr());
    message.header.prefix_len = net.prefix_len();
    message.header.index = number(device, numbers);
    message.attributes = vec![
        AddressAttribute::Local(net.addr()),
        AddressAttribute::Address(net.addr()),
    ];
    if let IpNet::V4(net) = net
        && net.prefix_len() < 31
    {
        let broadcast: Ipv4Addr = net.broadcast();
        message
            .attributes
            .push(AddressAttribute::Broadcast(broadcast));
    }
    message
}

fn route(route: &Route, numbers: &Numbers) -> RouteMessage {
    let mut message = RouteMessage::default();
    let header = &mut message.header;
    header.address_family = family(route.destination.addr());
    header.destination_prefix_length = route.destination.prefix_len();
    header.protocol = RouteProtocol::from(route.protocol);
    header.kind = RouteType::Unicast;
    header.scope = match (route.gateway, route.is_ipv6()) {
        (None, false) => RouteScope::Link,
        _ => RouteScope::Universe,
    };
    message.attributes = vec![
        RouteAttribute::Oif(number(&route.device, numbers)),
        RouteAttribute::Table(route.table),
    ];
    if !route.is_default() {
        let destination = RouteAddress::from(route.destination.addr());
        message
            .attributes
            .push(RouteAttribute::Destination(destination));
    }
    let gateway = route.gateway.map(RouteAddress::from);
    message
        .attributes
        .extend(gateway.map(RouteAttribute::Gateway));
    let source = route.source.map(RouteAddress::from);
    message
        .attributes
        .extend(source.map(RouteAttribute::PrefSource));
    if route.metric > 0 {
        message
            .attributes
            .push(RouteAttribute::Priority(route.metric));
    }
    message
}

fn rule(rule: &Rule) -> RuleMessage {
    let mut message = RuleMessage::default();
    let header = &mut message.header;
    header.family = match rule.is_ipv6() {
        true => AddressFamily::Inet6,
        false => AddressFamily::Inet,
    };
    header.action = RuleAction::ToTable;
    header.src_len = rule.source.map_or(0, |net| net.prefix_len());
    header.dst_len = rule.destination.map_or(0, |net| net.prefix_len());
    message.attributes = vec![
        RuleAttribute::Priority(rule.priority),
        RuleAttribute::Table(rule.table),
        RuleAttribute::Protocol(RouteProtocol::from(rule.protocol)),
    ];
    let source = rule.source.map(|net| RuleAttribute::Source(net.network()));
    let destination = rule
        .destination
        .map(|net| RuleAttribute::Destination(net.network()));
    let incoming = rule
        .incoming
        .as_ref()
        .map(|name| RuleAttribute::Iifname(name.to_string()));
    message
        .attributes
        .extend([source, destination, incoming].into_iter().flatten());
    message
}
