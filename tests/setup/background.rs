//! A `netswitch` that runs while the test does other things.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use crate::host::Ended;
use crate::support::{Sandbox, end_of, text};

const NETSWITCH: &str = env!("CARGO_BIN_EXE_netswitch");

/// A running `netswitch`. One that was not waited for is killed.
pub(crate) struct Background(Option<Child>);

impl Background {
    /// Starts it on the host, with this standard input.
    pub(crate) fn start(host: &Sandbox, arguments: &[&str], stdin: &str) -> Background {
        let mut child = host
            .inside(NETSWITCH)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(stdin.as_bytes()).unwrap();
        Background(Some(child))
    }

    /// `netswitch setup -` with these arguments.
    pub(crate) fn set_up(host: &Sandbox, request: &str, arguments: &[&str]) -> Background {
        Background::start(host, &[&["setup", "-"], arguments].concat(), request)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.0.as_ref().unwrap().id()
    }

    pub(crate) fn signal(&self, name: &str) {
        text(Command::new("kill").args(["-s", name, &self.pid().to_string()]));
    }

    /// Waits for its end, a minute at most.
    pub(crate) fn end(mut self) -> Ended {
        end_of(self.0.take().unwrap()).into()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
