//! IP settings of a network's own device. They are the host's, whatever switch the network is on.

// Of `net`, `core` has the addresses without the sockets.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub use ipnet::{Ipv4Net, Ipv6Net};

/// The IP settings of a network, in canonical form; the default is none at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IpSettings {
    /// Where its IPv4 address comes from.
    pub v4: Ipv4Settings,
    /// Where its IPv6 addresses come from.
    pub v6: Ipv6Settings,
    /// Whether the host's default route goes through it.
    pub default_route: bool,
    /// The host's name servers, if this network brings them.
    pub nameservers: Vec<IpAddr>,
    /// Whether a setup waits for the lease; never remembered.
    pub blocking_dhcp: bool,
}

/// Where a network's IPv4 address comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ipv4Settings {
    /// It has none.
    #[default]
    None,
    /// From a DHCP server (RFC 2131).
    Dhcp,
    /// From the request.
    Static {
        /// The address with the length of its prefix.
        address: Ipv4Net,
        /// The next hop of what leaves the subnet; inside it.
        gateway: Option<Ipv4Addr>,
    },
}

/// Where a network's IPv6 addresses come from, besides its link-local one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ipv6Settings {
    /// It has none.
    #[default]
    None,
    /// From routers and servers; at least one of the two.
    Automatic {
        /// From router advertisements (RFC 4862).
        autoconf: bool,
        /// From a DHCPv6 server (RFC 8415).
        dhcp: bool,
    },
    /// From the request.
    Static {
        /// The address with the length of its prefix.
        address: Ipv6Net,
        /// The next hop of what leaves the subnet; inside it or link-local.
        gateway: Option<Ipv6Addr>,
    },
}

impl IpSettings {
    /// Whether they ask for anything.
    pub fn is_none(&self) -> bool {
        let Self {
            v4,
            v6,
            default_route,
            nameservers,
            // Without DHCP there is nothing to wait for.
            blocking_dhcp: _,
        } = self;
        *v4 == Ipv4Settings::None
            && *v6 == Ipv6Settings::None
            && !default_route
            && nameservers.is_empty()
    }
}
