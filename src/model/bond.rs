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

impl NativeBond {
    /// The bond's options under the names and numbers of the kernel's bonding driver, as requests
    /// and reports have them: `mode`, then those that differ from the default. `custom` holds what
    /// the kernel has no number for.
    pub fn options(&self) -> Vec<(&'static str, String)> {
        // Modes 1 and 4 stand for what comes nearest; `custom` says where it is not that.
        let (mode, like, lacp) = match self.lacp {
            Lacp::Off => ("1", NativeBondMode::ActiveBackup, Lacp::Off),
            _ => ("4", NativeBondMode::BalanceTcp, Lacp::Active),
        };
        let mut options = vec![("mode", mode.to_owned())];
        let mut put = |name, value: Option<String>| {
            options.extend(value.map(|value| (name, value)));
        };
        let milliseconds = |value: u32| (value > 0).then(|| value.to_string());
        put("downdelay", milliseconds(self.downdelay));
        put("lacp_rate", self.lacp_time.map(LacpTime::number));
        put("miimon", self.miimon.map(|value| value.to_string()));
        put("primary", self.primary.as_ref().map(NicName::to_string));
        put("updelay", milliseconds(self.updelay));
        let ovs_mode = (self.mode != like).then_some(("ovs_mode", self.mode.as_str()));
        let ovs_lacp = (self.lacp != lacp).then_some(("ovs_lacp", self.lacp.as_str()));
        let carried = self.custom.iter().map(|(key, value)| (&**key, &**value));
        let custom: Vec<String> = ovs_lacp
            .into_iter()
            .chain(ovs_mode)
            .chain(carried)
            .map(|(key, value)| format!("{key}:{value}"))
            .collect();
        put("custom", (!custom.is_empty()).then(|| custom.join(",")));
        options
    }
}

impl fmt::Display for NativeBond {
    /// [`options`](NativeBond::options) as a request's `options` has them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = self.options();
        let words: Vec<String> = options
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        f.write_str(&words.join(" "))
    }
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
    /// Every mode.
    pub const ALL: [NativeBondMode; 3] = [
        NativeBondMode::ActiveBackup,
        NativeBondMode::BalanceSlb,
        NativeBondMode::BalanceTcp,
    ];

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
    /// Every setting.
    pub const ALL: [Lacp; 3] = [Lacp::Off, Lacp::Active, Lacp::Passive];

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

    /// The setting's number in the kernel (`lacp_rate`).
    fn number(self) -> String {
        match self {
            LacpTime::Slow => "0".to_owned(),
            LacpTime::Fast => "1".to_owned(),
        }
    }
}
