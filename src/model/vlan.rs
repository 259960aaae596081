use std::fmt;

/// A VLAN identifier (IEEE 802.1Q): 0 to 4094, where 0 means a tag with no VLAN in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanId(u16);

impl VlanId {
    /// The largest identifier that a network can have; 4095 is reserved.
    pub const MAX: u16 = 4094;

    /// The identifier, if `value` is in range.
    pub fn new(value: i64) -> Option<Self> {
        u16::try_from(value)
            .ok()
            .filter(|&value| value <= Self::MAX)
            .map(Self)
    }

    /// The identifier as a number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for VlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
