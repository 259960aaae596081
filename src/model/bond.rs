use std::collections::BTreeMap;
use std::fmt;

use super::{KernelBond, NicName};

/// How a bond works, whoever's it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BondOptions {
    /// A bond of Open vSwitch.
    Native(NativeBond),
    /// A bond of the kernel.
    Kernel(KernelBond),
}

impl BondOptions {
    /// How a bond of Open vSwitch works; `None` for one of the kernel.
    pub fn native(&self) -> Option<&NativeBond> {
        match self {
            BondOptions::Native(native) => Some(native),
            BondOptions::Kernel(_) => None,
        }
    }

    /// How a bond of the kernel works; `None` for one of Open vSwitch.
    pub fn kernel(&self) -> Option<&KernelBond> {
        match self {
            BondOptions::Kernel(kernel) => Some(kernel),
            BondOptions::Native(_) => None,
        }
    }

    /// The member that is preferred while its carrier is up.
    pub fn primary(&self) -> Option<&NicName> {
        match self {
            BondOptions::Native(native) => native.primary.as_ref(),
            BondOptions::Kernel(kernel) => kernel.primary(),
        }
    }

    /// The bond's mode and the options that differ from their defaults, as the kernel's bonding
    /// driver names and numbers them.
    pub fn kernel_options(&self) -> BTreeMap<&'static str, String> {
        match self {
            BondOptions::Native(native) => native.kernel_options(),
            BondOptions::Kernel(kernel) => kernel.kernel_options(),
        }
    }
}

impl fmt::Display for BondOptions {
    /// As the `options` of a request: the mode first, then the others by name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_options(&self.kernel_options(), f)
    }
}

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
    /// One member at a time, and nothing else.
    pub(super) const PLAIN: NativeBond = NativeBond {
        mode: NativeBondMode::ActiveBackup,
        lacp: Lacp::Off,
        lacp_time: None,
        miimon: None,
        updelay: 0,
        downdelay: 0,
        primary: None,
        custom: BTreeMap::new(),
    };

    /// The bond's mode and the options that differ from their defaults, as the kernel's bonding
    /// driver names and numbers them (Documentation/networking/bonding.rst). What it has no word
    /// for is in `custom`, under Open vSwitch's names.
    pub fn kernel_options(&self) -> BTreeMap<&'static str, String> {
        let mut custom: BTreeMap<&str, &str> = self
            .custom
            .iter()
            .map(|(key, value)| (&**key, &**value))
            .collect();
        let mode = match (self.mode, self.lacp) {
            (NativeBondMode::ActiveBackup, Lacp::Off) => "1",
            (NativeBondMode::BalanceTcp, Lacp::Active) => "4",
            (mode, lacp) => {
                custom.insert("ovs_mode", mode.as_str());
                if lacp != Lacp::Off {
                    custom.insert("ovs_lacp", lacp.as_str());
                }
                "1"
            }
        };
        let mut options = BTreeMap::from([("mode", mode.to_owned())]);
        let delays = [
            ("miimon", self.miimon.unwrap_or(0)),
            ("updelay", self.updelay),
            ("downdelay", self.downdelay),
        ];
        let delays = delays
            .into_iter()
            .filter(|(_, milliseconds)| *milliseconds > 0);
        options.extend(delays.map(|(name, milliseconds)| (name, milliseconds.to_string())));
        if self.lacp_time == Some(LacpTime::Fast) {
            options.insert("lacp_rate", "1".to_owned());
        }
        options.extend(self.primary.iter().map(|nic| ("primary", nic.to_string())));
        if !custom.is_empty() {
            let pairs: Vec<_> = custom
                .iter()
                .map(|(key, value)| format!("{key}:{value}"))
                .collect();
            options.insert("custom", pairs.join(","));
        }
        options
    }
}

impl fmt::Display for NativeBond {
    /// [`kernel_options`](NativeBond::kernel_options) as the `options` of a request: the mode
    /// first, then the others by name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_options(&self.kernel_options(), f)
    }
}

/// Options in the form of a request: the mode first, then the others by name.
pub(super) fn write_options(
    options: &BTreeMap<&'static str, String>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let (mode, others): (Vec<_>, Vec<_>) = options.iter().partition(|(name, _)| **name == "mode");
    for (place, (name, value)) in mode.into_iter().chain(others).enumerate() {
        let space = if place == 0 { "" } else { " " };
        write!(f, "{space}{name}={value}")?;
    }
    Ok(())
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
}
