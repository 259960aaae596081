//! The smallest set of steps from the observed host to the desired one, each with its inverse.
//! A plan is data: made by pure functions, printed, compared, and carried out by others.

mod configurator;
mod devices;
mod diff;
mod entry;
mod facts;
mod interruption;
mod links;
mod step;
mod surroundings;

pub use configurator::{ArgumentLimits, Configurator};
pub use devices::DeviceChange;
pub use diff::Style;
pub use entry::{Entry, Verb};
pub use facts::Fact;
pub use interruption::Interruption;
pub use step::{DeviceStep, LinkStep, OvsStep, Step};

use crate::ip::{self, IpConfigurator};
use crate::model::{IpChange, Observed, SwitchType};
use crate::switch::legacy;
use crate::switch::ovs::placement::Conflict;
use crate::switch::ovs::{split, steps};
use crate::validate::Valid;

/// What is to be done, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps: devices that must be ready before, the switch in one transaction, devices
    /// after it.
    pub steps: Vec<Step>,
    /// Why uplinks of new bridges cannot share one.
    pub conflicts: Vec<Conflict>,
    /// Who carries the switch's steps out.
    pub configurator: Configurator,
}

/// What a plan depends on besides the request and the host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The `datapath_type` of new bridges: `""` or `system` for the kernel's, `netdev` for the
    /// one in user space (ovs-vswitchd.conf.db(5), table Bridge).
    pub datapath_type: String,
    /// Which uplinks may share a bridge.
    pub bridge_policy: BridgePolicy,
    /// Who carries the switch's part of the plan out.
    pub configurator: Configurator,
    /// Who changes IP settings.
    pub ip_configurator: IpConfigurator,
}

/// Which uplinks may share a bridge. Those that are placed already stay where they are as long as
/// they can, whichever policy placed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BridgePolicy {
    /// None: adding a network can never force another one to move.
    #[default]
    PerUplink,
    /// Those that have no tag in common, on the fewest bridges, each limited to its own VLANs. A
    /// network that is added to one uplink may force another uplink to move.
    Shared,
}

impl Plan {
    /// Whether the host is already as it shall be.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The switch that has a part in it, if one has.
    pub fn switch(&self) -> Option<SwitchType> {
        self.steps.iter().find_map(|step| match step {
            Step::Link(_) | Step::Ip(_) | Step::SetNameservers { .. } => None,
            Step::Ovs(_) => Some(SwitchType::Ovs),
            Step::Legacy(_) => Some(SwitchType::Legacy),
        })
    }

    /// The steps that go into the switch's transaction.
    pub fn ovs_steps(&self) -> impl Iterator<Item = &OvsStep> {
        self.steps.iter().filter_map(|step| match step {
            Step::Ovs(step) => Some(step),
            _ => None,
        })
    }

    /// The changes of IP settings before the switch's part and after it.
    pub fn ip_changes(&self) -> (Vec<IpChange>, Vec<IpChange>) {
        let is_ip = |step: &Step| matches!(step, Step::Ip(_));
        let switch = self.steps.iter().position(|step| !is_ip(step));
        let (before, after) = self.steps.split_at(switch.unwrap_or(self.steps.len()));
        let changes = |steps: &[Step]| {
            let changes = steps.iter().filter_map(|step| match step {
                Step::Ip(change) => Some(change.clone()),
                _ => None,
            });
            changes.collect()
        };
        (changes(before), changes(after))
    }

    /// The name servers that the host gets, if it gets others.
    pub fn nameservers(&self) -> Option<(&[String], &[String])> {
        self.steps.iter().find_map(|step| match step {
            Step::SetNameservers { from, to } => Some((from.as_slice(), to.as_slice())),
            _ => None,
        })
    }

    /// The steps of the legacy switch, in order.
    pub fn device_steps(&self) -> impl Iterator<Item = &DeviceStep> {
        self.steps.iter().filter_map(|step| match step {
            Step::Legacy(step) => Some(step),
            _ => None,
        })
    }

    /// The same steps, by transaction: one, unless they are ovs-vsctl's and their arguments do not
    /// fit into one call of it.
    pub fn transactions(&self) -> Vec<Vec<&OvsStep>> {
        let steps: Vec<&OvsStep> = self.ovs_steps().collect();
        match self.configurator {
            Configurator::Native if steps.is_empty() => Vec::new(),
            Configurator::Native => vec![steps],
            Configurator::Vsctl(limits) => split(&steps, limits),
        }
    }

    /// The plan that leads back.
    pub fn inverse(&self) -> Plan {
        let steps = self.steps.iter().rev().map(Step::inverse).collect();
        Plan {
            steps,
            conflicts: Vec::new(),
            configurator: self.configurator,
        }
    }
}

/// Plans the way from `observed` to what `valid` asks for.
pub fn plan(valid: &Valid, observed: &Observed, settings: &Settings) -> Plan {
    let mut plan = match valid.switch() {
        SwitchType::Legacy => {
            let (networks, bonds) = (valid.networks(), valid.bonds());
            let steps = legacy::steps::plan(networks, bonds, valid.bridge_options(), observed);
            Plan {
                steps: steps.into_iter().map(Step::Legacy).collect(),
                ..Plan::default()
            }
        }
        SwitchType::Ovs => plan_ovs(valid, observed, settings),
    };
    let surroundings = surroundings::surroundings(valid, observed, &plan.steps);
    let ip = ip::steps::plan(&surroundings, valid.ip(), observed);
    plan.steps.splice(0..0, ip.before.into_iter().map(Step::Ip));
    plan.steps.extend(ip.after.into_iter().map(Step::Ip));
    plan.steps.extend(nameservers(valid, observed));
    plan
}

/// The name servers that the network with the default route brings.
fn nameservers(valid: &Valid, observed: &Observed) -> Option<Step> {
    let mut settings = valid.ip().values();
    let brings = settings.find(|it| it.default_route && !it.nameservers.is_empty())?;
    let from = observed.resolver.nameservers.clone();
    let to: Vec<String> = brings.nameservers.iter().map(ToString::to_string).collect();
    (from != to).then_some(Step::SetNameservers { from, to })
}

fn plan_ovs(valid: &Valid, observed: &Observed, settings: &Settings) -> Plan {
    let ovs = steps::plan(valid.networks(), valid.bonds(), observed, settings);
    let (before, after) = links::plan(&ovs.steps, valid, observed);
    let steps = before
        .into_iter()
        .map(Step::Link)
        .chain(ovs.steps.into_iter().map(Step::Ovs))
        .chain(after.into_iter().map(Step::Link))
        .collect();
    Plan {
        steps,
        conflicts: ovs.conflicts,
        configurator: settings.configurator,
    }
}
