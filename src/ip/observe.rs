//! The settings that networks have, read off their devices.

use std::collections::HashMap;

use ipnet::IpNet;

use super::table;
use crate::model::observed::{Link, Observed, ObservedRoute, Port};
use crate::model::{IpSettings, Ipv4Settings, Ipv6Settings, NetworkName, Route};

/// Brings what is known of the networks' settings up to date with the kernel's devices and addresses.
/// Looks at the devices that have some, not at every network.
pub fn observe(observed: &mut Observed) {
    let has_some = |link: &&Link| {
        let addresses = observed.addresses.of(link.index);
        !addresses.is_empty() || link.heeds_routers()
    };
    // Our default routes, by the device that they go through.
    let mut defaults: HashMap<u32, Vec<&ObservedRoute>> = HashMap::new();
    for route in observed.addresses.routes() {
        if route.protocol == Route::OURS && route.destination.prefix_len() == 0 {
            defaults.entry(route.device).or_default().push(route);
        }
    }
    let links = observed.links.iter().filter(has_some);
    let settings = links.filter_map(|link| {
        let name = network_of(link, observed)?;
        let ours = defaults.get(&link.index).map_or(&[] as &[_], Vec::as_slice);
        let settings = settings(name, link, ours, observed);
        (!settings.is_none()).then(|| (name.clone(), settings))
    });
    observed.ip = settings.collect();
}

/// The network whose own device it is.
fn network_of<'a>(link: &Link, observed: &'a Observed) -> Option<&'a NetworkName> {
    if let Some(Port::Network(port)) = observed.ovs.port(link.name.as_str()) {
        return Some(&port.name);
    }
    let legacy = &observed.legacy;
    let bridge = legacy.network(link.name.as_str());
    let bare = legacy.network_behind(&link.name);
    let mut either = [bridge, bare].into_iter().flatten();
    Some(&either.find(|it| it.device == link.name)?.name)
}

fn settings(
    name: &NetworkName,
    link: &Link,
    ours: &[&ObservedRoute],
    observed: &Observed,
) -> IpSettings {
    let addresses = &observed.addresses;
    let own = addresses.of(link.index).iter().filter(|it| it.is_permanent);
    let nets: Vec<IpNet> = own.map(|address| address.net).collect();
    let gateway = |is_ipv6: bool| {
        let of_family = ours
            .iter()
            .filter(|it| matches!(it.destination, IpNet::V6(_)) == is_ipv6);
        of_family
            .filter(|it| it.table == table::number(name) || it.table == Route::MAIN)
            .find_map(|it| it.gateway)
    };
    let v4 = nets.iter().find_map(|net| match net {
        IpNet::V4(net) => Some(*net),
        IpNet::V6(_) => None,
    });
    let v6 = nets.iter().find_map(|net| match net {
        IpNet::V6(net) if !net.addr().is_unicast_link_local() => Some(*net),
        _ => None,
    });
    let default_route = ours.iter().any(|it| it.table == Route::MAIN);
    IpSettings {
        v4: match v4 {
            None => Ipv4Settings::None,
            Some(address) => Ipv4Settings::Static {
                address,
                gateway: gateway(false).and_then(as_v4),
            },
        },
        v6: match v6 {
            None if link.heeds_routers() => Ipv6Settings::Automatic {
                autoconf: true,
                dhcp: false,
            },
            None => Ipv6Settings::None,
            Some(address) => Ipv6Settings::Static {
                address,
                gateway: gateway(true).and_then(as_v6),
            },
        },
        default_route,
        nameservers: match default_route {
            true => {
                let servers = observed.resolver.nameservers.iter();
                servers.filter_map(|it| it.parse().ok()).collect()
            }
            false => Vec::new(),
        },
        blocking_dhcp: false,
    }
}

fn as_v4(address: core::net::IpAddr) -> Option<core::net::Ipv4Addr> {
    match address {
        core::net::IpAddr::V4(address) => Some(address),
        core::net::IpAddr::V6(_) => None,
    }
}

fn as_v6(address: core::net::IpAddr) -> Option<core::net::Ipv6Addr> {
    match address {
        core::net::IpAddr::V6(address) => Some(address),
        core::net::IpAddr::V4(_) => None,
    }
}
