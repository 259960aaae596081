//! Others change the database between the plan and its transaction.

use std::cell::RefCell;
use std::error::Error;
use std::time::{Duration, Instant};

use netswitch::model::Request;
use netswitch::ovsdb::Remotes;
use netswitch::plan::{Plan, Settings};
use netswitch::setup::{Host, Options, SetupError, Stage};
use netswitch::switch::Registry;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use crate::host::request;
use crate::support::Server;

/// Sets networks without uplinks up; `meddle` gets the number of each transaction just before it
/// is sent.
fn set_up(
    server: &Server,
    wanted: &str,
    meddle: &dyn Fn(usize),
) -> (usize, Result<Plan, SetupError>) {
    let options = Options {
        settings: Settings::default(),
        wait: false,
        deadline: Instant::now() + Duration::from_secs(30),
        interrupt: CancellationToken::new(),
    };
    set_up_with(server, wanted, &options, meddle)
}

fn set_up_with(
    server: &Server,
    wanted: &str,
    options: &Options,
    meddle: &dyn Fn(usize),
) -> (usize, Result<Plan, SetupError>) {
    let remotes: Remotes = server.remote().parse().unwrap();
    let wanted = Request::parse(wanted.as_bytes()).unwrap();
    let sent = RefCell::new(0);
    let progress = |stage| {
        if matches!(stage, Stage::Applying) {
            *sent.borrow_mut() += 1;
            meddle(*sent.borrow());
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let result = runtime.block_on(async {
        let registry = Registry::new(remotes, None);
        let mut host = Host::reach(&registry, Duration::from_secs(10))
            .await
            .unwrap();
        host.set_up(&wanted, options, &progress).await
    });
    (sent.into_inner(), result)
}

/// An error and its causes.
fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |&cause| cause.source());
    causes.map(|cause| format!("{cause}: ")).collect()
}

fn lan(mtu: u16) -> String {
    request(json!({"lan": {"mtu": mtu}}), json!({}))
}

#[test]
fn what_changed_in_between_is_planned_anew() {
    let server = Server::start();
    set_up(&server, &lan(1400), &|_| {}).1.unwrap();
    let (sent, plan) = set_up(&server, &lan(1300), &|number| {
        if number == 1 {
            server.vsctl(&["--no-wait", "set", "Interface", "lan", "mtu_request=1200"]);
        }
    });
    let plan = plan
        .unwrap()
        .display(netswitch::plan::Style::Plain)
        .to_string();
    assert_eq!(sent, 2);
    assert!(plan.contains("mtu 1200 → 1300"), "{plan}");
    assert_eq!(
        server.vsctl(&["--no-wait", "get", "Interface", "lan", "mtu_request"]),
        "1300"
    );
}

#[test]
fn what_somebody_else_did_in_between_is_not_done_again() {
    let server = Server::start();
    set_up(&server, &lan(1400), &|_| {}).1.unwrap();
    let (sent, plan) = set_up(&server, &lan(1300), &|_| {
        server.vsctl(&["--no-wait", "set", "Interface", "lan", "mtu_request=1300"]);
    });
    assert_eq!(sent, 1);
    assert!(plan.unwrap().is_empty());
}

#[test]
fn others_keep_their_mappings_when_they_write_them_in_between() {
    let server = Server::start();
    let mapping = "external_ids:ovn-bridge-mappings";
    let (sent, plan) = set_up(&server, &lan(1400), &|number| {
        if number == 1 {
            let value = format!("{mapping}=phys:br-ex");
            server.vsctl(&["--no-wait", "set", "Open_vSwitch", ".", &value]);
        }
    });
    plan.unwrap();
    assert_eq!(sent, 2);
    let mapped = server.vsctl(&["--no-wait", "get", "Open_vSwitch", ".", mapping]);
    assert_eq!(mapped, "\"phys:br-ex,lan:nsw-lan\"");
}

#[test]
fn a_name_that_was_taken_in_between_is_refused_or_named() {
    let server = Server::start();
    let before = server.dump();
    let (_, plan) = set_up(&server, &lan(1400), &|number| {
        if number == 1 {
            server.vsctl(&["--no-wait", "add-br", "lan"]);
        }
    });
    let error = plan.unwrap_err();
    let cause = error.source().unwrap().source().map(chain).unwrap();
    assert!(
        cause.contains("constraint violation") && cause.contains("lan"),
        "{cause}"
    );
    server.vsctl(&["--no-wait", "del-br", "lan"]);
    assert_eq!(server.dump(), before);
}

#[test]
fn a_host_that_never_rests_is_given_up_and_left_alone() {
    let server = Server::start();
    set_up(&server, &lan(1400), &|_| {}).1.unwrap();
    let (sent, plan) = set_up(&server, &lan(1300), &|number| {
        let value = format!("mtu_request={}", 600 + number);
        server.vsctl(&["--no-wait", "set", "Interface", "lan", &value]);
    });
    assert!(sent > 1, "it was tried again");
    let error = plan.unwrap_err();
    assert_eq!(error.exit_status(), 4, "{error}");
    let mtu = server.vsctl(&["--no-wait", "get", "Interface", "lan", "mtu_request"]);
    assert_eq!(mtu, (600 + sent).to_string());
}

/// So long a transaction that its inverse is made only then.
#[test]
fn an_interrupt_while_the_transaction_is_sent_takes_it_back() {
    let server = Server::start();
    let before = server.dump();
    let options = Options {
        settings: Settings::default(),
        wait: true,
        // Nobody realises anything here: the rollback waits for that in vain.
        deadline: Instant::now() + Duration::from_secs(4),
        interrupt: CancellationToken::new(),
    };
    let many: Map<String, Value> = (1..=150).map(|n| (format!("net{n}"), json!({}))).collect();
    let wanted = request(many.into(), json!({}));
    let (sent, plan) = set_up_with(&server, &wanted, &options, &|_| options.interrupt.cancel());
    let error = plan.unwrap_err();
    assert_eq!(sent, 1);
    assert_eq!(error.exit_status(), 4, "{}", chain(&error));
    assert!(chain(&error).contains("interrupted"), "{}", chain(&error));
    assert_eq!(server.dump(), before);
    let configurations = server.vsctl(&["--no-wait", "get", "Open_vSwitch", ".", "next_cfg"]);
    assert_eq!(configurations, "2", "it was committed, and taken back");
}
