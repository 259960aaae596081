//! `lock`, `steal` and `unlock`.

use crate::both::{assert_failed, netswitch, netswitch_command, ovsdb_client_command, stdout};
use crate::odd::odd_server;
use crate::support::Streaming;

/// One waits for the other, has the lock stolen and gets it back: both say the same of it.
#[test]
fn locks_are_told_as_they_come_and_go() {
    let mut told = Vec::new();
    for command in [ovsdb_client_command, netswitch_command] {
        let mut server = odd_server();
        let start = |verb: &str| Streaming::start(command(&server, &[verb, "l"]));
        let mut first = start("lock");
        first.wait_for("true");
        let mut second = start("lock");
        second.wait_for("false");
        let mut thief = start("steal");
        thief.wait_for("true");
        first.wait_for("stolen");
        let thief = thief.stop();
        first.wait_for("locked\n");
        let first = first.stop();
        second.wait_for("locked\n");
        server.kill();
        told.push([first, stdout(&second.end()).to_owned(), thief]);
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(
        told[0][0],
        "{\"locked\":true}\nstolen\n[\"l\"]\nlocked\n[\"l\"]\n"
    );
}

/// ovsdb-client waits for ever there.
#[test]
fn what_cannot_be_is_an_error() {
    let server = odd_server();
    assert_failed(&netswitch(&server, &["lock", "no name"]), 1, "<id>");
    assert_failed(&netswitch(&server, &["unlock", "l"]), 1, "without");
    assert_failed(&netswitch(&server, &["lock", "a", "b"]), 2, "what is b");
}
