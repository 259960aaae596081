use std::fmt;

use super::{BondName, NicName, Tunnel};

/// What connects a network to the outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Uplink {
    /// A single device.
    Nic(NicName),
    /// Several devices bonded.
    Bond(BondName),
    /// A tunnel to another host.
    Tunnel(Tunnel),
}

impl Uplink {
    /// The NIC's, the bond's or the tunnel's name.
    pub fn name(&self) -> &str {
        match self {
            Uplink::Nic(name) => name.as_str(),
            Uplink::Bond(name) => name.as_str(),
            Uplink::Tunnel(tunnel) => tunnel.name(),
        }
    }
}

impl fmt::Display for Uplink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
