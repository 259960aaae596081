//! More than fits into one call.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::process::Command;

use netswitch::model::observed::Port;
use netswitch::plan::{ArgumentLimits, Configurator, OvsStep, Plan, Style};
use netswitch::switch::ovs::{VsctlError, argument_limits};
use netswitch::switch::{NetSwitch, SwitchError};
use serde_json::{Map, Value, json};

use crate::{LIMIT, Side, little_vsctl, vsctl};

/// So many networks, on a VLAN each.
fn networks(numbers: std::ops::Range<u16>, network: impl Fn(u16) -> Value) -> Value {
    let networks: Map<String, Value> = numbers
        .map(|number| (format!("net{number}"), network(number)))
        .collect();
    json!({ "networks": networks })
}

fn set(number: u16) -> Value {
    json!({"nic": "eth0", "vlan": number, "switch": "ovs"})
}

/// Networks that go, one that takes the VLAN of one of them, and new ones on others' VLANs.
fn replaced() -> Value {
    let mut request = networks(1..60, |_| json!({"remove": true}));
    request["networks"]["net60"] = set(1);
    for number in 100..158 {
        request["networks"][format!("net{number}")] = set(number - 98);
    }
    request
}

#[tokio::test]
async fn several_calls_end_where_one_does() {
    let mut sides = [
        Side::start(Configurator::Native).await,
        Side::start(vsctl()).await,
        Side::start(little_vsctl(20 << 10)).await,
    ];
    let requests = [
        networks(1..80, set),
        replaced(),
        networks(60..80, |_| json!({"remove": true})),
        networks(100..158, |_| json!({"remove": true})),
    ];
    for request in requests {
        let mut dumps = Vec::new();
        for side in &mut sides {
            let plan = side.plan(&request).await.unwrap();
            let before = side.server.dump();
            side.apply(&plan).await;
            let left = side.switch.roll_back(LIMIT, false).await.unwrap();
            assert_eq!(left, Vec::<String>::new());
            assert_eq!(side.server.dump(), before);
            let plan = side.plan(&request).await.unwrap();
            side.apply(&plan).await;
            assert_eq!(side.plan(&request).await, None);
            dumps.push(side.dump());
        }
        assert_eq!(dumps[1], dumps[0]);
        assert_eq!(dumps[2], dumps[0]);
    }
}

#[tokio::test]
async fn no_state_on_the_way_has_two_networks_on_a_vlan() {
    let mut side = Side::start(little_vsctl(20 << 10)).await;
    let plan = side.plan(&networks(1..80, set)).await.unwrap();
    assert!(plan.transactions().len() > 2);
    side.apply(&plan).await;
    let plan = side.plan(&replaced()).await.unwrap();
    let transactions = plan.transactions();
    assert!(transactions.len() > 2, "{}", transactions.len());
    assert_eq!(
        transactions.iter().map(Vec::len).sum::<usize>(),
        plan.ovs_steps().count()
    );
    let mut tags: BTreeMap<String, u16> = side
        .host
        .ovs
        .networks()
        .map(|port| (port.name.to_string(), port.network.vlan.unwrap().get()))
        .collect();
    for steps in transactions {
        for step in steps {
            match step {
                OvsStep::RemovePort(Port::Network(port)) => drop(tags.remove(port.name.as_str())),
                OvsStep::AddPort(Port::Network(port))
                | OvsStep::ChangePort {
                    to: Port::Network(port),
                    ..
                } => {
                    let tag = port.network.vlan.unwrap().get();
                    tags.insert(port.name.to_string(), tag);
                }
                _ => {}
            }
        }
        let mut all: Vec<u16> = tags.values().copied().collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), tags.len(), "two networks on one VLAN");
    }
}

#[tokio::test]
async fn a_plan_says_how_many_calls_it_takes() {
    let mut side = Side::start(vsctl()).await;
    let request = networks(1..80, set);
    let plan = side.plan(&request).await.unwrap();
    assert_eq!(plan.transactions().len(), 1);
    assert!(!shown(&plan).contains("transactions"));
    side.configurator = little_vsctl(20 << 10);
    let plan = side.plan(&request).await.unwrap();
    let count = plan.transactions().len();
    assert!(count > 2);
    let said =
        format!("in {count} transactions, as ovs-vsctl's arguments do not fit into one call");
    assert!(shown(&plan).contains(&said), "{}", shown(&plan));
}

