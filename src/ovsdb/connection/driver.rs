use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Weak};
use std::time::Instant;

use bytes::{Buf, Bytes};
use futures_util::{FutureExt, StreamExt};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::time::sleep_until;
use tokio_util::codec::FramedRead;

use super::counted::Counted;
use super::following::conditions_changed;
use super::request::{Command, Role, Waiting};
use super::serving::{self, Watch};
use super::state::State;
use super::{Options, Stream};
use crate::ovsdb::error::{Error, Kind};
use crate::ovsdb::lock::Claim;
use crate::ovsdb::monitor::Follower;
use crate::ovsdb::remote::Remote;
use crate::ovsdb::session::{Event, RequestId, Session, Violation};
use crate::ovsdb::wire::{Codec, CodecError, FrameError, Outgoing, RpcError};

/// Bytes taken from the session before they are written; a request in here counts as sent.
const AHEAD: usize = 64 << 10;

/// The reading buffer's first size.
const BUFFER: usize = 64 << 10;

/// The deepest nesting that the JSON parser takes, less some.
const DEEPEST: usize = 120;

/// Joins a session, a socket, the clock, the clients and their monitors; and, where it stays
/// connected, one socket after the other.
pub(super) struct Driver {
    pub(super) remote: Arc<Remote>,
    /// Which server was lost last.
    pub(super) lost: Option<Arc<Remote>>,
    /// Why no connection is of use since then.
    pub(super) why: Option<Error>,
    /// What the server says of itself, where that matters.
    pub(super) watch: Option<Watch>,
    /// Tells the clients of it.
    pub(super) reached: watch::Sender<Arc<Remote>>,
    pub(super) options: Options,
    pub(super) session: Session,
    pub(super) commands: mpsc::Receiver<Command>,
    /// Commands that came while there was no connection.
    pub(super) parked: VecDeque<Command>,
    pub(super) waiting: HashMap<RequestId, Waiting>,
    /// Who gets the updates of which monitor.
    pub(super) followers: HashMap<u64, Weak<dyn Follower>>,
    /// The next number of a monitor that is asked for anew; clients give lower ones.
    pub(super) next_number: u64,
    /// The locks that are held or waited for.
    pub(super) locks: HashMap<String, Weak<Claim>>,
    /// Monitors that the server is yet to be asked to begin again.
    pub(super) resuming: Vec<u64>,
    /// Locks that the server is yet to be asked for again, and those to be given back.
    pub(super) relocking: Vec<String>,
    pub(super) unlocked: Vec<String>,
    /// Monitors that the server is yet to be asked to end.
    pub(super) unfollowed: Vec<u64>,
    /// Cancelled requests that the server is yet to be asked for a sign about.
    pub(super) settling: Vec<RequestId>,
    pub(super) dropped: Arc<Notify>,
    pub(super) states: watch::Sender<State>,
    pub(super) has_clients: bool,
    /// Whether the server has said anything.
    pub(super) is_heard: bool,
}

impl Driver {
    pub(super) fn new(
        reached: watch::Sender<Arc<Remote>>,
        options: Options,
        commands: mpsc::Receiver<Command>,
        states: watch::Sender<State>,
        dropped: Arc<Notify>,
    ) -> Self {
        let remote = reached.borrow().clone();
        Self {
            session: Session::new(options.limits.pending_requests.max(1)),
            remote,
            lost: None,
            why: None,
            watch: options.serving.clone().map(Watch::new),
            reached,
            options,
            commands,
            parked: VecDeque::new(),
            waiting: HashMap::new(),
            followers: HashMap::new(),
            next_number: 1 << 40,
            locks: HashMap::new(),
            resuming: Vec::new(),
            relocking: Vec::new(),
            unlocked: Vec::new(),
            unfollowed: Vec::new(),
            settling: Vec::new(),
            dropped,
            states,
            has_clients: true,
            is_heard: false,
        }
    }

