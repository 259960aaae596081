//! A network's IP settings: one form of what its attributes say together.

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
    if let Some(gateway) = asked.gateway {
        if !net.contains(&gateway) {
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
