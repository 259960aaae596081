use std::fmt;

/// A maximum transmission unit in bytes: 68 (RFC 791) to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mtu(u16);

impl Mtu {
    /// What Ethernet devices begin with.
    pub const DEFAULT: Mtu = Mtu(1500);
    /// The smallest that IPv4 works on (RFC 791, section 3.2).
    pub const MIN: u16 = 68;
    /// The smallest that IPv6 works on (RFC 8200, section 5).
    pub const MIN_IPV6: u16 = 1280;

    /// The MTU, if `value` is in range.
    pub fn new(value: i64) -> Option<Self> {
        u16::try_from(value)
            .ok()
            .filter(|&value| value >= Self::MIN)
            .map(Self)
    }

    /// The MTU in bytes.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for Mtu {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for Mtu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
