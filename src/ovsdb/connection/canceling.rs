//! Calls that their callers no longer want.
//!
//! `cancel` (RFC 7047, section 4.1.4) is a notification, and a cancelled transaction need not be
//! answered. But a server reads a session's messages one by one, and sends a reply that it has
//! ready before it acts on `cancel` (`execute_cancel` in ovs ovsdb/jsonrpc-server.c). So an `echo`
//! goes out behind it: if its answer comes and the transaction's did not, none will.

use bytes::Bytes;

use super::driver::Driver;
use super::request::Role;
use crate::ovsdb::error::Kind;
use crate::ovsdb::session::RequestId;

impl Driver {
    /// Somebody has dropped or cancelled something.
    pub(super) fn forget(&mut self) {
        self.forget_calls();
        self.cancel_calls();
        self.forget_dropped();
    }

    /// Gives up the calls whose callers are gone: what was not sent is not sent any more, and
    /// transactions that were are cancelled.
    fn forget_calls(&mut self) {
        let dropped = self.waiting.extract_if(|_, waiting| waiting.is_dropped());
        for (id, _) in dropped {
            self.session.abandon(id);
        }
    }

    /// Cancels the transactions whose callers want that, and to know what came of it.
    fn cancel_calls(&mut self) {
        let mut unsent = Vec::new();
        for (id, waiting) in &mut self.waiting {
            if waiting.wants_cancel() {
                waiting.is_canceled = true;
                match self.session.cancel(*id) {
                    true => self.settling.push(*id),
                    false => unsent.push(*id),
                }
            }
        }
        for id in unsent {
            self.session.abandon(id);
            self.tell_canceled(id, false);
        }
    }

    /// Asks the server for a sign that it has read what cancels them.
    pub(super) fn settle(&mut self) {
        while self.session.has_room()
            && let Some(id) = self.settling.pop()
        {
            self.ask_aside("echo", Bytes::from_static(b"[]"), Role::Settle(id));
        }
    }

    /// The server has given that sign. A request that is still waiting will not be answered.
    pub(super) fn settled(&mut self, id: RequestId) {
        if self.waiting.contains_key(&id) {
            self.session.settle(id);
            self.tell_canceled(id, true);
        }
    }

    fn tell_canceled(&mut self, id: RequestId, sent: bool) {
        if let Some(waiting) = self.waiting.remove(&id) {
            let canceled = Kind::Canceled {
                remote: self.remote.clone(),
                method: waiting.method,
                sent,
            };
            waiting.give(Err(canceled.into()));
        }
    }

    /// While there is no connection: calls that nobody wants any more make room for others.
    pub(super) fn forget_parked(&mut self) {
        self.parked
            .retain(|command| !matches!(command.role, Role::Plain) || !command.reply.is_closed());
    }
}
