//! What every benchmark needs: a server without a client before it, other processes, repeated
//! measurements, and tables of them.

// Each benchmark is a crate that has all of this module and uses a part of it.
#![allow(
    dead_code,
    unused_imports,
    reason = "no single benchmark uses every part"
)]

pub(crate) mod host;
mod process;
pub(crate) mod raw;
mod runtime;
mod samples;
mod table;
mod tell;
mod workload;

pub(crate) use process::{answer, process};
pub(crate) use raw::Raw;
pub(crate) use runtime::on_runtime;
pub(crate) use samples::Samples;
pub(crate) use table::{Table, both, ratio, ratios, size, time};
pub(crate) use tell::{print, tell};
pub(crate) use workload::request;
