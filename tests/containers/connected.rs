use std::time::Duration;

use netswitch::ovsdb::{self, Backoff, Client, Database, Monitor, Options, Probe, State, States};
use tokio::time::timeout;

use crate::served::{SOON, Vswitch, followed};

/// What clients ask a quiet server after; twice as long, and it is left.
const PROBE: Duration = Duration::from_millis(500);

/// Long enough for a loss to be seen before it is made good.
const PAUSE: Duration = Duration::from_millis(500);

/// A container takes longer than a process, the more so if others are busy.
pub(crate) const LATER: Duration = Duration::from_secs(30);

/// Finds out soon that a server says nothing.
pub(crate) fn options() -> Options {
    Options {
        probe: Probe::Every(PROBE),
        reconnect: Some(Backoff {
            first: PAUSE,
            longest: PAUSE,
        }),
        ..Options::default()
    }
}

/// A connection that stays.
pub(crate) fn keep_connected(remotes: &str, options: &Options) -> Client {
    let (client, connection) = ovsdb::keep_connected(&remotes.parse().unwrap(), options);
    tokio::spawn(connection);
    client
}

/// Waits until the connection is lost for this reason.
pub(crate) async fn lost(states: &mut States, reason: &str) {
    let is_lost = |state: &State| match state {
        State::Lost(why) => netswitch::causes::chain(why).contains(reason),
        _ => false,
    };
    let state = timeout(LATER, states.wait_for(is_lost)).await;
    assert!(
        matches!(state, Ok(Some(_))),
        "{reason}: {:?}",
        states.current()
    );
}

/// Waits until everything is as one of these servers has it.
pub(crate) async fn synced(states: &mut States, remotes: &[String]) {
    let is_synced = |state: &State| match state {
        State::Synced(remote) => remotes.contains(&remote.to_string()),
        _ => false,
    };
    let state = timeout(LATER, states.wait_for(is_synced)).await;
    assert!(
        matches!(state, Ok(Some(_))),
        "{remotes:?}: {:?}",
        states.current()
    );
}

/// Waits for the copy to have these bridges.
pub(crate) async fn has_bridges(copy: &Monitor<Vswitch>, expected: &[&str]) {
    let names = |db: &Vswitch| {
        let mut names: Vec<String> = db.bridge.iter().map(|(_, row)| row.name.clone()).collect();
        names.sort();
        names
    };
    let reached = copy.wait_until(|db| names(db) == expected, LATER).await;
    let shown = names(&copy.read().unwrap());
    reached.unwrap_or_else(|error| panic!("{error}: {shown:?}, not {expected:?}"));
}

/// Holds the copy against one of a connection made now.
pub(crate) async fn assert_fresh(copy: &Monitor<Vswitch>, remote: &str) {
    let fresh = followed(&keep_connected(remote, &options())).await;
    let (mut differences, fresh) = (Vec::new(), fresh.read().unwrap());
    Database::differences(&*copy.read().unwrap(), &*fresh, &mut differences);
    assert!(differences.is_empty(), "{differences:?}");
}

/// An answer within the usual limit.
pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> T {
    timeout(SOON, work).await.unwrap()
}
