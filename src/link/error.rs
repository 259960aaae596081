use std::fmt;
use std::io;
use std::time::Duration;

use super::LinkChange;
use super::netlink::TIME_LIMIT;

/// Why the kernel's devices could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// There is no netlink socket to be had.
    #[error("cannot open a netlink socket")]
    Open(#[source] io::Error),
    /// The kernel does not list what it has.
    #[error("cannot list the {0}: {1}")]
    List(Listed, Refusal),
    /// They changed faster than they could be listed.
    #[error("the {0} changed during each of {1} attempts to list them")]
    Unsteady(Listed, u32),
    /// The kernel refuses a change.
    #[error("cannot {change}: {refusal}")]
    Refused {
        /// What was to be changed.
        change: LinkChange,
        /// What the kernel says.
        refusal: Refusal,
    },
    /// The changes before it took all the time there was.
    #[error("cannot {0}: the limit of {1:.1?} has passed")]
    TooLate(LinkChange, Duration),
    /// The kernel does not answer.
    #[error("cannot {0}: no answer from the kernel within {limit} s", limit = TIME_LIMIT.as_secs())]
    TimedOut(Action),
    /// The netlink socket broke, or answers were lost.
    #[error("cannot {0}: the netlink socket gave no answer")]
    Lost(Action),
}

impl LinkError {
    /// Whether the device does not exist (any more).
    pub fn is_missing(&self) -> bool {
        // ENODEV, asm-generic/errno-base.h.
        self.errno() == Some(19)
    }

    /// Whether somebody else has the device, or the number that was chosen for it.
    pub fn is_busy(&self) -> bool {
        // EBUSY, asm-generic/errno-base.h.
        self.errno() == Some(16)
    }

    /// Whether there is a device of this name.
    pub fn is_taken(&self) -> bool {
        // EEXIST, asm-generic/errno-base.h.
        self.errno() == Some(17)
    }

    /// Whether the process may not do this (it needs `CAP_NET_ADMIN`, capabilities(7)).
    pub fn is_denied(&self) -> bool {
        // EPERM, asm-generic/errno-base.h.
        self.errno() == Some(1)
    }

    /// Whether nobody knows what became of a change.
    pub fn is_unheard(&self) -> bool {
        matches!(self, LinkError::TimedOut(_) | LinkError::Lost(_))
    }

    /// Whether the kernel did not answer in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self, LinkError::TimedOut(_))
    }

    /// The change that failed; `None` when no change was asked for.
    pub fn change(&self) -> Option<&LinkChange> {
        match self {
            LinkError::Refused { change, .. }
            | LinkError::TooLate(change, _)
            | LinkError::TimedOut(Action::Change(change))
            | LinkError::Lost(Action::Change(change)) => Some(change),
            _ => None,
        }
    }

    fn errno(&self) -> Option<i32> {
        match self {
            LinkError::Refused { refusal, .. } | LinkError::List(_, refusal) => Some(refusal.errno),
            LinkError::Open(error) => error.raw_os_error(),
            _ => None,
        }
    }
}

/// What the kernel lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// `ip link`
    Devices,
    /// `ip address`
    Addresses,
    /// `ip route list table all`
    Routes,
    /// `ip rule`
    Rules,
}

impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Listed::Devices => "network devices",
            Listed::Addresses => "IP addresses",
            Listed::Routes => "routes",
            Listed::Rules => "routing rules",
        })
    }
}

/// What was being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Reading all of something.
    List(Listed),
    /// Changing one.
    Change(LinkChange),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::List(what) => write!(f, "list the {what}"),
            Action::Change(change) => write!(f, "{change}"),
        }
    }
}

/// The kernel's answer when it will not: its error number, and its own words where it has some
/// (extended acknowledgements, Linux 4.12 and later).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The error number (errno(3)), positive.
    pub errno: i32,
    /// The reason, such as "mtu greater than device maximum".
    pub reason: Option<String>,
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        let errno = error.raw_os_error();
        Self {
            errno: errno.unwrap_or_default(),
            reason: errno.is_none().then(|| error.to_string()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", io::Error::from_raw_os_error(self.errno))?;
        match &self.reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}
