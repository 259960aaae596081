use std::fmt;

use crate::ip::{IpError, ResolverError};
use crate::link::LinkError;
use crate::model::{Code, Violations};
use crate::switch::SwitchError;

/// Why a setup did not come about, and what became of the host.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The request breaks rules; nothing was touched.
    #[error(transparent)]
    Refused(#[from] Violations),
    /// The switch cannot be reached or does not answer as it should; nothing was touched.
    #[error(transparent)]
    Unavailable(SwitchError),
    /// Another setup is going on; nothing was touched.
    #[error("another setup is going on")]
    Busy,
    /// Whether another setup is going on cannot be told; nothing was touched.
    #[error("cannot tell whether another setup is going on")]
    Lock(#[source] std::io::Error),
    /// The kernel does not tell its devices; nothing was touched.
    #[error(transparent)]
    Kernel(LinkError),
    /// It failed on the way; the host is as it was before.
    #[error("rolled back, the host is as it was before")]
    Failed(#[source] Cause),
    /// It failed on the way, and not everything could be taken back.
    #[error("the rollback is incomplete ({})", left.join("; "))]
    Incomplete {
        /// Why it failed.
        #[source]
        cause: Cause,
        /// What is not as it was before.
        left: Vec<String>,
    },
}

/// What went wrong on the way.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The switch did not do its part.
    #[error(transparent)]
    Switch(SwitchError),
    /// The kernel did not do its part.
    #[error(transparent)]
    Link(LinkError),
    /// IP settings could not be changed.
    #[error(transparent)]
    Ip(IpError),
    /// The name servers could not be changed.
    #[error(transparent)]
    Resolver(ResolverError),
    /// Everything was done, and addresses, routes or rules are not there nonetheless.
    #[error("{}", .0.join("; "))]
    Addresses(Vec<String>),
    /// Devices are not as they should be although everything was done.
    #[error("{}", list(.0))]
    Unrealised(Vec<Mismatch>),
    /// A signal ended it.
    #[error("interrupted")]
    Interrupted,
}

/// A device that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Its name.
    pub device: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.device, self.reason)
    }
}

fn list(mismatches: &[Mismatch]) -> String {
    let shown: Vec<String> = mismatches.iter().take(8).map(Mismatch::to_string).collect();
    match mismatches.len().checked_sub(shown.len()) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(", ")),
        _ => shown.join(", "),
    }
}

impl SetupError {
    /// The contract's code, where it has one for it.
    pub fn code(&self) -> Option<Code> {
        match self {
            SetupError::Refused(violations) => Some(violations.code()),
            SetupError::Unavailable(error) => Some(error.code()),
            SetupError::Busy => Some(Code::Busy),
            SetupError::Kernel(_) | SetupError::Lock(_) => None,
            SetupError::Failed(cause) | SetupError::Incomplete { cause, .. } => cause.code(),
        }
    }

    /// The rules that the request breaks, if that is why.
    pub fn violations(&self) -> Option<&Violations> {
        match self {
            SetupError::Refused(violations) => Some(violations),
            _ => None,
        }
    }

    /// The exit status of `netswitch setup`: 1 unexpected, 3 refused with nothing touched, 4
    /// failed and rolled back, 5 the rollback is incomplete.
    pub fn exit_status(&self) -> u8 {
        match self {
            SetupError::Refused(_) | SetupError::Unavailable(_) | SetupError::Busy => 3,
            SetupError::Kernel(_) | SetupError::Lock(_) => 1,
            SetupError::Failed(_) => 4,
            SetupError::Incomplete { .. } => 5,
        }
    }
}

impl Cause {
    fn code(&self) -> Option<Code> {
        match self {
            Cause::Switch(error) => Some(error.code()),
            Cause::Link(error) if error.is_missing() => Some(Code::BadNic),
            Cause::Ip(error) if error.is_taken() => Some(Code::BadAddr),
            Cause::Addresses(_) => Some(Code::BadAddr),
            Cause::Link(_) | Cause::Unrealised(_) | Cause::Ip(_) | Cause::Resolver(_) => {
                Some(Code::FailedIfup)
            }
            Cause::Interrupted => None,
        }
    }
}
