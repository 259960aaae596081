//! Changes that build on one another, in waves: as many at once as do not.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use super::netlink::{ATTEMPTS, BATCH, is_sysctl};
use super::{Action, LinkChange, LinkError, Netlink, Numbers, wire};
use crate::model::{DeviceKind, NicName};

/// How many removals are worth making a group of the devices.
const MANY: usize = 4;

impl Netlink {
    /// Makes changes in their order, as many at once as do not build on one another, and stops when
    /// one of them fails or the limit has passed: those that were made, and why the next was not.
    ///
    /// Devices that are made get the numbers that were chosen for them, which the kernel refuses
    /// (`EBUSY`) when somebody has taken one meanwhile.
    pub async fn make(
        &self,
        changes: &[LinkChange],
        numbers: &mut Numbers,
        limit: Duration,
    ) -> (Vec<LinkChange>, Result<(), LinkError>) {
        let deadline = Instant::now() + limit;
        numbers.choose(changes);
        let mut made = Vec::with_capacity(changes.len());
        for wave in waves(changes) {
            if let Some(first) = wave.first().filter(|_| Instant::now() > deadline) {
                return (made, Err(LinkError::TooLate(first.clone(), limit)));
            }
            let mut results = match wave.len() >= MANY && wave.iter().all(is_removal) {
                true => self.remove_at_once(wave, numbers).await,
                false => {
                    let mut results = Vec::with_capacity(wave.len());
                    self.apply_batch(wave, numbers, &mut results).await;
                    results
                }
            };
            self.renumber(wave, numbers, &mut results).await;
            let mut failed = None;
            for (change, result) in wave.iter().zip(results) {
                match result {
                    Ok(()) => made.push(change.clone()),
                    Err(error) => failed = failed.or(Some(error)),
                }
            }
            if let Some(error) = failed {
                return (made, Err(error));
            }
        }
        (made, Ok(()))
    }

    /// Gives devices other numbers that could not be made because somebody has taken theirs
    /// meanwhile.
    async fn renumber(
        &self,
        wave: &[LinkChange],
        numbers: &mut Numbers,
        results: &mut [Result<(), LinkError>],
    ) {
        for _ in 0..ATTEMPTS {
            let is_taken = |error: &LinkError| error.is_taken() || error.is_busy();
            let failed = wave
                .iter()
                .zip(results.iter_mut())
                .filter(|(change, result)| {
                    let is_addition = matches!(change, LinkChange::Add(_));
                    is_addition && result.as_ref().is_err_and(is_taken)
                });
            let (changes, slots): (Vec<&LinkChange>, Vec<_>) = failed.unzip();
            let names = changes.iter().map(|change| change.name());
            let Ok(present) = self.links(names).await else {
                return;
            };
            let mut again = false;
            for ((change, slot), present) in changes.into_iter().zip(slots).zip(present) {
                // The name is not what is taken.
                if present.is_none() {
                    numbers.choose_another(change.name());
                    let order = wire::change(change, numbers).into_iter().collect();
                    let one = std::slice::from_ref(change);
                    if let Some(result) = self.send(order, one).await.pop() {
                        *slot = result;
                    }
                    again = true;
                }
            }
            if !again {
                return;
            }
        }
    }

    /// Removes devices all at once, which takes little more time than one: the kernel waits for
    /// everybody who may still look at a device once, and not for each. They become a group for it.
    async fn remove_at_once(
        &self,
        removals: &[LinkChange],
        numbers: &Numbers,
    ) -> Vec<Result<(), LinkError>> {
        // Nobody else has one of this number.
        let group = Uuid::new_v4().as_fields().0 | 1;
        let number = |it: &LinkChange| numbers.get(it.name()).unwrap_or(u32::MAX >> 1);
        let orders = removals.iter().map(|it| wire::set_group(number(it), group));
        let grouped = self.send(orders.collect(), removals).await;
        if grouped.iter().any(Result::is_err) {
            // One by one, it shows which it is.
            let mut results = Vec::with_capacity(removals.len());
            self.send_batch(removals, numbers, &mut results).await;
            return results;
        }
        let Some(last) = removals.last() else {
            return Vec::new();
        };
        let order = vec![wire::remove_group(group)];
        let removed = self.send(order, std::slice::from_ref(last)).await.pop();
        let lost = || LinkError::Lost(Action::Change(last.clone()));
        match removed.unwrap_or_else(|| Err(lost())) {
            Ok(()) => removals.iter().map(|_| Ok(())).collect(),
            // All of them or none: the first tells why.
            Err(error) => vec![Err(error)],
        }
    }
}

/// The changes in their order, cut where one builds on another or is made in another way, and into
/// pieces that travel together.
fn waves(changes: &[LinkChange]) -> Vec<&[LinkChange]> {
    let mut waves = Vec::new();
    let mut rest = changes;
    while let Some(first) = rest.first() {
        let kind = (is_sysctl(first), is_removal(first));
        let mut made: HashSet<&NicName> = HashSet::new();
        let goes_along = |change: &LinkChange| (is_sysctl(change), is_removal(change)) == kind;
        let mut length = 0;
        for change in rest {
            if length >= BATCH || !goes_along(change) || builds_on(change, &made) {
                break;
            }
            if let LinkChange::Add(device) = change {
                made.insert(&device.name);
            }
            length += 1;
        }
        let (wave, behind) = rest.split_at(length.max(1));
        waves.push(wave);
        rest = behind;
    }
    waves
}

/// Whether a change names one of these devices.
fn builds_on(change: &LinkChange, made: &HashSet<&NicName>) -> bool {
    let device = match change {
        LinkChange::Add(device) | LinkChange::Change { to: device, .. } => device,
        other => return made.contains(other.name()),
    };
    let lower = match &device.kind {
        DeviceKind::Vlan { lower, .. } => Some(lower),
        _ => None,
    };
    let named = [Some(&device.name), device.master.as_ref(), lower];
    named.into_iter().flatten().any(|name| made.contains(name))
}

fn is_removal(change: &LinkChange) -> bool {
    matches!(change, LinkChange::Remove(_))
}
