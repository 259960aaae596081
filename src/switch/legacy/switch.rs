use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::LocalBoxFuture;

use super::marks;
use super::observe::observe;
use super::steps;
use super::verify::{differences, mismatches};
use crate::causes::chain;
use crate::link::{LinkChange, LinkError, Netlink, Numbers};
use crate::model::{Device, DeviceKind, NicName, Observed, SwitchType};
use crate::plan::{DeviceStep, Plan};
use crate::report::Status;
use crate::switch::{InterfaceFailure, NetSwitch, SwitchError};

/// The kernel's own bridges, bonds and VLANs. What was applied is taken back by leading the devices
/// to what they were.
#[derive(Debug)]
pub struct LegacySwitch {
    netlink: Netlink,
    /// The numbers of devices when the host was last observed: plans are made for it.
    numbers: Numbers,
    applied: Option<Applied>,
}

/// What was applied last, and what there was before.
#[derive(Debug)]
struct Applied {
    before: BTreeMap<NicName, Option<Device>>,
    after: BTreeMap<NicName, Option<Device>>,
    made: Vec<LinkChange>,
}

impl LegacySwitch {
    /// Reaches the kernel in the network namespace of this thread.
    ///
    /// # Errors
    /// There is no netlink socket to be had.
    ///
    /// # Panics
    /// Outside a tokio runtime, whose task serves the socket.
    pub fn open() -> Result<Self, SwitchError> {
        Ok(Self {
            netlink: Netlink::open().map_err(SwitchError::Kernel)?,
            numbers: Numbers::default(),
            applied: None,
        })
    }

    async fn apply_plan(&mut self, plan: &Plan, limit: Duration) -> Result<(), SwitchError> {
        self.check_devices(plan).await?;
        let changes: Vec<LinkChange> = plan.device_steps().map(change).collect();
        let (made, result) = self.netlink.make(&changes, &mut self.numbers, limit).await;
        // What was not heard of may have been done.
        let is_unheard = |error: &LinkError| error.is_unheard();
        let is_made = !made.is_empty() || result.as_ref().is_err_and(is_unheard);
        let devices = plan.devices().into_iter();
        let states = devices.map(|(name, it)| ((name.clone(), it.before), (name, it.after)));
        let (before, after) = states.unzip();
        self.applied = Some(Applied {
            before,
            after,
            made,
        });
        result.map_err(|error| match is_made {
            true => SwitchError::Halfway(error),
            false => SwitchError::Kernel(error),
        })
    }

    /// Whether the NICs and bonds that a plan touches are still there and still belong to whom they
    /// did: the kernel would take them away from others without a word.
    async fn check_devices(&self, plan: &Plan) -> Result<(), SwitchError> {
        let devices = plan.devices();
        let present = devices.values().filter_map(|change| change.before.as_ref());
        let shared: Vec<&Device> = present
            .filter(|it| matches!(it.kind, DeviceKind::Bond(_) | DeviceKind::Other))
            .collect();
        let links = self.netlink.links(shared.iter().map(|device| &device.name));
        let links = links.await.map_err(SwitchError::Kernel)?;
        for (device, link) in shared.into_iter().zip(links) {
            let name = &device.name;
            let Some(link) = link.filter(|link| self.numbers.get(name) == Some(link.index)) else {
                return Err(SwitchError::Moved(format!("{name} has gone")));
            };
            let master = device.master.as_ref().and_then(|it| self.numbers.get(it));
            if link.master != master {
                return Err(SwitchError::Moved(format!("{name} has another master")));
            }
        }
        Ok(())
    }

    async fn verify_applied(&mut self) -> Result<(), SwitchError> {
        let Some(applied) = &self.applied else {
            return Err(SwitchError::NothingApplied);
        };
        let links = self.netlink.dump().await.map_err(SwitchError::Kernel)?;
        let failures = mismatches(&applied.after, &links);
        match failures.is_empty() {
            true => Ok(()),
            false => Err(SwitchError::Devices(failures)),
        }
    }

