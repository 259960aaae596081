use std::fmt;

/// The kind of switch that a network is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SwitchType {
    /// The kernel's own bridges, bonds and VLAN devices.
    #[default]
    Legacy,
    /// Open vSwitch.
    Ovs,
}

impl SwitchType {
    /// Every switch type.
    pub const ALL: [SwitchType; 2] = [SwitchType::Legacy, SwitchType::Ovs];

    /// The type's name in requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            SwitchType::Legacy => "legacy",
            SwitchType::Ovs => "ovs",
        }
    }
}

impl fmt::Display for SwitchType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
