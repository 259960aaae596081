use std::sync::Arc;

use super::batches::{Reader, Unread};
use crate::ovsdb::connection::States;
use crate::ovsdb::error::{Error, Kind};

/// The changes of a monitored copy, a batch an update, in their order.
///
/// At most [`Events::CAPACITY`] batches, and [`Limits::unread_changes`](super::super::Limits) bytes
/// of them, wait for a reader. One that is slower is told so: nothing is dropped in silence.
#[derive(Debug)]
pub struct Events<E> {
    batches: Reader<E>,
    states: States,
}

impl<E: Clone> Events<E> {
    /// How many batches wait for a reader.
    pub const CAPACITY: usize = 1024;

    pub(super) fn new(batches: Reader<E>, states: States) -> Self {
        Self { batches, states }
    }

    /// Waits for the next batch; never an empty one. A server that has much to say puts several
    /// transactions into one update: never count them.
    ///
    /// # Errors
    /// [`Error::is_lagged`] when batches were missed: read the copy anew and go on from there.
    /// When the connection has ended and all batches before were read: [`Error::is_closed`]; when
    /// the last handle of the monitor is gone: an error of neither kind.
    pub async fn next(&mut self) -> Result<Arc<[E]>, Error> {
        tokio::select! {
            biased;
            batch = self.batches.next() => batch.map_err(|unread| {
                match unread {
                    Unread::Missed(missed) => Kind::Lagged { missed },
                    Unread::Closed => Kind::MonitorEnded,
                }
                .into()
            }),
            cause = self.states.ended() => Err(cause.unwrap_or_else(|| Kind::MonitorEnded.into())),
        }
    }
}
