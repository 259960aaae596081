//! Gathers what a report is made from.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Host, SetupError};
use crate::link;
use crate::model::{NicName, SwitchType};
use crate::report::{Report, Sources, Status, nics};
use crate::switch::ovs::placement;

impl Host {
    /// What the host has now.
    ///
    /// # Errors
    /// The switch or the kernel does not answer.
    pub async fn report(&mut self) -> Result<Report, SetupError> {
        self.observe().await?;
        let status = match self.switches.get_mut(&SwitchType::Ovs) {
            Some(switch) => switch.status().await.map_err(SetupError::Unavailable)?,
            None => Status::default(),
        };
        let speeds: BTreeMap<NicName, u32> = nics(&self.observed)
            .filter_map(|nic| Some((nic.name.clone(), link::speed(&nic.name)?)))
            .collect();
        let uses = self.observed.ovs.uplink_uses().map(|(uplink, uses)| {
            let tags = uses
                .tags()
                .filter_map(|(tag, names)| Some((tag, names.first()?)));
            (uplink.clone(), tags.collect())
        });
        let conflicts = placement::conflicts(&uses.collect());
        Ok(Report::new(&Sources {
            observed: &self.observed,
            status: &status,
            speeds: &speeds,
            switches: &self.availability,
            conflicts: &conflicts,
            supports_ipv6: Path::new("/proc/sys/net/ipv6").exists(),
            config_dirty: false,
        }))
    }
}
