//! What lasts longer than one socket: losing a connection, trying for another, and going on.

use std::sync::Weak;
use std::time::Instant;

use bytes::Bytes;
use tokio::time::sleep_until;

use super::driver::{Driver, now};
use super::request::{Role, Waiting};
use super::serving;
use super::state::State;
use super::{Probe, Stream, reach_any};
use crate::ovsdb::backoff::{Pauses, chance};
use crate::ovsdb::call::encode;
use crate::ovsdb::error::{Error, Kind};
use crate::ovsdb::lock::LockChange;
use crate::ovsdb::monitor::Method;
use crate::ovsdb::remote::Remotes;
use crate::ovsdb::session::Session;

/// Commands that are kept while there is no connection; callers wait beyond.
const PARKED: usize = 64;

impl Driver {
    /// Runs until the last client is gone, or until the connection ends where it is not to be
    /// made again; tells everybody why.
    pub(super) async fn run(
        mut self,
        first: Option<Stream>,
        remotes: Remotes,
    ) -> Result<(), Error> {
        let mut pauses = self.options.reconnect.clone().map(Pauses::new);
        let mut stream = first;
        loop {
            let Some(socket) = stream.take() else {
                match self.reach_again(&remotes, pauses.as_mut()).await {
                    Some(socket) => stream = Some(socket),
                    None => return self.finish(None),
                }
                continue;
            };
            self.begin();
            let Err(error) = self.converse(socket).await else {
                tracing::debug!(remote = %self.remote, "closed");
                return self.finish(None);
            };
            tracing::debug!(remote = %self.remote, %error, "ended");
            // One that accepts connections, and no more than that, is no success.
            let was_synced = matches!(&*self.states.borrow(), State::Synced(_));
            match &mut pauses {
                Some(pauses) if was_synced && self.is_heard => pauses.after_success(),
                Some(_) => {}
                None => return self.finish(Some(error)),
            }
            self.lose(&error);
        }
    }

    /// A socket is there: nothing was said yet.
    fn begin(&mut self) {
        let session = Session::new(self.options.limits.pending_requests.max(1));
        self.session = match self.options.probe {
            Probe::Every(interval) => session.probing(interval, now()),
            Probe::ByRemote if !self.remote.is_local() => session.probing(Probe::USUAL, now()),
            Probe::ByRemote | Probe::Off => session,
        };
        self.is_heard = false;
        self.resuming = self.followers.keys().copied().collect();
        self.relocking = self.locks.keys().cloned().collect();
        if self.options.change_aware {
            let aware = Bytes::from_static(b"[true]");
            self.ask_aside("set_db_change_aware", aware, Role::Plain);
        }
        let Some(watch) = &mut self.watch else {
            return self.open();
        };
        let follower = watch.begin();
        let role = Role::Follow(serving::NUMBER, follower.clone());
        let asked = follower.upgrade().and_then(|follower| {
            let method = Method::CondSince;
            Some((method.name(), follower.request(method, serving::NUMBER)?))
        });
        if let Some((method, params)) = asked {
            self.ask_aside(method, params, role);
        }
    }

    /// Whether the server may be used.
    pub(super) fn is_open(&self) -> bool {
        self.watch.as_ref().is_none_or(|watch| watch.is_open)
    }

