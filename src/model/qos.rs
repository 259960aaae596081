/// How much of its uplink a network may send (`hostQos.out`), as curves of the kernel's scheduler
/// (tc-hfsc(7)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostQos {
    /// Its share when the uplink is busy.
    pub link_share: ServiceCurve,
    /// What it never exceeds.
    pub upper_limit: Option<ServiceCurve>,
    /// What it is guaranteed.
    pub real_time: Option<ServiceCurve>,
}

/// A service curve of two pieces: a rate at first, another from some time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServiceCurve {
    /// The rate at first, in bit/s; 0 without a first piece.
    pub m1: u64,
    /// How long the first piece is, in µs; 0 without one.
    pub d: u32,
    /// The rate from then on, in bit/s.
    pub m2: u64,
}

impl ServiceCurve {
    /// The largest rate in bit/s: the kernel counts bytes per second in 32 bits
    /// (`struct tc_service_curve`, linux/pkt_sched.h).
    pub const MAX_RATE: u64 = u32::MAX as u64 * 8;
}
