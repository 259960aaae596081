use crate::model::observed::{Bridge, Port};
use crate::model::{Device, IpChange, NicName};

/// One thing to do, with enough in it to undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// On a network device of the kernel.
    Link(LinkStep),
    /// In Open vSwitch, together with all other such steps in one transaction.
    Ovs(OvsStep),
    /// On a device of the kernel's own bridges, bonds and VLANs.
    Legacy(DeviceStep),
    /// On a device's IP settings.
    Ip(IpChange),
    /// The host's name servers (`nameserver` in resolv.conf(5)).
    SetNameservers {
        /// Those before.
        from: Vec<String>,
        /// Those after.
        to: Vec<String>,
    },
}

/// A step of the legacy switch. As much of them as does not build on one another is done at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceStep {
    /// A new device, down and without a mark: `ip link add`.
    Add(Box<Device>),
    /// A device stays and differs: `ip link set`, or `sysctl` where it is IPv6 that differs, and
    /// nothing else then.
    Change {
        /// The device before.
        from: Box<Device>,
        /// The device after; of the same name and kind.
        to: Box<Device>,
    },
    /// A device that is down joins a bond, which sets it up, and to its own MTU and MAC address:
    /// `ip link set NAME master BOND`.
    Join {
        /// The device before.
        from: Box<Device>,
        /// The device after.
        to: Box<Device>,
    },
    /// A device leaves a bond, which sets it down: `ip link set NAME nomaster`.
    Leave {
        /// The device before.
        from: Box<Device>,
        /// The device after.
        to: Box<Device>,
    },
    /// A device goes: `ip link del`.
    Remove(Box<Device>),
}

/// A step on a network device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkStep {
    /// `ip link set NAME up`, and back.
    SetUp {
        /// Which device.
        name: NicName,
        /// Whether it shall be up.
        up: bool,
    },
    /// `ip link set NAME mtu N`.
    SetMtu {
        /// Which device.
        name: NicName,
        /// Its MTU before, in bytes.
        from: u32,
        /// Its MTU after, in bytes.
        to: u32,
    },
    /// `sysctl -w net.ipv6.conf.NAME.disable_ipv6=1`, and back.
    SetIpv6 {
        /// Which device.
        name: NicName,
        /// Whether it shall speak IPv6.
        on: bool,
    },
}

/// A step in Open vSwitch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OvsStep {
    /// A new bridge with its local port: `ovs-vsctl add-br`.
    AddBridge(Bridge),
    /// A bridge goes, with its local port: `ovs-vsctl del-br`.
    RemoveBridge(Bridge),
    /// A bridge stays and has other settings: `ovs-vsctl set bridge`.
    ChangeBridge {
        /// The bridge before.
        from: Bridge,
        /// The bridge after; of the same name.
        to: Bridge,
    },
    /// A new port: `ovs-vsctl add-port` or `add-bond`.
    AddPort(Port),
    /// A port goes: `ovs-vsctl del-port`.
    RemovePort(Port),
    /// A port stays and has other settings, or moves to another bridge.
    ChangePort {
        /// The port before.
        from: Port,
        /// The port after; of the same name and kind.
        to: Port,
    },
    /// `ovs-vsctl set open . external_ids:ovn-bridge-mappings=…`.
    SetBridgeMappings {
        /// The mappings before.
        from: Option<String>,
        /// The mappings after.
        to: Option<String>,
    },
}

impl Step {
    /// The step that undoes this one.
    pub fn inverse(&self) -> Step {
        match self {
            Step::Link(step) => Step::Link(step.inverse()),
            Step::Ovs(step) => Step::Ovs(step.inverse()),
            Step::Legacy(step) => Step::Legacy(step.inverse()),
            Step::Ip(change) => Step::Ip(change.inverse()),
            Step::SetNameservers { from, to } => Step::SetNameservers {
                from: to.clone(),
                to: from.clone(),
            },
        }
    }
}

impl DeviceStep {
    /// The step that undoes this one.
    pub fn inverse(&self) -> DeviceStep {
        match self {
            DeviceStep::Add(device) => DeviceStep::Remove(device.clone()),
            DeviceStep::Remove(device) => DeviceStep::Add(device.clone()),
            DeviceStep::Change { from, to } => DeviceStep::Change {
                from: to.clone(),
                to: from.clone(),
            },
            DeviceStep::Join { from, to } => DeviceStep::Leave {
                from: to.clone(),
                to: from.clone(),
            },
            DeviceStep::Leave { from, to } => DeviceStep::Join {
                from: to.clone(),
                to: from.clone(),
            },
        }
    }

    /// The device.
    pub fn name(&self) -> &NicName {
        match self {
            DeviceStep::Add(device)
            | DeviceStep::Remove(device)
            | DeviceStep::Change { to: device, .. }
            | DeviceStep::Join { to: device, .. }
            | DeviceStep::Leave { to: device, .. } => &device.name,
        }
    }

    /// The device before the step and after it; `None` when it is not there.
    pub fn states(&self) -> (Option<&Device>, Option<&Device>) {
        match self {
            DeviceStep::Add(device) => (None, Some(device)),
            DeviceStep::Remove(device) => (Some(device), None),
            DeviceStep::Change { from, to }
            | DeviceStep::Join { from, to }
            | DeviceStep::Leave { from, to } => (Some(from), Some(to)),
        }
    }
}

impl LinkStep {
    /// The step that undoes this one.
    pub fn inverse(&self) -> LinkStep {
        match self {
            LinkStep::SetUp { name, up } => LinkStep::SetUp {
                name: name.clone(),
                up: !up,
            },
            LinkStep::SetMtu { name, from, to } => LinkStep::SetMtu {
                name: name.clone(),
                from: *to,
                to: *from,
            },
            LinkStep::SetIpv6 { name, on } => LinkStep::SetIpv6 {
                name: name.clone(),
                on: !on,
            },
        }
    }

    /// The device.
    pub fn name(&self) -> &NicName {
        match self {
            LinkStep::SetUp { name, .. }
            | LinkStep::SetMtu { name, .. }
            | LinkStep::SetIpv6 { name, .. } => name,
        }
    }
}

impl OvsStep {
    /// The step that undoes this one.
    pub fn inverse(&self) -> OvsStep {
        match self {
            OvsStep::AddBridge(bridge) => OvsStep::RemoveBridge(bridge.clone()),
            OvsStep::RemoveBridge(bridge) => OvsStep::AddBridge(bridge.clone()),
            OvsStep::ChangeBridge { from, to } => OvsStep::ChangeBridge {
                from: to.clone(),
                to: from.clone(),
            },
            OvsStep::AddPort(port) => OvsStep::RemovePort(port.clone()),
            OvsStep::RemovePort(port) => OvsStep::AddPort(port.clone()),
            OvsStep::ChangePort { from, to } => OvsStep::ChangePort {
                from: to.clone(),
                to: from.clone(),
            },
            OvsStep::SetBridgeMappings { from, to } => OvsStep::SetBridgeMappings {
                from: to.clone(),
                to: from.clone(),
            },
        }
    }
}
