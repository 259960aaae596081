use std::fmt;

use crate::model::NicName;

/// Something to change about a network device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkChange {
    /// `ip link set dev NAME up` or `… down`.
    SetUp {
        /// Which device.
        name: NicName,
        /// Whether it shall be up.
        up: bool,
    },
    /// `ip link set dev NAME mtu N`.
    SetMtu {
        /// Which device.
        name: NicName,
        /// The new MTU in bytes; its driver decides which it takes.
        mtu: u32,
    },
    /// `sysctl -w net.ipv6.conf.NAME.disable_ipv6=1` or `…=0`. Off, the device has no IPv6
    /// address, not even a link-local one, and heeds no router.
    SetIpv6 {
        /// Which device.
        name: NicName,
        /// Whether it shall speak IPv6.
        on: bool,
    },
}

impl LinkChange {
    /// The device that is changed.
    pub fn name(&self) -> &NicName {
        match self {
            LinkChange::SetUp { name, .. }
            | LinkChange::SetMtu { name, .. }
            | LinkChange::SetIpv6 { name, .. } => name,
        }
    }
}

/// What is done, as it reads after "cannot".
impl fmt::Display for LinkChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkChange::SetUp { name, up: true } => write!(f, "set {name} up"),
            LinkChange::SetUp { name, up: false } => write!(f, "set {name} down"),
            LinkChange::SetMtu { name, mtu } => write!(f, "set the MTU of {name} to {mtu}"),
            LinkChange::SetIpv6 { name, on: true } => write!(f, "turn IPv6 of {name} on"),
            LinkChange::SetIpv6 { name, on: false } => write!(f, "turn IPv6 of {name} off"),
        }
    }
}
