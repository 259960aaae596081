//! The container engine, by its command line.

use std::fs;
use std::path::Path;
use std::process::{self, Command};
use std::sync::Once;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::support::text;

/// What the names of our containers and networks begin with; then come the process that they
/// belong to, and a number.
const PREFIX: &str = "netswitch-test-";

/// How many names were given in this process.
static NAMES: AtomicU16 = AtomicU16::new(0);

/// Runs `docker` and gives its output; it must succeed.
pub(crate) fn docker(arguments: &[&str]) -> String {
    text(Command::new("docker").args(arguments))
}

/// A name that no other container or network has. The first call removes what test runs have left
/// that were killed.
pub(crate) fn new_name() -> String {
    static SWEPT: Once = Once::new();
    SWEPT.call_once(sweep);
    let number = NAMES.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{}-{number}", process::id())
}

fn sweep() {
    for (list, remove) in [
        (
            &["container", "ls", "--all", "--format", "{{.Names}}"][..],
            ["container", "rm", "--force"].as_slice(),
        ),
        (
            &["network", "ls", "--format", "{{.Name}}"],
            &["network", "rm"],
        ),
    ] {
        for name in docker(list).lines().filter(|name| is_orphan(name)) {
            // Another run may remove it at the same time: that it is gone is no failure.
            let _ = Command::new("docker").args(remove).arg(name).output();
        }
    }
}

/// Whether it is a test's whose process is gone. Another program may have its id by now, or nobody
/// has asked yet how it ended: then it has no program any more.
fn is_orphan(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX) else {
        return false;
    };
    let process = rest.split('-').next().unwrap_or_default();
    let program = fs::read_link(Path::new("/proc").join(process).join("exe")).unwrap_or_default();
    let file = program.file_name().unwrap_or_default().to_string_lossy();
    !file.starts_with("containers-")
}
