//! Bonds of the kernel: their modes and options, as its bonding driver has them.

mod mode;
mod option;
mod value;

use std::collections::BTreeMap;
use std::fmt;

pub use mode::KernelBondMode;
pub use option::{KernelBondOption, Standstill};
pub use value::BondValue;

use super::NicName;
use super::bond::write_options;

/// How a bond of the kernel works: its mode, and the options that are not what the mode brings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KernelBond {
    /// How members share the traffic.
    pub mode: KernelBondMode,
    /// What `custom=` carries for others; not applied.
    pub custom: BTreeMap<String, String>,
    /// The member in use, where one is at a time: the one asked for (`active_slave`), or the one
    /// that is. It changes by itself, and is no setting.
    pub active: Option<NicName>,
    options: BTreeMap<&'static str, BondValue>,
}

impl KernelBond {
    /// A bond in this mode with no options set.
    pub fn new(mode: KernelBondMode) -> Self {
        Self {
            mode,
            ..Self::default()
        }
    }

    /// The same bond with this member in use.
    #[must_use]
    pub fn with_active(&self, active: Option<NicName>) -> Self {
        Self {
            active,
            ..self.clone()
        }
    }

    /// Sets an option. One that is not of the mode has no effect.
    pub fn set(&mut self, option: &KernelBondOption, value: BondValue) {
        if option.name() == "active_slave" {
            if let BondValue::Device(device) = value {
                self.active = device;
            }
        } else if option.is_of(self.mode) && option.default(self.mode) != value {
            self.options.insert(option.name(), value);
        } else {
            self.options.remove(option.name());
        }
    }

    /// What an option is set to, or what the mode brings.
    pub fn get(&self, option: &KernelBondOption) -> BondValue {
        match self.options.get(option.name()) {
            Some(value) => value.clone(),
            None => option.default(self.mode),
        }
    }

    /// The member that is preferred while its carrier is up.
    pub fn primary(&self) -> Option<&NicName> {
        match self.options.get("primary") {
            Some(BondValue::Device(device)) => device.as_ref(),
            _ => None,
        }
    }

    /// The options that must be set to make this bond work like `to`, besides the mode. With another
    /// mode, that is every option of it: the driver remembers what was set in the modes before.
    pub fn changes(&self, to: &KernelBond) -> Vec<(&'static KernelBondOption, BondValue)> {
        let number = |bond: &KernelBond, name| match bond.options.get(name) {
            Some(BondValue::Number(number)) => *number,
            _ if name == "miimon" => bond.mode.miimon(),
            _ => 0,
        };
        let (before, after) = (number(self, "miimon"), number(to, "miimon"));
        let must_be_set = |option: &&KernelBondOption| match option.name() {
            "active_slave" => false,
            // Counted in looks at carriers: they cannot be set without, and change with them.
            "updelay" | "downdelay" | "peer_notif_delay" if after == 0 => false,
            "updelay" | "downdelay" | "peer_notif_delay" if before != after => true,
            // Members have it, each its own.
            "prio" => self.get(option) != to.get(option),
            // The driver remembers what was set in the modes before.
            _ if self.mode != to.mode => true,
            _ => self.get(option) != to.get(option),
        };
        let options = KernelBondOption::all().filter(|option| option.is_of(to.mode));
        let changes = options.filter(must_be_set);
        changes.map(|option| (option, to.get(option))).collect()
    }

    /// Whether its MAC address is that of the member in use, whichever that is
    /// (`fail_over_mac=active`).
    pub fn has_the_active_members_mac(&self) -> bool {
        let follows = self.options.get("fail_over_mac") == Some(&BondValue::Number(1));
        follows && self.mode == KernelBondMode::ACTIVE_BACKUP
    }

    /// What the bond must be like for it to be made to work like `to`.
    pub fn standstill(&self, to: &KernelBond) -> Standstill {
        if self.mode != to.mode {
            return Standstill::Memberless;
        }
        let changes = self.changes(to).into_iter();
        let needs = changes.map(|(option, _)| option.standstill());
        needs.max().unwrap_or(Standstill::None)
    }

    /// The bond's mode and the options that are set, as the driver names and numbers them.
    pub fn kernel_options(&self) -> BTreeMap<&'static str, String> {
        let set = self.options.iter();
        let mut options: BTreeMap<&str, String> = set
            .map(|(name, value)| (*name, value.to_string()))
            .collect();
        options.insert("mode", self.mode.number().to_string());
        if !self.custom.is_empty() {
            options.insert("custom", self.carried());
        }
        options
    }

    /// What `custom=` carries, in its own form.
    pub fn carried(&self) -> String {
        let pairs = self.custom.iter();
        let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}:{value}")).collect();
        pairs.join(",")
    }
}

impl fmt::Display for KernelBond {
    /// [`kernel_options`](KernelBond::kernel_options) as the `options` of a request: the mode
    /// first, then the others by name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_options(&self.kernel_options(), f)
    }
}
