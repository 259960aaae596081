use std::sync::Arc;

use tokio::sync::broadcast::{self, error::RecvError};

use crate::ovsdb::connection::States;
use crate::ovsdb::error::{Error, Kind};

/// The changes of a monitored copy, a batch an update, in their order.
///
/// At most [`Events::CAPACITY`] batches wait for a reader. One that is slower is told so: nothing
/// is dropped in silence.
#[derive(Debug)]
pub struct Events<E> {
    batches: broadcast::Receiver<Arc<[E]>>,
    states: States,
}

impl<E: Clone> Events<E> {
    /// How many batches wait for a reader.
    pub const CAPACITY: usize = 1024;

    pub(super) fn new(batches: broadcast::Receiver<Arc<[E]>>, states: States) -> Self {
        Self { batches, states }
    }

    /// Waits for the next batch; never an empty one. A server that has much to say puts several
    /// transactions into one update: never count them.
    ///
    /// # Errors
    /// [`Error::is_lagged`] when batches were missed: read the copy anew and go on from there.
    /// [`Error::is_closed`] when the connection has ended and all batches before were read.
    pub async fn next(&mut self) -> Result<Arc<[E]>, Error> {
        tokio::select! {
            biased;
            batch = self.batches.recv() => batch.map_err(|error| {
                match error {
                    RecvError::Lagged(missed) => Kind::Lagged { missed },
                    RecvError::Closed => Kind::MonitorEnded,
                }
                .into()
            }),
            cause = self.states.ended() => Err(cause.unwrap_or_else(|| Kind::MonitorEnded.into())),
        }
    }
}
