//! Clients that write and note what they are told, and what became of it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;
use std::time::Duration;

use netswitch::ovsdb::{
    self, Backoff, Client, Commit, Committer, Database, Error, Map, Monitor, Options, Probe, RowId,
    Selection, Serving, TransactionBuilder,
};
use netswitch::vswitch::{OpenVSwitch, OpenVSwitchDatabase, Queue, open_vswitch, queue};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinHandle;

/// Longer than anything takes here unless it hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// When a server that says nothing is given up: soon, so that rounds are short.
const PROBE: Duration = Duration::from_millis(100);

/// The pauses between attempts to connect.
const PAUSES: Backoff = Backoff {
    first: Duration::from_millis(20),
    longest: Duration::from_millis(500),
};

/// The key of the last mark that a check leaves.
const CHECKED: &str = "checked";

pub(crate) type Copy = Monitor<OpenVSwitchDatabase>;

/// What was told of each transaction, in their order.
type Outcomes = Vec<Result<Commit, Error>>;

/// What came of a round.
#[derive(Default)]
pub(crate) struct Tally {
    committed: usize,
    /// Of those, the ones that only the database told of.
    found: usize,
    refused: usize,
}

pub(crate) struct Writers {
    pub(crate) clients: Vec<Client>,
    running: Vec<JoinHandle<(Outcomes, Copy)>>,
    heard: UnboundedReceiver<()>,
}

/// Connects to a server that is good enough.
pub(crate) async fn connected(
    remotes: &str,
    leader_only: bool,
    change_aware: bool,
) -> (Client, Copy) {
    let options = Options {
        probe: Probe::Every(PROBE),
        reconnect: Some(PAUSES),
        change_aware,
        serving: Some(Serving {
            database: "Open_vSwitch".to_owned(),
            leader_only,
        }),
        ..Options::default()
    };
    let remotes = remotes.parse().unwrap();
    let (client, connection) = ovsdb::keep_connected(&remotes, &options);
    tokio::spawn(connection);
    let everything = Selection::everything::<OpenVSwitchDatabase>();
    // The server may be lost meanwhile.
    for _ in 0..10 {
        if let Ok(copy) = client.monitor(&everything).await {
            return (client, copy);
        }
    }
    panic!("{remotes} serve nothing: {:?}", client.states().current());
}

impl Writers {
    /// Each of the connected has so many transactions to commit.
    pub(crate) fn start(connected: Vec<(Client, Copy)>, transactions: usize) -> Writers {
        let (told, heard) = mpsc::unbounded_channel();
        let clients = connected.iter().map(|(client, _)| client.clone()).collect();
        let writers = connected.into_iter().enumerate();
        let running = writers.map(|(number, (client, copy))| {
            let told = told.clone();
            tokio::spawn(async move {
                let told = || assert!(told.send(()).is_ok());
                let outcomes = write(number, transactions, &client, &copy, told).await;
                (outcomes, copy)
            })
        });
        Writers {
            clients,
            running: running.collect(),
            heard,
        }
    }

    /// Waits until the outcomes of so many more transactions were told, or of all.
    pub(crate) async fn heard(&mut self, count: usize) {
        for _ in 0..count {
            self.heard.recv().await;
        }
    }

    /// Waits for the writers, and holds what they were told, and what they show, against what this
    /// client of the database gets: `dump` gives the names of the rows by other means.
    pub(crate) async fn check(
        self,
        fresh: (Client, Copy),
        dump: impl Fn() -> Vec<String>,
    ) -> Tally {
        let mut tally = Tally::default();
        let mut all = Vec::new();
        for writer in self.running {
            all.push(writer.await.unwrap());
        }
        let dumped = counted(dump());
        // Once this is committed, nothing else is under way any more.
        let (client, fresh) = fresh;
        barrier(&client, &fresh).await;
        let shown = counted(names(&fresh.read().unwrap()));
        let mut told = BTreeMap::new();
        for (number, (outcomes, _)) in all.iter().enumerate() {
            for (transaction, outcome) in outcomes.iter().enumerate() {
                let name = name(number, transaction);
                match outcome {
                    Ok(commit) => {
                        tally.committed += 1;
                        tally.found += usize::from(matches!(commit, Commit::Found));
                        told.insert(name, 1);
                    }
                    // The limit is long enough to learn what became of each.
                    Err(error) => {
                        assert!(!error.is_outcome_unknown(), "{name}: {}", chain(error));
                        tally.refused += 1;
                    }
                }
            }
        }
        assert_eq!(dumped, told, "what the database has, and what was told");
        assert_eq!(
            shown, told,
            "what the database has later, and what was told"
        );
        for (_, copy) in all {
            let equals = |db: &OpenVSwitchDatabase| {
                let mut differences = Vec::new();
                db.differences(&fresh.read().unwrap(), &mut differences);
                differences.is_empty()
            };
            copy.wait_until(equals, LIMIT).await.unwrap();
        }
        tally
    }
}

/// Commits transactions one after the other, each of which adds a row of its own.
async fn write(
    number: usize,
    transactions: usize,
    client: &Client,
    copy: &Copy,
    told: impl Fn(),
) -> Outcomes {
    let key = format!("committer-{number}");
    let ids = open_vswitch::EXTERNAL_IDS;
    let mut committer = Committer::new(client, copy, root(copy), ids, &key).unwrap();
    let mut outcomes = Vec::new();
    for transaction in 0..transactions {
        let name = name(number, transaction);
        let insert = |_: &OpenVSwitchDatabase, builder: &mut TransactionBuilder| {
            let ids = Map::from_iter([("name".to_owned(), name.clone())]);
            builder.insert::<Queue>().set(queue::EXTERNAL_IDS, ids);
        };
        let outcome = committer.commit(LIMIT, insert).await;
        if outcome.is_ok() {
            let shown = copy.read().unwrap();
            let is_it = |row: &Queue| row.external_ids.get("name") == Some(&name);
            let is_shown = shown.queue.iter().any(|(_, row)| is_it(row));
            assert!(is_shown, "{name} is not in the copy");
        }
        outcomes.push(outcome);
        told();
    }
    outcomes
}

fn name(number: usize, transaction: usize) -> String {
    format!("{number}.{transaction}")
}

/// The names of the rows.
fn names(db: &OpenVSwitchDatabase) -> Vec<String> {
    let rows = db.queue.iter();
    let names = rows.map(|(_, row)| row.external_ids.get("name").unwrap().clone());
    names.collect()
}

/// How often each is there.
fn counted(names: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn root(copy: &Copy) -> RowId<OpenVSwitch> {
    copy.read().unwrap().open_vswitch.iter().next().unwrap().0
}

/// Changes something and waits until the copy shows it.
async fn barrier(client: &Client, copy: &Copy) {
    let ids = open_vswitch::EXTERNAL_IDS;
    let mut committer = Committer::new(client, copy, root(copy), ids, CHECKED).unwrap();
    committer.commit(LIMIT, |_, _| {}).await.unwrap();
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(|it| it.to_string())
        .collect::<Vec<_>>()
        .join(": ")
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.committed += other.committed;
        self.found += other.found;
        self.refused += other.refused;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally {
            committed,
            found,
            refused,
        } = self;
        write!(
            f,
            "{committed} committed, {found} of them found in the database alone; {refused} not committed"
        )
    }
}
