//! The edges between modules that must never exist (see "Architecture" in the README): reads the
//! paths that each file names and fails on a wrong one.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(clippy::unwrap_used, reason = "what cannot be had fails the test")]

use std::fs;
use std::path::{Path, PathBuf};

/// A folder of `src/`, and what its files must not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    // The client knows nothing of networks.
    (
        "ovsdb",
        &[
            "crate::vswitch",
            "crate::model",
            "crate::canonicalize",
            "crate::validate",
            "crate::plan",
            "crate::switch",
            "crate::link",
            "crate::setup",
            "crate::report",
            "crate::cli",
        ],
    ),
    // Its core has no sockets and no clock.
    ("ovsdb/wire", &["tokio::", "std::net", "std::os::unix::net"]),
    ("ovsdb/value", &["tokio", "std::net", "std::time"]),
    ("ovsdb/replica", &["tokio", "std::net", "std::time"]),
    (
        "ovsdb/transaction",
        &["tokio", "std::net", "Instant", "SystemTime"],
    ),
    (
        "ovsdb/session",
        &["tokio", "std::net", "Instant::now", "std::os::unix::net"],
    ),
    // The pure stages read and write nothing.
    ("model", PURE),
    ("canonicalize", PURE),
    ("validate", PURE),
    ("plan", PURE),
    ("report", PURE),
    // Planning for Open vSwitch is pure too.
    ("switch/ovs/steps", PURE),
    ("switch/ovs/placement", PURE),
    // So is planning for the legacy switch, and finding what of the host is ours.
    ("switch/legacy/steps", PURE),
    ("switch/legacy/marks.rs", PURE),
    ("switch/legacy/observe.rs", PURE),
    ("switch/legacy/verify.rs", PURE),
    // Switches do not know each other.
    ("switch/ovs", &["switch::legacy"]),
    (
        "switch/legacy",
        &["switch::ovs", "crate::ovsdb", "crate::vswitch"],
    ),
    ("switch/ovs/mappings.rs", PURE),
    ("switch/ovs/render", PURE),
    ("switch/ovs/vsctl/words.rs", PURE),
    ("switch/ovs/vsctl/split.rs", PURE),
    // Stages know their predecessors, not their successors.
    (
        "model",
        &[
            "crate::canonicalize",
            "crate::validate",
            "crate::plan",
            "crate::switch",
        ],
    ),
    (
        "canonicalize",
        &["crate::validate", "crate::plan", "crate::switch"],
    ),
    ("validate", &["crate::plan", "crate::switch"]),
    // The kernel's devices know nothing of switches, nor do switches of the command line.
    (
        "link",
        &[
            "crate::switch",
            "crate::ovsdb",
            "crate::vswitch",
            "crate::ip",
            "crate::setup",
            "crate::cli",
        ],
    ),
    // IP settings know nothing of switches.
    (
        "ip",
        &[
            "crate::switch",
            "crate::ovsdb",
            "crate::vswitch",
            "crate::plan",
            "crate::setup",
            "crate::cli",
        ],
    ),
    ("ip/steps.rs", PURE),
    ("ip/observe.rs", PURE),
    ("ip/table.rs", PURE),
    ("ip/verify.rs", PURE),
    ("switch", &["crate::setup", "crate::cli"]),
    ("setup", &["crate::cli", "crate::ovsdb", "crate::vswitch"]),
];

const PURE: &[&str] = &[
    "tokio",
    "std::net",
    "std::fs",
    "std::process",
    "std::os::unix::net",
    "Instant",
    "SystemTime",
    "rtnetlink",
    "crate::ovsdb::Client",
    "crate::ovsdb::Monitor",
    "crate::link",
    "crate::setup",
    "crate::cli",
];

/// Knows more than its surroundings, to try them out: it is in no build that is used.
const TRIALS: &str = "ovsdb/fuzzing";

#[test]
fn modules_know_only_whom_they_may() {
    let mut wrong = Vec::new();
    for (place, forbidden) in FORBIDDEN {
        let mut files = files(&source().join(place));
        files.retain(|file| !file.starts_with(source().join(TRIALS)));
        assert!(
            !files.is_empty(),
            "src/{place} has no files: mend this list"
        );
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in code(&text) {
                for name in forbidden.iter().filter(|name| line.contains(*name)) {
                    let file = file.strip_prefix(source()).unwrap().display();
                    wrong.push(format!("src/{file}:{number} names {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_check_sees_a_wrong_edge() {
    let text = "use crate::model;\n// tokio in words\nlet x = tokio::spawn();\n#[cfg(test)]\nmod tests { tokio }";
    let lines: Vec<_> = code(text).collect();
    assert_eq!(
        lines,
        [(1, "use crate::model;"), (3, "let x = tokio::spawn();")]
    );
}

/// The lines of code with their numbers: no comments, and nothing behind the test module's start.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text
        .lines()
        .enumerate()
        .take_while(|(_, line)| *line != "#[cfg(test)]");
    let lines = lines.map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The Rust files in a folder and below, or the one file.
fn files(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let Ok(entries) = fs::read_dir(place) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.file_name().is_some_and(|name| name != "tests.rs")
        {
            found.push(path);
        }
    }
    found
}
