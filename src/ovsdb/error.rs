use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::connection::{TlsError, Unfit};
use super::remote::Remote;
use super::session::Violation;
use super::skew::Lack;
use super::transaction::{TransactionError, TransactionErrorKind, UnknownRow};
use super::wire::{FrameError, RpcError};

/// What went wrong between this client and a database server. Cheap to clone: a connection that
/// ends tells everybody who waits for it.
#[derive(Debug, Clone)]
pub struct Error(Arc<Kind>);

#[derive(Debug, thiserror::Error)]
pub(super) enum Kind {
    #[error("cannot connect to {remote}")]
    Connect {
        remote: Arc<Remote>,
        source: ConnectError,
    },
    #[error("cannot connect to {remote} within {limit:?}")]
    ConnectTimeout {
        remote: Arc<Remote>,
        limit: Duration,
    },
    #[error("cannot connect to any database server: {}", Chains(.0))]
    Unreachable(Vec<Error>),
    #[error("{remote} closed the connection")]
    Closed { remote: Arc<Remote> },
    #[error("the connection to {remote} broke")]
    Io {
        remote: Arc<Remote>,
        source: std::io::Error,
    },
    #[error("{remote} does not speak ovsdb")]
    Frame {
        remote: Arc<Remote>,
        source: FrameError,
    },
    #[error("{remote} does not speak ovsdb")]
    Violation {
        remote: Arc<Remote>,
        source: Violation,
    },
    #[error("{remote} sent an update of database {database} that does not apply")]
    Update {
        remote: Arc<Remote>,
        database: String,
        source: serde_json::Error,
    },
    #[error("{remote} sent an update that is not one")]
    UpdateForm {
        remote: Arc<Remote>,
        source: serde_json::Error,
    },
    #[error("the connection to {remote} is no longer driven")]
    Abandoned { remote: Arc<Remote> },
    #[error("the connection to {remote} ended {}", during(method, *sent))]
    Lost {
        remote: Arc<Remote>,
        method: &'static str,
        sent: bool,
        #[source]
        cause: Option<Error>,
    },
    #[error("{method} {} within {limit:?}", unanswered(remote, *sent))]
    Timeout {
        remote: Arc<Remote>,
        method: &'static str,
        limit: Duration,
        sent: bool,
        /// Why there is no connection to send it over.
        #[source]
        cause: Option<Error>,
    },
    #[error("{method} was canceled before {remote} carried it out")]
    Canceled {
        remote: Arc<Remote>,
        method: &'static str,
        sent: bool,
    },
    #[error(
        "{remote} has canceled the transaction, but its cluster may commit it yet: its outcome is \
         unknown"
    )]
    CanceledLate {
        remote: Arc<Remote>,
        #[source]
        cause: Option<Error>,
    },
    #[error("nothing drives the connection to {remote}: {method} got no answer within {limit:?}")]
    NotDriven {
        remote: Arc<Remote>,
        method: &'static str,
        limit: Duration,
    },
    #[error("{remote} refused {method}")]
    Rpc {
        remote: Arc<Remote>,
        method: &'static str,
        source: RpcError,
    },
    #[error("{remote} answered {method} with something else")]
    Reply {
        remote: Arc<Remote>,
        method: &'static str,
        source: serde_json::Error,
    },
    #[error("{remote} answered echo with other data")]
    Echo { remote: Arc<Remote> },
    #[error("the transaction on database {database} did not commit")]
    Transaction {
        database: String,
        source: TransactionError,
    },
    #[error("the parameters of {method} cannot be written as json")]
    Encode {
        method: &'static str,
        source: serde_json::Error,
    },
    #[error("the parameters of {method} have a string with a nul character, which ovsdb lacks")]
    Nul { method: &'static str },
    #[error("the copy of database {database} is damaged by an update that did not apply")]
    Damaged { database: &'static str },
    #[error("what is waited for in database {database} did not come within {limit:?}")]
    WaitTimeout {
        database: &'static str,
        limit: Duration,
        /// Why there was no connection, if there was none.
        #[source]
        cause: Option<Error>,
    },
    #[error("{missed} batches of changes were missed, the copy must be read anew")]
    Lagged { missed: u64 },
    #[error("the transaction did not commit, as the database shows")]
    NotCommitted {
        #[source]
        cause: Error,
    },
    #[error("whether the transaction committed cannot be found out")]
    Unresolved {
        #[source]
        cause: Error,
    },
    #[error("the row of database {database} that has the mark is gone")]
    MarkGone { database: &'static str },
    #[error("the transaction cannot be put together")]
    Build { source: UnknownRow },
    #[error(
        "{remote} has no {lack} in its schema of database {database}; operation {operation} needs it"
    )]
    Lacking {
        remote: Arc<Remote>,
        database: &'static str,
        operation: usize,
        lack: Lack,
    },
    #[error("the monitor does not have column {column} of table {table}")]
    NotSelected {
        table: &'static str,
        column: &'static str,
    },
    #[error("{remote} cannot be used for database {database}")]
    NotServing {
        remote: Arc<Remote>,
        database: String,
        source: Unfit,
    },
    #[error("{remote} says of a lock what is none")]
    LockForm {
        remote: Arc<Remote>,
        source: serde_json::Error,
    },
    #[error("lock {name} is held or waited for by this connection already")]
    LockTwice { name: String },
    #[error("the lock was given back")]
    LockGone,
    #[error("the monitor has ended")]
    MonitorEnded,
}

