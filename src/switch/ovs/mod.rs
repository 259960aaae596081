//! Open vSwitch, through its database.

mod appctl;
mod commit;
mod configure;
mod guards;
pub(crate) mod mappings;
mod marks;
mod mirrors;
mod native;
mod observe;
pub mod placement;
mod render;
mod rollback;
mod rows;
pub(crate) mod steps;
mod switch;
mod verify;
mod vsctl;

pub use switch::OvsSwitch;
pub use vsctl::{VsctlError, argument_limits, vsctl_words};

pub(crate) use vsctl::split;
