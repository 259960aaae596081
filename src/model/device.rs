use super::{BridgeOptions, KernelBond, MacAddress, NicName, VlanId};

/// A network device of the kernel as it is or shall be, as far as setups change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its name.
    pub name: NicName,
    /// What it is.
    pub kind: DeviceKind,
    /// Its MAC address; `None` leaves it to the kernel.
    pub mac: Option<MacAddress>,
    /// Its MTU in bytes; 0 when nobody knows, as of a NIC that has just left a bond.
    pub mtu: u32,
    /// Whether it is set up.
    pub up: bool,
    /// Whether it speaks IPv6 (`net.ipv6.conf.NAME.disable_ipv6` is 0).
    pub ipv6: bool,
    /// The bridge or bond that it belongs to.
    pub master: Option<NicName>,
    /// Its priority among the members of its bond (`prio`); 0 without.
    pub priority: i32,
    /// What is told of it (`ip link set … alias`): our mark, and what others say.
    pub alias: Option<String>,
}

impl Device {
    /// The device as it is made, before what can only be set afterwards: it is down, speaks IPv6,
    /// nothing is told of it, and its MTU is another one. A bridge keeps its own MTU only when that
    /// was changed (`br_change_mtu`, net/bridge/br_device.c); else it follows its ports.
    #[must_use]
    pub fn bare(&self) -> Device {
        const LARGEST: u32 = 65535;
        let mtu = match self.kind {
            DeviceKind::Bridge(_) if self.mtu < LARGEST => self.mtu + 1,
            DeviceKind::Bridge(_) => LARGEST - 1,
            _ => self.mtu,
        };
        // A bond may be part of a bridge that is made after it.
        let master = match self.kind {
            DeviceKind::Bond(_) => None,
            _ => self.master.clone(),
        };
        Device {
            mtu,
            master,
            up: false,
            ipv6: true,
            priority: 0,
            alias: None,
            ..self.clone()
        }
    }

    /// Whether it is a bridge.
    pub const fn is_bridge(&self) -> bool {
        matches!(self.kind, DeviceKind::Bridge(_))
    }
}

/// What a device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceKind {
    /// A bridge.
    Bridge(BridgeOptions),
    /// A VLAN (IEEE 802.1Q) of another device.
    Vlan {
        /// The other device.
        lower: NicName,
        /// Its id.
        id: VlanId,
    },
    /// A bond.
    Bond(Box<KernelBond>),
    /// Anything that setups neither make nor remove.
    Other,
}

impl DeviceKind {
    /// The kernel's name for it; `None` for what setups do not make.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            DeviceKind::Bridge(_) => Some("bridge"),
            DeviceKind::Vlan { .. } => Some("vlan"),
            DeviceKind::Bond(_) => Some("bond"),
            DeviceKind::Other => None,
        }
    }
}
