//! A network's IP settings: one form of what its attributes say together.

// Of `net`, `core` has the addresses without the sockets.
use core::net::Ipv4Addr;

use crate::model::request::{BootProtocol, NetworkAttributes};
use crate::model::{Code, Findings, IpSettings, Ipv4Net, Ipv4Settings, Ipv6Settings, Mtu, Pointer};

/// The settings that the attributes ask for; what does not go together is added to `violations`.
pub(super) fn settings(
    asked: &NetworkAttributes,
    at: Pointer<'_>,
    violations: &mut Findings,
) -> IpSettings {
    let settings = IpSettings {
        v4: ipv4(asked, at, violations),
        v6: ipv6(asked, at, violations),
        default_route: asked
            .custom
            .default_route
            .or(asked.default_route)
            .unwrap_or(false),
        nameservers: asked.nameservers.clone().unwrap_or_default(),
        blocking_dhcp: asked.blocking_dhcp.unwrap_or(false),
    };
    let mtu = asked.mtu.unwrap_or_default();
    if settings.v6 != Ipv6Settings::None && mtu.get() < Mtu::MIN_IPV6 {
        let least = Mtu::MIN_IPV6;
        let message = format_args!("IPv6 needs an MTU of {least} at least, not {mtu}");
        violations.add(Code::BadParams, at.join("mtu"), message);
    }
    settings
}

fn ipv4(asked: &NetworkAttributes, at: Pointer<'_>, violations: &mut Findings) -> Ipv4Settings {
    let before = violations.count();
    let dhcp = asked.bootproto == Some(BootProtocol::Dhcp);
    if asked.netmask.is_some() && asked.prefix.is_some() {
        let message = "the prefix is given twice: netmask or prefix";
        violations.add(Code::BadParams, at.join("prefix"), message);
    }
    let length = asked.netmask.or(asked.prefix);
    let mut refuse =
        |name: &str, message: &str| violations.add(Code::BadAddr, at.join(name), message);
    let Some(address) = asked.ipaddr else {
        for (name, given) in [
            ("netmask", asked.netmask.is_some()),
            ("prefix", asked.prefix.is_some()),
            ("gateway", asked.gateway.is_some()),
        ] {
            if given {
                refuse(name, &format!("{name} means nothing without ipaddr"));
            }
        }
        return match dhcp {
            true => Ipv4Settings::Dhcp,
            false => Ipv4Settings::None,
        };
    };
    if dhcp {
        refuse(
            "ipaddr",
            "an address cannot be both given and asked of DHCP",
        );
    }
    let net = length.and_then(|length| Ipv4Net::new(address, length.get()).ok());
    let Some(net) = net else {
        refuse("ipaddr", "an address needs netmask or prefix");
        return Ipv4Settings::None;
    };
    if !is_hosts(net, address) {
        refuse(
            "ipaddr",
            &format!("{net} is no address that a host can have"),
        );
    }
    if let Some(gateway) = asked.gateway {
        if !is_hosts(net, gateway) && net.contains(&gateway) {
            refuse(
                "gateway",
                &format!("{gateway} is no host's of {}", net.trunc()),
            );
        } else if net.prefix_len() == 0 {
            refuse(
                "gateway",
                "a gateway leads out of a subnet, which all addresses are not",
            );
        } else if !net.contains(&gateway) {
            let subnet = net.trunc();
            refuse("gateway", &format!("{gateway} is not in {subnet}"));
        } else if gateway == address {
            refuse("gateway", "the gateway is the network's own address");
        }
    }
    match violations.count() == before {
        true => Ipv4Settings::Static {
            address: net,
            gateway: asked.gateway,
        },
        false => Ipv4Settings::None,
    }
}

/// Whether a host of a subnet can have an address: not the subnet's own two, unless it has no others
/// (RFC 3021).
fn is_hosts(net: Ipv4Net, address: Ipv4Addr) -> bool {
    let is_special = address.is_loopback() || address.is_multicast() || address.is_unspecified();
    let is_reserved = [net.network(), net.broadcast()].contains(&address);
    !is_special && (!is_reserved || net.prefix_len() >= 31)
}

fn ipv6(asked: &NetworkAttributes, at: Pointer<'_>, violations: &mut Findings) -> Ipv6Settings {
    let before = violations.count();
    let mut refuse =
        |name: &str, message: &str| violations.add(Code::BadAddr, at.join(name), message);
    let autoconf = asked.ipv6autoconf.unwrap_or(false);
    let dhcp = asked.dhcpv6.unwrap_or(false);
    let Some(address) = asked.ipv6addr else {
        if asked.ipv6gateway.is_some() {
            refuse("ipv6gateway", "ipv6gateway means nothing without ipv6addr");
        }
        return match autoconf || dhcp {
            true => Ipv6Settings::Automatic { autoconf, dhcp },
            false => Ipv6Settings::None,
        };
    };
    for (name, given) in [("ipv6autoconf", autoconf), ("dhcpv6", dhcp)] {
        if given {
            refuse(name, &format!("{name} cannot stand beside ipv6addr"));
        }
    }
    let ip = address.addr();
    if ip.is_unicast_link_local() {
        refuse(
            "ipv6addr",
            "a link-local address is the device's own affair",
        );
    } else if ip.is_loopback() || ip.is_multicast() || ip.is_unspecified() {
        refuse(
            "ipv6addr",
            &format!("{ip} is no address that a host can have"),
        );
    }
    if let Some(gateway) = asked.ipv6gateway {
        if !address.contains(&gateway) && !gateway.is_unicast_link_local() {
            let subnet = address.trunc();
            let message = format!("{gateway} is neither in {subnet} nor link-local");
            refuse("ipv6gateway", &message);
        } else if gateway == address.addr() {
            refuse("ipv6gateway", "the gateway is the network's own address");
        }
    }
    match violations.count() == before {
        true => Ipv6Settings::Static {
            address,
            gateway: asked.ipv6gateway,
        },
        false => Ipv6Settings::None,
    }
}
