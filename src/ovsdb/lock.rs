use std::sync::{Arc, Weak};

use serde::Deserialize;
use tokio::sync::{Notify, broadcast, watch};

use super::call::{Slot, encode};
use super::client::Client;
use super::connection::Role;
use super::error::{Error, Kind};
use super::wire::Object;

/// How many changes of a lock wait for a reader.
const CHANGES: usize = 64;

/// A lock of the server's, held or waited for (RFC 7047, section 4.1.8): one client at a time
/// holds the lock of a name. What it protects is up to those who use it;
/// [`TransactionBuilder::assert_lock`](super::TransactionBuilder::assert_lock) makes a transaction depend on
/// it.
///
/// A lost connection loses the lock; on the next one it is asked for again, behind those who wait
/// already. Dropping the value gives it back.
#[derive(Debug)]
pub struct Lock {
    client: Client,
    changes: broadcast::Receiver<LockChange>,
    // Dropped in this order: the connection looks for locks that are gone when it is told.
    claim: Arc<Claim>,
    _notice: Notice,
}

/// What happened to a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockChange {
    /// It is held now (`locked`, RFC 7047, section 4.1.9).
    Locked,
    /// Another client took it (`stolen`, RFC 7047, section 4.1.10); it comes back when that one
    /// gives it up.
    Stolen,
    /// The connection was lost, and the lock with it.
    Lost,
    /// It was given back by [`Client::unlock`]; it is not asked for again.
    GivenBack,
}

/// The connection's end of a lock.
#[derive(Debug)]
pub(super) struct Claim {
    is_held: watch::Sender<bool>,
    changes: broadcast::Sender<LockChange>,
}

#[derive(Debug)]
struct Notice(Arc<Notify>);

impl Lock {
    pub(super) async fn ask(
        client: &Client,
        method: &'static str,
        name: &str,
    ) -> Result<Self, Error> {
        let (is_held, _) = watch::channel(false);
        let (sender, changes) = broadcast::channel(CHANGES);
        let lock = Self {
            client: client.clone(),
            changes,
            claim: Arc::new(Claim {
                is_held,
                changes: sender,
            }),
            _notice: Notice(client.link().dropped.clone()),
        };
        let claim: Weak<Claim> = Arc::downgrade(&lock.claim);
        let params = encode(method, &[name])?;
        let slot = Slot::wait(client, method).await?;
        slot.send(params, Role::Lock(name.to_owned(), claim))
            .wait()
            .await?;
        Ok(lock)
    }

    /// Whether it is held now. The server may have given it to another client already:
    /// transactions that rely on it [assert](super::TransactionBuilder::assert_lock) it.
    pub fn is_held(&self) -> bool {
        *self.claim.is_held.borrow()
    }

    /// Waits until it is held.
    ///
    /// # Errors
    /// [`Error::is_closed`] when the connection is over before.
    pub async fn held(&self) -> Result<(), Error> {
        let mut is_held = self.claim.is_held.subscribe();
        let mut states = self.client.states();
        tokio::select! {
            biased;
            _ = is_held.wait_for(|is_held| *is_held) => Ok(()),
            cause = states.ended() => Err(cause.unwrap_or_else(|| Kind::LockGone.into())),
        }
    }

    /// Waits for the next change. What the reply of the server said at first is none.
    ///
    /// # Errors
    /// [`Error::is_lagged`] when changes were missed, [`Error::is_closed`] when the connection is
    /// over.
    pub async fn changed(&mut self) -> Result<LockChange, Error> {
        let mut states = self.client.states();
        tokio::select! {
            biased;
            change = self.changes.recv() => change.map_err(|error| match error {
                broadcast::error::RecvError::Lagged(missed) => Kind::Lagged { missed }.into(),
                broadcast::error::RecvError::Closed => Kind::LockGone.into(),
            }),
            cause = states.ended() => Err(cause.unwrap_or_else(|| Kind::LockGone.into())),
        }
    }
}

impl Claim {
    /// Takes the reply to `lock` or `steal`: `{"locked": boolean}`.
    pub(super) fn answered(&self, reply: &[u8]) -> serde_json::Result<()> {
        #[derive(Deserialize)]
        #[serde(expecting = "an object with the member \"locked\"")]
        struct Reply {
            locked: bool,
        }
        let Object(Reply { locked }) = serde_json::from_slice(reply)?;
        self.is_held.send_replace(locked);
        Ok(())
    }

    /// Takes the server's, or the connection's, word.
    pub(super) fn change(&self, change: LockChange) {
        self.is_held.send_replace(change == LockChange::Locked);
        // Nobody may listen.
        let _ = self.changes.send(change);
    }
}

impl Drop for Notice {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_an_object_that_says_whether_the_lock_is_held() {
        let claim = Claim {
            is_held: watch::channel(false).0,
            changes: broadcast::channel(1).0,
        };
        for reply in ["[true]", "true", "{}", r#"{"locked":1}"#, "null"] {
            assert!(claim.answered(reply.as_bytes()).is_err(), "{reply}");
        }
        claim.answered(br#"{"locked":true}"#).unwrap();
        assert!(*claim.is_held.borrow());
    }
}
