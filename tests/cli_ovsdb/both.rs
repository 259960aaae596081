//! The same arguments to `netswitch ovsdb` and to the real ovsdb-client.

use std::process::{Command, Output};

use crate::support::{Server, output_of};

pub(crate) fn assert_same(server: &Server, arguments: &[&str]) {
    let (ours, theirs) = (
        netswitch(server, arguments),
        ovsdb_client(server, arguments),
    );
    assert_eq!(
        stdout(&ours),
        stdout(&theirs),
        "{arguments:?}: {}",
        stderr(&ours)
    );
    assert!(
        ours.status.success() && theirs.status.success(),
        "{arguments:?}"
    );
}

pub(crate) fn assert_failed(output: &Output, status: i32, why: &str) {
    assert_eq!(output.status.code(), Some(status), "{}", stderr(output));
    assert!(stderr(output).contains(why), "{}", stderr(output));
}

pub(crate) fn netswitch(server: &Server, arguments: &[&str]) -> Output {
    output_of(&mut netswitch_command(server, arguments), "")
}

pub(crate) fn netswitch_command(server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
    command
        .args(["ovsdb", "--db", &server.remote()])
        .args(arguments);
    command
}

pub(crate) fn ovsdb_client(server: &Server, arguments: &[&str]) -> Output {
    output_of(&mut ovsdb_client_command(server, arguments), "")
}

/// The same arguments; the server comes after the verb there.
pub(crate) fn ovsdb_client_command(server: &Server, arguments: &[&str]) -> Command {
    let verb = match arguments {
        ["--format", _, ..] => 2,
        _ => 0,
    };
    let mut command = Command::new("ovsdb-client");
    command.args(&arguments[..=verb]).arg(server.remote());
    command.args(&arguments[verb + 1..]);
    command
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
