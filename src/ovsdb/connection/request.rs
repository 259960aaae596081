use std::fmt;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::oneshot;

use super::course::Course;
use crate::ovsdb::error::Error;
use crate::ovsdb::lock::Claim;
use crate::ovsdb::monitor::{ConditionChange, Follower, Method};
use crate::ovsdb::session::RequestId;
use crate::ovsdb::wire::RpcError;

/// A request on its way from a client to the connection.
#[derive(Debug)]
pub(in crate::ovsdb) struct Command {
    pub(in crate::ovsdb) method: &'static str,
    pub(in crate::ovsdb) params: Bytes,
    pub(in crate::ovsdb) limit: Duration,
    pub(in crate::ovsdb) deadline: Instant,
    pub(in crate::ovsdb) role: Role,
    pub(in crate::ovsdb) course: Arc<Course>,
    pub(in crate::ovsdb) reply: oneshot::Sender<Result<Bytes, Error>>,
}

impl Command {
    pub(super) fn into_waiting(self) -> Waiting {
        Waiting {
            method: self.method,
            limit: self.limit,
            deadline: self.deadline,
            role: self.role,
            course: Some(self.course),
            is_canceled: false,
            reply: self.reply,
        }
    }
}

/// What a request means to the connection itself.
pub(in crate::ovsdb) enum Role {
    /// Nothing.
    Plain,
    /// The server is asked to report changes under this number; its reply is their beginning. One
    /// that does not know the method is asked by an older one.
    Follow(u64, Weak<dyn Follower>),
    /// The server has refused that, and is asked for its schema: it may be older than the tables.
    Adapt(Refused),
    /// The server is asked for rows that meet other conditions.
    Change(ConditionChange),
    /// The server is asked to report them no more.
    Unfollow(u64),
    /// The server is asked for the lock of this name.
    Lock(String, Weak<Claim>),
    /// The lock of this name is given back.
    Unlock(String),
    /// The server's answer shows that it has read the cancelling of this request.
    Settle(RequestId),
}

/// A request to report changes that the server has refused.
pub(in crate::ovsdb) struct Refused {
    pub(super) number: u64,
    pub(super) follower: Weak<dyn Follower>,
    pub(super) method: Method,
    pub(super) error: RpcError,
}

impl Role {
    /// Under which number the server is about to report changes.
    pub(super) fn begins(&self) -> Option<(u64, &Weak<dyn Follower>)> {
        match self {
            Role::Follow(number, follower) => Some((*number, follower)),
            Role::Adapt(refused) => Some((refused.number, &refused.follower)),
            Role::Plain
            | Role::Change(_)
            | Role::Unfollow(_)
            | Role::Lock(..)
            | Role::Unlock(_)
            | Role::Settle(_) => None,
        }
    }
}

/// Who waits for a reply.
pub(super) struct Waiting {
    pub(super) method: &'static str,
    pub(super) limit: Duration,
    pub(super) deadline: Instant,
    pub(super) role: Role,
    /// None of a request of the connection's own.
    pub(super) course: Option<Arc<Course>>,
    /// Whether the server was asked to cancel it.
    pub(super) is_canceled: bool,
    pub(super) reply: oneshot::Sender<Result<Bytes, Error>>,
}

impl Waiting {
    /// Whether a caller asked for it who is gone.
    pub(super) fn is_dropped(&self) -> bool {
        matches!(self.role, Role::Plain) && self.course.is_some() && self.reply.is_closed()
    }

    /// Whether its caller wants it cancelled, and that is yet to be done.
    pub(super) fn wants_cancel(&self) -> bool {
        let is_asked = |course: &Arc<Course>| course.is_canceled();
        !self.is_canceled && self.course.as_ref().is_some_and(is_asked)
    }

    /// Hands out the outcome.
    pub(super) fn give(self, outcome: Result<Bytes, Error>) {
        // The caller may be gone.
        let _ = self.reply.send(outcome);
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Plain => f.write_str("Plain"),
            Role::Follow(number, _) => f.debug_tuple("Follow").field(number).finish(),
            Role::Adapt(refused) => f.debug_tuple("Adapt").field(&refused.number).finish(),
            Role::Change(change) => f.debug_tuple("Change").field(&change.number).finish(),
            Role::Lock(name, _) => f.debug_tuple("Lock").field(name).finish(),
            Role::Unlock(name) => f.debug_tuple("Unlock").field(name).finish(),
            Role::Unfollow(number) => f.debug_tuple("Unfollow").field(number).finish(),
            Role::Settle(id) => f.debug_tuple("Settle").field(id).finish(),
        }
    }
}
