//! Open vSwitch, through its database.

mod appctl;
mod commit;
mod mappings;
mod marks;
mod mirrors;
mod native;
mod observe;
pub mod placement;
mod rollback;
mod rows;
pub(crate) mod steps;
mod switch;
mod verify;

pub use switch::OvsSwitch;
