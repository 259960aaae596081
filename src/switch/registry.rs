use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use super::ovs::OvsSwitch;
use super::{NetSwitch, SwitchError};
use crate::model::SwitchType;
use crate::ovsdb::Remotes;

/// Whether a switch can be used, with the reason when not.
pub type Availability = BTreeMap<SwitchType, Result<(), String>>;

type Open =
    Box<dyn Fn(Duration) -> LocalBoxFuture<'static, Result<Box<dyn NetSwitch>, SwitchError>>>;

/// The switches that there are: each with an identification and a constructor that finds out
/// whether it is available.
pub struct Registry {
    switches: BTreeMap<SwitchType, Open>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.switches.keys()).finish()
    }
}

impl Registry {
    /// Open vSwitch at these remotes; the legacy switch is not available yet.
    pub fn new(remotes: Remotes) -> Self {
        let mut registry = Self {
            switches: BTreeMap::new(),
        };
        registry.register(SwitchType::Ovs, move |limit| {
            let remotes = remotes.clone();
            Box::pin(async move {
                let switch = OvsSwitch::connect(&remotes, limit).await?;
                Ok(Box::new(switch) as Box<dyn NetSwitch>)
            })
        });
        registry.register(SwitchType::Legacy, |_| {
            let reason = "this version sets up Open vSwitch networks only; say \"switch\": \"ovs\"";
            let (switch, reason) = (SwitchType::Legacy, reason.to_owned());
            Box::pin(async move { Err(SwitchError::Unavailable { switch, reason }) })
        });
        registry
    }

    /// Adds a switch, or replaces one.
    pub fn register(
        &mut self,
        switch: SwitchType,
        open: impl Fn(Duration) -> LocalBoxFuture<'static, Result<Box<dyn NetSwitch>, SwitchError>>
        + 'static,
    ) {
        self.switches.insert(switch, Box::new(open));
    }

    /// Reaches a switch, within `limit`.
    ///
    /// # Errors
    /// Why it is not available.
    pub async fn open(
        &self,
        switch: SwitchType,
        limit: Duration,
    ) -> Result<Box<dyn NetSwitch>, SwitchError> {
        match self.switches.get(&switch) {
            Some(open) => open(limit).await,
            None => Err(SwitchError::Unavailable {
                switch,
                reason: "it is not registered".into(),
            }),
        }
    }
}
