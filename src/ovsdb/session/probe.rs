use std::time::{Duration, Instant};

/// Finds out whether the peer is still there: after `interval` without a byte from it an `echo`
/// is due, after another one the peer is silent (ovsdb-server(7), "Inactivity Probe"; ovs
/// lib/reconnect.c).
#[derive(Debug)]
pub(super) struct Probe {
    interval: Duration,
    /// When something was last heard, or an echo was sent for want of it.
    since: Instant,
    is_asked: bool,
}

/// What to do about a quiet peer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Quiet {
    /// Ask it.
    Ask,
    /// It does not answer.
    Silent,
}

impl Probe {
    pub(super) fn new(interval: Duration, now: Instant) -> Self {
        Self {
            interval,
            since: now,
            is_asked: false,
        }
    }

    pub(super) fn interval(&self) -> Duration {
        self.interval
    }

    /// The peer was heard.
    pub(super) fn heard(&mut self, now: Instant) {
        self.since = now;
        self.is_asked = false;
    }

    /// When [`check`](Probe::check) has something to say, if the peer stays quiet.
    pub(super) fn due(&self) -> Option<Instant> {
        self.since.checked_add(self.interval)
    }

    pub(super) fn check(&mut self, now: Instant) -> Option<Quiet> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        if self.is_asked {
            return Some(Quiet::Silent);
        }
        self.since = now;
        self.is_asked = true;
        Some(Quiet::Ask)
    }
}
