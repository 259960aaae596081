//! One run of ovs-vsctl.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, Command};

use super::VsctlError;
use super::limits::environment;
use crate::ovsdb::{CaCertificate, Remote, Tls};

/// How much of what it says is kept.
const SAID: u64 = 16 << 10;

/// A running ovs-vsctl. It ends with this value at the latest.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stderr: Option<ChildStderr>,
    said: Vec<u8>,
}

impl Running {
    /// Starts ovs-vsctl with these arguments.
    pub(super) fn start(program: &Path, arguments: &[String]) -> Result<Self, VsctlError> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(environment())
            .stdin(Stdio::null())
            // It prints the UUIDs of new rows, which are read from the database.
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // A terminal's Ctrl-C is for us: we end it when we are done with it.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(VsctlError::Start)?;
        Ok(Self {
            stderr: child.stderr.take(),
            child,
            said: Vec::new(),
        })
    }

    /// Waits for its end. May be dropped and called again.
    pub(crate) async fn ended(&mut self) -> Result<ExitStatus, VsctlError> {
        if let Some(stderr) = &mut self.stderr {
            // What cannot be read is not told; how it ends tells enough.
            let _ = stderr.take(SAID).read_to_end(&mut self.said).await;
            self.stderr = None;
        }
        self.child.wait().await.map_err(VsctlError::Start)
    }

    /// Ends it now, and waits until it has gone.
    pub(crate) async fn end(mut self) {
        if let Err(error) = self.child.kill().await {
            tracing::debug!(%error, "ovs-vsctl cannot be ended");
        }
    }

    /// What it said, without its name before each line.
    pub(super) fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.said);
        let lines = text.lines().map(|line| {
            let line = line.trim();
            line.strip_prefix("ovs-vsctl: ").unwrap_or(line)
        });
        lines.collect::<Vec<_>>().join("; ")
    }
}

/// The options that it is called with.
pub(super) fn options(
    remote: &Remote,
    tls: Option<&Tls>,
    limit: Duration,
    waits: bool,
) -> Vec<String> {
    // Whole seconds, and 0 would be for ever.
    let seconds = limit
        .as_secs()
        .saturating_add(u64::from(limit.subsec_nanos() > 0));
    let mut options = vec![
        format!("--timeout={}", seconds.clamp(1, i32::MAX as u64)),
        format!("--db={}", where_is(remote)),
        "--no-syslog".to_owned(),
        // Errors are printed all the same; what it logs would be told twice.
        "-vconsole:off".to_owned(),
    ];
    if !waits {
        options.push("--no-wait".to_owned());
    }
    if let (Remote::Ssl { .. }, Some(tls)) = (remote, tls) {
        let file = |option: &str, path: &PathBuf| format!("--{option}={}", path.display());
        options.push(file("private-key", &tls.private_key));
        options.push(file("certificate", &tls.certificate));
        options.push(match &tls.ca {
            CaCertificate::File(path) => file("ca-cert", path),
            CaCertificate::Bootstrap(path) => file("bootstrap-ca-cert", path),
        });
    }
    options
}

/// A relative path is relative to OVS_RUNDIR for Open vSwitch, and to the working directory for us.
fn where_is(remote: &Remote) -> String {
    match remote {
        Remote::Unix(path) => {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            format!("unix:{}", path.display())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options_for(remote: &str, milliseconds: u64) -> Vec<String> {
        let tls = Tls {
            private_key: "key.pem".into(),
            certificate: "cert.pem".into(),
            ca: CaCertificate::Bootstrap("ca.pem".into()),
            verify_host: false,
        };
        let limit = Duration::from_millis(milliseconds);
        options(&remote.parse().unwrap(), Some(&tls), limit, false)
    }

    #[test]
    fn limits_are_whole_seconds_and_never_none() {
        for (milliseconds, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (59_999, 60)] {
            let options = options_for("tcp:db.example:6640", milliseconds);
            assert_eq!(options[0], format!("--timeout={seconds}"));
        }
        let forever = options_for("tcp:db.example:6640", u64::MAX);
        assert_eq!(forever[0], "--timeout=2147483647");
    }

    #[test]
    fn a_remote_is_told_with_all_that_it_takes() {
        let folder = std::env::current_dir().unwrap();
        let unix = options_for("unix:db.sock", 5000);
        let socket = folder.join("db.sock");
        assert_eq!(unix[1], format!("--db=unix:{}", socket.display()));
        assert!(!unix.iter().any(|option| option.contains(".pem")));
        let ssl = options_for("ssl:[::1]:6640", 5000);
        let expected = [
            "--timeout=5",
            "--db=ssl:[::1]:6640",
            "--no-syslog",
            "-vconsole:off",
            "--no-wait",
            "--private-key=key.pem",
            "--certificate=cert.pem",
            "--bootstrap-ca-cert=ca.pem",
        ];
        assert_eq!(ssl, expected);
    }
}