    async fn roll_back_applied(&mut self, limit: Duration) -> Result<Vec<String>, SwitchError> {
        let deadline = Instant::now() + limit;
        let applied = self.applied.take().ok_or(SwitchError::NothingApplied)?;
        let mut left = Vec::new();
        let links = self.netlink.dump().await.map_err(SwitchError::Kernel)?;
        let target = applied.reachable();
        let mut numbers = Numbers::of(&links);
        for (name, _) in target.iter().filter(|(_, before)| before.is_some()) {
            numbers.keep(name, &self.numbers);
        }
        let steps = steps::lead(&target, &links);
        let changes: Vec<LinkChange> = steps.iter().map(change).collect();
        let limit = deadline.saturating_duration_since(Instant::now());
        let (_, result) = self.netlink.make(&changes, &mut numbers, limit).await;
        left.extend(result.err().map(|error| chain(&error)));
        let links = self.netlink.dump().await.map_err(SwitchError::Kernel)?;
        left.extend(differences(&target, &links));
        Ok(left)
    }
}

impl Applied {
    /// What devices were before, without those that others have made meanwhile.
    fn reachable(&self) -> BTreeMap<NicName, Option<Device>> {
        let is_made = |name: &NicName| {
            let made = self.made.iter();
            let mut added = made.filter(|change| matches!(change, LinkChange::Add(_)));
            added.any(|change| change.name() == name)
        };
        let before = self.before.iter();
        let reachable = before.filter(|(name, before)| before.is_some() || is_made(name));
        reachable
            .map(|(name, before)| (name.clone(), before.clone()))
            .collect()
    }
}

/// What the kernel is asked for.
fn change(step: &DeviceStep) -> LinkChange {
    match step {
        DeviceStep::Add(device) => LinkChange::Add(device.clone()),
        DeviceStep::Remove(device) => LinkChange::Remove(device.clone()),
        DeviceStep::Change { from, to } if from.ipv6 != to.ipv6 => LinkChange::SetIpv6 {
            name: to.name.clone(),
            on: to.ipv6,
        },
        DeviceStep::Change { from, to } => LinkChange::Change {
            from: from.clone(),
            to: to.clone(),
        },
        // The rest is the bond's.
        DeviceStep::Join { from, to } | DeviceStep::Leave { from, to } => LinkChange::Change {
            to: Box::new(Device {
                master: to.master.clone(),
                ..Device::clone(from)
            }),
            from: from.clone(),
        },
    }
}

impl NetSwitch for LegacySwitch {
    fn switch_type(&self) -> SwitchType {
        SwitchType::Legacy
    }

    fn observe<'a>(
        &'a mut self,
        observed: &'a mut Observed,
    ) -> LocalBoxFuture<'a, Result<(), SwitchError>> {
        self.numbers = Numbers::of(&observed.links);
        observed.legacy = observe(&observed.links);
        Box::pin(async { Ok(()) })
    }

    fn status(&mut self) -> LocalBoxFuture<'_, Result<Status, SwitchError>> {
        Box::pin(async { Ok(Status::default()) })
    }

    fn check(&self, plan: &Plan) -> Result<(), SwitchError> {
        let devices = plan.device_steps().filter_map(|step| step.states().1);
        let long = |device: &&Device| {
            let alias = device.alias.as_deref().unwrap_or_default();
            alias.len() > marks::MAX_LENGTH
        };
        let failures = devices.filter(long).map(|device| InterfaceFailure {
            name: device.name.to_string(),
            reason: format!("its alias would be longer than {} bytes", marks::MAX_LENGTH),
        });
        let failures: Vec<_> = failures.collect();
        match failures.is_empty() {
            true => Ok(()),
            false => Err(SwitchError::Impossible(failures)),
        }
    }

    fn apply<'a>(
        &'a mut self,
        plan: &'a Plan,
        limit: Duration,
    ) -> LocalBoxFuture<'a, Result<(), SwitchError>> {
        Box::pin(self.apply_plan(plan, limit))
    }

    /// The kernel has done what it has answered.
    fn wait(&mut self, _: Duration) -> LocalBoxFuture<'_, Result<(), SwitchError>> {
        Box::pin(async { Ok(()) })
    }

    fn verify(&mut self, _: Duration) -> LocalBoxFuture<'_, Result<(), SwitchError>> {
        Box::pin(self.verify_applied())
    }

    fn roll_back(
        &mut self,
        limit: Duration,
        _: bool,
    ) -> LocalBoxFuture<'_, Result<Vec<String>, SwitchError>> {
        Box::pin(self.roll_back_applied(limit))
    }
}
