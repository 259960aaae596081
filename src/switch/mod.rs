//! The switches that networks are set up on, behind one trait.

mod error;
pub mod legacy;
pub mod ovs;
mod registry;

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

pub use error::{InterfaceFailure, Lost, SwitchError};
pub use registry::{Availability, Open, Probe, Registration, Registry};

use crate::model::{Observed, SwitchType};
use crate::plan::Plan;
use crate::report::Status;

/// A switch implementation: it tells what it has, carries out its part of a plan as one unit,
/// proves that the result holds, and takes it back.
pub trait NetSwitch {
    /// Which type of switch this is.
    fn switch_type(&self) -> SwitchType;

    /// Brings `observed` up to date with what this switch has.
    ///
    /// # Errors
    /// The switch cannot be reached or answers nonsense.
    fn observe<'a>(
        &'a mut self,
        observed: &'a mut Observed,
    ) -> LocalBoxFuture<'a, Result<(), SwitchError>>;

    /// How the switch's interfaces and bonds fare now.
    ///
    /// # Errors
    /// The switch cannot be reached or answers nonsense.
    fn status(&mut self) -> LocalBoxFuture<'_, Result<Status, SwitchError>>;

    /// Looks whether it could carry out `plan`, as far as that can be told with nothing touched.
    ///
    /// # Errors
    /// What is missing, or does not fit.
    fn check(&self, plan: &Plan) -> Result<(), SwitchError>;

    /// Carries out this switch's steps as one unit, within `limit`.
    ///
    /// # Errors
    /// Why not. [`SwitchError::is_applied`] tells whether there is something to take back.
    fn apply<'a>(
        &'a mut self,
        plan: &'a Plan,
        limit: Duration,
    ) -> LocalBoxFuture<'a, Result<(), SwitchError>>;

    /// Waits until what was applied is realised, `limit` at most.
    ///
    /// # Errors
    /// It was not, or nobody can tell.
    fn wait(&mut self, limit: Duration) -> LocalBoxFuture<'_, Result<(), SwitchError>>;

    /// Looks at every interface that was touched by what was applied.
    ///
    /// # Errors
    /// What was not realised.
    fn verify(&mut self, limit: Duration) -> LocalBoxFuture<'_, Result<(), SwitchError>>;

    /// Takes back what was applied last and compares the result with what was there before. Gives
    /// what is different, for a person; nothing is good. To `follow` is to wait until the switch has
    /// realised it, unless it was silent before.
    ///
    /// # Errors
    /// The rollback itself failed.
    fn roll_back(
        &mut self,
        limit: Duration,
        follow: bool,
    ) -> LocalBoxFuture<'_, Result<Vec<String>, SwitchError>>;
}
