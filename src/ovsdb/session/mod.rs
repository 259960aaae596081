//! The protocol of RFC 7047 as a state machine without sockets or clocks: frames and the time
//! come in as arguments, bytes and events are asked for.

mod pending;
mod probe;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::value::RawValue;

use super::lock::LockChange;
use super::wire::{Message, MessageError, RpcError};
use pending::{Abandoned, Pending, Queued, Request};
use probe::{Probe, Quiet};

/// Answers to the server's own requests that may wait to be sent, in bytes. A server that asks
/// and never reads would otherwise fill our memory.
const ANSWERS_LIMIT: usize = 1 << 20;

/// Unsent requests, in bytes, beyond which [`Session::has_room`] says no.
const QUEUE_LIMIT: usize = 1 << 20;

/// One connection's conversation.
#[derive(Debug)]
pub(crate) struct Session {
    pending_limit: usize,
    probe: Option<Probe>,
    last_id: u64,
    pending: Pending,
    abandoned: Abandoned,
    /// What is left of the message that is being sent.
    sending: VecDeque<Bytes>,
    answers: VecDeque<Bytes>,
    answers_size: usize,
    queue: VecDeque<Queued>,
    queue_size: usize,
    events: VecDeque<Event>,
}

/// A request's id: never used twice in a session, as servers refuse it while it is in flight
/// (`duplicate request ID`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RequestId(u64);

/// What came of what was received, or of time.
#[derive(Debug)]
pub(crate) enum Event {
    /// A request was answered: with a slice of the frame, or refused.
    Reply {
        id: RequestId,
        outcome: Result<Bytes, RpcError>,
    },
    /// `update` (RFC 7047, section 4.1.6), `update2` or `update3` (ovsdb-server(7), sections 4.1.14
    /// and 4.1.16), as the monitor was asked for; `params` is a slice of the frame.
    Update { params: Bytes },
    /// `monitor_canceled` (ovsdb-server(7), section 4.1.7); `params` is a slice of the frame.
    Canceled { params: Bytes },
    /// `locked` or `stolen` (RFC 7047, sections 4.1.9 and 4.1.10); `params` is a slice of the frame.
    Lock { change: LockChange, params: Bytes },
    /// A request's deadline passed. One that was not `sent` never will be.
    TimedOut { id: RequestId, sent: bool },
}

/// What a peer must not do. The session is over then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Violation {
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error("a reply to a request that was never made: id {0}")]
    UnknownReply(String),
    #[error("more requests than it reads answers of")]
    AnswersUnread,
    #[error("nothing for {0:?}, not even an answer to an echo")]
    Silent(Duration),
}

/// As many requests are pending as may be.
#[derive(Debug, thiserror::Error)]
#[error("too many requests are pending")]
pub(crate) struct Full;

impl Session {
    /// A session with at most `pending_limit` requests that wait for their reply.
    pub(crate) fn new(pending_limit: usize) -> Self {
        Self {
            pending_limit,
            probe: None,
            last_id: 0,
            pending: Pending::default(),
            abandoned: Abandoned::new(pending_limit),
            sending: VecDeque::new(),
            answers: VecDeque::new(),
            answers_size: 0,
            queue: VecDeque::new(),
            queue_size: 0,
            events: VecDeque::new(),
        }
    }

    /// The same, of which the peer is asked whether it is there when it was quiet for `interval`.
    pub(crate) fn probing(mut self, interval: Duration, now: Instant) -> Self {
        self.probe = Some(Probe::new(interval, now));
        self
    }

    /// Bytes came from the peer, be they a whole frame or not.
    pub(crate) fn heard(&mut self, now: Instant) {
        if let Some(probe) = &mut self.probe {
            probe.heard(now);
        }
    }

    /// Whether another request is welcome: few enough are pending, and few enough bytes unsent.
    pub(crate) fn has_room(&self) -> bool {
        self.pending.len() < self.pending_limit && self.queue_size < QUEUE_LIMIT
    }

