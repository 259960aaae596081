use std::sync::Arc;

use crate::ovsdb::value::RowId;

/// What happened to one row.
#[derive(Debug, Clone)]
pub enum Change<T> {
    /// The row is new.
    Inserted {
        /// Which row.
        id: RowId<T>,
        /// Its content.
        new: Arc<T>,
    },
    /// Some columns of the row differ.
    Modified {
        /// Which row.
        id: RowId<T>,
        /// Its content before.
        old: Arc<T>,
        /// Its content now.
        new: Arc<T>,
    },
    /// The row is gone.
    Deleted {
        /// Which row.
        id: RowId<T>,
        /// Its last content.
        old: Arc<T>,
    },
}

impl<T> Change<T> {
    /// Which row changed.
    pub fn id(&self) -> RowId<T> {
        match self {
            Change::Inserted { id, .. }
            | Change::Modified { id, .. }
            | Change::Deleted { id, .. } => *id,
        }
    }

    /// The row before the change, unless it is new.
    pub fn before(&self) -> Option<&T> {
        match self {
            Change::Inserted { .. } => None,
            Change::Modified { old, .. } | Change::Deleted { old, .. } => Some(old),
        }
    }

    /// The row after the change, unless it is gone.
    pub fn after(&self) -> Option<&T> {
        match self {
            Change::Inserted { new, .. } | Change::Modified { new, .. } => Some(new),
            Change::Deleted { .. } => None,
        }
    }
}
