//! Who carries a transaction out.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use super::native::Native;
use super::switch::OvsSwitch;
use super::vsctl::{Running, Vsctl};
use crate::ovsdb::{Inverse, Outcome, Transaction, Uuid};
use crate::plan::Configurator;
use crate::switch::{Lost, SwitchError};

/// One transaction to carry out.
#[derive(Debug)]
pub(super) struct Change {
    /// The transaction.
    pub(super) transaction: Transaction,
    /// The interfaces that Open vSwitch must be able to set up.
    pub(super) interfaces: Vec<String>,
    /// What tells in the database that it committed.
    pub(super) marker: Uuid,
    /// Whether it is the last of its plan: then ovs-vswitchd is asked to realise the configuration.
    pub(super) is_last: bool,
}

/// What became of a change, and what undoes it.
#[derive(Debug)]
pub(super) struct Configured {
    pub(super) done: Done,
    /// `None` puts it off: the replica is paused and shows what was there before.
    pub(super) inverse: Option<Inverse>,
}

/// What became of a change.
#[derive(Debug)]
pub(super) enum Done {
    /// It committed.
    Committed(Outcome, Option<Box<Running>>),
    /// It may have committed: the database must be asked.
    Unheard(Lost),
}

/// Carries transactions out. Waiting for ovs-vswitchd, looking at the interfaces and rolling back
/// are no part of it: they are done over our connection, whoever changed the database.
pub(super) trait Configure {
    /// Carries `change` out within `limit`.
    ///
    /// # Errors
    /// Why it surely did not commit.
    fn configure<'a>(
        &'a self,
        switch: &'a OvsSwitch,
        change: &'a Change,
        limit: Duration,
    ) -> LocalBoxFuture<'a, Result<Configured, SwitchError>>;
}

/// The one that a plan asks for.
///
/// # Errors
/// It is not installed.
pub(super) fn configurator(choice: Configurator) -> Result<Box<dyn Configure>, SwitchError> {
    Ok(match choice {
        Configurator::Native => Box::new(Native),
        Configurator::Vsctl(limits) => Box::new(Vsctl::find(limits)?),
    })
}
