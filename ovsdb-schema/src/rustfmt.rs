//! The last word on layout: the same `rustfmt` and settings as `cargo fmt`'s.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// Formats Rust as `cargo fmt` would if it stood in `folder`.
pub(crate) fn format(source: &str, folder: &Path) -> anyhow::Result<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .current_dir(existing(folder))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("rustfmt is not there: rustup component add rustfmt")?;
    if let Some(mut input) = rustfmt.stdin.take() {
        // It reads everything before it writes anything, so neither end waits for the other.
        input.write_all(source.as_bytes())?;
    }
    let output = rustfmt.wait_with_output()?;
    if !output.status.success() {
        bail!(
            "rustfmt: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The nearest folder that exists already, from where `rustfmt` looks upwards for its settings.
fn existing(folder: &Path) -> &Path {
    let mut ancestors = folder.ancestors();
    let there = ancestors.find(|ancestor| ancestor.is_dir());
    there.unwrap_or(Path::new("."))
}
