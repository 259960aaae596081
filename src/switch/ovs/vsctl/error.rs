use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// Why ovs-vsctl did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VsctlError {
    /// It is not installed.
    #[error(
        "ovs-vsctl is missing: it is in no folder of PATH (Debian has it in the package \
         openvswitch-switch)"
    )]
    Missing,
    /// It does not start.
    #[error("ovs-vsctl does not start")]
    Start(#[source] io::Error),
    /// A string cannot be told to it, nor to the database.
    #[error("{column} has a nul character, which no database string can have")]
    Nul {
        /// The column.
        column: &'static str,
    },
    /// A value does not fit into one argument.
    #[error(
        "{begin}… takes {bytes} bytes as an argument of ovs-vsctl, where the system takes {limit}; \
         the native configurator has no such limit"
    )]
    TooLong {
        /// How the argument begins.
        begin: String,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// What cannot be divided does not fit into one call.
    #[error(
        "{bytes} bytes of arguments belong together, where the system lets ovs-vsctl have {limit}; \
         the native configurator has no such limit"
    )]
    TooMuch {
        /// How much it is.
        bytes: usize,
        /// How much it may be.
        limit: usize,
    },
    /// A bug: the transaction has something in it that ovs-vsctl has no command for.
    #[error("ovs-vsctl has no command for {0}")]
    Inexpressible(&'static str),
    /// It ended with an error.
    #[error("ovs-vsctl: {0}")]
    Failed(String),
    /// A signal ended it.
    #[error("ovs-vsctl ended with {0}")]
    Killed(ExitStatus),
    /// It was ended, as it took too long.
    #[error("ovs-vsctl did not commit within {0:.1?}")]
    Slow(Duration),
    /// It was ended, as what it waited for had gone.
    #[error("ovs-vsctl was ended, as the database changed: {0}")]
    Overtaken(String),
    /// It said that all was well, and the database does not show it.
    #[error("ovs-vsctl reported success, and the database does not have its changes")]
    Unseen,
}
