//! Carries a plan out, proves that the result holds, or takes it back.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::error::{Cause, SetupError};
use super::kernel::{self, Touched};
use super::{Host, Options, Stage};
use crate::causes::chain;
use crate::ip;
use crate::link::{LinkChange, Numbers};
use crate::model::{IpChange, NicName, SwitchType};
use crate::plan::{LinkStep, Plan, Step};

/// How long duplicate address detection may take: a probe and the second to answer it (RFC 4862,
/// section 5.4), and the time until the device has a carrier.
const DUPLICATE_DETECTION: Duration = Duration::from_secs(10);

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
        let mut done = Done::default();
        let Err(cause) = self.carry_out(plan, options, progress, &mut done).await else {
            return Ok(());
        };
        progress(Stage::RollingBack);
        tracing::warn!(cause = chain(&cause), "rolling back");
        let mut left = self.undo_ip(&done.after, options).await;
        left.extend(undo_nameservers(&done));
        let applied = plan.switch().filter(|_| done.is_applied);
        left.extend(self.roll_back(&before, applied, options).await);
        left.extend(self.undo_ip(&done.before, options).await);
        if left.is_empty() {
            Err(SetupError::Failed(cause))
        } else {
            Err(SetupError::Incomplete { cause, left })
        }
    }

    /// Carries `plan` out: what goes of IP settings, the switch's part, what comes of them. `done`
    /// tells what there is to take back.
    async fn carry_out(
        &mut self,
        plan: &Plan,
        options: &Options,
        progress: &dyn Fn(Stage),
        done: &mut Done,
    ) -> Result<(), Cause> {
        let (before, after) = plan.ip_changes();
        progress(Stage::Applying);
        let mut numbers = Numbers::of(&self.observed.links);
        let (made, result) = self.configure_ip(&before, &mut numbers, options).await;
        done.before = made;
        result?;
        self.carry_out_switch(plan, options, progress, &mut done.is_applied)
            .await?;
        // In the database alone there are no devices yet.
        let waits = options.wait || plan.switch() != Some(SwitchType::Ovs);
        if !after.is_empty() && waits {
            let links = self.netlink.dump().await.map_err(Cause::Link)?;
            let mut numbers = Numbers::of(&links);
            let (made, result) = self.configure_ip(&after, &mut numbers, options).await;
            done.after = made;
            result?;
        }
        if let Some((_, to)) = plan.nameservers() {
            done.resolver = Some(ip::write_nameservers(to).map_err(Cause::Resolver)?);
        }
        match waits {
            true => self.prove_ip(&[before, after].concat(), options).await,
            false => Ok(()),
        }
    }

    async fn configure_ip(
        &self,
        changes: &[IpChange],
        numbers: &mut Numbers,
        options: &Options,
    ) -> (Vec<IpChange>, Result<(), Cause>) {
        let (who, limit) = (options.settings.ip_configurator, options.time_left());
        let (made, result) = ip::configure(who, changes, &self.netlink, numbers, limit).await;
        (made, result.map_err(Cause::Ip))
    }

    /// Waits until it is known that nobody else has the new addresses, and looks whether everything
    /// is there.
    async fn prove_ip(&self, changes: &[IpChange], options: &Options) -> Result<(), Cause> {
        if changes.is_empty() {
            return Ok(());
        }
        let started = Instant::now();
        let limit = options.time_left().min(DUPLICATE_DETECTION);
        let mut news = self.netlink.address_news().map_err(Cause::Link)?;
        loop {
            let links = self.netlink.dump().await.map_err(Cause::Link)?;
            let addresses = self.netlink.addresses().await.map_err(Cause::Link)?;
            let is_over = started.elapsed() >= limit;
            if is_over || ip::settled(changes, &links, &addresses) {
                let missing = ip::missing(changes, &links, &addresses);
                return match missing.is_empty() {
                    true => Ok(()),
                    false => Err(Cause::Addresses(missing)),
                };
            }
            let left = limit.saturating_sub(started.elapsed());
            tokio::select! {
                biased;
                () = options.interrupt.cancelled() => return Err(Cause::Interrupted),
                _ = tokio::time::timeout(left, news.next()) => {}
            }
        }
    }

    /// Takes changes of IP settings back, newest first. Gives what is not as it was.
    async fn undo_ip(&self, made: &[IpChange], options: &Options) -> Vec<String> {
        if made.is_empty() {
            return Vec::new();
        }
        let links = match self.netlink.dump().await {
            Ok(links) => links,
            Err(error) => return vec![chain(&error)],
        };
        // What went by itself cannot be taken away, nor what is on a device that went.
        let is_there = |change: &IpChange| {
            let is_rule = matches!(change, IpChange::Rule { .. });
            is_rule || links.get(change.device().as_str()).is_some()
        };
        let undoing = made.iter().rev().map(IpChange::inverse);
        let undoing: Vec<IpChange> = undoing.filter(is_there).collect();
        let mut numbers = Numbers::of(&links);
        let mut rest = undoing.as_slice();
        let mut left = Vec::new();
        let limit = options
            .deadline
            .saturating_duration_since(Instant::now())
            .max(LEAST);
        let who = options.settings.ip_configurator;
        while !rest.is_empty() {
            let (done, result) = ip::configure(who, rest, &self.netlink, &mut numbers, limit).await;
            let Err(error) = result else {
                break;
            };
            tracing::debug!(error = chain(&error), "passed over");
            rest = rest.get(done.len() + 1..).unwrap_or_default();
        }
        match (self.netlink.dump().await, self.netlink.addresses().await) {
            (Ok(links), Ok(addresses)) => left.extend(ip::missing(&undoing, &links, &addresses)),
            (Err(error), _) | (_, Err(error)) => left.push(chain(&error)),
        }
        left
    }

    /// Carries the switch's part of `plan` out, and what devices need around it. `is_applied` tells
    /// whether the switch has something to take back.
    async fn carry_out_switch(
        &mut self,
        plan: &Plan,
        options: &Options,
        progress: &dyn Fn(Stage),
        is_applied: &mut bool,
    ) -> Result<(), Cause> {
        let (before, after) = link_changes(plan);
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

/// What was done so far.
#[derive(Default)]
struct Done {
    /// The changes of IP settings before the switch's part.
    before: Vec<IpChange>,
    /// Whether the switch has something to take back.
    is_applied: bool,
    /// The changes of IP settings after the switch's part.
    after: Vec<IpChange>,
    /// What resolv.conf held, if it was changed.
    resolver: Option<String>,
}

fn undo_nameservers(done: &Done) -> Option<String> {
    let before = done.resolver.as_ref()?;
    ip::write_resolver(before).err().map(|error| chain(&error))
}

/// The changes of devices before the switch's steps and those after them.
fn link_changes(plan: &Plan) -> (Vec<LinkChange>, Vec<LinkChange>) {
    let switch = plan
        .steps
        .iter()
        .position(|step| matches!(step, Step::Ovs(_) | Step::Legacy(_)));
    let (before, after) = plan.steps.split_at(switch.unwrap_or(plan.steps.len()));
    let changes = |steps: &[Step]| {
        let changes = steps.iter().filter_map(|step| match step {
            Step::Link(step) => Some(link_change(step)),
            _ => None,
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
