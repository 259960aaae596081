use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use super::failure::Failure;

/// Prints to standard output. A reader that has gone has read enough.
pub(super) fn print(text: &str) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::unexpected(error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Whether colours would be seen: this is a terminal, and `NO_COLOR` is not set (no-color.org).
pub(super) fn is_coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}