    /// Whether a request waits for its reply or anything waits to be sent.
    pub(crate) fn is_busy(&self) -> bool {
        self.pending.len() > 0 || !self.sending.is_empty() || !self.answers.is_empty()
    }

    /// Queues a request. `params` is a JSON array, already serialized.
    ///
    /// # Errors
    /// [`Full`], when too many requests are pending.
    pub(crate) fn request(
        &mut self,
        method: &'static str,
        params: Bytes,
        deadline: Option<Instant>,
    ) -> Result<RequestId, Full> {
        if self.pending.len() >= self.pending_limit {
            return Err(Full);
        }
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.pending.insert(id, method, deadline);
        self.queue_size += params.len();
        self.queue.push_back(Queued { id, method, params });
        Ok(id)
    }

    /// Takes one frame. What came of it is among the events.
    ///
    /// # Errors
    /// [`Violation`], after which the connection is of no more use.
    pub(crate) fn receive(&mut self, frame: &Bytes) -> Result<(), Violation> {
        match Message::parse(frame)? {
            Message::Request { method, params, id } if method == "echo" => {
                self.answer(format!(r#"{{"id":{id},"result":{params},"error":null}}"#))
            }
            Message::Request { method, id, .. } => {
                tracing::debug!(method = shown(&method), "a request of an unknown method");
                self.answer(format!(
                    r#"{{"id":{id},"result":null,"error":"unknown method"}}"#
                ))
            }
            Message::Notification { method, params }
                if matches!(method.as_ref(), "update" | "update2" | "update3") =>
            {
                let params = frame.slice_ref(params.get().as_bytes());
                self.events.push_back(Event::Update { params });
                Ok(())
            }
            Message::Notification { method, params } if method == "monitor_canceled" => {
                let params = frame.slice_ref(params.get().as_bytes());
                self.events.push_back(Event::Canceled { params });
                Ok(())
            }
            Message::Notification { method, params }
                if matches!(method.as_ref(), "locked" | "stolen") =>
            {
                let change = match method.as_ref() {
                    "locked" => LockChange::Locked,
                    _ => LockChange::Stolen,
                };
                let params = frame.slice_ref(params.get().as_bytes());
                self.events.push_back(Event::Lock { change, params });
                Ok(())
            }
            Message::Notification { method, .. } => {
                tracing::debug!(
                    method = shown(&method),
                    "a notification of an unknown method"
                );
                Ok(())
            }
            Message::Reply { id, outcome } => {
                let outcome = outcome.map(|result| frame.slice_ref(result.get().as_bytes()));
                self.reply(id, outcome)
            }
        }
    }

    /// The next bytes to write. A message comes in several pieces; answers overtake requests.
    pub(crate) fn poll_transmit(&mut self) -> Option<Bytes> {
        if let Some(piece) = self.sending.pop_front() {
            return Some(piece);
        }
        if let Some(answer) = self.answers.pop_front() {
            self.answers_size = self.answers_size.saturating_sub(answer.len());
            return Some(answer);
        }
        let Queued { id, method, params } = self.queue.pop_front()?;
        self.queue_size = self.queue_size.saturating_sub(params.len());
        self.pending.sent(id);
        self.sending.push_back(params);
        self.sending.push_back(Bytes::from_static(b"}"));
        let head = format!(r#"{{"id":{},"method":"{method}","params":"#, id.0);
        Some(Bytes::from(head))
    }

    /// The next event.
    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`handle_timeout`](Session::handle_timeout) wants to be called, if nothing happens.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let probe = self.probe.as_ref().and_then(Probe::due);
        let deadline = self.pending.earliest_deadline();
        [probe, deadline].into_iter().flatten().min()
    }

    /// Gives up the requests whose deadline has passed. One that was sent is abandoned: its late
    /// reply is dropped. A transaction among them is cancelled too (RFC 7047, section 4.1.4), so
    /// that it does not commit behind our back when what it waits for comes true; whether it has
    /// committed already is open. A quiet peer is asked whether it is there.
    ///
    /// # Errors
    /// [`Violation::Silent`]: it did not answer that.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Result<(), Violation> {
        while let Some((id, request)) = self.pending.pop_overdue(now) {
            let sent = request.sent;
            self.give_up(id, &request);
            self.events.push_back(Event::TimedOut { id, sent });
        }
        let Some(probe) = &mut self.probe else {
            return Ok(());
        };
        match probe.check(now) {
            None => Ok(()),
            Some(Quiet::Silent) => Err(Violation::Silent(probe.interval() * 2)),
            Some(Quiet::Ask) => {
                // With that many requests waiting one of their replies will do.
                let _: Result<_, Full> = self.request("echo", Bytes::from_static(b"[]"), None);
                Ok(())
            }
        }
    }

