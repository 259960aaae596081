//! `wait`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::both::{assert_failed, netswitch, netswitch_command, ovsdb_client, stdout};
use crate::odd::{odd_server, remove};
use crate::support::{Server, end_of, output_of};

#[test]
fn what_is_so_is_not_waited_for() {
    let server = odd_server();
    for arguments in [
        &["wait", "Odd", "added"],
        &["wait", "Odd", "connected"],
        &["wait", "Nope", "removed"],
    ] {
        for output in [
            netswitch(&server, arguments),
            ovsdb_client(&server, arguments),
        ] {
            assert!(output.status.success(), "{arguments:?}");
            assert_eq!(stdout(&output), "");
        }
    }
    let unknown = netswitch(&server, &["wait", "Odd", "gone"]);
    assert_failed(&unknown, 2, "added, connected or removed, but not gone");
}

#[test]
fn what_never_comes_is_waited_for_up_to_the_limit() {
    let server = Server::start();
    for (database, state) in [
        ("Nope", "added"),
        ("Nope", "connected"),
        ("Open_vSwitch", "removed"),
    ] {
        let start = Instant::now();
        let waited = netswitch(&server, &["--timeout=1", "wait", database, state]);
        let why = format!("database {database} was not {state} on unix:");
        assert_failed(&waited, 1, &why);
        assert!(start.elapsed() >= Duration::from_secs(1));
        assert!(start.elapsed() < Duration::from_secs(10));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
    command.args([
        "ovsdb",
        "wait",
        "-t1",
        "unix:/nonexistent/db.sock",
        "Odd",
        "added",
    ]);
    assert_failed(&output_of(&mut command, ""), 1, "unix:/nonexistent/db.sock");
}

/// Removing a database closes the connections of those who do not know of such changes: the wait
/// connects again.
#[test]
fn a_wait_ends_when_the_state_is_reached() {
    let mut server = odd_server();
    let wait = |server: &Server, state: &str| {
        let mut command = netswitch_command(server, &["wait", "Odd", state]);
        command.stderr(Stdio::piped()).spawn().unwrap()
    };
    let removed = wait(&server, "removed");
    remove(&server);
    assert!(end_of(removed).status.success());

    server.kill();
    let absent = wait(&server, "removed");
    server.restart();
    assert!(end_of(absent).status.success());
}
