//! A cluster of which no member leads.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::both::{assert_failed, stdout};
use crate::support::{Cluster, output_of};

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