    /// Talks over one socket until the last client is gone or the connection ends.
    pub(super) async fn converse(&mut self, stream: Stream) -> Result<(), Error> {
        let limits = &self.options.limits;
        let codec = Codec::new(limits.frame_size, limits.frame_depth.min(DEEPEST));
        let (reader, heard) = Counted::new(stream.reader);
        let mut frames = FramedRead::with_capacity(reader, codec, BUFFER);
        let mut writer = stream.writer;
        let mut outgoing = Outgoing::default();
        let dropped = self.dropped.clone();
        // Once writing failed, what the server had already said is still read.
        let mut write_error = None;
        loop {
            let is_open = self.is_open();
            if is_open {
                self.resume();
                self.settle();
                self.unfollow();
                self.unlock();
            }
            while is_open
                && self.session.has_room()
                && let Some(command) = self.parked.pop_front()
            {
                self.take(command);
            }
            while write_error.is_none() && outgoing.remaining() < AHEAD {
                match self.session.poll_transmit() {
                    Some(piece) => outgoing.push(piece),
                    None => break,
                }
            }
            let is_done = !self.session.is_busy() && !outgoing.has_remaining();
            if is_done && !self.has_clients && self.parked.is_empty() {
                return Ok(());
            }
            let deadline = self.session.poll_timeout();
            tokio::select! {
                frame = frames.next() => match frame {
                    Some(Ok(frame)) => {
                        self.is_heard = true;
                        let received = self.session.receive(&frame);
                        self.handle_events()?;
                        received.map_err(|source| self.violation(source))?;
                    }
                    Some(Err(CodecError::Io(source))) => {
                        return Err(write_error.unwrap_or_else(|| self.io(source)));
                    }
                    Some(Err(CodecError::Frame(source))) => return Err(self.frame(source)),
                    None => return Err(write_error.unwrap_or_else(|| self.closed())),
                },
                written = writer.write_buf(&mut outgoing),
                    if write_error.is_none() && outgoing.has_remaining() =>
                {
                    match written {
                        Ok(0) => write_error = Some(self.io(std::io::ErrorKind::WriteZero.into())),
                        Ok(_) => {}
                        Err(source) => write_error = Some(self.io(source)),
                    }
                }
                command = self.commands.recv(),
                    if is_open && self.has_clients && self.session.has_room() =>
                {
                    match command {
                        Some(command) => {
                            // What was dropped before it was called is given up before it is sent.
                            if dropped.notified().now_or_never().is_some() {
                                self.forget();
                            }
                            self.take(command);
                        }
                        None => self.has_clients = false,
                    }
                }
                () = sleep_until(deadline.unwrap_or_else(Instant::now).into()),
                    if deadline.is_some() =>
                {
                    let now = now();
                    if heard.take() {
                        self.session.heard(now);
                    }
                    let checked = self.session.handle_timeout(now);
                    self.handle_events()?;
                    checked.map_err(|source| self.violation(source))?;
                }
                () = dropped.notified() => self.forget(),
            }
            if let (Some(error), true) = (&write_error, self.waiting.is_empty()) {
                return Err(error.clone());
            }
        }
    }

    /// Makes a client's command a request, unless its caller has gone.
    pub(super) fn take(&mut self, command: Command) {
        let is_wanted = command.course.take() && !command.reply.is_closed();
        match &command.role {
            Role::Unlock(name) if is_wanted => self.give_back(name),
            Role::Unfollow(number) => drop(self.followers.remove(number)),
            Role::Lock(name, claim) => {
                // One that was just given back is given back first.
                self.forget_dropped();
                self.unlock();
                if self.locks.contains_key(name) {
                    let name = name.clone();
                    let twice = Kind::LockTwice { name }.into();
                    return command.into_waiting().give(Err(twice));
                }
                self.locks.insert(name.clone(), claim.clone());
            }
            Role::Plain
            | Role::Follow(..)
            | Role::Adapt(_)
            | Role::Change(_)
            | Role::Unlock(_)
            | Role::Settle(_) => {}
        }
        if !is_wanted {
            match command.role {
                Role::Plain
                | Role::Adapt(_)
                | Role::Change(_)
                | Role::Unlock(_)
                | Role::Settle(_) => {}
                Role::Follow(number, follower) => {
                    if let Some(follower) = follower.upgrade() {
                        follower.stop(number);
                    }
                }
                Role::Unfollow(number) => self.unfollowed.push(number),
                Role::Lock(name, _) => drop(self.locks.remove(&name)),
            }
            return;
        }
        if command.deadline <= now() {
            return self.time_out(command.into_waiting(), false);
        }
        if let Role::Change(change) = &command.role
            && let Some(follower) = change.follower.upgrade()
        {
            follower.change_conditions();
        }
        let request = self.session.request(
            command.method,
            command.params.clone(),
            Some(command.deadline),
        );
        let waiting = command.into_waiting();
        match request {
            Ok(id) => drop(self.waiting.insert(id, waiting)),
            // Not met: commands are taken only when there is room.
            Err(_) => self.time_out(waiting, false),
        }
    }

