use std::fmt;

use crate::model::{Device, DeviceKind, IpChange, NicName, Printable};

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
    /// `ip link add NAME type …`. That it speaks IPv6 and what is told of it are set by a later
    /// change.
    Add(Box<Device>),
    /// `ip link set dev NAME …`: what differs, but for IPv6.
    Change {
        /// The device before.
        from: Box<Device>,
        /// The device after; of the same name and kind.
        to: Box<Device>,
    },
    /// `ip link del NAME`.
    Remove(Box<Device>),
    /// Something of a device's IP settings.
    Ip(Box<IpChange>),
}

impl LinkChange {
    /// The device that is changed.
    pub fn name(&self) -> &NicName {
        match self {
            LinkChange::SetUp { name, .. }
            | LinkChange::SetMtu { name, .. }
            | LinkChange::SetIpv6 { name, .. } => name,
            LinkChange::Add(device)
            | LinkChange::Remove(device)
            | LinkChange::Change { to: device, .. } => &device.name,
            LinkChange::Ip(change) => change.device(),
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
            LinkChange::Add(device) => write!(f, "add {}", described(device)),
            LinkChange::Remove(device) => write!(f, "remove {}", described(device)),
            LinkChange::Change { from, to } => write!(f, "{}", Difference { from, to }),
            LinkChange::Ip(change) => write!(f, "{change}"),
        }
    }
}

fn described(device: &Device) -> String {
    let kind = match device.kind {
        DeviceKind::Vlan { .. } => "VLAN device",
        _ => device.kind.name().unwrap_or("device"),
    };
    format!("{kind} {}", device.name)
}

/// What becomes of a device that stays.
struct Difference<'a> {
    from: &'a Device,
    to: &'a Device,
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        let mut what = Vec::new();
        match (&from.master, &to.master) {
            (from, to) if from == to => {}
            (_, Some(master)) => what.push(format!("make it part of {master}")),
            (Some(master), None) => what.push(format!("take it out of {master}")),
            (None, None) => {}
        }
        if from.mtu != to.mtu {
            what.push(format!("set its MTU to {}", to.mtu));
        }
        if let Some(mac) = to.mac.filter(|mac| from.mac != Some(*mac)) {
            what.push(format!("set its MAC address to {mac}"));
        }
        if from.kind != to.kind {
            what.push("set its options".to_owned());
        }
        if from.priority != to.priority {
            what.push(format!("set its priority to {}", to.priority));
        }
        if from.alias != to.alias {
            what.push("mark it".to_owned());
        }
        if from.up != to.up {
            what.push(format!("set it {}", if to.up { "up" } else { "down" }));
        }
        write!(f, "change {}", to.name)?;
        match what.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", Printable(&what.join(", "))),
        }
    }
}
