//! Carries a plan out, proves that the result holds, or takes it back.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::error::{Cause, SetupError};
use super::kernel::{self, Touched};
use super::{Host, Options, Stage};
use crate::causes::chain;
use crate::link::LinkChange;
use crate::model::{NicName, SwitchType};
use crate::plan::{LinkStep, Plan, Step};

/// What a rollback has at the least, however late it is.
const LEAST: Duration = Duration::from_secs(1);

impl Host {
    /// Carries `plan` out.
    ///
    /// # Errors
    /// [`SetupError::Failed`] when it was taken back, [`SetupError::Incomplete`] when not all of
    /// it could be.
    #[tracing::instrument(level = "debug", skip_all, fields(steps = plan.steps.len()))]
    pub async fn apply(
        &mut self,
        plan: &Plan,
        options: &Options,
        progress: &dyn Fn(Stage),
    ) -> Result<(), SetupError> {
        let before = kernel::touched(plan, &self.observed.links);
        let mut is_applied = false;
        let Err(cause) = self
            .carry_out(plan, options, progress, &mut is_applied)
            .await
        else {
            return Ok(());
        };
        progress(Stage::RollingBack);
        tracing::warn!(cause = chain(&cause), "rolling back");
        let applied = plan.switch().filter(|_| is_applied);
        let left = self.roll_back(&before, applied, options).await;
        if left.is_empty() {
            Err(SetupError::Failed(cause))
        } else {
            Err(SetupError::Incomplete { cause, left })
        }
    }

    /// Carries `plan` out. `is_applied` tells whether the switch has something to take back.
    async fn carry_out(
        &mut self,
        plan: &Plan,
        options: &Options,
        progress: &dyn Fn(Stage),
        is_applied: &mut bool,
    ) -> Result<(), Cause> {
        let (before, after) = link_changes(plan);
        progress(Stage::Applying);
        self.change_links(&before).await?;
        let Some(switch) = plan.switch().and_then(|it| self.switches.get_mut(&it)) else {
            return Ok(());
        };
        let applied = switch.apply(plan, options.time_left()).await;
        *is_applied = match &applied {
            Ok(()) => true,
            Err(error) => error.is_applied(),
        };
        applied.map_err(Cause::Switch)?;
        if switch.switch_type() == SwitchType::Legacy {
            // The kernel does what it is asked before it answers: there is nothing to wait for.
            return match options.interrupt.is_cancelled() {
                true => Err(Cause::Interrupted),
                false => switch
                    .verify(options.time_left())
                    .await
                    .map_err(Cause::Switch),
            };
        }
        if !options.wait {
            return Ok(());
        }
        progress(Stage::Waiting);
        let (mut silent, after) = silent_devices(after);
        // A device that is there already may get IPv6 more than once, as the switch tries MTUs.
        let there = |name: &&NicName| self.observed.links.get(name.as_str()).is_some();
        let again: Vec<NicName> = silent.iter().filter(there).cloned().collect();
        tokio::select! {
            biased;
            () = options.interrupt.cancelled() => return Err(Cause::Interrupted),
            realised = switch.wait(options.time_left()) => {
                realised.map_err(Cause::Switch)?;
            }
            // While the switch works there is time for it; a device that is down says nothing yet.
            never = self.netlink.turn_ipv6_off_on_arrival(&mut silent) => match never {},
        }
        silent.extend(again);
        let left = silent
            .into_iter()
            .map(|name| LinkChange::SetIpv6 { name, on: false });
        // The kernel is asked before it is busy with telling everybody of devices that came up.
        let mut links = self.netlink.dump().await.map_err(Cause::Link)?;
        let late = kernel::late_mtus(plan, &links);
        let after: Vec<LinkChange> = left.chain(late).chain(after).collect();
        let results = {
            let verified = switch.verify(options.time_left());
            let (verified, results) = tokio::join!(verified, self.netlink.apply(&after));
            verified.map_err(Cause::Switch)?;
            results
        };
        for (change, result) in after.iter().zip(results) {
            result.map_err(Cause::Link)?;
            links.change(change.name().as_str(), |link| kernel::change(link, change));
        }
        let mismatches = kernel::mismatches(plan, &links);
        self.observed.links = links;
        if mismatches.is_empty() {
            Ok(())
        } else {
            Err(Cause::Unrealised(mismatches))
        }
    }

    /// Changes devices, all at once. The first failure is told; the others are done nonetheless.
    async fn change_links(&self, changes: &[LinkChange]) -> Result<(), Cause> {
        let results = self.netlink.apply(changes).await;
        results
            .into_iter()
            .collect::<Result<(), _>>()
            .map_err(Cause::Link)
    }

    /// Takes back what the switch applied, then gives the touched devices the state that they had
    /// `before`. Gives what is not as it was.
    async fn roll_back(
        &mut self,
        before: &Touched,
        applied: Option<SwitchType>,
        options: &Options,
    ) -> Vec<String> {
        let mut left = Vec::new();
        if let Some(switch) = applied.and_then(|it| self.switches.get_mut(&it)) {
            let limit = options.deadline.saturating_duration_since(Instant::now());
            let undone = switch.roll_back(limit.max(LEAST), options.wait);
            match undone.await {
                Ok(differences) => left.extend(differences),
                Err(error) => left.push(chain(&error)),
            }
        }
        let changes = match self.netlink.dump().await {
            Ok(links) => kernel::restore(before, &links),
            Err(error) => return [left, vec![chain(&error)]].concat(),
        };
        let failed = self
            .netlink
            .apply(&changes)
            .await
            .into_iter()
            .filter_map(Result::err);
        left.extend(failed.map(|error| chain(&error)));
        match self.netlink.dump().await {
            Ok(links) => left.extend(kernel::differences(before, &links)),
            Err(error) => left.push(chain(&error)),
        }
        left
    }
}

/// The changes of devices before the switch's steps and those after them.
fn link_changes(plan: &Plan) -> (Vec<LinkChange>, Vec<LinkChange>) {
    let switch = plan
        .steps
        .iter()
        .position(|step| !matches!(step, Step::Link(_)));
    let (before, after) = plan.steps.split_at(switch.unwrap_or(plan.steps.len()));
    let changes = |steps: &[Step]| {
        let changes = steps.iter().filter_map(|step| match step {
            Step::Link(step) => Some(link_change(step)),
            Step::Ovs(_) | Step::Legacy(_) => None,
        });
        changes.collect()
    };
    (changes(before), changes(after))
}

/// The devices on which IPv6 is to be turned off, and the other changes.
fn silent_devices(changes: Vec<LinkChange>) -> (BTreeSet<NicName>, Vec<LinkChange>) {
    let mut devices = BTreeSet::new();
    let mut others = Vec::new();
    for change in changes {
        match change {
            LinkChange::SetIpv6 { name, on: false } => drop(devices.insert(name)),
            other => others.push(other),
        }
    }
    (devices, others)
}

fn link_change(step: &LinkStep) -> LinkChange {
    match step {
        LinkStep::SetUp { name, up } => LinkChange::SetUp {
            name: name.clone(),
            up: *up,
        },
        LinkStep::SetMtu { name, to, .. } => LinkChange::SetMtu {
            name: name.clone(),
            mtu: *to,
        },
        LinkStep::SetIpv6 { name, on } => LinkChange::SetIpv6 {
            name: name.clone(),
            on: *on,
        },
    }
}
