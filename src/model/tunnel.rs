use core::net::IpAddr;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::MacAddress;

/// A tunnel to another host, as an uplink (ovs-vswitchd.conf.db(5), table Interface, "Tunnel
/// Options"). Tunnels that are alike are the same uplink, whichever networks ask for them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tunnel(Arc<Facts>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Facts {
    name: String,
    ends: TunnelEnds,
}

/// What a tunnel is told apart by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TunnelEnds {
    /// How frames are wrapped.
    pub kind: TunnelKind,
    /// The other host.
    pub remote: IpAddr,
    /// This host's end; `None` leaves it to the routes. Of the same family as `remote`.
    pub local: Option<IpAddr>,
    /// The network's number in the tunnel: 24 bits (VNI), 32 for GRE (RFC 2890).
    pub key: Option<u32>,
    /// The UDP port of the other end; `None` is the kind's own, and all that GRE can have.
    pub dst_port: Option<u16>,
}

/// How frames are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TunnelKind {
    /// VXLAN (RFC 7348).
    Vxlan,
    /// Geneve (RFC 8926).
    Geneve,
    /// GRE with Ethernet inside (RFC 2784, RFC 2890).
    Gre,
}

impl TunnelKind {
    /// Every kind.
    pub const ALL: [TunnelKind; 3] = [TunnelKind::Vxlan, TunnelKind::Geneve, TunnelKind::Gre];

    /// The kind's name in requests, and the type of its interface in Open vSwitch.
    pub const fn as_str(self) -> &'static str {
        match self {
            TunnelKind::Vxlan => "vxlan",
            TunnelKind::Geneve => "geneve",
            TunnelKind::Gre => "gre",
        }
    }

    /// The largest key.
    pub const fn max_key(self) -> u32 {
        match self {
            TunnelKind::Vxlan | TunnelKind::Geneve => (1 << 24) - 1,
            TunnelKind::Gre => u32::MAX,
        }
    }

    /// Whether frames travel in UDP, and so to a port.
    pub const fn has_port(self) -> bool {
        !matches!(self, TunnelKind::Gre)
    }

    const fn prefix(self) -> &'static str {
        match self {
            TunnelKind::Vxlan => "vx",
            TunnelKind::Geneve => "gn",
            TunnelKind::Gre => "gr",
        }
    }
}

impl fmt::Display for TunnelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Tunnel {
    /// The tunnel with these ends.
    pub fn new(ends: TunnelEnds) -> Self {
        // Short enough for a bridge's name to hold it, and the same wherever the same is asked.
        let digest = MacAddress::derived(&[ends.to_string().as_bytes()]).bytes();
        let [_, _, digits @ ..] = digest;
        let mut name = format!("{}-", ends.kind.prefix());
        for byte in digits {
            let _ = write!(name, "{byte:02x}");
        }
        Self(Arc::new(Facts { name, ends }))
    }

    /// The name of its port and interface, made from all else: 11 characters.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is told apart by.
    pub fn ends(&self) -> &TunnelEnds {
        &self.0.ends
    }

    /// The tunnel that a text tells of; the inverse of [`Display`](fmt::Display).
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let kind = words.next()?;
        let kind = TunnelKind::ALL.into_iter().find(|it| it.as_str() == kind)?;
        let remote = words.next()?.strip_prefix("remote_ip=")?.parse().ok()?;
        let mut ends = TunnelEnds {
            kind,
            remote,
            local: None,
            key: None,
            dst_port: None,
        };
        for word in words {
            match word.split_once('=')? {
                ("local_ip", value) => ends.local = Some(value.parse().ok()?),
                ("key", value) => ends.key = Some(value.parse().ok()?),
                ("dst_port", value) => ends.dst_port = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        Some(Self::new(ends))
    }
}

impl fmt::Display for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.ends.fmt(f)
    }
}

impl fmt::Display for TunnelEnds {
    /// `vxlan remote_ip=192.0.2.1 key=5`, with the options' names in Open vSwitch.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} remote_ip={}", self.kind, self.remote)?;
        if let Some(local) = self.local {
            write!(f, " local_ip={local}")?;
        }
        if let Some(key) = self.key {
            write!(f, " key={key}")?;
        }
        if let Some(port) = self.dst_port {
            write!(f, " dst_port={port}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_reads_back() {
        for text in [
            "vxlan remote_ip=192.0.2.1",
            "geneve remote_ip=2001:db8::1 local_ip=2001:db8::2 key=0 dst_port=6082",
            "gre remote_ip=192.0.2.1 key=4294967295",
        ] {
            let tunnel = Tunnel::read(text).unwrap();
            assert_eq!(tunnel.to_string(), text);
            assert_eq!(tunnel.name().len(), 11, "{}", tunnel.name());
        }
        for text in ["", "vxlan", "vxlan remote_ip=x", "vxlan remote_ip=::1 x=y"] {
            assert_eq!(Tunnel::read(text), None, "{text}");
        }
    }

    #[test]
    fn names_tell_tunnels_apart() {
        let name = |text: &str| Tunnel::read(text).unwrap().name().to_owned();
        let one = name("vxlan remote_ip=192.0.2.1 key=1");
        assert_eq!(one, name("vxlan remote_ip=192.0.2.1 key=1"));
        assert_ne!(one, name("vxlan remote_ip=192.0.2.1 key=2"));
        assert_ne!(one, name("vxlan remote_ip=192.0.2.1"));
    }
}
