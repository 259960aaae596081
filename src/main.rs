//! The `netswitch` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    netswitch::cli::main()
}
