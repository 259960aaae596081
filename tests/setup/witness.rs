//! Everything that a setup changes, so that nothing of it can be forgotten.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::host::{links, rows};
use crate::support::Sandbox;

/// Everything that a setup changes and a rollback gives back, a line each thing.
#[derive(Clone, PartialEq)]
pub(crate) struct Witness(BTreeSet<String>);

impl Witness {
    pub(crate) fn of(host: &Sandbox) -> Self {
        let mut lines: BTreeSet<String> = host.dump().lines().map(str::to_owned).collect();
        lines.extend(links(host).iter().map(Value::to_string));
        // The kernel tells it of every device but those whose MTU is too small for IPv6.
        let ipv6 = ["-c", "cd /proc/sys/net/ipv6/conf && grep . */disable_ipv6"];
        let ipv6 = String::from_utf8(host.run("sh", &ipv6).stdout).unwrap();
        lines.extend(ipv6.lines().map(str::to_owned));
        let mirrors = rows(host, "Mirror");
        let mirrors = mirrors.as_array().unwrap().iter();
        lines.extend(mirrors.map(|mirror| format!("Mirror {}", mirror["name"])));
        Self(lines)
    }

    /// But for the mark of our last transaction.
    pub(crate) fn without_mark(mut self) -> Self {
        self.0
            .retain(|line| !line.contains("netswitch-transaction"));
        self
    }

    /// But for a device that went.
    pub(crate) fn without_device(mut self, name: &str) -> Self {
        let (link, ipv6) = (format!("\"ifname\":\"{name}\""), format!("{name}/"));
        self.0
            .retain(|line| !line.contains(&link) && !line.starts_with(&ipv6));
        self
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines", self.0.len())
    }
}

/// Nothing came, changed or went.
#[track_caller]
pub(crate) fn assert_unchanged(now: &Witness, before: &Witness) {
    let came = now.0.difference(&before.0).map(|line| format!("+ {line}"));
    let went = before.0.difference(&now.0).map(|line| format!("- {line}"));
    let all: Vec<String> = came.chain(went).collect();
    assert!(
        all.is_empty(),
        "the host is not as it was:\n{}",
        all.join("\n")
    );
}
