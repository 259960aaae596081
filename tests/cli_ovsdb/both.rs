//! The same arguments to `netswitch ovsdb` and to the real ovsdb-client.

use std::process::{Command, Output};

use crate::support::{Server, output_of};

pub(crate) fn assert_same(server: &Server, arguments: &[&str]) {
    assert_same_at(&server.remote(), arguments);
}

/// The same of whichever servers.
pub(crate) fn assert_same_at(remotes: &str, arguments: &[&str]) {
    let (ours, theirs) = (
        output_of(&mut netswitch_at(remotes, arguments), ""),
        output_of(&mut ovsdb_client_at(remotes, arguments), ""),
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
    netswitch_at(&server.remote(), arguments)
}

pub(crate) fn netswitch_at(remotes: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
    command.arg("ovsdb").args(complete(remotes, arguments));
    command
}

pub(crate) fn ovsdb_client(server: &Server, arguments: &[&str]) -> Output {
    output_of(&mut ovsdb_client_command(server, arguments), "")
}

pub(crate) fn ovsdb_client_command(server: &Server, arguments: &[&str]) -> Command {
    ovsdb_client_at(&server.remote(), arguments)
}

pub(crate) fn ovsdb_client_at(remotes: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("ovsdb-client");
    command.args(complete(remotes, arguments));
    command
}

/// The arguments with the servers where ovsdb-client has them: behind the verb.
fn complete(remotes: &str, arguments: &[&str]) -> Vec<String> {
    let mut complete: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let verb = (0..arguments.len()).find(|&at| {
        let options = ["--format", "-f", "--data", "-d", "--timeout", "-t"];
        let is_value = at > 0 && options.contains(&arguments[at - 1]);
        !is_value && !arguments[at].starts_with('-')
    });
    complete.insert(verb.unwrap() + 1, remotes.to_owned());
    complete
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
