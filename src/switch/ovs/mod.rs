//! Open vSwitch, through its database.

mod commit;
mod mappings;
mod marks;
mod mirrors;
mod observe;
pub mod placement;
mod render;
mod rollback;
mod rows;
pub(crate) mod steps;
mod switch;
mod verify;

pub use switch::OvsSwitch;
