//! Sets new devices up while the switch still works on others.
//!
//! ovs-vswitchd makes all devices before it reports any, and is busy for long after the last of
//! them is ready. What was not set up meanwhile, for whatever reason, is set up afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::time::Duration;

use tokio::time::sleep;

use crate::link::{LinkChange, LinkError, Netlink};
use crate::model::observed::{Link, Port};
use crate::model::{MacAddress, NicName};
use crate::plan::{OvsStep, Plan};

/// How often a device is looked at. Looking at all of them would hinder the switch.
const INTERVAL: Duration = Duration::from_millis(5);

/// The devices of new networks.
#[derive(Debug)]
pub(super) struct Rising {
    /// Those to set up, with the address that the switch gives each as the last that it does to it.
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
        Self {
            pending: devices.collect(),
            done: BTreeSet::new(),
        }
    }

    /// Whether a change was made already.
    pub(super) fn has_done(&self, change: &LinkChange) -> bool {
        matches!(change, LinkChange::SetUp { name, up: true } if self.done.contains(name))
    }

    /// Sets devices up as they become ready. Never ends; is dropped when the switch is done.
    pub(super) async fn run(&mut self, netlink: &Netlink) -> Infallible {
        loop {
            sleep(INTERVAL).await;
            if let Err(error) = self.look(netlink).await {
                tracing::debug!(%error, "devices are not looked at");
            }
        }
    }

    /// Looks at one device; once that is ready, most are.
    async fn look(&mut self, netlink: &Netlink) -> Result<(), LinkError> {
        let Some((name, _)) = self.pending.first_key_value() else {
            return Ok(());
        };
        let link = netlink.device(name).await?;
        if !link.is_some_and(|link| self.is_ready(&link)) {
            return Ok(());
        }
        let links = netlink.dump().await?;
        let ready = links.iter().filter(|link| self.is_ready(link));
        let changes: Vec<LinkChange> = ready
            .map(|link| LinkChange::SetUp {
                name: link.name.clone(),
                up: true,
            })
            .collect();
        let results = netlink.apply(&changes).await;
        for (change, result) in changes.iter().zip(results) {
            self.pending.remove(change.name());
            if result.is_ok() {
                self.done.insert(change.name().clone());
            }
        }
        Ok(())
    }

    fn is_ready(&self, link: &Link) -> bool {
        let mac = self.pending.get(&link.name);
        mac.is_some_and(|mac| mac.is_none_or(|mac| link.mac == Some(mac)))
    }
}
