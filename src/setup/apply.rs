//! Carries a plan out, proves that the result holds, or takes it back.

use std::time::{Duration, Instant};

use super::error::{Cause, SetupError};
use super::{Host, Options, Stage, kernel};
use crate::causes::chain;
use crate::link::{LinkChange, LinkError};
use crate::plan::{LinkStep, Plan, Step};

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
        let (before, after) = link_steps(plan);
        let mut done = Done::default();
        let result = self
            .carry_out(plan, &before, &after, options, progress, &mut done)
            .await;
        let Err(cause) = result else { return Ok(()) };
        if done.is_nothing() {
            return Err(SetupError::Failed(cause));
        }
        progress(Stage::RollingBack);
        tracing::warn!(%cause, "rolling back");
        let left = self.roll_back(plan, &done, options.deadline).await;
        if left.is_empty() {
            Err(SetupError::Failed(cause))
        } else {
            Err(SetupError::Incomplete { cause, left })
        }
    }

    async fn carry_out(
        &mut self,
        plan: &Plan,
        before: &[LinkStep],
        after: &[LinkStep],
        options: &Options,
        progress: &dyn Fn(Stage),
        done: &mut Done,
    ) -> Result<(), Cause> {
        progress(Stage::Applying {
            steps: plan.steps.len(),
        });
        self.change_links(before, done).await?;
        let applied = self.switch.apply(plan).await;
        done.switch = applied
            .as_ref()
            .map_or_else(|error| error.is_applied(), |()| true);
        applied.map_err(Cause::Switch)?;
        if !options.wait {
            return Ok(());
        }
        progress(Stage::Waiting);
        tokio::select! {
            biased;
            () = options.interrupt.cancelled() => return Err(Cause::Interrupted),
            verified = self.switch.verify(options.time_left()) => {
                verified.map_err(Cause::Switch)?;
            }
        }
        self.change_links(after, done).await?;
        let links = self.netlink.dump().await.map_err(Cause::Link)?;
        let mismatches = kernel::mismatches(plan, &links);
        if !mismatches.is_empty() {
            return Err(Cause::Unrealised(mismatches));
        }
        self.observed.links = links;
        Ok(())
    }

    /// Changes devices, all at once; those that changed are noted even if another failed.
    async fn change_links(&mut self, steps: &[LinkStep], done: &mut Done) -> Result<(), Cause> {
        let changes: Vec<LinkChange> = steps.iter().map(link_change).collect();
        let results = self.netlink.apply(&changes).await;
        let mut failure = None;
        for (step, result) in steps.iter().zip(results) {
            match result {
                Ok(()) => done.links.push(step.clone()),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(()), |error| Err(Cause::Link(error)))
    }

    /// Takes back what was done, newest first. Gives what is not as it was before.
    async fn roll_back(&mut self, plan: &Plan, done: &Done, deadline: Instant) -> Vec<String> {
        let mut left = Vec::new();
        if done.switch {
            let limit = deadline.saturating_duration_since(Instant::now());
            match self
                .switch
                .roll_back(limit.max(Duration::from_secs(1)))
                .await
            {
                Ok(differences) => left.extend(differences),
                Err(error) => left.push(chain(&error)),
            }
        }
        if let Err(error) = self.give_back_links(plan, &mut left).await {
            left.push(chain(&error));
        }
        if let Err(error) = self.observe().await {
            left.push(format!("the host cannot be looked at: {}", chain(&error)));
        }
        left
    }

    /// Gives the plan's devices what they had. The steps on them are not enough for that: the
    /// switch sets MTUs, and makes devices anew.
    async fn give_back_links(
        &mut self,
        plan: &Plan,
        left: &mut Vec<String>,
    ) -> Result<(), LinkError> {
        let now = self.netlink.dump().await?;
        let changes = kernel::restorations(plan, &self.observed.links, &now);
        if changes.is_empty() {
            return Ok(());
        }
        let results = self.netlink.apply(&changes).await;
        let failed = results.into_iter().filter_map(Result::err);
        // A device that has gone by itself cannot be given anything back.
        left.extend(
            failed
                .filter(|error| !error.is_missing())
                .map(|error| chain(&error)),
        );
        let now = self.netlink.dump().await?;
        let undone = kernel::restorations(plan, &self.observed.links, &now);
        left.extend(undone.iter().map(|change| format!("to be done: {change}")));
        Ok(())
    }
}

/// What has been done so far.
#[derive(Debug, Default)]
struct Done {
    links: Vec<LinkStep>,
    switch: bool,
}

impl Done {
    fn is_nothing(&self) -> bool {
        self.links.is_empty() && !self.switch
    }
}

/// The device steps before the switch's and those after them.
fn link_steps(plan: &Plan) -> (Vec<LinkStep>, Vec<LinkStep>) {
    let switch = plan
        .steps
        .iter()
        .position(|step| matches!(step, Step::Ovs(_)));
    let (before, after) = plan.steps.split_at(switch.unwrap_or(plan.steps.len()));
    let links = |steps: &[Step]| {
        let links = steps.iter().filter_map(|step| match step {
            Step::Link(step) => Some(step.clone()),
            Step::Ovs(_) => None,
        });
        links.collect()
    };
    (links(before), links(after))
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
    }
}
