use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use bytes::Bytes;

use super::RequestId;

/// A request that waits to be sent.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) id: RequestId,
    pub(super) method: &'static str,
    pub(super) params: Bytes,
}

/// A request that waits for its reply.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) sent: bool,
    deadline: Option<Instant>,
}

/// The requests that wait for their reply, sent or not.
#[derive(Debug, Default)]
pub(super) struct Pending {
    requests: HashMap<RequestId, Request>,
    deadlines: BTreeSet<(Instant, RequestId)>,
}

impl Pending {
    pub(super) fn len(&self) -> usize {
        self.requests.len()
    }

    pub(super) fn insert(
        &mut self,
        id: RequestId,
        method: &'static str,
        deadline: Option<Instant>,
    ) {
        self.deadlines.extend(deadline.map(|at| (at, id)));
        let request = Request {
            method,
            sent: false,
            deadline,
        };
        self.requests.insert(id, request);
    }

    pub(super) fn sent(&mut self, id: RequestId) {
        if let Some(request) = self.requests.get_mut(&id) {
            request.sent = true;
        }
    }

    pub(super) fn is_sent(&self, id: RequestId) -> bool {
        self.requests.get(&id).is_some_and(|request| request.sent)
    }

    pub(super) fn remove(&mut self, id: RequestId) -> Option<Request> {
        let request = self.requests.remove(&id)?;
        if let Some(at) = request.deadline {
            self.deadlines.remove(&(at, id));
        }
        Some(request)
    }

    pub(super) fn earliest_deadline(&self) -> Option<Instant> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    pub(super) fn pop_overdue(&mut self, now: Instant) -> Option<(RequestId, Request)> {
        let (_, id) = *self.deadlines.first().filter(|(at, _)| *at <= now)?;
        self.remove(id).map(|request| (id, request))
    }
}

/// Requests given up, whose reply may come yet. A cancelled transaction never gets one, so the
/// oldest are forgotten beyond a limit; then a late reply to any request as old is let pass.
#[derive(Debug)]
pub(super) struct Abandoned {
    ids: BTreeSet<RequestId>,
    limit: usize,
    forgotten: Option<RequestId>,
}

impl Abandoned {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            ids: BTreeSet::new(),
            limit,
            forgotten: None,
        }
    }

    pub(super) fn insert(&mut self, id: RequestId) {
        self.ids.insert(id);
        if self.ids.len() > self.limit {
            self.forgotten = self.ids.pop_first().max(self.forgotten);
        }
    }

    /// Whether a reply to this request may come.
    pub(super) fn remove(&mut self, id: RequestId) -> bool {
        self.ids.remove(&id) || self.forgotten >= Some(id)
    }
}
