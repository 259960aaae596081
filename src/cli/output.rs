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

/// JSON, or a table with strings as JSON has them, with the control characters escaped that JSON
/// need not escape: U+0080 to U+009F steer terminals as those below U+0020 do (ECMA-48).
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Delete does nothing there, and ovsdb-client(1) prints it as it is.
            '\n' | '\u{7f}' => escaped.push(c),
            c if c.is_control() => escaped.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Whether colours would be seen: this is a terminal, and `NO_COLOR` is not set (no-color.org).
pub(super) fn is_coloured(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}
