//! Sets new devices up while the switch still works on others.
//!
//! ovs-vswitchd makes all devices before it reports any. Those that it is done with can be set up
//! meanwhile; what is not, for whatever reason, is set up afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::future;

use futures_util::FutureExt;

use crate::link::{LinkChange, Netlink, Watch};
use crate::model::observed::{Link, Port};
use crate::model::{MacAddress, NicName};
use crate::plan::{OvsStep, Plan};

/// The devices of new networks that are yet to be set up.
#[derive(Debug)]
pub(super) struct Rising {
    watch: Option<Watch>,
    /// The address that the switch gives each, which is the last that it does to it.
    pending: BTreeMap<NicName, Option<MacAddress>>,
    done: BTreeSet<NicName>,
}

impl Rising {
    /// The devices that the plan's new networks will have.
    pub(super) fn new(plan: &Plan) -> Self {
        let networks = plan.ovs_steps().filter_map(|step| match step {
            OvsStep::AddPort(Port::Network(port)) => Some(port),
            _ => None,
        });
        let devices =
            networks.filter_map(|port| Some((NicName::new(port.name.as_str()).ok()?, port.mac)));
        let pending: BTreeMap<_, _> = devices.collect();
        let watch = (!pending.is_empty()).then(Watch::open);
        Self {
            // Without, all are set up afterwards.
            watch: watch.and_then(Result::ok),
            pending,
            done: BTreeSet::new(),
        }
    }

    /// Whether a change was made already.
    pub(super) fn has_done(&self, change: &LinkChange) -> bool {
        matches!(change, LinkChange::SetUp { name, up: true } if self.done.contains(name))
    }

    /// Sets devices up as they become ready. Never ends; is dropped when the switch is done.
    pub(super) async fn run(&mut self, netlink: &Netlink) -> Infallible {
        let Some(mut watch) = self.watch.take() else {
            return future::pending().await;
        };
        while let Some(link) = watch.next().await {
            let others = std::iter::from_fn(|| watch.next().now_or_never().flatten());
            let links = std::iter::once(link).chain(others);
            let ready = links.filter(|link| self.is_ready(link));
            let mut ready: Vec<NicName> = ready.map(|link| link.name).collect();
            ready.sort();
            ready.dedup();
            let changes = ready
                .into_iter()
                .map(|name| LinkChange::SetUp { name, up: true });
            let changes: Vec<LinkChange> = changes.collect();
            let results = netlink.apply(&changes).await;
            for (change, result) in changes.iter().zip(results) {
                if result.is_ok() && self.pending.remove(change.name()).is_some() {
                    self.done.insert(change.name().clone());
                }
            }
        }
        future::pending().await
    }

    fn is_ready(&self, link: &Link) -> bool {
        let pending = self.pending.get(&link.name);
        pending.is_some_and(|mac| !link.up && mac.is_none_or(|mac| link.mac == Some(mac)))
    }
}
