//! Runs the stages: canonicalize, observe, validate, plan, apply, verify; and takes everything
//! back when one of them fails after the first change.

mod apply;
mod error;
mod kernel;
mod report;
mod support;

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

pub use error::{Cause, SetupError};
pub use support::check_support;

use crate::canonicalize::canonicalize;
use crate::link::Netlink;
use crate::model::request::Request;
use crate::model::{Observed, SwitchType};
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
    switch: Box<dyn NetSwitch>,
    availability: Availability,
    observed: Observed,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("switch", &self.switch.switch_type())
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Reaches the host's switch and its kernel within `limit`, and reads what they have.
    ///
    /// # Errors
    /// One of them cannot be reached; nothing was changed.
    pub async fn reach(registry: &Registry, limit: Duration) -> Result<Self, SetupError> {
        let switch = registry
            .open(SwitchType::Ovs, limit)
            .await
            .map_err(SetupError::Unavailable)?;
        let mut availability = Availability::from([(SwitchType::Ovs, Ok(()))]);
        for other in registry
            .switches()
            .filter(|other| *other != SwitchType::Ovs)
        {
            let probed = registry.probe(other, limit).await;
            availability.insert(other, probed.map_err(|error| error.reason()));
        }
        let netlink = Netlink::open().map_err(SetupError::Kernel)?;
        let mut host = Self {
            netlink,
            switch,
            availability,
            observed: Observed::default(),
        };
        host.observe().await?;
        Ok(host)
    }

    /// Reads what changed on the host since the last time.
    ///
    /// # Errors
    /// The switch or the kernel does not answer.
    pub async fn observe(&mut self) -> Result<&Observed, SetupError> {
        self.observed.links = self.netlink.dump().await.map_err(SetupError::Kernel)?;
        self.switch
            .observe(&mut self.observed)
            .await
            .map_err(SetupError::Unavailable)?;
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
        let valid = validate(desired, &self.observed)?;
        if let Some(switch) = valid.switch()
            && let Some(Err(reason)) = self.availability.get(&switch)
        {
            let reason = reason.clone();
            return Err(SetupError::Unavailable(SwitchError::Unavailable {
                switch,
                reason,
            }));
        }
        check_support(&valid)?;
        let plan = plan::plan(&valid, &self.observed, settings);
        self.switch.check(&plan).map_err(SetupError::Unavailable)?;
        Ok(plan)
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
        loop {
            let plan = self.plan(request, &options.settings)?;
            if plan.is_empty() {
                return Ok(plan);
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
