use std::collections::BTreeMap;

// Of `net`, `core` has the addresses without the sockets.
use core::net::IpAddr;

use ipnet::IpNet;

/// The kernel's main routing table (`RT_TABLE_MAIN`, linux/rtnetlink.h).
const MAIN_TABLE: u32 = 254;

/// The IP addresses of the kernel's devices, and the default routes through them: `ip address` and
/// `ip route list table all default`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    addresses: BTreeMap<u32, Vec<IpNet>>,
    routes: Vec<DefaultRoute>,
}

/// A way out of the host's subnets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultRoute {
    /// The number of the device that it goes through.
    pub device: u32,
    /// Whether it is IPv6's.
    pub is_ipv6: bool,
    /// The next hop; `None` where everything is thought to be on the device's link.
    pub gateway: Option<IpAddr>,
    /// The number of its routing table.
    pub table: u32,
    /// Its metric: of several in a table the one with the least is taken.
    pub metric: u32,
}

impl Addresses {
    /// Adds an address of the device of this number, with the length of its prefix.
    pub fn add(&mut self, device: u32, address: IpNet) {
        self.addresses.entry(device).or_default().push(address);
    }

    /// Adds a default route.
    pub fn add_route(&mut self, route: DefaultRoute) {
        self.routes.push(route);
    }

    /// The addresses of the device of this number, in the kernel's order: the primary ones first.
    pub fn of(&self, device: u32) -> &[IpNet] {
        self.addresses.get(&device).map_or(&[], Vec::as_slice)
    }

    /// The next hop behind a device: the main table's, else that of a table of its own.
    pub fn gateway(&self, device: u32, is_ipv6: bool) -> Option<IpAddr> {
        let routes = self.routes.iter();
        let through = routes.filter(|it| it.device == device && it.is_ipv6 == is_ipv6);
        let with_gateway = through.filter(|it| it.gateway.is_some());
        let first = with_gateway.min_by_key(|it| (it.table != MAIN_TABLE, it.table, it.metric));
        first?.gateway
    }

    /// Whether the host's default route goes through a device.
    pub fn is_default(&self, device: u32, is_ipv6: bool) -> bool {
        let main = || {
            let routes = self.routes.iter();
            routes.filter(|it| it.table == MAIN_TABLE && it.is_ipv6 == is_ipv6)
        };
        let least = main().map(|it| it.metric).min();
        main().any(|it| it.device == device && Some(it.metric) == least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(device: u32, gateway: &str, table: u32, metric: u32) -> DefaultRoute {
        DefaultRoute {
            device,
            is_ipv6: gateway.contains(':'),
            gateway: gateway.parse().ok(),
            table,
            metric,
        }
    }

    #[test]
    fn the_main_table_is_asked_first() {
        let mut addresses = Addresses::default();
        addresses.add_route(route(1, "192.0.2.9", 100, 0));
        addresses.add_route(route(1, "192.0.2.2", MAIN_TABLE, 200));
        addresses.add_route(route(1, "192.0.2.1", MAIN_TABLE, 100));
        addresses.add_route(route(2, "198.51.100.1", 101, 0));
        addresses.add_route(route(2, "2001:db8::1", MAIN_TABLE, 1024));
        let gateway = |device, v6| addresses.gateway(device, v6).map(|ip| ip.to_string());
        assert_eq!(gateway(1, false).as_deref(), Some("192.0.2.1"));
        assert_eq!(gateway(2, false).as_deref(), Some("198.51.100.1"));
        assert_eq!(gateway(2, true).as_deref(), Some("2001:db8::1"));
        assert_eq!(gateway(1, true), None);
    }

    #[test]
    fn the_least_metric_of_the_main_table_is_the_default_route() {
        let mut addresses = Addresses::default();
        addresses.add_route(route(1, "192.0.2.1", MAIN_TABLE, 200));
        addresses.add_route(route(2, "", MAIN_TABLE, 100));
        addresses.add_route(route(3, "192.0.2.9", 100, 0));
        let defaults = [1, 2, 3].map(|device| addresses.is_default(device, false));
        assert_eq!(defaults, [false, true, false]);
        assert!(!addresses.is_default(2, true));
    }
}
