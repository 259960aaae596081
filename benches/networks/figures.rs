//! What was measured, in seconds and KiB.

use serde::Serialize;

use crate::measure::Samples;

/// Everything of one run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Figures {
    /// The database alone.
    pub(crate) database: Vec<Database>,
    /// With ovs-vswitchd.
    pub(crate) switch: Vec<Switch>,
}

/// N networks, and one more; nothing but the database is waited for.
#[derive(Debug, Serialize)]
pub(crate) struct Database {
    pub(crate) networks: u16,
    /// The prebuilt transaction, one write, its reply read.
    pub(crate) floor: Samples,
    /// Request to outcome over a live connection.
    pub(crate) native: Samples,
    pub(crate) parts: Parts,
    /// The process `netswitch setup --no-wait`.
    pub(crate) setup: Samples,
    pub(crate) setup_peak_kib: u64,
    /// ovs-vsctl with everything in one call.
    pub(crate) vsctl: Samples,
    pub(crate) vsctl_peak_kib: u64,
    pub(crate) vsctl_argument_bytes: u64,
    /// ovs-vsctl once per network.
    pub(crate) vsctl_each: Option<Samples>,
    /// Whether ovs-vsctl left the same configuration.
    pub(crate) same_configuration: bool,
    /// One more network, prebuilt.
    pub(crate) more_floor: Samples,
    /// One more network over a live connection, what its request changed before looked at first.
    pub(crate) more_native: Samples,
    /// One more network with ovs-vsctl.
    pub(crate) more_vsctl: Samples,
}

/// The stages of one setup.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Parts {
    pub(crate) parse: Samples,
    pub(crate) canonicalize_and_validate: Samples,
    pub(crate) plan: Samples,
    pub(crate) render: Samples,
    /// Encoding, the server's work, and reading the outcome.
    pub(crate) transact: Samples,
    /// Canonicalize, validate and plan, again and again.
    pub(crate) planning: Samples,
}

/// N networks, realised by ovs-vswitchd.
#[derive(Debug, Serialize)]
pub(crate) struct Switch {
    pub(crate) networks: u16,
    /// The prebuilt transaction until `cur_cfg` reaches `next_cfg`.
    pub(crate) floor: Samples,
    /// The same, and then `ip -batch` has set all devices up.
    pub(crate) floor_with_devices: Samples,
    /// Request to verified: devices set up, every interface looked at.
    pub(crate) native: Samples,
    /// ovs-vsctl with everything in one call.
    pub(crate) vsctl: Samples,
}
