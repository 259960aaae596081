use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use memchr::memmem;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::client::Client;
use super::connection::{Command, Course, Role, State};
use super::error::{Error, Kind};

/// Longer limits are cut to this, so that no clock overflows.
pub(super) const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

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
        Self::before(client, method, deadline(client)).await
    }

    /// Waits for room for these parameters too, which hold it until they are written.
    pub(super) async fn with_room(
        client: &'a Client,
        method: &'static str,
        params: Bytes,
    ) -> Result<(Self, Bytes), Error> {
        let deadline = deadline(client);
        let room = client.link().room.take(params);
        let Ok(params) = timeout_at(deadline, room).await else {
            return Err(unsent(client, method));
        };
        let slot = Self::before(client, method, deadline).await?;
        Ok((slot, params))
    }

    async fn before(
        client: &'a Client,
        method: &'static str,
        deadline: Instant,
    ) -> Result<Self, Error> {
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

    /// Waits for something else before the request is sent, within the call's limit.
    pub(super) async fn limit<T>(&self, other: impl Future<Output = T>) -> Result<T, Error> {
        let limited = timeout_at(self.deadline, other).await;
        limited.map_err(|_| unsent(self.client, self.method))
    }

    /// Hands the request to the connection; it is on its way even if nobody waits for it.
    pub(super) fn send(self, params: Bytes, role: Role) -> Answer<'a> {
        let (reply, answer) = oneshot::channel();
        let (client, method, deadline) = (self.client, self.method, self.deadline);
        let course = Arc::new(Course::default());
        self.permit.send(Command {
            method,
            params,
            limit: client.timeout(),
            deadline: deadline.into_std(),
            role,
            course: course.clone(),
            reply,
        });
        Answer {
            client,
            method,
            deadline,
            course,
            answer,
            heard: None,
        }
    }
}

/// A request's reply, to come. Dropped before, the request is given up: it is not sent if it was
/// not yet, and a transaction that was is cancelled.
pub(super) struct Answer<'a> {
    client: &'a Client,
    method: &'static str,
    deadline: Instant,
    course: Arc<Course>,
    answer: oneshot::Receiver<Result<Bytes, Error>>,
    heard: Option<Result<Bytes, Error>>,
}

impl Answer<'_> {
    /// Waits for the reply.
    pub(super) async fn wait(mut self) -> Result<Bytes, Error> {
        self.hear().await
    }

    /// Waits for the reply, and gives it again to who asks again. The connection keeps the limit;
    /// the one here is for a connection that is too busy to take the request, or that nobody
    /// drives.
    pub(super) async fn hear(&mut self) -> Result<Bytes, Error> {
        if let Some(heard) = &self.heard {
            return heard.clone();
        }
        let heard = match timeout_at(self.deadline + GRACE, &mut self.answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(lost(self.client, self.method)),
            Err(_) if self.course.withdraw() => Err(unsent(self.client, self.method)),
            Err(_) => {
                self.answer.close();
                Err(Kind::NotDriven {
                    remote: self.client.remote(),
                    method: self.method,
                    limit: self.client.timeout(),
                }
                .into())
            }
        };
        self.heard.insert(heard).clone()
    }

    /// Asks for the request to be cancelled; `true` when it never was and never will be sent, so
    /// that there is nothing to wait for.
    pub(super) fn cancel(&mut self) -> bool {
        if self.heard.is_some() {
            return false;
        }
        if self.course.withdraw() {
            return true;
        }
        self.course.cancel();
        self.client.link().dropped.notify_one();
        false
    }
}

impl Drop for Answer<'_> {
    fn drop(&mut self) {
        if self.heard.is_none() {
            // Of these two the connection looks at the one that it comes upon first.
            self.course.withdraw();
            self.answer.close();
            self.client.link().dropped.notify_one();
        }
    }
}

fn deadline(client: &Client) -> Instant {
    Instant::now() + client.timeout().min(LONGEST)
}

fn unsent(client: &Client, method: &'static str) -> Error {
    Kind::Timeout {
        remote: client.remote(),
        method,
        limit: client.timeout(),
        sent: false,
        cause: match client.link().states.current() {
            State::Lost(cause) => Some(cause),
            _ => None,
        },
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
