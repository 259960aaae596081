//! Values of OVSDB columns (RFC 7047, section 5.1): atoms, sets and maps of atoms, and row
//! identifiers, each with its two faces: a typed Rust value and a [`Datum`] that any column can
//! hold.
//!
//! A column of the generated tables has one of four shapes, each a Rust type:
//!
//! | schema | Rust |
//! |---|---|
//! | exactly one | the element itself: `String`, `i64`, `bool`, [`Real`], [`Uuid`], [`RowId`] or an enum |
//! | none or one | `Option` of it |
//! | a set | [`Set`] |
//! | a map | [`Map`] |

mod atom;
mod collect;
mod condition;
mod datum;
mod map;
mod row_id;
mod set;
mod shape;

pub use atom::{Atom, Element, Mismatch, Real};
pub use condition::{Condition, Function};
pub use datum::Datum;
pub use map::Map;
pub use row_id::RowId;
pub use set::Set;
pub use shape::Value;
pub use uuid::Uuid;

pub(crate) use collect::Key;
pub(crate) use row_id::{WireUuid, parse_provisional, provisional, uuid_name};
