//! The Python IDL, in an environment of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Reads a database, and tells how long it took.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/client/idl.py");

const SCHEMA: &str = "/usr/share/openvswitch/vswitch.ovsschema";

/// Installs what is missing: `pip install ovs`.
///
/// # Errors
/// What cannot be had.
pub(crate) fn install() -> Result<(), String> {
    if runs(python().args(["-c", "import ovs.db.idl"])) {
        return Ok(());
    }
    if !runs(limited("python3").args(["-m", "venv"]).arg(folder())) {
        return Err("python3 makes no environment (on Debian: python3-venv)".to_owned());
    }
    let pip = ["-m", "pip", "install", "--quiet", "ovs"];
    if !runs(limited(environment("bin/python")).args(pip)) {
        return Err("`pip install ovs` fails".to_owned());
    }
    Ok(())
}

/// A command that reads all of a database.
pub(crate) fn read(database: &str) -> Command {
    let mut python = python();
    python.args([SCRIPT, database, SCHEMA]);
    python
}

fn python() -> Command {
    Command::new(environment("bin/python"))
}

fn environment(file: &str) -> PathBuf {
    folder().join(file)
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/python-idl"))
}

fn limited(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--signal=KILL", "300"]).arg(program.as_ref());
    command
}

fn runs(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = quiet.stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
