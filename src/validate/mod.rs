//! Judges what is desired on the host as it would be: every rule, all violations at once, nothing
//! touched. What passes is [`Valid`], and only that can be planned.
//!
//! Networks are judged first, then bonds, both by name. The cost grows with the request, not with
//! the host.

mod bond;
mod bridge;
mod device;
mod mtu;
mod name;
mod network;
mod nic;
mod settings;
mod switch;

use std::collections::BTreeMap;
use std::fmt;

use crate::model::{
    Bond, BondName, BridgeOptions, Change, Code, Desired, Findings, HostQos, IpSettings, Network,
    NetworkName, Observed, Pointer, Quoted, Resulting, SetupOptions, SwitchType, Violations,
};

/// What is desired, after every rule was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valid {
    desired: Desired,
    switch: SwitchType,
}

impl Valid {
    /// The networks that are set up, edited or removed.
    pub fn networks(&self) -> &BTreeMap<NetworkName, Change<Network>> {
        &self.desired.networks
    }

    /// The bonds that are set up, edited or removed.
    pub fn bonds(&self) -> &BTreeMap<BondName, Change<Bond>> {
        &self.desired.bonds
    }

    /// The IP settings of the networks that ask for some.
    pub fn ip(&self) -> &BTreeMap<NetworkName, IpSettings> {
        &self.desired.ip
    }

    /// The shares of their uplinks, of the networks that ask for one.
    pub fn host_qos(&self) -> &BTreeMap<NetworkName, HostQos> {
        &self.desired.host_qos
    }

    /// The options of kernel bridges, of the networks that ask for some.
    pub fn bridge_options(&self) -> &BTreeMap<NetworkName, BridgeOptions> {
        &self.desired.bridge_options
    }

    /// How the setup is done as a whole.
    pub fn options(&self) -> &SetupOptions {
        &self.desired.options
    }

    /// The kind of switch that everything named is on.
    pub fn switch(&self) -> SwitchType {
        self.switch
    }
}

/// Checks every rule.
///
/// # Errors
/// All violations: those of the request's form, then those that the host makes.
pub fn validate(desired: Desired, observed: &Observed) -> Result<Valid, Violations> {
    let (violations, switch) = judge(&desired, observed);
    violations.check()?;
    Ok(Valid { desired, switch })
}

fn judge(desired: &Desired, observed: &Observed) -> (Findings, SwitchType) {
    let resulting = Resulting::new(&desired.networks, &desired.bonds, observed);
    let mut judge = Judge {
        desired,
        observed,
        resulting: &resulting,
        violations: desired.flaws.violations.clone(),
    };
    let host = switch::of_host(&judge);
    let mut bridges = bridge::Going::default();
    let vlans = device::Vlans::default();
    judge.networks(host, &mut bridges, &vlans);
    judge.bonds(host, &mut bridges, &vlans);
    (judge.violations, host)
}

/// What rules ask, and where they put what they find.
struct Judge<'a> {
    desired: &'a Desired,
    observed: &'a Observed,
    resulting: &'a Resulting<'a>,
    violations: Findings,
}

impl Judge<'_> {
    /// A rule is broken by an attribute of a network, or by all of it when that is empty.
    fn network(
        &mut self,
        code: Code,
        name: &NetworkName,
        attribute: &str,
        message: impl fmt::Display,
    ) {
        self.refuse(code, ["networks", name.as_str(), attribute], message);
    }

    /// A rule is broken by an attribute of a bond, or by all of it when that is empty.
    fn bond(&mut self, code: Code, name: &BondName, attribute: &str, message: impl fmt::Display) {
        self.refuse(code, ["bondings", name.as_str(), attribute], message);
    }

    fn refuse(&mut self, code: Code, path: [&str; 3], message: impl fmt::Display) {
        let [part, name, attribute] = path;
        let part = Pointer::ROOT.join(part);
        let named = part.join(name);
        match attribute {
            "" => self.violations.add(code, named, message),
            _ => self.violations.add(code, named.join(attribute), message),
        }
    }

    /// Whether a network has attributes made up because they were not understood.
    fn is_flawed(&self, network: &NetworkName) -> bool {
        self.desired.flaws.networks.contains(network)
    }

    /// Whether a bond has attributes made up because they were not understood.
    fn is_flawed_bond(&self, bond: &BondName) -> bool {
        self.desired.flaws.bonds.contains(bond)
    }
}

/// Names in a sentence: a few of them, and how many more there are.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const SHOWN: usize = 5;
    let mut names = names.into_iter();
    let shown: Vec<String> = names
        .by_ref()
        .take(SHOWN)
        .map(|name| Quoted(name).to_string())
        .collect();
    match names.count() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
