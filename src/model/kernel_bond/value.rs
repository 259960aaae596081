use std::fmt;
// Of `net`, `core` has the addresses without the sockets.
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::model::{MacAddress, NicName};

/// What an option of the kernel's bonding driver is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BondValue {
    /// A number, or the place of a word among those that the option has.
    Number(u32),
    /// A member; none without.
    Device(Option<NicName>),
    /// A MAC address; all zeros stands for none.
    Mac(MacAddress),
    /// Addresses to ask for.
    Ipv4(Vec<Ipv4Addr>),
    /// Addresses to ask for.
    Ipv6(Vec<Ipv6Addr>),
    /// A member with a priority of its own among those that could be in use.
    Priority(Option<(NicName, i32)>),
}

impl fmt::Display for BondValue {
    /// As the report and the options of a request have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BondValue::Number(number) => write!(f, "{number}"),
            BondValue::Device(device) => f.write_str(device.as_ref().map_or("", NicName::as_str)),
            BondValue::Mac(mac) => write!(f, "{mac}"),
            BondValue::Ipv4(addresses) => list(addresses, f),
            BondValue::Ipv6(addresses) => list(addresses, f),
            BondValue::Priority(Some((device, number))) => write!(f, "{device}:{number}"),
            BondValue::Priority(None) => Ok(()),
        }
    }
}

fn list<T: fmt::Display>(items: &[T], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        write!(f, "{comma}{item}")?;
    }
    Ok(())
}
