//! Runs the stages: canonicalize, observe, validate, plan, apply, verify; and takes everything
//! back when one of them fails after the first change.

mod apply;
mod error;
mod kernel;
mod lock;
mod report;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

pub use error::{Cause, SetupError};
pub use support::check_support;

use lock::Lock;

use crate::canonicalize::canonicalize;
use crate::ip;
use crate::link::Netlink;
use crate::model::request::Request;
use crate::model::{Code, Desired, Findings, IpChange, Observed, Pointer, SwitchType};
use crate::plan::{self, Plan, Settings};
use crate::switch::{Availability, NetSwitch, Registry, SwitchError};
use crate::validate::validate;

/// How often a request is planned anew because the database changed meanwhile.
const ATTEMPTS: u32 = 10;

/// How far a setup has come, for whoever waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading the host.
    Observing,
    /// Sending the transaction.
    Applying,
    /// Waiting for the switch to realise it.
    Waiting,
    /// Taking it back.
    RollingBack,
}

/// The limits and choices of one setup.
#[derive(Debug, Clone)]
pub struct Options {
    /// What plans depend on besides request and host.
    pub settings: Settings,
    /// Whether to wait until the switch has realised the configuration, and to look at the
    /// result; without, only the database is changed (`ovs-vsctl --no-wait`).
    pub wait: bool,
    /// When everything must be done, a rollback included.
    pub deadline: Instant,
    /// Ends the setup early; what was changed is taken back.
    pub interrupt: CancellationToken,
}

impl Options {
    /// The time left before the deadline, without what a rollback may need.
    fn time_left(&self) -> Duration {
        let left = self.deadline.saturating_duration_since(Instant::now());
        left.saturating_sub((left / 4).min(Duration::from_secs(10)))
    }
}

/// The host that requests are set up on.
pub struct Host {
    netlink: Netlink,
    switches: BTreeMap<SwitchType, Box<dyn NetSwitch>>,
    availability: Availability,
    observed: Observed,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("switches", &self.switches.keys())
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Reaches the host's switches and its kernel, each within `limit`, and reads what they have. A
    /// switch that is not available is no error until a request needs it.
    ///
    /// # Errors
    /// The kernel cannot be reached, or a switch that was reached does not answer; nothing was
    /// changed.
    pub async fn reach(registry: &Registry, limit: Duration) -> Result<Self, SetupError> {
        let mut host = Self {
            netlink: Netlink::open().map_err(SetupError::Kernel)?,
            switches: BTreeMap::new(),
            availability: Availability::new(),
            observed: Observed::default(),
        };
        for switch in registry.switches() {
            let reached = registry.open(switch, limit).await;
            let availability = match reached {
                Ok(reached) => {
                    host.switches.insert(switch, reached);
                    Ok(())
                }
                Err(error) => Err(error.reason()),
            };
            host.availability.insert(switch, availability);
        }
        host.observe().await?;
        Ok(host)
    }

    /// Reads what changed on the host since the last time.
    ///
    /// # Errors
    /// A switch or the kernel does not answer.
    pub async fn observe(&mut self) -> Result<&Observed, SetupError> {
        self.observed.links = self.netlink.dump().await.map_err(SetupError::Kernel)?;
        for switch in self.switches.values_mut() {
            let observed = switch.observe(&mut self.observed).await;
            observed.map_err(SetupError::Unavailable)?;
        }
        self.observed.addresses = self.netlink.addresses().await.map_err(SetupError::Kernel)?;
        self.observed.resolver = ip::read_resolver();
        ip::observe(&mut self.observed);
        Ok(&self.observed)
    }

    /// Which switches can be used.
    pub fn availability(&self) -> &Availability {
        &self.availability
    }

    /// What the host was when it was last observed.
    pub fn observed(&self) -> &Observed {
        &self.observed
    }

