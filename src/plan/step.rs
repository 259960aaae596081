use crate::model::NicName;
use crate::model::observed::{Bridge, Port};

/// One thing to do, with enough in it to undo it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// On a network device of the kernel.
    Link(LinkStep),
    /// In Open vSwitch, together with all other such steps in one transaction.
    Ovs(OvsStep),
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
