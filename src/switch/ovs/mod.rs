//! Open vSwitch, through its database.

mod mappings;
mod marks;
mod mirrors;
mod native;
mod observe;
pub mod placement;
mod rows;
pub(crate) mod steps;
mod switch;

pub use switch::OvsSwitch;
