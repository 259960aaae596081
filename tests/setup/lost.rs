//! The connection is lost with the transaction under way: what is said of it must be true.

use serde_json::{Map, Value, json};

use crate::background::Background;
use crate::host::{
    Ended, attempt, many_on, our_transactions, request, set_up, set_up_again, wait_for,
    wait_until_gone,
};
use crate::support::{Cut, Proxy, Sandbox};
use crate::witness::{Witness, assert_unchanged};

/// A host before a setup, and what came of it through a proxy that cuts the connection.
struct Lost {
    host: Sandbox,
    before: Witness,
    ours: usize,
    ended: Ended,
}

fn networks() -> Value {
    json!({
        "lan": {"nic": "eth0", "mtu": 2000},
        "web": {"nic": "eth0", "vlan": 5},
        "old": {"nic": "eth1", "vlan": 7},
    })
}

/// A host with network `old`, and a request that edits it and adds two.
fn lose(name: &str, cut: Cut, again: bool) -> Lost {
    let host = Sandbox::up(name);
    set_up(&host, json!({"old": {"nic": "eth1"}}), json!({}));
    let before = Witness::of(&host);
    let ours = our_transactions(&host);
    let proxy = Proxy::before(host.socket(), cut, again);
    let wanted = request(networks(), json!({}));
    let arguments = ["--timeout", "5s", "--db", &proxy.remote()];
    let ended = attempt(&host, &wanted, &arguments);
    Lost {
        host,
        before,
        ours,
        ended,
    }
}

#[test]
fn a_transaction_that_committed_unheard_is_carried_on() {
    let lost = lose("unheard", Cut::After, true);
    let Lost { host, ended, .. } = &lost;
    assert_eq!(
        (ended.status, ended.stderr.as_str()),
        (Some(0), ""),
        "{ended:?}"
    );
    assert_eq!(
        our_transactions(host),
        lost.ours + 1,
        "it is not sent twice"
    );
    assert_eq!(host.vsctl(&["list-br"]), "nsw-eth0\nnsw-eth1");
    set_up_again(host, networks(), json!({}));
}

/// Of so many rows that the replica is paused, and left for that of another connection.
#[test]
fn a_long_transaction_that_committed_unheard_is_carried_on_or_taken_back() {
    let host = Sandbox::up("unheardlong");
    let many = many_on("eth0", 150);
    let gone: Map<String, Value> = many
        .keys()
        .map(|name| (name.clone(), json!({"remove": true})))
        .collect();
    let (many, gone) = (
        request(many.into(), json!({})),
        request(gone.into(), json!({})),
    );
    let unheard = |wanted: &str| {
        let proxy = Proxy::before(host.socket(), Cut::After, true);
        attempt(
            &host,
            wanted,
            &["--timeout", "20s", "--db", &proxy.remote()],
        )
    };
    let ended = unheard(&many);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    let before = Witness::of(&host);
    host.stop_switch();
    let proxy = Proxy::before(host.socket(), Cut::After, true);
    let arguments = ["--timeout", "20s", "--db", &proxy.remote()];
    let setup = Background::set_up(&host, &gone, &arguments);
    wait_until_gone(&host, "Bridge", "nsw-eth0");
    setup.signal("TERM");
    wait_for(&host, "Bridge", &["nsw-eth0"]);
    host.resume_switch();
    let ended = setup.end();
    assert_eq!(ended.status, Some(4), "{ended:?}");
    assert_unchanged(&Witness::of(&host), &before);
    let ended = unheard(&gone);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert_eq!(host.vsctl(&["list-br"]), "");
}

#[test]
fn a_transaction_that_never_came_is_not_claimed() {
    let lost = lose("nevercame", Cut::Before, true);
    let Lost { host, ended, .. } = &lost;
    assert_eq!(ended.status, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("as it was before"), "{ended:?}");
    assert_eq!(ended.stdout, "");
    let now = Witness::of(host).without_mark();
    assert_unchanged(&now, &lost.before.clone().without_mark());
    assert_eq!(our_transactions(host), lost.ours);
}

