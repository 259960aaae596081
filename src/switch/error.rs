use std::time::Duration;

use crate::causes::chain;
use crate::link::LinkError;
use crate::model::{Code, SwitchType};
use crate::ovsdb;
use crate::switch::ovs::VsctlError;

/// Why a switch did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SwitchError {
    /// There is no such switch here.
    #[error("switch type \"{switch}\" is not available: {reason}")]
    Unavailable {
        /// Which switch.
        switch: SwitchType,
        /// Why, and what to start.
        reason: String,
    },
    /// The switch's database cannot be reached, or does not answer as it should.
    #[error("no usable answer from the Open vSwitch database (is ovsdb-server running?)")]
    Database(#[source] ovsdb::Error),
    /// The database answers, but too slowly.
    #[error("{remotes} did not tell what the Open vSwitch database has within {limit:?}")]
    Slow {
        /// Where it is.
        remotes: String,
        /// How long it had.
        limit: Duration,
    },
    /// The database is reached and lacks what a vswitch database has.
    #[error("the database at {remote} is not Open vSwitch's: {reason}")]
    Foreign {
        /// Where it is.
        remote: String,
        /// What it lacks.
        reason: String,
    },
    /// The database is not any more what the plan was made for; nothing was changed.
    #[error("the database changed meanwhile: {0}")]
    Outdated(String),
    /// The server, or this way to reach it, takes no changes: it may be a backup of another. Nothing
    /// was changed.
    #[error("the database takes no changes")]
    ReadOnly(#[source] ovsdb::Error),
    /// The database refused the transaction; nothing was changed.
    #[error("the database refused the transaction")]
    Refused(#[source] ovsdb::Error),
    /// ovs-vsctl cannot, or did not, change the database; nothing was changed.
    #[error("the database was not changed")]
    Vsctl(
        #[from]
        #[source]
        VsctlError,
    ),
    /// The connection was lost with the transaction under way, and the database can not be asked
    /// whether it committed.
    #[error("whether the transaction committed is unknown")]
    Unknown(#[source] Lost),
    /// Some of several transactions committed before one did not.
    #[error("after {done} of {all} transactions")]
    Partly {
        /// How many committed.
        done: usize,
        /// How many there are.
        all: usize,
        /// Why the next one did not.
        #[source]
        cause: Box<SwitchError>,
    },
    /// The transaction committed, but rows that it was to change had gone.
    #[error("rows had gone when the transaction came: operations {0:?}")]
    Missed(Vec<usize>),
    /// ovs-vswitchd did not take the configuration over.
    #[error("ovs-vswitchd did not realise the configuration within {0:.1?}; is it running?")]
    NotRealised(Duration),
    /// ovs-vswitchd could not set interfaces up.
    #[error("Open vSwitch could not set up {}", list(.0))]
    Interfaces(Vec<InterfaceFailure>),
    /// Devices are not any more what the plan was made for; nothing was changed.
    #[error("the kernel's devices changed meanwhile: {0}")]
    Moved(String),
    /// The kernel did not do the first thing that it was asked for; nothing was changed.
    #[error(transparent)]
    Kernel(LinkError),
    /// The kernel did some of what it was asked for.
    #[error(transparent)]
    Halfway(LinkError),
    /// The kernel did what it was asked for, and devices are something else nonetheless.
    #[error("devices are not what they should be: {}", list(.0))]
    Devices(Vec<InterfaceFailure>),
    /// Devices cannot be what they would be; nothing was changed.
    #[error("this cannot be: {}", list(.0))]
    Impossible(Vec<InterfaceFailure>),
    /// Nothing is known to have been applied.
    #[error("nothing is known to have been applied")]
    NothingApplied,
    /// A bug: the transaction refers to a row of another one.
    #[error(transparent)]
    Transaction(#[from] ovsdb::transaction::UnknownRow),
}

/// How the word on a transaction was lost.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// The server's reply did not come.
    #[error(transparent)]
    Reply(ovsdb::Error),
    /// ovs-vsctl did not end well.
    #[error(transparent)]
    Vsctl(VsctlError),
}

impl Lost {
    /// What it is when the database shows that the transaction did not commit.
    pub(super) fn refusal(self) -> SwitchError {
        match self {
            Lost::Reply(error) => SwitchError::Refused(error),
            Lost::Vsctl(VsctlError::Overtaken(what)) => SwitchError::Outdated(what),
            Lost::Vsctl(error) => SwitchError::Vsctl(error),
        }
    }
}

/// An interface that the switch could not set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceFailure {
    /// Its name.
    pub name: String,
    /// What the switch says of it.
    pub reason: String,
}

fn list(failures: &[InterfaceFailure]) -> String {
    let shown: Vec<String> = failures
        .iter()
        .take(8)
        .map(|failure| format!("{} ({})", failure.name, failure.reason))
        .collect();
    match failures.len().checked_sub(shown.len()) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}

/// The contract's code for what the kernel says.
fn link_code(error: &LinkError) -> Code {
    match error {
        error if error.is_missing() => Code::BadNic,
        error if error.is_busy() => Code::UsedNic,
        error if error.is_taken() => Code::UsedBridge,
        _ => Code::FailedIfup,
    }
}

impl SwitchError {
    /// The contract's code for it.
    pub fn code(&self) -> Code {
        match self {
            SwitchError::Unavailable {
                switch: SwitchType::Legacy,
                ..
            } => Code::BadParams,
            SwitchError::NotRealised(_) | SwitchError::Interfaces(_) => Code::FailedIfup,
            SwitchError::Partly { cause, .. } => cause.code(),
            SwitchError::Kernel(error) | SwitchError::Halfway(error) => link_code(error),
            SwitchError::Devices(_) | SwitchError::Moved(_) => Code::FailedIfup,
            SwitchError::Impossible(_) => Code::BadParams,
            _ => Code::OvsConnection,
        }
    }

    /// Why, with the causes behind it, in one line.
    pub fn reason(&self) -> String {
        match self {
            SwitchError::Unavailable { reason, .. } => reason.clone(),
            other => chain(other),
        }
    }

    /// Whether a fresh look at the host and another plan may succeed.
    pub fn is_outdated(&self) -> bool {
        match self {
            SwitchError::Outdated(_) | SwitchError::ReadOnly(_) | SwitchError::Moved(_) => true,
            SwitchError::Partly { cause, .. } => cause.is_outdated(),
            _ => false,
        }
    }

    /// Whether something was, or may have been, applied that must be taken back.
    pub fn is_applied(&self) -> bool {
        matches!(
            self,
            SwitchError::Unknown(_)
                | SwitchError::Partly { .. }
                | SwitchError::Missed(_)
                | SwitchError::NotRealised(_)
                | SwitchError::Interfaces(_)
                | SwitchError::Halfway(_)
                | SwitchError::Devices(_)
        )
    }
}
