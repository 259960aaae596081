//! The monitored copy of a database: typed rows, the schema's unique indexes, and the changes
//! that every notification made.

mod change;
mod rows;
mod update;

pub use change::Change;
pub(crate) use rows::SelectedRow;
pub use rows::{Index, Indexes, Rows};
pub use update::Update;
