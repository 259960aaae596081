use std::collections::BTreeMap;
use std::fmt;

use super::NicName;

/// How an Open vSwitch bond works: what the columns of its Port row say
/// (ovs-vswitchd.conf.db(5), table Port, "Bonding Configuration").
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NativeBond {
    /// How members share the traffic.
    pub mode: NativeBondMode,
    /// Whether the members negotiate with their peer.
    pub lacp: Lacp,
    /// How often LACP partners speak; `None` leaves it to Open vSwitch (slow).
    pub lacp_time: Option<LacpTime>,
    /// Poll the carrier every so many milliseconds, instead of being told of its changes.
    pub miimon: Option<u32>,
    /// How long a carrier must be up before its member is used, in milliseconds.
    pub updelay: u32,
    /// How long a carrier must be down before its member is left, in milliseconds.
    pub downdelay: u32,
    /// The member preferred while its carrier is up.
    pub primary: Option<NicName>,
    /// What `custom=` carries for others; not applied.
    pub custom: BTreeMap<String, String>,
}

/// How a bond's members share the traffic (`bond_mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NativeBondMode {
    /// One member at a time.
    #[default]
    ActiveBackup,
    /// By source MAC address and VLAN, rebalanced.
    BalanceSlb,
    /// By flow; the peer must negotiate.
    BalanceTcp,
}

impl NativeBondMode {
    /// The mode's name in Open vSwitch.
    pub const fn as_str(self) -> &'static str {
        match self {
            NativeBondMode::ActiveBackup => "active-backup",
            NativeBondMode::BalanceSlb => "balance-slb",
            NativeBondMode::BalanceTcp => "balance-tcp",
        }
    }
}

impl fmt::Display for NativeBondMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a bond's members speak LACP (`lacp`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lacp {
    /// They do not.
    #[default]
    Off,
    /// They begin.
    Active,
    /// They answer.
    Passive,
}

impl Lacp {
    /// The setting's name in Open vSwitch.
    pub const fn as_str(self) -> &'static str {
        match self {
            Lacp::Off => "off",
            Lacp::Active => "active",
            Lacp::Passive => "passive",
        }
    }
}

impl fmt::Display for Lacp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How often LACP partners speak (`other_config:lacp-time`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LacpTime {
    /// Every 30 seconds.
    Slow,
    /// Every second.
    Fast,
}

impl LacpTime {
    /// The setting's name in Open vSwitch.
    pub const fn as_str(self) -> &'static str {
        match self {
            LacpTime::Slow => "slow",
            LacpTime::Fast => "fast",
        }
    }
}