    /// Gives up a pending request, as at its deadline but without an event: nobody wants it any
    /// more.
    pub(crate) fn abandon(&mut self, id: RequestId) {
        if let Some(request) = self.pending.remove(id) {
            self.give_up(id, &request);
        }
    }

    /// Asks the peer to cancel a pending request. Its reply may come nonetheless; one that was not
    /// sent is left alone: `false`.
    pub(crate) fn cancel(&mut self, id: RequestId) -> bool {
        let is_sent = self.pending.is_sent(id);
        if is_sent {
            self.overtake(cancel(id));
        }
        is_sent
    }

    /// A pending request gets no reply any more: it was cancelled.
    pub(crate) fn settle(&mut self, id: RequestId) {
        if self.pending.remove(id).is_some() {
            // Should it come all the same, that is no reason to end the session.
            self.abandoned.insert(id);
        }
    }

    /// Whether this pending request has begun to be sent.
    pub(crate) fn is_sent(&self, id: RequestId) -> bool {
        self.pending.is_sent(id)
    }

    fn give_up(&mut self, id: RequestId, request: &Request) {
        if !request.sent {
            return self.withdraw(id);
        }
        self.abandoned.insert(id);
        if request.method == "transact" {
            self.overtake(cancel(id));
        }
    }

    fn withdraw(&mut self, id: RequestId) {
        if let Some(at) = self.queue.iter().position(|queued| queued.id == id)
            && let Some(queued) = self.queue.remove(at)
        {
            self.queue_size = self.queue_size.saturating_sub(queued.params.len());
        }
    }

    /// Queues a message before all requests that have not begun to be sent.
    fn overtake(&mut self, message: Bytes) {
        self.answers_size += message.len();
        self.answers.push_back(message);
    }

    fn answer(&mut self, answer: String) -> Result<(), Violation> {
        self.overtake(Bytes::from(answer));
        if self.answers_size > ANSWERS_LIMIT && self.answers.len() > 1 {
            return Err(Violation::AnswersUnread);
        }
        Ok(())
    }

    fn reply(&mut self, id: &RawValue, outcome: Result<Bytes, RpcError>) -> Result<(), Violation> {
        let ours = parse_id(id).filter(|id| id.0 <= self.last_id);
        match ours {
            Some(id) if self.pending.is_sent(id) => {
                self.pending.remove(id);
                self.events.push_back(Event::Reply { id, outcome });
                Ok(())
            }
            Some(id) if self.abandoned.remove(id) => {
                tracing::debug!(id = id.0, "a late reply");
                Ok(())
            }
            _ => Err(Violation::UnknownReply(shown(id.get()))),
        }
    }
}

/// Reads an id of ours: a server may write `1` as `1.0` and the reverse.
fn parse_id(id: &RawValue) -> Option<RequestId> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    let text = id.get();
    let integer = text.parse::<u64>().ok();
    let whole = || {
        let value = text.parse::<f64>().ok()?;
        let is_exact = value.fract() == 0.0 && (0.0..EXACT).contains(&value);
        is_exact.then_some(value as u64)
    };
    integer.or_else(whole).map(RequestId)
}

/// As much of a peer's text as is worth a line.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

fn cancel(id: RequestId) -> Bytes {
    Bytes::from(format!(
        r#"{{"id":null,"method":"cancel","params":[{}]}}"#,
        id.0
    ))
}

#[cfg(test)]
mod tests;
