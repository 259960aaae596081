use std::io::{self, ErrorKind, Write};

/// Prints to standard output and tells whether anybody still reads. A reader that has gone has read
/// enough: nothing is wrong.
pub(super) fn print(text: &str) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}
