use std::fmt;
use std::sync::{Arc, Weak};

use super::Serving;
use crate::ovsdb::monitor::{Follower, Replica, Selection};
use crate::ovsdb::server_database::{Database, DatabaseModel, ServerDatabase, database};
use crate::ovsdb::skew::KnownSkew;
use crate::ovsdb::value::Uuid;

/// Under which number servers report on themselves; monitors of clients begin at 1.
pub(super) const NUMBER: u64 = 0;

/// What a server says of itself in its database `_Server` (ovsdb-server(5)), and whether that is
/// good enough.
pub(super) struct Watch {
    serving: Serving,
    replica: Arc<Replica<ServerDatabase>>,
    /// Whether this server may be used.
    pub(super) is_open: bool,
    /// The cluster, and how far its log was, as seen on this or an earlier connection.
    seen: Option<Seen>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    cluster: Uuid,
    index: i64,
}

/// Why a server cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("it does not have the database")]
    Missing,
    #[error("it is not connected to its cluster")]
    Disconnected,
    #[error("it does not lead its cluster")]
    NoLeader,
    #[error("it belongs to cluster {found}, not to {expected} as before")]
    OtherCluster { found: Uuid, expected: Uuid },
    #[error("it is behind: it has come to {found}, and {seen} was seen already")]
    Behind { found: i64, seen: i64 },
}

impl Watch {
    pub(super) fn new(serving: Serving) -> Self {
        let selection = Selection::new().table::<Database>(&[
            database::NAME.name(),
            database::MODEL.name(),
            database::CONNECTED.name(),
            database::LEADER.name(),
            database::CID.name(),
            database::INDEX.name(),
        ]);
        Self {
            serving,
            replica: Arc::new(Replica::new(selection, KnownSkew::default(), 0)),
            is_open: false,
            seen: None,
        }
    }

    /// The database that the server shall serve.
    pub(super) fn database(&self) -> &str {
        &self.serving.database
    }

    /// A new connection: nothing is known of its server.
    pub(super) fn begin(&mut self) -> Weak<dyn Follower> {
        self.is_open = false;
        self.replica.expect(NUMBER);
        let follower: Weak<Replica<ServerDatabase>> = Arc::downgrade(&self.replica);
        follower
    }

    /// The server does not know the database `_Server`: it is older than clusters.
    pub(super) fn is_unknown(&mut self) {
        self.is_open = true;
    }

    /// Looks at what the server says of itself now.
    pub(super) fn judge(&mut self) -> Result<(), Unfit> {
        let name = &self.serving.database;
        let held = self.replica.read();
        let rows = &held.database.database;
        let row = rows.iter().find(|(_, row)| row.name == *name);
        let (_, row) = row.ok_or(Unfit::Missing)?;
        if row.model != DatabaseModel::Standalone && !row.connected {
            return Err(Unfit::Disconnected);
        }
        if row.model == DatabaseModel::Clustered {
            if self.serving.leader_only && !row.leader {
                return Err(Unfit::NoLeader);
            }
            if let (Some(cluster), Some(index)) = (row.cid, row.index) {
                let found = Seen { cluster, index };
                if let Some(seen) = self.seen {
                    compare(found, seen)?;
                }
                self.seen = Some(found);
            }
        }
        self.is_open = true;
        Ok(())
    }
}

fn compare(found: Seen, seen: Seen) -> Result<(), Unfit> {
    if found.cluster != seen.cluster {
        return Err(Unfit::OtherCluster {
            found: found.cluster,
            expected: seen.cluster,
        });
    }
    if found.index < seen.index {
        return Err(Unfit::Behind {
            found: found.index,
            seen: seen.index,
        });
    }
    Ok(())
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("serving", &self.serving)
            .field("is_open", &self.is_open)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}