    fn handle_events(&mut self) -> Result<(), Error> {
        while let Some(event) = self.session.poll_event() {
            match event {
                Event::Reply { id, outcome } => {
                    if let Some(waiting) = self.waiting.remove(&id) {
                        self.answer(waiting, outcome)?;
                    }
                }
                Event::Update { params } => self.update(&params)?,
                Event::Canceled { params } => self.cancel(&params)?,
                Event::Lock { change, params } => self.change_lock(change, &params)?,
                Event::TimedOut { id, sent } => {
                    if let Some(waiting) = self.waiting.remove(&id) {
                        self.check_resumed(&waiting, || self.timed_out(&waiting, sent))?;
                        self.time_out(waiting, sent);
                    }
                }
            }
        }
        Ok(())
    }

    fn answer(&mut self, waiting: Waiting, outcome: Result<Bytes, RpcError>) -> Result<(), Error> {
        let Some((waiting, outcome)) = self.ask_again(waiting, outcome) else {
            return Ok(());
        };
        let is_watch = matches!(waiting.role, Role::Follow(serving::NUMBER, _));
        match &outcome {
            Err(_) if is_watch => {
                // A server that cannot tell is older than clusters.
                self.open();
                return Ok(());
            }
            Err(source) => {
                self.check_resumed(&waiting, || self.refused(&waiting, source.clone()))?;
            }
            Ok(_) => {}
        }
        let heeded = match &waiting.role {
            Role::Follow(number, follower) => {
                self.followed(*number, follower, waiting.method, &outcome)
            }
            Role::Change(change) => {
                conditions_changed(change, outcome.is_ok());
                Ok(())
            }
            Role::Lock(name, claim) => self.locked(name, claim, &outcome),
            Role::Settle(id) => {
                self.settled(*id);
                Ok(())
            }
            Role::Plain | Role::Adapt(_) | Role::Unfollow(_) | Role::Unlock(_) => Ok(()),
        };
        if let Err(error) = heeded {
            waiting.give(Err(error.clone()));
            return Err(error);
        }
        let outcome = outcome.map_err(|source| self.refused(&waiting, source));
        waiting.give(outcome);
        if is_watch {
            self.judge()?;
        }
        self.tell_synced();
        Ok(())
    }

    fn time_out(&mut self, waiting: Waiting, sent: bool) {
        match &waiting.role {
            Role::Change(change) if sent => self.follow_anew(change),
            Role::Change(change) => conditions_changed(change, false),
            // It was not sent, and the server goes on.
            Role::Unfollow(number) if !sent => self.unfollowed.push(*number),
            role => {
                if let Some((number, follower)) = role.begins() {
                    if let Some(follower) = follower.upgrade() {
                        follower.stop(number);
                    }
                    if sent {
                        self.unfollowed.push(number);
                    }
                }
            }
        }
        let error = self.timed_out(&waiting, sent);
        waiting.give(Err(error));
    }

    /// Sends a request for whose reply no caller waits.
    pub(super) fn ask_aside(&mut self, method: &'static str, params: Bytes, role: Role) {
        let Some(deadline) = now().checked_add(self.options.request_timeout) else {
            return;
        };
        let waiting = Waiting {
            method,
            limit: self.options.request_timeout,
            deadline,
            role,
            course: None,
            is_canceled: false,
            reply: oneshot::channel().0,
        };
        if let Ok(id) = self.session.request(method, params, Some(deadline)) {
            self.waiting.insert(id, waiting);
        }
    }

    fn timed_out(&self, waiting: &Waiting, sent: bool) -> Error {
        Kind::Timeout {
            remote: self.remote.clone(),
            method: waiting.method,
            limit: waiting.limit,
            sent,
            cause: self.why.clone().filter(|_| !sent),
        }
        .into()
    }

    fn refused(&self, waiting: &Waiting, source: RpcError) -> Error {
        Kind::Rpc {
            remote: self.remote.clone(),
            method: waiting.method,
            source,
        }
        .into()
    }

    fn violation(&self, source: Violation) -> Error {
        let remote = self.remote.clone();
        Kind::Violation { remote, source }.into()
    }

    fn frame(&self, source: FrameError) -> Error {
        let remote = self.remote.clone();
        Kind::Frame { remote, source }.into()
    }

    fn io(&self, source: std::io::Error) -> Error {
        let remote = self.remote.clone();
        Kind::Io { remote, source }.into()
    }

    fn closed(&self) -> Error {
        let remote = self.remote.clone();
        Kind::Closed { remote }.into()
    }
}

pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
