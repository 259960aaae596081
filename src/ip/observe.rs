//! The settings that networks have, read off their devices.

use ipnet::IpNet;

use super::table;
use crate::model::observed::{Link, Observed};
use crate::model::{IpSettings, Ipv4Settings, Ipv6Settings, NetworkName, Route};

/// Brings what is known of the networks' settings up to date with the kernel's devices and addresses.
pub fn observe(observed: &mut Observed) {
    let ovs = observed
        .ovs
        .networks()
        .map(|port| (&port.name, port.name.as_str()));
    let legacy = observed
        .legacy
        .networks()
        .map(|it| (&it.name, it.device.as_str()));
    let devices = ovs.chain(legacy);
    let settings = devices.filter_map(|(name, device)| {
        let link = observed.links.get(device)?;
        let settings = settings(name, link, observed);
        (!settings.is_none()).then(|| (name.clone(), settings))
    });
    observed.ip = settings.collect();
}

fn settings(name: &NetworkName, link: &Link, observed: &Observed) -> IpSettings {
    let addresses = &observed.addresses;
    let own = addresses.of(link.index).iter().filter(|it| it.is_permanent);
    let nets: Vec<IpNet> = own.map(|address| address.net).collect();
    let routes = addresses.routes().iter();
    let ours = routes.filter(|it| it.device == link.index && it.protocol == Route::OURS);
    let ours: Vec<_> = ours.filter(|it| it.destination.prefix_len() == 0).collect();
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
