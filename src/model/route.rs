//! Routes and rules of the kernel, and what changes of them and of addresses.

// Of `net`, `core` has the addresses without the sockets.
use core::net::IpAddr;
use std::fmt;

use ipnet::IpNet;

use super::NicName;

/// A route with one way: `ip route`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    /// What it leads to; `0.0.0.0/0` or `::/0` for what no other route does.
    pub destination: IpNet,
    /// The next hop; `None` where it is on the device's link.
    pub gateway: Option<IpAddr>,
    /// The device that it goes through.
    pub device: NicName,
    /// The number of its table.
    pub table: u32,
    /// Its metric: of several in a table the one with the least is taken.
    pub metric: u32,
    /// The address that what goes this way comes from, if it has no other.
    pub source: Option<IpAddr>,
    /// Who made it (`RTPROT_*`, linux/rtnetlink.h; /etc/iproute2/rt_protos).
    pub protocol: u8,
}

impl Route {
    /// Who makes our routes and rules: nobody else's number.
    pub const OURS: u8 = 77;
    /// The kernel itself makes these with addresses (`RTPROT_KERNEL`).
    pub const KERNEL: u8 = 2;
    /// These come of what routers advertise (`RTPROT_RA`).
    pub const ADVERTISED: u8 = 9;
    /// The metric of IPv6 routes unless they are given another (`IP6_RT_PRIO_USER`,
    /// net/ipv6_route.h).
    pub const IPV6_METRIC: u32 = 1024;
    /// The table that is asked unless a rule says otherwise (`RT_TABLE_MAIN`).
    pub const MAIN: u32 = 254;

    /// Whether it leads to what no other route does.
    pub fn is_default(&self) -> bool {
        self.destination.prefix_len() == 0
    }

    /// Whether it is IPv6's.
    pub fn is_ipv6(&self) -> bool {
        matches!(self.destination, IpNet::V6(_))
    }
}

impl fmt::Display for Route {
    /// As `ip route` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            destination,
            gateway,
            device,
            table,
            metric,
            source,
            protocol,
        } = self;
        write!(f, "{destination}")?;
        if let Some(gateway) = gateway {
            write!(f, " via {gateway}")?;
        }
        write!(f, " dev {device} table {table} proto {protocol}")?;
        if *metric > 0 {
            write!(f, " metric {metric}")?;
        }
        match source {
            Some(source) => write!(f, " src {source}"),
            None => Ok(()),
        }
    }
}

/// Which table is asked for some packets: `ip rule`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule {
    /// Its place among the rules.
    pub priority: u32,
    /// The packets from there.
    pub source: Option<IpNet>,
    /// The packets to there.
    pub destination: Option<IpNet>,
    /// The packets that came in by this device.
    pub incoming: Option<NicName>,
    /// The table that is asked for them.
    pub table: u32,
    /// Who made it, as of routes.
    pub protocol: u8,
}

impl Rule {
    /// Whether it is IPv6's.
    pub fn is_ipv6(&self) -> bool {
        let net = self.source.or(self.destination);
        matches!(net, Some(IpNet::V6(_)))
    }
}

impl fmt::Display for Rule {
    /// As `ip rule` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            priority,
            source,
            destination,
            incoming,
            table,
            protocol,
        } = self;
        write!(f, "priority {priority}")?;
        if let Some(source) = source {
            write!(f, " from {source}")?;
        }
        if let Some(destination) = destination {
            write!(f, " to {destination}")?;
        }
        if let Some(incoming) = incoming {
            write!(f, " iif {incoming}")?;
        }
        write!(f, " table {table} protocol {protocol}")
    }
}

/// A parameter of a device that sysctl has (the kernel's Documentation/networking/ip-sysctl.rst,
/// `net.ipv6.conf.DEVICE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ipv6Parameter {
    /// Whether the device has no IPv6 at all.
    Disable,
    /// Whether it heeds what routers advertise.
    AcceptAdvertisements,
    /// Whether it makes itself addresses of that.
    Autoconf,
}

impl Ipv6Parameter {
    /// The parameter's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Ipv6Parameter::Disable => "disable_ipv6",
            Ipv6Parameter::AcceptAdvertisements => "accept_ra",
            Ipv6Parameter::Autoconf => "autoconf",
        }
    }
}

/// Something that changes of a device's IP settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum IpChange {
    /// `ip address add ADDRESS dev DEVICE`, or `… del …`.
    Address {
        /// The device.
        device: NicName,
        /// The address with the length of its prefix.
        address: IpNet,
        /// Whether it comes; else it goes.
        add: bool,
    },
    /// `ip route add …`, or `… del …`.
    Route {
        /// The route.
        route: Route,
        /// Whether it comes; else it goes.
        add: bool,
    },
    /// `ip rule add …`, or `… del …`.
    Rule {
        /// The rule.
        rule: Rule,
        /// The device of the network that it is for.
        device: NicName,
        /// Whether it comes; else it goes.
        add: bool,
    },
    /// `sysctl -w net.ipv6.conf.DEVICE.PARAMETER=N`.
    Parameter {
        /// The device.
        device: NicName,
        /// The parameter.
        parameter: Ipv6Parameter,
        /// Whether it is set before.
        from: bool,
        /// Whether it is set after.
        to: bool,
    },
}

impl IpChange {
    /// The device.
    pub fn device(&self) -> &NicName {
        match self {
            IpChange::Route { route, .. } => &route.device,
            IpChange::Address { device, .. }
            | IpChange::Rule { device, .. }
            | IpChange::Parameter { device, .. } => device,
        }
    }

    /// What undoes it.
    pub fn inverse(&self) -> IpChange {
        let mut inverse = self.clone();
        match &mut inverse {
            IpChange::Address { add, .. }
            | IpChange::Route { add, .. }
            | IpChange::Rule { add, .. } => *add = !*add,
            IpChange::Parameter { from, to, .. } => std::mem::swap(from, to),
        }
        inverse
    }
}

impl fmt::Display for IpChange {
    /// What is done, as it reads after "cannot".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = |add: bool| if add { "add" } else { "remove" };
        match self {
            IpChange::Address {
                device,
                address,
                add: true,
            } => write!(f, "add address {address} to {device}"),
            IpChange::Address {
                device, address, ..
            } => write!(f, "remove address {address} from {device}"),
            IpChange::Route { route, add } => write!(f, "{} route {route}", verb(*add)),
            IpChange::Rule { rule, add, .. } => write!(f, "{} rule {rule}", verb(*add)),
            IpChange::Parameter {
                device,
                parameter,
                to,
                ..
            } => write!(
                f,
                "set {} of {device} to {}",
                parameter.as_str(),
                u8::from(*to)
            ),
        }
    }
}
