use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use memchr::memmem;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::client::Client;
use super::connection::{Command, Role};
use super::error::{Error, Kind};

/// Longer limits are cut to this, so that no clock overflows.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// How much longer than its limit a call waits for the connection to say that the limit is over.
const GRACE: Duration = Duration::from_secs(1);

/// Room for one request in the connection's queue.
pub(super) struct Slot<'a> {
    client: &'a Client,
    permit: mpsc::Permit<'a, Command>,
    method: &'static str,
    deadline: Instant,
}

impl<'a> Slot<'a> {
    /// Waits for room in the queue. Nothing happens before [`Slot::send`].
    pub(super) async fn wait(client: &'a Client, method: &'static str) -> Result<Self, Error> {
        let deadline = Instant::now() + client.timeout().min(LONGEST);
        match timeout_at(deadline, client.commands().reserve()).await {
            Ok(Ok(permit)) => Ok(Slot {
                client,
                permit,
                method,
                deadline,
            }),
            Ok(Err(_)) => Err(lost(client, method)),
            Err(_) => Err(unsent(client, method)),
        }
    }

    /// Hands the request to the connection; it is on its way even if nobody waits for it.
    pub(super) fn send(self, params: Bytes, role: Role) -> Answer<'a> {
        let (reply, answer) = oneshot::channel();
        let (client, method, deadline) = (self.client, self.method, self.deadline);
        let taken = Arc::new(AtomicBool::new(false));
        self.permit.send(Command {
            method,
            params,
            limit: client.timeout(),
            deadline: deadline.into_std(),
            role,
            taken: taken.clone(),
            reply,
        });
        Answer {
            client,
            method,
            deadline,
            taken,
            answer,
        }
    }
}

/// A request's reply, to come.
pub(super) struct Answer<'a> {
    client: &'a Client,
    method: &'static str,
    deadline: Instant,
    taken: Arc<AtomicBool>,
    answer: oneshot::Receiver<Result<Bytes, Error>>,
}

impl Answer<'_> {
    /// Waits for the reply. The connection keeps the limit; the one here is for a connection that
    /// is too busy to take the request, or that nobody drives.
    pub(super) async fn wait(mut self) -> Result<Bytes, Error> {
        match timeout_at(self.deadline + GRACE, &mut self.answer).await {
            Ok(Ok(outcome)) => return outcome,
            Ok(Err(_)) => return Err(lost(self.client, self.method)),
            Err(_) => {}
        }
        // What is closed before it is taken is never sent.
        self.answer.close();
        let (method, limit) = (self.method, self.client.timeout());
        if self.taken.load(Ordering::SeqCst) {
            let remote = self.client.remote();
            return Err(Kind::NotDriven {
                remote,
                method,
                limit,
            }
            .into());
        }
        Err(unsent(self.client, method))
    }
}

fn unsent(client: &Client, method: &'static str) -> Error {
    Kind::Timeout {
        remote: client.remote(),
        method,
        limit: client.timeout(),
        sent: false,
    }
    .into()
}

fn lost(client: &Client, method: &'static str) -> Error {
    Kind::Lost {
        remote: client.remote(),
        method,
        sent: false,
        cause: client.link().states.current().end().cloned(),
    }
    .into()
}

/// Writes a request's parameters.
pub(super) fn encode(method: &'static str, params: &impl Serialize) -> Result<Bytes, Error> {
    let params = serde_json::to_vec(params).map_err(|source| Kind::Encode { method, source })?;
    if has_nul(&params) {
        return Err(Kind::Nul { method }.into());
    }
    Ok(Bytes::from(params))
}

/// Whether a string in this JSON has a NUL character: a server closes the connection over it.
fn has_nul(json: &[u8]) -> bool {
    memmem::find_iter(json, br"\u0000").any(|at| {
        let before = json.get(..at).unwrap_or_default();
        let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\');
        backslashes.count() % 2 == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Note 7.
    #[test]
    fn a_nul_character_is_refused_before_sending_and_its_spelling_is_not() {
        assert!(encode("transact", &["a\0b"]).is_err());
        assert!(encode("transact", &["\\\0"]).is_err());
        assert!(encode("transact", &["\\u0000", "\\\\u0000", "u0000"]).is_ok());
    }
}