/// The server reads the transaction when all that was said of it has been said.
#[test]
fn a_transaction_that_comes_late_does_not_commit() {
    for (name, networks_before) in [
        ("late1", json!({"old": {"nic": "eth1"}})),
        ("late2", json!({})),
    ] {
        let host = Sandbox::up(name);
        set_up(&host, networks_before, json!({}));
        let before = Witness::of(&host).without_mark();
        let proxy = Proxy::before(host.socket(), Cut::Late, true);
        let wanted = request(networks(), json!({}));
        let arguments = ["--timeout", "5s", "--db", &proxy.remote()];
        let ended = attempt(&host, &wanted, &arguments);
        assert_eq!(ended.status, Some(4), "{ended:?}");
        assert!(ended.stderr.contains("as it was before"), "{ended:?}");
        proxy.deliver_late();
        assert_unchanged(&Witness::of(&host).without_mark(), &before);
        set_up(&host, networks(), json!({}));
    }
}

#[test]
fn an_unknown_outcome_is_said_to_be_unknown() {
    for (name, cut) in [("unknown1", Cut::After), ("unknown2", Cut::Before)] {
        let Lost { ended, .. } = lose(name, cut, false);
        assert_eq!(ended.status, Some(5), "{ended:?}");
        assert!(ended.stderr.contains("unknown"), "{ended:?}");
        assert!(!ended.stderr.contains("as it was before"), "{ended:?}");
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn a_garbled_reply_is_not_taken_for_a_refusal() {
    for (name, reply) in [
        ("garbled1", "42"),
        ("garbled2", "[]"),
        ("garbled3", r#"[{"count":"many"}]"#),
        ("garbled4", r#"{"uuid":["uuid","x"]}"#),
    ] {
        let lost = lose(name, Cut::Garbled(reply), true);
        let Lost { host, ended, .. } = &lost;
        assert_eq!(ended.status, Some(0), "{reply}: {ended:?}");
        assert_eq!(our_transactions(host), lost.ours + 1, "{reply}");
        set_up_again(host, networks(), json!({}));
    }
}

/// The reply is lost, and then the setup fails: what was removed comes back with everything that
/// others had written on it.
#[test]
fn a_transaction_that_committed_unheard_is_taken_back() {
    let host = Sandbox::up("takenback");
    set_up(
        &host,
        json!({
            "lan": {"nic": "eth0"}, "web": {"nic": "eth0", "vlan": 5}, "old": {"nic": "eth1"},
        }),
        json!({}),
    );
    host.vsctl(&[
        "set",
        "Bridge",
        "nsw-eth0",
        "other_config:mac-aging-time=77",
        "--",
        "set",
        "Port",
        "lan",
        "external_ids:note=theirs",
        "--",
        "--id=@lan",
        "get",
        "Port",
        "lan",
        "--",
        "--id=@mirror",
        "create",
        "Mirror",
        "name=watch",
        "select_dst_port=@lan",
        "output_vlan=99",
        "--",
        "add",
        "Bridge",
        "nsw-eth0",
        "mirrors",
        "@mirror",
    ]);
    let before = Witness::of(&host);
    host.stop_switch();
    let proxy = Proxy::before(host.socket(), Cut::After, true);
    let wanted = request(
        json!({
            "lan": {"remove": true}, "web": {"remove": true}, "new": {"nic": "eth2"},
            "old": {"nic": "eth1", "mtu": 1400},
        }),
        json!({}),
    );
    let arguments = ["--timeout", "4s", "--db", &proxy.remote()];
    let setup = Background::set_up(&host, &wanted, &arguments);
    wait_for(&host, "Bridge", &["nsw-eth2"]);
    let ended = setup.end();
    host.resume_switch();
    assert_eq!(ended.status, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("as it was before"), "{ended:?}");
    assert_unchanged(&Witness::of(&host), &before);
}
