use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use super::legacy::LegacySwitch;
use super::ovs::OvsSwitch;
use super::{NetSwitch, SwitchError};
use crate::model::SwitchType;
use crate::ovsdb::{Remotes, Tls};

/// Whether each switch can be used, with the reason when not.
pub type Availability = BTreeMap<SwitchType, Result<(), String>>;

/// What a switch implementation is registered with.
pub struct Registration {
    /// Finds out within the limit whether the switch can be used.
    pub probe: Box<Probe>,
    /// Reaches the switch, within the limit.
    pub open: Box<Open>,
}

/// Finds out whether a switch can be used; the error says why not.
pub type Probe = dyn Fn(Duration) -> LocalBoxFuture<'static, Result<(), SwitchError>>;

/// Reaches a switch.
pub type Open =
    dyn Fn(Duration) -> LocalBoxFuture<'static, Result<Box<dyn NetSwitch>, SwitchError>>;

/// The switches that there are, each with its identification.
#[derive(Default)]
pub struct Registry {
    switches: BTreeMap<SwitchType, Registration>,
}

impl Registry {
    /// The legacy switch, and Open vSwitch at these remotes, `ssl:` ones reached with `tls`.
    pub fn new(remotes: Remotes, tls: Option<Tls>) -> Self {
        let mut registry = Self::default();
        registry.register(SwitchType::Ovs, ovs(remotes, tls));
        registry.register(SwitchType::Legacy, legacy());
        registry
    }

    /// Adds a switch, or replaces one.
    pub fn register(&mut self, switch: SwitchType, registration: Registration) {
        self.switches.insert(switch, registration);
    }

    /// The registered switches.
    pub fn switches(&self) -> impl Iterator<Item = SwitchType> {
        self.switches.keys().copied()
    }

    /// Finds out within `limit` whether a switch can be used.
    ///
    /// # Errors
    /// Why it is not available.
    pub async fn probe(&self, switch: SwitchType, limit: Duration) -> Result<(), SwitchError> {
        match self.switches.get(&switch) {
            Some(registration) => (registration.probe)(limit).await,
            None => Err(unavailable(switch, "it is not registered")),
        }
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
            Some(registration) => (registration.open)(limit).await,
            None => Err(unavailable(switch, "it is not registered")),
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.switches.keys()).finish()
    }
}

fn ovs(remotes: Remotes, tls: Option<Tls>) -> Registration {
    let probed = (remotes.clone(), tls.clone());
    Registration {
        probe: Box::new(move |limit| {
            let (remotes, tls) = probed.clone();
            Box::pin(async move { OvsSwitch::probe(&remotes, tls.as_ref(), limit).await })
        }),
        open: Box::new(move |limit| {
            let (remotes, tls) = (remotes.clone(), tls.clone());
            Box::pin(async move {
                let switch = OvsSwitch::connect(&remotes, tls.as_ref(), limit).await?;
                Ok(Box::new(switch) as Box<dyn NetSwitch>)
            })
        }),
    }
}

fn legacy() -> Registration {
    Registration {
        probe: Box::new(|_| Box::pin(async { LegacySwitch::open().map(drop) })),
        open: Box::new(|_| {
            Box::pin(async { Ok(Box::new(LegacySwitch::open()?) as Box<dyn NetSwitch>) })
        }),
    }
}

fn unavailable(switch: SwitchType, reason: &str) -> SwitchError {
    SwitchError::Unavailable {
        switch,
        reason: reason.to_owned(),
    }
}
