//! Containers that are frozen and killed in the middle of things.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use netswitch::ovsdb::{Client, Error, Options, Probe, TransactionBuilder};
use netswitch::vswitch::{Queue, queue};
use serde_json::json;
use tokio::time::timeout;

use crate::connected::{LATER, assert_fresh, has_bridges, keep_connected, lost, options, synced};
use crate::container::Container;
use crate::served::{add_bridge, followed, pairs, raw, root, run};

/// How many transactions are under way at once.
const WRITERS: usize = 4;

/// How often the container is killed.
const KILLS: usize = 3;

/// How many transactions are answered before each time.
const ANSWERS: usize = 50;

#[tokio::test]
async fn a_copy_goes_on_when_a_frozen_server_thaws() {
    let container = Container::start().await;
    container.vsctl(&["--no-wait", "add-br", "before"]);
    let client = keep_connected(&container.remote(), &options());
    let copy = followed(&client).await;
    let mut states = client.states();
    // One who has patience: his transaction is read when the server thaws.
    let patience = Options {
        probe: Probe::Off,
        ..Options::default()
    };
    let patient = keep_connected(&container.remote(), &patience);
    let theirs = followed(&patient).await;

    container.pause().await;
    let mut builder = TransactionBuilder::new();
    add_bridge(&mut builder, root(&theirs), "meanwhile");
    let meanwhile = tokio::spawn(async move { run(&patient, builder).await });
    lost(&mut states, "not even an answer to an echo").await;
    assert!(copy.is_stale());
    // What was there can be read all the time.
    assert_eq!(copy.read().unwrap().bridge.len(), 1);

    container.unpause().await;
    timeout(LATER, meanwhile).await.unwrap().unwrap().unwrap();
    synced(&mut states, &[container.remote()]).await;
    has_bridges(&copy, &["before", "meanwhile"]).await;
    assert!(!copy.is_stale());
    assert_fresh(&copy, &container.remote()).await;
    container.vsctl(&["--no-wait", "add-br", "z-after"]);
    has_bridges(&copy, &["before", "meanwhile", "z-after"]).await;
}

#[tokio::test]
async fn what_is_told_of_each_transaction_is_what_the_database_shows() {
    let container = Container::start().await;
    let client = keep_connected(&container.remote(), &options());
    let copy = followed(&client).await;
    let (answers, is_over) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| write(client.clone(), writer, answers.clone(), is_over.clone()))
        .map(tokio::spawn)
        .collect();
    for _ in 0..KILLS {
        let enough = answers.load(Ordering::SeqCst) + ANSWERS;
        // Each answered transaction adds a row.
        copy.wait_until(|_| answers.load(Ordering::SeqCst) >= enough, LATER)
            .await
            .unwrap();
        let mut states = client.states();
        container.kill();
        container.restart().await;
        synced(&mut states, &[container.remote()]).await;
    }
    is_over.store(true, Ordering::SeqCst);

    let mut told = Vec::new();
    for writer in writers {
        told.extend(timeout(LATER, writer).await.unwrap().unwrap());
    }
    let marks = marks(&container).await;
    let mut open = 0;
    for (mark, outcome) in &told {
        let count = marks.iter().filter(|found| *found == mark).count();
        match outcome {
            Ok(()) => assert_eq!(count, 1, "{mark} is told to be committed"),
            Err(error) if error.is_outcome_unknown() => {
                assert!(count <= 1, "{mark} is there {count} times");
                open += 1;
            }
            Err(error) => assert_eq!(count, 0, "{mark} is told not to be: {error}"),
        }
    }
    assert!(open > 0, "no transaction was under way at any of the kills");
    assert!(
        marks
            .iter()
            .all(|mark| told.iter().any(|(of, _)| of == mark))
    );
    assert_fresh(&copy, &container.remote()).await;
}

/// Adds rows, each with a mark, and tells what it was told of each.
async fn write(
    client: Client,
    writer: usize,
    answers: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
) -> Vec<(String, Result<(), Error>)> {
    let mut told = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        let mark = format!("{writer}-{}", told.len());
        let mut builder = TransactionBuilder::new();
        builder
            .insert::<Queue>()
            .set(queue::EXTERNAL_IDS, pairs(&[("mark", &mark)]));
        let outcome = run(&client, builder).await.map(drop);
        if outcome.is_ok() {
            answers.fetch_add(1, Ordering::SeqCst);
        }
        told.push((mark, outcome));
    }
    told
}

/// The marks of all rows that are there.
async fn marks(container: &Container) -> Vec<String> {
    let client = keep_connected(&container.remote(), &options());
    let all = json!([{"op": "select", "table": "Queue", "where": [], "columns": ["external_ids"]}]);
    let results = raw(&client, all).await;
    let rows = results[0]["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| row["external_ids"][1][0][1].as_str().unwrap().to_owned())
        .collect()
}
