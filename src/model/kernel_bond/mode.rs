use std::fmt;

use super::option::word;

/// A mode of the kernel's bonding driver (Documentation/networking/bonding.rst, "mode").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KernelBondMode(u8);

const MODES: [&str; 7] = [
    "balance-rr",
    "active-backup",
    "balance-xor",
    "broadcast",
    "802.3ad",
    "balance-tlb",
    "balance-alb",
];

impl KernelBondMode {
    /// In turn.
    pub const BALANCE_RR: KernelBondMode = KernelBondMode(0);
    /// One member at a time.
    pub const ACTIVE_BACKUP: KernelBondMode = KernelBondMode(1);
    /// By flow, as LACP says (IEEE 802.1AX).
    pub const LACP: KernelBondMode = KernelBondMode(4);

    /// The mode of this name or number.
    ///
    /// # Errors
    /// A message that names the modes that there are.
    pub fn read(text: &str) -> Result<Self, String> {
        let place = word(text, &MODES)?;
        Ok(u8::try_from(place).map_or(Self::BALANCE_RR, Self))
    }

    /// The mode of this number; `None` when there is none.
    pub fn numbered(number: u8) -> Option<Self> {
        (usize::from(number) < MODES.len()).then_some(Self(number))
    }

    /// Every mode, by number.
    pub fn all() -> impl Iterator<Item = KernelBondMode> {
        (0..).map_while(Self::numbered)
    }

    /// The mode's number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The mode's name.
    pub fn as_str(self) -> &'static str {
        MODES.get(usize::from(self.0)).unwrap_or(&"")
    }

    /// Whether one member at a time is the bond's own, so that there can be a preferred one.
    pub const fn has_active_member(self) -> bool {
        matches!(self.0, 1 | 5 | 6)
    }

    /// How often the driver looks at carriers unless it is told, in milliseconds
    /// (`bond_option_mode_set`, drivers/net/bonding/bond_options.c).
    pub(super) const fn miimon(self) -> u32 {
        match self.0 {
            4..=6 => 100,
            _ => 0,
        }
    }
}

impl Default for KernelBondMode {
    /// What the driver does unless it is told.
    fn default() -> Self {
        Self::BALANCE_RR
    }
}

impl fmt::Display for KernelBondMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {} ({})", self.0, self.as_str())
    }
}