/// A bridge that goes is guarded by the set of its ports, which is one argument.
#[tokio::test]
async fn a_bridge_with_more_ports_than_an_argument_can_name() {
    let mut side = Side::start(Configurator::Vsctl(ArgumentLimits {
        single: 3000,
        ..argument_limits()
    }))
    .await;
    let plan = side.plan(&networks(1..80, set)).await.unwrap();
    assert_eq!(plan.transactions().len(), 1);
    side.apply(&plan).await;
    let full = side.server.dump();
    let gone = networks(1..80, |_| json!({"remove": true}));
    let plan = side.plan(&gone).await.unwrap();
    assert_eq!(plan.transactions().len(), 2);
    side.apply(&plan).await;
    let left = side.switch.roll_back(LIMIT, false).await.unwrap();
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(side.server.dump(), full);
    let plan = side.plan(&gone).await.unwrap();
    side.apply(&plan).await;
    assert!(!side.dump().contains("Bridge"), "{}", side.dump());
}

fn shown(plan: &Plan) -> String {
    plan.display(Style::Plain).to_string()
}

#[tokio::test]
async fn a_transaction_that_fails_midway_is_taken_back_with_those_before() {
    let mut side = Side::start(little_vsctl(20 << 10)).await;
    let plan = side.plan(&networks(1..80, set)).await.unwrap();
    let all = plan.transactions().len();
    let before = side.server.dump();
    // Somebody has a port of that name by the time that the last transaction comes.
    side.server.vsctl(&[
        "--no-wait",
        "add-br",
        "br-ex",
        "--",
        "add-port",
        "br-ex",
        "net79",
    ]);
    let error = side.switch.apply(&plan, LIMIT).await.unwrap_err();
    match &error {
        SwitchError::Partly {
            done,
            all: count,
            cause,
        } => {
            assert_eq!((*count, *done > 0 && *done < all), (all, true), "{error:?}");
            assert!(
                matches!(&**cause, SwitchError::Vsctl(VsctlError::Failed(said)) if said.contains("net79")),
                "{cause:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(error.is_applied());
    assert_eq!(error.code().number(), 32);
    let left = side.switch.roll_back(LIMIT, false).await.unwrap();
    assert_eq!(left, Vec::<String>::new());
    side.server.vsctl(&["--no-wait", "del-br", "br-ex"]);
    assert_eq!(side.server.dump(), before);
}

#[tokio::test]
async fn an_argument_that_is_too_long_is_said_before_anything_is_done() {
    let mut side = Side::start(Configurator::Vsctl(ArgumentLimits {
        single: 1000,
        ..argument_limits()
    }))
    .await;
    let before = side.server.dump();
    let plan = side.plan(&networks(1..80, set)).await.unwrap();
    let error = side.switch.check(&plan).unwrap_err();
    let said = error.reason();
    assert!(said.contains("ovn-bridge-mappings"), "{said}");
    assert!(said.contains("the native configurator"), "{said}");
    let error = side.switch.apply(&plan, LIMIT).await.unwrap_err();
    assert!(
        matches!(error, SwitchError::Vsctl(VsctlError::TooLong { .. })),
        "{error:?}"
    );
    assert_eq!(side.server.dump(), before);
}

/// As many arguments as are said to fit do fit, and not many more do.
#[test]
fn the_limits_are_those_of_the_system() {
    let limits = argument_limits();
    let run = |total: usize| {
        let mut left = total - 2 * ArgumentLimits::size("/bin/true");
        let mut call = Command::new("/bin/true");
        call.env_clear();
        for name in ["PATH", "OVS_RUNDIR", "OPENSSL_CONF"] {
            call.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        while left > 100 {
            let length = left.min(limits.single - 1 + 9) - 9;
            let argument = "x".repeat(if length > 5000 { length } else { 10 });
            left -= ArgumentLimits::size(&argument);
            call.arg(argument);
        }
        call.status()
    };
    assert!(run(limits.total).unwrap().success());
    let error = run(limits.total + (16 << 10)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ArgumentListTooLong, "{error}");
    let mut long = Command::new("/bin/true");
    let error = long.arg("x".repeat(limits.single)).status().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ArgumentListTooLong, "{error}");
}

#[tokio::test]
async fn thousands_of_networks() {
    let mut native = Side::start(Configurator::Native).await;
    let mut other = Side::start(vsctl()).await;
    let request = networks(1..1500, set);
    for side in [&mut native, &mut other] {
        let plan = side.plan(&request).await.unwrap();
        assert_eq!(plan.transactions().len(), 1);
        side.apply(&plan).await;
    }
    assert_eq!(other.dump(), native.dump());
}
