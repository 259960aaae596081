//! What goes to standard output and standard error.

use std::io::{IsTerminal, Write};

use anyhow::{Context, Result};

/// The result.
pub(crate) fn print(text: &str) -> Result<()> {
    writeln!(std::io::stdout().lock(), "{text}").context("standard output")
}

/// Progress, where somebody may look.
pub(crate) fn tell(what: &str) {
    let mut error = std::io::stderr().lock();
    if error.is_terminal() {
        // With standard error closed there is nobody to tell.
        let _ = writeln!(error, "{what}");
    }
}
