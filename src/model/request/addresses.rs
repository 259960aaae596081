//! Addresses, masks and prefixes as requests write them. `""` and `null` stand for none.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::json::Value;
use super::reading::Reading;
use super::{BootProtocol, PrefixLength};
use crate::model::{Code, Ipv6Net, Pointer, Quoted};

impl Reading {
    /// `none` or `dhcp`.
    pub(super) fn boot_protocol(
        &mut self,
        at: Pointer<'_>,
        value: &Value<'_>,
    ) -> Option<BootProtocol> {
        match value {
            Value::Null => None,
            Value::Text(text) if text.is_empty() => None,
            Value::Text(text) if text == "none" => Some(BootProtocol::None),
            Value::Text(text) if text == "dhcp" => Some(BootProtocol::Dhcp),
            _ => {
                let message = format_args!("{value} is neither none nor dhcp");
                self.refuse(Code::BadParams, at, message);
                None
            }
        }
    }

    /// An IPv4 address that a device can have, or a gateway.
    pub(super) fn ipv4(&mut self, at: Pointer<'_>, value: &Value<'_>) -> Option<Ipv4Addr> {
        self.address(at, value, |text| {
            let address: Ipv4Addr = text.parse().map_err(|_| match is_ipv6(text) {
                true => format!("{} is an IPv6 address, not an IPv4 one", Quoted(text)),
                false => format!("{} is not an IPv4 address", Quoted(text)),
            })?;
            if address.is_unspecified() || address.is_multicast() || address.is_broadcast() {
                return Err(format!("{address} is not a host's address"));
            }
            Ok(address)
        })
    }

    /// An IPv6 address that a gateway can have.
    pub(super) fn ipv6(&mut self, at: Pointer<'_>, value: &Value<'_>) -> Option<Ipv6Addr> {
        self.address(at, value, ipv6)
    }

    /// An IPv6 address with the length of its prefix.
    pub(super) fn ipv6_interface(&mut self, at: Pointer<'_>, value: &Value<'_>) -> Option<Ipv6Net> {
        self.address(at, value, |text| {
            let Some((address, length)) = text.split_once('/') else {
                let text = Quoted(text);
                return Err(format!("{text} is not address/length"));
            };
            let address = ipv6(address)?;
            let net = decimal_byte(length).and_then(|length| Ipv6Net::new(address, length).ok());
            net.ok_or_else(|| format!("{} is not a prefix length of 0 to 128", Quoted(length)))
        })
    }

    /// A dotted netmask, as the length that it says.
    pub(super) fn netmask(&mut self, at: Pointer<'_>, value: &Value<'_>) -> Option<PrefixLength> {
        self.address(at, value, |text| {
            let mask: Ipv4Addr = text
                .parse()
                .map_err(|_| format!("{} is not a dotted netmask", Quoted(text)))?;
            ipnet::ipv4_mask_to_prefix(mask)
                .map(PrefixLength)
                .map_err(|_| format!("{mask} is not ones followed by zeros"))
        })
    }

    /// The length of an IPv4 prefix, as a number or a string of one.
    pub(super) fn prefix(&mut self, at: Pointer<'_>, value: &Value<'_>) -> Option<PrefixLength> {
        if is_none(value) {
            return None;
        }
        let take = |length| u8::try_from(length).ok().filter(|length| *length <= 32);
        let range = "a prefix length is 0 to 32";
        self.integer(Code::BadAddr, at, value, take, range)
            .map(PrefixLength)
    }

    /// The addresses of name servers.
    pub(super) fn nameservers(
        &mut self,
        at: Pointer<'_>,
        value: &Value<'_>,
    ) -> Option<Vec<IpAddr>> {
        if *value == Value::Null {
            return None;
        }
        let mut servers: Vec<IpAddr> = Vec::new();
        for (index, value) in self.list(at, value).iter().enumerate() {
            let index = index.to_string();
            let at = at.join(&index);
            let server = self.parsed(Code::BadAddr, at, value, |text| {
                let server: Result<IpAddr, _> = text.parse();
                let server = server.map_err(|_| format!("{} is not an address", Quoted(text)))?;
                match server.is_unspecified() || server.is_multicast() {
                    true => Err(format!("{server} is not a host's address")),
                    false => Ok(server),
                }
            });
            servers.extend(server);
        }
        Some(servers)
    }

    /// A text that `parse` accepts, unless there is none.
    pub(super) fn address<T>(
        &mut self,
        at: Pointer<'_>,
        value: &Value<'_>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if is_none(value) {
            return None;
        }
        self.parsed(Code::BadAddr, at, value, parse)
    }
}

/// Whether a value says that there is none.
pub(super) fn is_none(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        _ => false,
    }
}

fn ipv6(text: &str) -> Result<Ipv6Addr, String> {
    let address: Ipv6Addr = text.parse().map_err(|_| match text.parse::<Ipv4Addr>() {
        Ok(_) => format!("{} is an IPv4 address, not an IPv6 one", Quoted(text)),
        Err(_) => format!("{} is not an IPv6 address", Quoted(text)),
    })?;
    match address.is_unspecified() || address.is_multicast() || address.is_loopback() {
        true => Err(format!("{address} is not a host's address")),
        false => Ok(address),
    }
}

fn is_ipv6(text: &str) -> bool {
    let address = text.split('/').next().unwrap_or_default();
    address.parse::<Ipv6Addr>().is_ok()
}

fn decimal_byte(text: &str) -> Option<u8> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}