    /// What `request` would change, as far as the host was last observed. Changes nothing.
    ///
    /// # Errors
    /// Every rule that the request breaks, that its switch is not available, or what of it cannot
    /// be carried out.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn plan(&self, request: &Request, settings: &Settings) -> Result<Plan, SetupError> {
        let desired = canonicalize(request, &self.observed);
        self.check_availability(&desired)?;
        let valid = validate(desired, &self.observed)?;
        check_support(&valid, &self.observed)?;
        let plan = plan::plan(&valid, &self.observed, settings);
        if let Some(switch) = self.switches.get(&valid.switch()) {
            switch.check(&plan).map_err(SetupError::Unavailable)?;
        }
        Ok(plan)
    }

    /// Whether the switches can be used that the request is about. What is removed and not known may
    /// be on one that cannot be asked.
    fn check_availability(&self, desired: &Desired) -> Result<(), SetupError> {
        let observed = &self.observed;
        let networks = desired.networks.iter();
        let networks = networks.map(|(name, change)| match change.set() {
            Some(network) => Some(network.switch),
            None => observed.network(name).map(|network| network.switch),
        });
        let bonds = desired
            .bonds
            .iter()
            .map(|(name, change)| match change.set() {
                Some(bond) => Some(bond.switch),
                None => observed.bond(name).map(|bond| bond.switch),
            });
        let needed: BTreeSet<Option<SwitchType>> = networks.chain(bonds).collect();
        // A host is on one switch: where legacy has something, nothing is on another.
        let legacy = &observed.legacy;
        let is_legacy = legacy.network_count() > 0 || legacy.bonds().next().is_some();
        let unknown = needed.contains(&None) && !is_legacy;
        let is_needed = |switch| unknown || needed.contains(&Some(switch));
        let missing = self.availability.iter().find_map(|(switch, availability)| {
            let reason = availability.as_ref().err()?;
            is_needed(*switch).then(|| (*switch, reason.clone()))
        });
        let Some((switch, reason)) = missing else {
            return Ok(());
        };
        desired.flaws.check()?;
        let error = SwitchError::Unavailable { switch, reason };
        Err(SetupError::Unavailable(error))
    }

    /// Sets up what `request` asks for, or leaves the host as it was. Gives what was done.
    ///
    /// # Errors
    /// Why not, and what became of the host.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn set_up(
        &mut self,
        request: &Request,
        options: &Options,
        progress: &dyn Fn(Stage),
    ) -> Result<Plan, SetupError> {
        let mut attempts = ATTEMPTS;
        let mut lock = None;
        loop {
            let plan = self.plan(request, &options.settings)?;
            if plan.is_empty() {
                return Ok(plan);
            }
            if plan.switch() == Some(SwitchType::Legacy) && lock.is_none() {
                lock = Some(
                    Lock::take()
                        .map_err(SetupError::Lock)?
                        .ok_or(SetupError::Busy)?,
                );
                // Another setup may have ended since.
                self.observe().await?;
                continue;
            }
            if !options.wait {
                check_without_devices(&plan)?;
            }
            match self.apply(&plan, options, progress).await {
                Err(SetupError::Failed(Cause::Switch(error)))
                    if error.is_outdated() && attempts > 1 =>
                {
                    attempts -= 1;
                    tracing::info!(%error, attempts, "planning again");
                    progress(Stage::Observing);
                    self.observe().await?;
                }
                result => return result.map(|()| plan),
            }
        }
    }
}

/// Whether a plan can be carried out in the database alone: devices that are not waited for can have
/// no addresses.
fn check_without_devices(plan: &Plan) -> Result<(), SetupError> {
    let is_ovs = plan.switch() == Some(SwitchType::Ovs);
    let (_, after) = plan.ip_changes();
    let mut findings = Findings::default();
    for change in after.iter().filter(|_| is_ovs) {
        if let IpChange::Address { device, .. } = change {
            let networks = Pointer::ROOT.join("networks");
            let message = "IP settings need the network's device: not with --no-wait";
            findings.add(Code::BadParams, networks.join(device.as_str()), message);
        }
    }
    Ok(findings.check()?)
}
