use std::collections::BTreeSet;

use super::{BondName, Findings, NetworkName, Violations};

/// What of a request could not be understood. It travels with what could, so that one mistake
/// hides no other: the stages after it judge the rest, and validation refuses with all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flaws {
    /// The rules broken so far, in the order of the document.
    pub violations: Findings,
    /// The networks of which some attribute was not understood and has a value made up.
    pub networks: BTreeSet<NetworkName>,
    /// The bonds of which some attribute was not understood and has a value made up.
    pub bonds: BTreeSet<BondName>,
}

impl Flaws {
    /// Whether everything was understood.
    ///
    /// # Errors
    /// The violations when it was not.
    pub fn check(&self) -> Result<(), Violations> {
        self.violations.clone().check()
    }
}