/// Why a remote is not reached.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error(transparent)]
    Socket(#[from] std::io::Error),
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Error {
    /// No connection came about: nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(
            *self.0,
            Kind::Connect { .. } | Kind::ConnectTimeout { .. } | Kind::Unreachable(_)
        )
    }

    /// The connection is over, by whichever side and for whichever reason.
    pub fn is_closed(&self) -> bool {
        matches!(
            *self.0,
            Kind::Closed { .. }
                | Kind::Io { .. }
                | Kind::Frame { .. }
                | Kind::Violation { .. }
                | Kind::Update { .. }
                | Kind::UpdateForm { .. }
                | Kind::LockForm { .. }
                | Kind::NotServing { .. }
                | Kind::Abandoned { .. }
                | Kind::Lost { .. }
        )
    }

    /// A limit of time was reached.
    pub fn is_timeout(&self) -> bool {
        matches!(
            *self.0,
            Kind::ConnectTimeout { .. }
                | Kind::Timeout { .. }
                | Kind::NotDriven { .. }
                | Kind::WaitTimeout { .. }
        )
    }

    /// The peer does not speak OVSDB, or speaks it wrongly. True of a lost request too when that
    /// is why its connection ended.
    pub fn is_protocol(&self) -> bool {
        match &*self.0 {
            Kind::Frame { source, .. } => *source != FrameError::Truncated,
            Kind::Violation { .. }
            | Kind::Update { .. }
            | Kind::UpdateForm { .. }
            | Kind::LockForm { .. }
            | Kind::Reply { .. }
            | Kind::Echo { .. } => true,
            Kind::Lost { cause, .. } => cause.as_ref().is_some_and(Error::is_protocol),
            _ => false,
        }
    }

    /// The request was sent, or may have been, and no answer came, or none that could be
    /// understood: what it asked for may be done or not. Only the database itself can tell.
    pub fn is_outcome_unknown(&self) -> bool {
        match &*self.0 {
            Kind::Lost { sent: true, .. }
            | Kind::Timeout { sent: true, .. }
            | Kind::NotDriven { .. }
            | Kind::CanceledLate { .. }
            | Kind::Reply { .. }
            | Kind::Unresolved { .. } => true,
            Kind::Transaction { source, .. } => source.kind == TransactionErrorKind::Malformed,
            _ => false,
        }
    }

    /// Nothing was done: the request was cancelled before, by its caller or, with
    /// [`Options::change_aware`](super::Options::change_aware), by a server that converts or
    /// removes the database.
    pub(super) fn is_canceled(&self) -> bool {
        match &*self.0 {
            Kind::Canceled { .. } => true,
            Kind::Rpc { source, .. } => source.is_canceled(),
            _ => false,
        }
    }

    /// The same of a transaction without its first operations, which were not its caller's.
    pub(super) fn after_operations(self, count: usize) -> Self {
        let Kind::Transaction { database, source } = &*self.0 else {
            return self;
        };
        let (database, mut source) = (database.clone(), source.clone());
        if let Some((number, ..)) = &mut source.operation {
            *number = number.saturating_sub(count);
        }
        Kind::Transaction { database, source }.into()
    }

    /// The request was not sent, and never will be.
    pub(super) fn is_unsent(&self) -> bool {
        matches!(
            *self.0,
            Kind::Canceled { sent: false, .. }
                | Kind::Lost { sent: false, .. }
                | Kind::Timeout { sent: false, .. }
        )
    }

    /// The reader of a monitor's changes was too slow and must read the copy anew.
    pub fn is_lagged(&self) -> bool {
        matches!(*self.0, Kind::Lagged { .. })
    }

    /// The server's refusal of a whole request.
    pub fn rpc_error(&self) -> Option<&RpcError> {
        match &*self.0 {
            Kind::Rpc { source, .. } => Some(source),
            _ => None,
        }
    }

    /// Why a transaction that the server understood did not commit.
    pub fn transaction_error(&self) -> Option<&TransactionError> {
        match &*self.0 {
            Kind::Transaction { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Arc::new(kind))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

fn during(method: &str, sent: bool) -> String {
    if sent {
        format!("with {method} in flight: its outcome is unknown")
    } else {
        format!("before {method} was sent")
    }
}

fn unanswered(remote: &Remote, sent: bool) -> String {
    if sent {
        format!("was not answered by {remote}")
    } else {
        format!("could not be sent to {remote}")
    }
}

/// Several errors in one line, each with its causes: none of them alone is the source.
struct Chains<'a>(&'a [Error]);

impl fmt::Display for Chains<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            let separator = if index > 0 { "; " } else { "" };
            write!(f, "{separator}{error}")?;
            let mut source = std::error::Error::source(error);
            while let Some(cause) = source {
                write!(f, ": {cause}")?;
                source = cause.source();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote() -> Arc<Remote> {
        Arc::new("unix:/run/db".parse().unwrap())
    }

    #[test]
    fn the_causes_stand_apart_and_the_questions_see_through() {
        let cause = Error::from(Kind::Frame {
            remote: remote(),
            source: FrameError::Garbage(b'H'),
        });
        let lost = Error::from(Kind::Lost {
            remote: remote(),
            method: "transact",
            sent: true,
            cause: Some(cause),
        });
        assert_eq!(
            lost.to_string(),
            "the connection to unix:/run/db ended with transact in flight: its outcome is unknown"
        );
        assert_eq!(
            Chains(std::slice::from_ref(&lost))
                .to_string()
                .rsplit(": ")
                .next(),
            Some("expected a message to begin with \"{\", found byte 0x48")
        );
        assert!(lost.is_closed() && lost.is_protocol() && lost.is_outcome_unknown());
        assert!(!lost.is_connect() && !lost.is_timeout());
    }

    #[test]
    fn an_unsent_request_has_a_known_outcome() {
        let error = Error::from(Kind::Timeout {
            remote: remote(),
            method: "transact",
            limit: Duration::from_secs(30),
            sent: false,
            cause: None,
        });
        assert_eq!(
            error.to_string(),
            "transact could not be sent to unix:/run/db within 30s"
        );
        assert!(error.is_timeout() && !error.is_outcome_unknown());
    }
}
