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
    command.arg("ovsdb").args(complete(server, arguments));
    command
}

pub(crate) fn ovsdb_client(server: &Server, arguments: &[&str]) -> Output {
    output_of(&mut ovsdb_client_command(server, arguments), "")
}

pub(crate) fn ovsdb_client_command(server: &Server, arguments: &[&str]) -> Command {
    let mut command = Command::new("ovsdb-client");
    command.args(complete(server, arguments));
    command
}

/// The arguments with the server where ovsdb-client has it: behind the verb.
fn complete(server: &Server, arguments: &[&str]) -> Vec<String> {
    let mut complete: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let verb = (0..arguments.len()).find(|&at| {
        let options = ["--format", "-f", "--data", "-d", "--timeout", "-t"];
        let is_value = at > 0 && options.contains(&arguments[at - 1]);
        !is_value && !arguments[at].starts_with('-')
    });
    complete.insert(verb.unwrap() + 1, server.remote());
    complete
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
