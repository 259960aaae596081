//! Networks and bonds on real devices of the kernel, each case in a network namespace of its own.
//!
//! `fixtures/kernel/<case>.json` tells what a host has, what is asked of it step by step, and what
//! `ip` and the report say then. Around every step that is asserted what holds of all: done twice
//! there is nothing to do, the devices are what the paper kernel of the plans' own tests makes of
//! them, and after a failure they are what they were.
//!
//! Most cases need bonding and 8021q, which a development machine's kernel may lack:
//! `scripts/kernel-test` runs them in a kernel that has them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "clippy.toml covers test functions only, not what they call"
)]

#[path = "../support/mod.rs"]
mod support;

mod case;
mod host;
mod subset;

use std::collections::BTreeSet;
use std::path::Path;

use case::Case;
use host::is_there;
use netswitch::ip::IpConfigurator;

/// What only some kernels have.
const MODULES: [&str; 3] = ["bond", "vlan", "dummy"];

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/kernel");
    let files = std::fs::read_dir(folder).unwrap();
    let files: BTreeSet<_> = files.map(|file| file.unwrap().path()).collect();
    files.iter().map(|file| Case::read(file)).collect()
}

/// Runs cases, each on a thread with a namespace of its own; what fails is told together.
fn run(cases: impl Iterator<Item = Case>) {
    let mut ran = 0;
    let mut failures = Vec::new();
    for case in cases {
        ran += 1;
        let name = case.name.clone();
        let mut hosts = Vec::new();
        for who in [IpConfigurator::Netlink, IpConfigurator::Iproute2] {
            if who == IpConfigurator::Netlink || case.has_ip() {
                let case = case.clone();
                hosts.push(std::thread::spawn(move || case.run(who)).join());
            }
        }
        let failed = hosts.iter().any(Result::is_err);
        let mut hosts = hosts.into_iter().filter_map(Result::ok);
        // Both leave the same host.
        let differ = match (hosts.next(), hosts.next()) {
            (Some(one), Some(other)) if one != other => {
                println!("{name}: {one:#?} is not {other:#?}");
                true
            }
            _ => false,
        };
        if failed || differ {
            failures.push(name);
        }
    }
    assert!(ran > 0, "there is a case");
    assert!(
        failures.is_empty(),
        "of {ran} cases failed: {}",
        failures.join(", ")
    );
    println!("{ran} cases");
}

/// The cases that bridges and veth devices are enough for.
#[test]
fn cases_for_every_kernel() {
    run(cases().into_iter().filter(|case| case.needs().is_empty()));
}

/// The others. `NETSWITCH_CASES` picks those whose name has it in it.
#[test]
#[ignore = "needs bonding and 8021q: run by scripts/kernel-test, which scripts/test calls"]
fn cases_for_a_kernel_with_everything() {
    for module in MODULES {
        assert!(is_there(module), "this kernel has no {module} devices");
    }
    let picked = std::env::var("NETSWITCH_CASES").unwrap_or_default();
    let cases = cases().into_iter().filter(|case| !case.needs().is_empty());
    run(cases.filter(|case| case.name.contains(&picked)));
}
