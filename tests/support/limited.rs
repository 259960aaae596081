//! Running commands, and work of our own, to their end, with a limit.

use std::fs;
use std::io::Write;
use std::panic::resume_unwind;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Nothing in a test takes longer unless it hangs, or costs more than it should.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Runs a command with this standard input to its end.
///
/// # Panics
///
/// If it cannot be started, or has not ended within a minute; it is killed then.
pub(crate) fn output_of(command: &mut Command, stdin: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut input = child.stdin.take().unwrap();
    let text = stdin.to_owned();
    // A command that does not read its input to the end closes the pipe: no failure.
    thread::spawn(move || input.write_all(text.as_bytes()));
    end_of(child)
}

/// Waits for a process's end, and gives what it printed.
///
/// # Panics
///
/// If it has not ended within a minute; it is killed then.
pub(crate) fn end_of(process: Child) -> Output {
    let pid = process.id().to_string();
    let command = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(process.wait_with_output()));
    ended
        .recv_timeout(LIMIT)
        .map(Result::unwrap)
        .unwrap_or_else(|_| {
            let _ = Command::new("kill").args(["-s", "KILL", &pid]).status();
            let command = command.replace('\0', " ");
            panic!("{command} has not ended within {LIMIT:?}");
        })
}

/// The standard output of a command that must succeed, without white space around it.
pub(crate) fn text(command: &mut Command) -> String {
    let output = output_of(command, "");
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Does some work in a thread of its own.
///
/// # Panics
///
/// If the work does, or has not ended within a minute.
pub(crate) fn ended<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || sender.send(work()));
    match receiver.recv_timeout(LIMIT) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("it has not ended within {LIMIT:?}"),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(_) => unreachable!("it ended and told nothing"),
        },
    }
}
