//! What was measured, in seconds and KiB.

use serde::Serialize;
use serde_json::Value;

use crate::measure::Samples;

/// Everything of one run.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) networks: u16,
    /// What a server sends of them.
    pub(crate) bytes: usize,
    /// Reads that many bytes, and looks at none of them.
    pub(crate) drain: Reading,
    /// A typed replica.
    pub(crate) native: Reading,
    /// `ovsdb-client dump`.
    pub(crate) dump: Reading,
    /// `ovs-vsctl show`.
    pub(crate) show: Reading,
    /// The Python IDL, or why it is missing.
    pub(crate) idl: Result<Idl, String>,
    /// Small transactions over one connection.
    pub(crate) pipeline: Option<Pipeline>,
}

/// One who reads all of a database.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Reading {
    /// From before the connection until all is usable, as the process itself tells.
    pub(crate) inside: Samples,
    /// The whole process.
    pub(crate) process: Samples,
    pub(crate) peak_kib: u64,
}

/// The Python IDL.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Idl {
    pub(crate) reading: Reading,
    pub(crate) version: String,
    /// Whether its parser is the one in C.
    pub(crate) has_extension: bool,
}

/// Small transactions, over one connection.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Pipeline {
    pub(crate) transactions: u32,
    /// Prebuilt, with so many before their replies.
    pub(crate) prebuilt: Vec<(u32, Samples)>,
    /// Built, sent and their outcomes looked at.
    pub(crate) native: Samples,
}

impl Reading {
    /// Adds what [`Job::Run`](crate::arguments::Job::Run) tells.
    pub(crate) fn add(&mut self, told: &Value) {
        self.inside.add(told["answer"]["seconds"].as_f64());
        self.process.add(told["seconds"].as_f64());
        self.peak_kib = self
            .peak_kib
            .max(told["peak_kib"].as_u64().unwrap_or_default());
    }
}

impl Pipeline {
    /// The prebuilt ones at their best.
    pub(crate) fn floor(&self) -> Option<&(u32, Samples)> {
        let best = |(_, samples): &&(u32, Samples)| samples.median;
        self.prebuilt
            .iter()
            .min_by(|left, right| best(left).total_cmp(&best(right)))
    }
}
