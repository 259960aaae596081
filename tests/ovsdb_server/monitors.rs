//! Copies that follow the server.

use std::time::Duration;

use netswitch::ovsdb::{Change, Set, TransactionBuilder};
use netswitch::vswitch::{Event, Queue, bridge, port, queue};

use crate::served::{SOON, Vswitch, add_bridge, followed, pairs, root, run, served};

/// Note 18: when a transaction's reply is here, so is what it changed.
#[tokio::test]
async fn the_update_comes_before_the_reply() {
    let (_server, client) = served().await;
    let monitor = followed(&client).await;
    for number in 0..100 {
        let mut builder = TransactionBuilder::new();
        let row = builder
            .insert::<Queue>()
            .set(queue::DSCP, Some(number % 64))
            .id();
        let row = run(&client, builder).await.unwrap().id(row);
        let copy = monitor.read().unwrap();
        assert_eq!(copy.queue.get(row).unwrap().dscp, Some(number % 64));
    }
}

/// Note 21: a `modify` is a difference, of sets, of maps (a deleted key with its old value, a
/// changed one with its new), and an optional that is cleared is an empty set.
#[tokio::test]
async fn update2_differences_give_what_a_fresh_copy_has() {
    let (_server, client) = served().await;
    let monitor = followed(&client).await;
    let mut builder = TransactionBuilder::new();
    let (bridge, port) = add_bridge(&mut builder, root(&monitor), "br");
    builder
        .update(bridge)
        .set(bridge::FLOOD_VLANS, Set::from([1, 2, 3]))
        .set(
            bridge::OTHER_CONFIG,
            pairs(&[("gone", "1"), ("kept", "2"), ("other", "3")]),
        );
    builder.update(port).set(port::TAG, Some(5));
    let outcome = run(&client, builder).await.unwrap();
    let (bridge, port) = (outcome.id(bridge), outcome.id(port));
    let mut events = monitor.events();

    let mut builder = TransactionBuilder::new();
    builder
        .mutate(bridge)
        .delete(bridge::FLOOD_VLANS, Set::from([1, 2]))
        .insert(bridge::FLOOD_VLANS, Set::from([4]))
        .remove(bridge::OTHER_CONFIG, "gone".to_owned())
        .put(bridge::OTHER_CONFIG, "other".to_owned(), "4".to_owned())
        .put(bridge::OTHER_CONFIG, "new".to_owned(), "5".to_owned());
    builder.update(port).set(port::TAG, None);
    run(&client, builder).await.unwrap();

    let fresh = followed(&client).await;
    for copy in [&monitor, &fresh] {
        let copy = copy.read().unwrap();
        let row = copy.bridge.get(bridge).unwrap();
        assert_eq!(row.flood_vlans, Set::from([3, 4]));
        assert_eq!(
            row.other_config,
            pairs(&[("kept", "2"), ("new", "5"), ("other", "4")])
        );
        assert_eq!(copy.port.get(port).unwrap().tag, None);
    }
    let batch = events.next().await.unwrap();
    assert_eq!(batch.len(), 2);
    for event in batch.iter() {
        match event {
            Event::Bridge(Change::Modified { old, new, .. }) => {
                assert_eq!((old.flood_vlans.len(), new.flood_vlans.len()), (3, 2));
            }
            Event::Port(Change::Modified { old, new, .. }) => {
                assert_eq!((old.tag, new.tag), (Some(5), None));
            }
            other => panic!("unexpected {other:?}"),
        }
    }
}

#[tokio::test]
async fn rows_come_change_and_go_through_another_client() {
    let (server, client) = served().await;
    let monitor = followed(&client).await;
    let mut events = monitor.events();
    server.vsctl(&["--no-wait", "add-br", "br0"]);
    let has = |name: &'static str| move |copy: &Vswitch| copy.bridge.by_name(name).is_some();
    monitor.wait_until(has("br0"), SOON).await.unwrap();
    let batch = events.next().await.unwrap();
    assert!(
        batch
            .iter()
            .any(|event| matches!(event, Event::Bridge(Change::Inserted { .. })))
    );
    server.vsctl(&["--no-wait", "del-br", "br0"]);
    monitor
        .wait_until(|copy| copy.bridge.is_empty(), SOON)
        .await
        .unwrap();
    assert!(monitor.read().unwrap().port.is_empty());
    let batch = events.next().await.unwrap();
    assert!(
        batch
            .iter()
            .any(|event| matches!(event, Event::Bridge(Change::Deleted { .. })))
    );
    let never = monitor
        .wait_until(has("br1"), Duration::from_millis(20))
        .await;
    assert!(never.unwrap_err().is_timeout());
}

/// A pause keeps the copy as it was; a resume gives the differences, as one batch, and follows on.
#[tokio::test]
async fn a_resume_reports_what_changed_during_the_pause() {
    let (server, client) = served().await;
    server.vsctl(&["--no-wait", "add-br", "gone", "--", "add-br", "kept"]);
    let monitor = followed(&client).await;
    let mut events = monitor.events();
    monitor.pause().await.unwrap();
    monitor.pause().await.unwrap();
    assert!(monitor.is_stale());
    server.vsctl(&["--no-wait", "del-br", "gone", "--", "add-br", "new"]);
    server.vsctl(&["--no-wait", "set", "Bridge", "kept", "flood_vlans=7"]);
    client.echo().await.unwrap();
    assert!(monitor.read().unwrap().bridge.by_name("gone").is_some());
    let stale = monitor
        .wait_until(|_| true, Duration::from_millis(20))
        .await;
    assert!(stale.unwrap_err().is_timeout());

    monitor.resume().await.unwrap();
    monitor.resume().await.unwrap();
    assert!(!monitor.is_stale());
    let batch = events.next().await.unwrap();
    let mut changes: Vec<_> = batch
        .iter()
        .filter_map(|event| match event {
            Event::Bridge(change) => {
                let row = change.after().or(change.before()).unwrap();
                Some((
                    row.name.clone(),
                    change.before().is_some(),
                    change.after().is_some(),
                ))
            }
            _ => None,
        })
        .collect();
    changes.sort();
    assert_eq!(
        changes,
        [
            ("gone".to_owned(), true, false),
            ("kept".to_owned(), true, true),
            ("new".to_owned(), false, true),
        ]
    );
    server.vsctl(&["--no-wait", "del-br", "new"]);
    let is_gone = |copy: &Vswitch| copy.bridge.len() == 1;
    monitor.wait_until(is_gone, SOON).await.unwrap();
}

/// Pauses and resumes that overlap or are given up half-way never leave a copy that believes
/// itself live and is not.
#[tokio::test]
async fn pauses_and_resumes_may_be_dropped_half_way() {
    let (server, client) = served().await;
    let monitor = followed(&client).await;
    for round in 0..50 {
        let limit = Duration::from_micros(round * 20);
        let _ = tokio::time::timeout(limit, monitor.pause()).await;
        let _ = tokio::time::timeout(limit, monitor.resume()).await;
        let _ = tokio::time::timeout(limit, monitor.pause()).await;
        let _ = tokio::join!(monitor.resume(), monitor.pause(), monitor.resume());
        monitor.resume().await.unwrap();
        let name = format!("q{round}");
        let mut builder = TransactionBuilder::new();
        let row = builder.insert::<Queue>();
        let row = row.set(queue::EXTERNAL_IDS, pairs(&[("name", &name)])).id();
        let row = run(&client, builder).await.unwrap().id(row);
        assert!(
            monitor.read().unwrap().queue.get(row).is_some(),
            "round {round}"
        );
    }
    drop(server);
}