    /// The server may be used.
    pub(super) fn open(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.is_unknown();
        }
        self.why = None;
        let connected = State::Connected(self.remote.clone());
        self.states.send_replace(connected);
        self.tell_synced();
    }

    /// Looks at what the server says of itself.
    pub(super) fn judge(&mut self) -> Result<(), Error> {
        let was_open = self.is_open();
        let Some(watch) = &mut self.watch else {
            return Ok(());
        };
        watch.judge().map_err(|source| Kind::NotServing {
            remote: self.remote.clone(),
            database: watch.database().to_owned(),
            source,
        })?;
        if !was_open {
            self.open();
        }
        Ok(())
    }

    /// Asks the server to report again what is followed, and for the locks that were asked for.
    pub(super) fn resume(&mut self) {
        while self.session.has_room() {
            let Some(number) = self.resuming.pop() else {
                break;
            };
            let Some(follower) = self.followers.get(&number) else {
                continue;
            };
            let method = Method::CondSince;
            let role = Role::Follow(number, follower.clone());
            let asked = follower
                .upgrade()
                .and_then(|follower| follower.request(method, number));
            match asked {
                Some(params) => self.ask_aside(method.name(), params, role),
                None => drop(self.followers.remove(&number)),
            }
        }
        while self.session.has_room()
            && let Some(name) = self.relocking.pop()
        {
            if let Some(claim) = self.locks.get(&name) {
                let role = Role::Lock(name.clone(), claim.clone());
                if let Ok(params) = encode("lock", &[name]) {
                    self.ask_aside("lock", params, role);
                }
            }
        }
        self.tell_synced();
    }

    /// What was followed before, and cannot be any more, makes the connection useless; so does a
    /// server that does not tell of itself.
    pub(super) fn check_resumed(
        &self,
        waiting: &Waiting,
        error: impl FnOnce() -> Error,
    ) -> Result<(), Error> {
        match waiting.role.begins() {
            Some((serving::NUMBER, _)) => Err(error()),
            Some((number, _)) if self.followers.contains_key(&number) => Err(error()),
            _ => Ok(()),
        }
    }

    /// Tells so once everything that is followed is as the server has it.
    pub(super) fn tell_synced(&self) {
        let is_resumed = |waiting: &Waiting| {
            let begins = waiting.role.begins();
            begins.is_none_or(|(number, _)| !self.followers.contains_key(&number))
        };
        if self.resuming.is_empty() && self.waiting.values().all(is_resumed) {
            self.states.send_if_modified(|state| {
                let is_news = matches!(state, State::Connected(_));
                if is_news {
                    *state = State::Synced(self.remote.clone());
                }
                is_news
            });
        }
    }

    /// The connection is gone. Requests fail; monitors stay, stale until the next one.
    fn lose(&mut self, cause: &Error) {
        self.is_lost(cause);
        self.lost = Some(self.remote.clone());
        self.followers.remove(&serving::NUMBER);
        // Whoever hears of a lost request finds the copies stale.
        self.followers.retain(|number, follower| {
            let follower = follower.upgrade();
            follower.is_some_and(|follower| follower.lose(*number))
        });
        self.give_up(cause);
        self.unfollowed.clear();
        self.settling.clear();
        self.unlocked.clear();
        self.locks.retain(|_, claim| claim.strong_count() > 0);
        self.lose_locks();
    }

    fn lose_locks(&self) {
        for claim in self.locks.values().filter_map(Weak::upgrade) {
            claim.change(LockChange::Lost);
        }
    }

    fn is_lost(&mut self, cause: &Error) {
        self.why = Some(cause.clone());
        self.states.send_replace(State::Lost(cause.clone()));
    }

    /// Fails the requests that wait for a reply.
    fn give_up(&mut self, cause: &Error) {
        for (id, waiting) in self.waiting.drain() {
            if let Some((number, follower)) = waiting.role.begins()
                && !self.followers.contains_key(&number)
                && let Some(follower) = follower.upgrade()
            {
                follower.stop(number);
            }
            let error = Kind::Lost {
                remote: self.remote.clone(),
                method: waiting.method,
                sent: self.session.is_sent(id),
                cause: Some(cause.clone()),
            };
            waiting.give(Err(error.into()));
        }
    }

    /// Tries the remotes, with pauses, until one is reached; `None` when nobody needs it any more.
    async fn reach_again(
        &mut self,
        remotes: &Remotes,
        mut pauses: Option<&mut Pauses>,
    ) -> Option<Stream> {
        loop {
            let is_lost = matches!(&*self.states.borrow(), State::Lost(_));
            if is_lost {
                let pause = pauses.as_mut()?.after_failure(chance());
                let until = now().checked_add(pause);
                if !self.idle(until).await {
                    return None;
                }
                self.states.send_replace(State::Connecting);
            }
            let (remotes, options) = (
                self.options.order(remotes, self.lost.as_deref()),
                self.options.clone(),
            );
            let reached = tokio::select! {
                reached = reach_any(&remotes, &options) => reached,
                // Without an end it ends when the last client is gone.
                _ = self.idle(None) => return None,
            };
            match reached {
                Ok((remote, stream)) => {
                    self.reached.send_replace(remote.clone());
                    self.remote = remote;
                    return Some(stream);
                }
                Err(error) => self.is_lost(&error),
            }
        }
    }

    /// Keeps the commands that come until then, for the next connection; `false` when the last
    /// client is gone.
    async fn idle(&mut self, until: Option<Instant>) -> bool {
        let dropped = self.dropped.clone();
        loop {
            let expiry = self.parked.iter().map(|command| command.deadline).min();
            tokio::select! {
                () = at(until) => return true,
                () = at(expiry) => self.expire(),
                () = dropped.notified() => self.forget_parked(),
                command = self.commands.recv(), if self.parked.len() < PARKED => match command {
                    Some(command) => self.parked.push_back(command),
                    None => return false,
                },
            }
        }
    }

    /// Answers the kept commands whose limit is over.
    fn expire(&mut self) {
        let now = now();
        for _ in 0..self.parked.len() {
            match self.parked.pop_front() {
                Some(command) if command.deadline > now => self.parked.push_back(command),
                Some(command) => self.take(command),
                None => return,
            }
        }
    }

    /// Tells everybody that it is over.
    fn finish(&mut self, cause: Option<Error>) -> Result<(), Error> {
        self.lose_locks();
        self.states.send_replace(State::Ended(cause.clone()));
        let Some(cause) = cause else {
            return Ok(());
        };
        self.give_up(&cause);
        self.parked.clear();
        self.commands.close();
        Err(cause)
    }
}

/// A connection that is dropped unfinished tells it too.
impl Drop for Driver {
    fn drop(&mut self) {
        if !matches!(&*self.states.borrow(), State::Ended(_)) {
            let remote = self.remote.clone();
            let _: Result<_, _> = self.finish(Some(Kind::Abandoned { remote }.into()));
        }
    }
}

/// Waits until then; for ever if there is no such time.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time.into()).await,
        None => std::future::pending().await,
    }
}
