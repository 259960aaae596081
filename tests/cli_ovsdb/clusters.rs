//! Several servers of a clustered database: which of them is used, and what is told of it.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::both::{assert_failed, assert_same_at, netswitch_at, ovsdb_client_at, stderr, stdout};
use crate::support::{Cluster, Server, Streaming, output_of, text};

const SCHEMA: &str = "/usr/share/openvswitch/vswitch.ovsschema";

/// A cluster, and the remotes of its followers and of its leader.
fn cluster() -> (Cluster, [String; 2], String) {
    let cluster = Cluster::start(3);
    cluster.init();
    let leader = cluster.leader();
    let followers = [1, 2].map(|next| cluster.remote((leader + next) % 3));
    let leader = cluster.remote(leader);
    (cluster, followers, leader)
}

fn write(remote: &str, operation: &str) {
    let transaction = format!(r#"["Open_vSwitch",{operation}]"#);
    text(&mut ovsdb_client_at(remote, &["transact", &transaction]));
}

fn insert(remote: &str, dscp: u8) {
    let row = format!(r#"{{"op":"insert","table":"Queue","row":{{"dscp":{dscp}}}}}"#);
    write(remote, &row);
}

/// Writes the rows that have this value.
fn update(remote: &str, from: u8, to: u8) {
    let condition = format!(r#"[["dscp","==",{from}]]"#);
    let row =
        format!(r#"{{"op":"update","table":"Queue","where":{condition},"row":{{"dscp":{to}}}}}"#);
    write(remote, &row);
}

const SELECT: &str =
    r#"["Open_vSwitch",{"op":"select","table":"Queue","where":[],"columns":["dscp"]}]"#;

/// What needs a database; ovsdb-client wants it named where there are several servers.
const VERBS: [&[&str]; 7] = [
    &["get-schema-version", "Open_vSwitch"],
    &["get-schema-cksum", "Open_vSwitch"],
    &["transact", SELECT],
    &["query", SELECT],
    &["dump", "Open_vSwitch", "Queue", "dscp"],
    &["needs-conversion", SCHEMA],
    &["-fcsv", "dump", "Open_vSwitch", "Queue", "dscp"],
];

#[test]
fn the_leader_is_used_unless_others_will_do() {
    let (_cluster, [one, two], leader) = cluster();
    insert(&leader, 5);
    let (all, followers) = (format!("{one},{leader},{two}"), format!("{one},{two}"));
    for verb in VERBS {
        assert_same_at(&all, verb);
        // A server that is named alone may be any.
        assert_same_at(&one, verb);
        assert_same_at(&followers, &[&["--no-leader-only"], verb].concat());
        let arguments = [&["--no-leader-only", "--leader-only"], verb].concat();
        let ours = output_of(&mut netswitch_at(&followers, &arguments), "");
        assert_failed(&ours, 3, "no server will do: ");
        for follower in [&one, &two] {
            let why = format!("{follower} does not lead its cluster");
            assert!(stderr(&ours).contains(&why), "{}", stderr(&ours));
        }
        let theirs = output_of(&mut ovsdb_client_at(&followers, &arguments), "");
        assert_failed(&theirs, 1, "no servers were available");
        assert_eq!((stdout(&ours), stdout(&theirs)), Default::default());
    }
    assert_same_at(&followers, &["list-dbs"]);
}

#[test]
fn servers_that_are_not_there_or_cut_off_are_passed_over() {
    let (mut cluster, [one, two], leader) = cluster();
    let all = format!("unix:/nonexistent/db.sock,{one},{two},{leader}");
    for verb in VERBS {
        assert_same_at(&all, verb);
    }
    let nope = output_of(&mut netswitch_at(&all, &["get-schema", "Nope"]), "");
    let why = format!("{leader} has no database Nope");
    assert_failed(&nope, 3, &why);
    let usage = output_of(
        &mut netswitch_at(&all, &["get-schema", "Open_vSwitch", "T"]),
        "",
    );
    assert_failed(&usage, 2, "what is T?");

    // Two of three are no cluster's majority.
    let [stays, ..] = [0, 1, 2].map(|member| cluster.remote(member));
    for member in [1, 2] {
        cluster.kill(member);
    }
    let why = "is cut off from its cluster";
    let alone = format!("{stays},unix:/nonexistent/db.sock");
    let arguments = ["--no-leader-only", "get-schema-version", "Open_vSwitch"];
    // It takes a while to find out.
    let refused = std::iter::repeat_with(|| output_of(&mut netswitch_at(&alone, &arguments), ""))
        .find(|output| !output.status.success());
    assert_failed(&refused.unwrap(), 3, why);
}

#[test]
fn one_server_is_waited_for() {
    let (_cluster, [one, two], _) = cluster();
    assert_same_at(&one, &["wait", "Open_vSwitch", "connected"]);
    let arguments = ["wait", "Open_vSwitch", "connected"];
    let several = output_of(&mut netswitch_at(&format!("{one},{two}"), &arguments), "");
    assert_failed(&several, 2, "one server is waited for");
}

#[test]
fn a_clustered_database_is_converted() {
    let (_cluster, [one, _], leader) = cluster();
    let all = format!("{one},{leader}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schema").display().to_string();
    let newer = text(&mut netswitch_at(&all, &["get-schema", "Open_vSwitch"]));
    let version = text(&mut netswitch_at(
        &all,
        &["get-schema-version", "Open_vSwitch"],
    ));
    let newer = newer.replacen(
        &format!("\"version\":\"{version}\""),
        "\"version\":\"9.9.9\"",
        1,
    );
    std::fs::write(&file, newer).unwrap();
    assert_same_at(&all, &["needs-conversion", &file]);
    text(&mut netswitch_at(&all, &["convert", &file]));
    assert_same_at(&all, &["needs-conversion", &file]);
    assert_same_at(&all, &["get-schema-version", "Open_vSwitch"]);
}

/// What a server of a cluster remembers, which is no more than its database is large, and what it
/// does not.
#[test]
fn monitors_begin_after_a_transaction() {
    let (_cluster, _, leader) = cluster();
    let pairs: Vec<String> = (0..99).map(|n| format!(r#"["{n}","{n}"]"#)).collect();
    let large = format!(r#"{{"external_ids":["map",[{}]]}}"#, pairs.join(","));
    let table = r#""table":"Open_vSwitch","where":[]"#;
    write(
        &leader,
        &format!(r#"{{"op":"update",{table},"row":{large}}}"#),
    );
    insert(&leader, 8);
    let unknown = "11111111-2222-3333-4444-555555555555";
    for style in ["-ftable", "-flist", "-fcsv", "-fjson", "-fhtml"] {
        for (since, found) in [
            (Some(last_id(&leader)), "found: true"),
            (None, "found: false"),
            (Some(unknown.to_owned()), "found: false"),
        ] {
            update(&leader, 8, 40);
            let since: Vec<&str> = since.iter().map(String::as_str).collect();
            let words = ["[]", "Queue", "dscp"];
            let verb = [style, "monitor-cond-since", "Open_vSwitch"];
            let arguments = [&verb, since.as_slice(), &words].concat();
            let both = [
                ovsdb_client_at(&leader, &arguments),
                netswitch_at(&leader, &arguments),
            ];
            let mut both = both.map(Streaming::start);
            both.iter_mut().for_each(|it| it.wait_for(found));
            update(&leader, 40, 41);
            update(&leader, 41, 8);
            let end = last_id(&leader);
            both.iter_mut().for_each(|it| it.wait_for(&end));
            let [theirs, ours] = both.map(Streaming::stop);
            assert!(ours.contains("modify"), "{ours}");
            assert_eq!(ours, theirs, "{arguments:?}");
        }
    }
    let arguments = [
        "monitor-cond-since",
        "Open_vSwitch",
        unknown,
        "[]",
        "Queue",
        "dscp",
        "_uuid",
    ];
    let ours = output_of(&mut netswitch_at(&leader, &arguments), "");
    assert_failed(&ours, 2, "what is _uuid?");
}

/// The last transaction that the server has.
fn last_id(remote: &str) -> String {
    let arguments = ["monitor-cond-since", "Open_vSwitch", "[]", "Queue", "dscp"];
    let mut monitor = Streaming::start(netswitch_at(remote, &arguments));
    monitor.wait_for("dscp");
    let printed = monitor.stop();
    let (_, rest) = printed.split_once("last_id: ").unwrap();
    rest.lines().next().unwrap().to_owned()
}

/// A server that accepts and says nothing takes its share of the time, and no more.
#[test]
fn a_silent_server_leaves_time_for_the_next() {
    let (silent, server) = (Server::start(), Server::start());
    silent.stop();
    let both = format!("{},{}", silent.remote(), server.remote());
    let arguments = ["--timeout=4", "get-schema-version", "Open_vSwitch"];
    let output = output_of(&mut netswitch_at(&both, &arguments), "");
    silent.resume();
    let alone = output_of(&mut netswitch_at(&server.remote(), &arguments), "");
    assert!(alone.status.success() && !stdout(&alone).is_empty());
    assert_eq!(stdout(&output), stdout(&alone), "{}", stderr(&output));
}

/// What is to be changed cannot be; that is told within the limit. What is there can be read.
#[test]
fn a_cluster_without_a_leader_is_told_within_the_limit() {
    let cluster = Cluster::start(3);
    let left_over = (cluster.leader() + 1) % 3;
    for member in (0..3).filter(|member| *member != left_over) {
        cluster.stop(member);
    }
    let remote = cluster.remote(left_over);
    let run = |arguments: &[&str]| -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netswitch"));
        command.args(["--db", &remote, "ovsdb", "--timeout", "2s"]);
        output_of(command.args(arguments), "")
    };
    let connected = r#"["_Server",{"op":"select","table":"Database","columns":["connected"],
        "where":[["name","==","Open_vSwitch"]]}]"#;
    while stdout(&run(&["query", connected])).contains("true") {}

    let insert = r#"["Open_vSwitch",{"op":"insert","table":"Queue","row":{}}]"#;
    let start = Instant::now();
    assert_failed(&run(&["transact", insert]), 3, "which may have no leader");
    assert_failed(
        &run(&["wait", "Open_vSwitch", "connected"]),
        1,
        "was not connected",
    );
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(stdout(&run(&["dump", "Queue"])).starts_with("Queue table"));
}
