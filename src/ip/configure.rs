//! Who changes the kernel's IP settings.

use std::time::Duration;

use super::{iproute2, netlink};
use crate::link::LinkError;
use crate::link::{Netlink, Numbers};
use crate::model::IpChange;

/// Who changes the kernel's addresses, routes and rules. Parameters are set by ourselves, as
/// iproute2 has no word for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IpConfigurator {
    /// We ourselves, over rtnetlink.
    #[default]
    Netlink,
    /// `ip -batch` (ip(8)).
    Iproute2,
}

/// Why IP settings could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum IpError {
    /// The kernel refuses, or does not answer.
    #[error(transparent)]
    Kernel(LinkError),
    /// ip(8) did not end in time; what it did is not known.
    #[error("ip, of the package iproute2, did not end within {0:.1?}")]
    Late(Duration),
    /// ip(8) cannot be run.
    #[error("cannot run ip, of the package iproute2")]
    Program(#[source] std::io::Error),
    /// ip(8) did not do what it was told.
    #[error("cannot {change}: ip says: {message}")]
    Refused {
        /// What it was told.
        change: Box<IpChange>,
        /// What it says.
        message: String,
    },
}

impl IpError {
    /// Whether something is there already that would be made.
    pub fn is_taken(&self) -> bool {
        match self {
            IpError::Kernel(error) => error.is_taken(),
            IpError::Refused { message, .. } => message.contains("File exists"),
            IpError::Program(_) | IpError::Late(_) => false,
        }
    }
}

/// What was made of what was to be changed, and why the rest was not.
pub type Made = (Vec<IpChange>, Result<(), IpError>);

/// Makes changes in their order, within `limit`, and stops at the first that fails.
pub async fn configure(
    who: IpConfigurator,
    changes: &[IpChange],
    kernel: &Netlink,
    numbers: &mut Numbers,
    limit: Duration,
) -> Made {
    match who {
        IpConfigurator::Netlink => netlink::configure(changes, kernel, numbers, limit).await,
        IpConfigurator::Iproute2 => iproute2::configure(changes, kernel, numbers, limit).await,
    }
}
