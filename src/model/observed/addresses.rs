use std::collections::BTreeMap;

// Of `net`, `core` has the addresses without the sockets.
use core::net::IpAddr;

use ipnet::IpNet;

use crate::model::{Route, Rule};

/// The IP addresses of the kernel's devices, its routes with one way or more, and its rules:
/// `ip address`, `ip route list table all` and `ip rule`. Devices are known by their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    addresses: BTreeMap<u32, Vec<Address>>,
    routes: Vec<ObservedRoute>,
    rules: Vec<Rule>,
}

/// An address of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The address with the length of its prefix.
    pub net: IpNet,
    /// Whether it stays until it is removed (`IFA_F_PERMANENT`): not one of DHCP or of what routers
    /// advertise.
    pub is_permanent: bool,
    /// Whether another host may have it: nobody knows yet (`IFA_F_TENTATIVE`).
    pub is_tentative: bool,
    /// Whether another host has it (`IFA_F_DADFAILED`).
    pub is_duplicate: bool,
}

/// A way to somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedRoute {
    /// The number of the device that it goes through.
    pub device: u32,
    /// What it leads to.
    pub destination: IpNet,
    /// The next hop; `None` where it is on the device's link.
    pub gateway: Option<IpAddr>,
    /// The number of its routing table.
    pub table: u32,
    /// Its metric: of several in a table the one with the least is taken.
    pub metric: u32,
    /// The address that what goes this way comes from.
    pub source: Option<IpAddr>,
    /// Who made it.
    pub protocol: u8,
    /// Whether it is one of several ways of one route.
    pub is_shared: bool,
}

impl Addresses {
    /// Adds an address of the device of this number.
    pub fn add(&mut self, device: u32, address: Address) {
        self.addresses.entry(device).or_default().push(address);
    }

    /// Adds a way.
    pub fn add_route(&mut self, route: ObservedRoute) {
        self.routes.push(route);
    }

    /// Adds a rule.
    pub fn add_rule(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// The addresses of the device of this number, in the kernel's order: the primary ones first.
    pub fn of(&self, device: u32) -> &[Address] {
        self.addresses.get(&device).map_or(&[], Vec::as_slice)
    }

    /// The devices that have addresses, by number, with those.
    pub fn all(&self) -> impl Iterator<Item = (u32, &[Address])> {
        let all = self.addresses.iter();
        all.map(|(device, addresses)| (*device, addresses.as_slice()))
    }

    /// All ways.
    pub fn routes(&self) -> &[ObservedRoute] {
        &self.routes
    }

    /// All rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    fn defaults(&self, is_ipv6: bool) -> impl Iterator<Item = &ObservedRoute> {
        self.routes.iter().filter(move |it| {
            it.destination.prefix_len() == 0 && matches!(it.destination, IpNet::V6(_)) == is_ipv6
        })
    }

    /// The next hop behind a device: the main table's, else that of a table of its own.
    pub fn gateway(&self, device: u32, is_ipv6: bool) -> Option<IpAddr> {
        let through = self.defaults(is_ipv6).filter(|it| it.device == device);
        let with_gateway = through.filter(|it| it.gateway.is_some());
        let first = with_gateway.min_by_key(|it| (it.table != Route::MAIN, it.table, it.metric));
        first?.gateway
    }

    /// Whether the host's default route goes through a device.
    pub fn is_default(&self, device: u32, is_ipv6: bool) -> bool {
        let main = || {
            let defaults = self.defaults(is_ipv6);
            defaults.filter(|it| it.table == Route::MAIN)
        };
        let least = main().map(|it| it.metric).min();
        main().any(|it| it.device == device && Some(it.metric) == least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(device: u32, gateway: &str, table: u32, metric: u32) -> ObservedRoute {
        let all = if gateway.contains(':') {
            "::/0"
        } else {
            "0.0.0.0/0"
        };
        ObservedRoute {
            device,
            destination: all.parse().unwrap(),
            gateway: gateway.parse().ok(),
            table,
            metric,
            source: None,
            protocol: 4,
            is_shared: false,
        }
    }

    #[test]
    fn the_main_table_is_asked_first() {
        let mut addresses = Addresses::default();
        addresses.add_route(route(1, "192.0.2.9", 100, 0));
        addresses.add_route(route(1, "192.0.2.2", Route::MAIN, 200));
        addresses.add_route(route(1, "192.0.2.1", Route::MAIN, 100));
        addresses.add_route(route(2, "198.51.100.1", 101, 0));
        addresses.add_route(route(2, "2001:db8::1", Route::MAIN, 1024));
        let gateway = |device, v6| addresses.gateway(device, v6).map(|ip| ip.to_string());
        assert_eq!(gateway(1, false).as_deref(), Some("192.0.2.1"));
        assert_eq!(gateway(2, false).as_deref(), Some("198.51.100.1"));
        assert_eq!(gateway(2, true).as_deref(), Some("2001:db8::1"));
        assert_eq!(gateway(1, true), None);
    }

    #[test]
    fn the_least_metric_of_the_main_table_is_the_default_route() {
        let mut addresses = Addresses::default();
        addresses.add_route(route(1, "192.0.2.1", Route::MAIN, 200));
        addresses.add_route(route(2, "", Route::MAIN, 100));
        addresses.add_route(route(3, "192.0.2.9", 100, 0));
        let defaults = [1, 2, 3].map(|device| addresses.is_default(device, false));
        assert_eq!(defaults, [false, true, false]);
        assert!(!addresses.is_default(2, true));
    }
}
