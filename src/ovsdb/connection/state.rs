use std::sync::Arc;

use tokio::sync::watch;

use crate::ovsdb::error::Error;
use crate::ovsdb::remote::Remote;

/// How a connection is doing.
#[derive(Debug, Clone)]
pub enum State {
    /// Remotes are being tried.
    Connecting,
    /// One of them was reached, and monitors that there were before are being read anew.
    Connected(Arc<Remote>),
    /// All monitors hold what the server has.
    Synced(Arc<Remote>),
    /// The connection was lost, or no remote was reached; it is tried again after a pause.
    Lost(Error),
    /// It is over. Nothing is tried any more: with the reason, unless it is that nobody needs it.
    Ended(Option<Error>),
}

/// The states of a connection as they follow each other. One that lasts too short to be looked at
/// is passed over.
#[derive(Debug, Clone)]
pub struct States(pub(in crate::ovsdb) watch::Receiver<State>);

impl State {
    /// Why the connection is over, if it is.
    pub(in crate::ovsdb) fn end(&self) -> Option<&Error> {
        match self {
            State::Ended(error) => error.as_ref(),
            _ => None,
        }
    }
}

impl States {
    /// The state now.
    pub fn current(&self) -> State {
        self.0.borrow().clone()
    }

    /// Waits for a state that was not looked at yet, and gives it; `None` when there is none to
    /// come.
    pub async fn next(&mut self) -> Option<State> {
        self.0.changed().await.ok()?;
        Some(self.0.borrow_and_update().clone())
    }

    /// Waits for the end of the connection and gives its reason, unless it is that nobody needs it.
    pub(in crate::ovsdb) async fn ended(&mut self) -> Option<Error> {
        let ended = self
            .wait_for(|state| matches!(state, State::Ended(_)))
            .await;
        ended.and_then(|state| state.end().cloned())
    }

    /// Waits for a state like this; `None` when there is none to come.
    pub async fn wait_for(&mut self, mut is_met: impl FnMut(&State) -> bool) -> Option<State> {
        let state = self.0.wait_for(|state| is_met(state)).await.ok()?;
        Some(state.clone())
    }
}
