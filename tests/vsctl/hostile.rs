//! Texts that a shell, a parser of options or ovs-vsctl itself would take apart, sent through
//! ovs-vsctl to a real server.

use std::process::Command;

use netswitch::model::BondOptions;
use netswitch::model::observed::Port;
use netswitch::ovsdb::{Map, Set, TransactionBuilder};
use netswitch::plan::{Configurator, OvsStep, Plan, Step};
use netswitch::switch::ovs::{VsctlError, vsctl_words};
use netswitch::switch::{NetSwitch, SwitchError};
use netswitch::vswitch::{
    Bridge, Interface, OpenVSwitchDatabase, Port as PortRow, bridge, interface, open_vswitch, port,
};
use serde_json::{Value, json};

use crate::support::{Server, text};
use crate::{LIMIT, Side, vsctl};

fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "-",
        "--",
        "--help",
        "--id=@x",
        "@x",
        "@row0",
        "$(touch /tmp/x)",
        "`x`",
        "; x",
        "a b",
        " ",
        "a=b",
        "a,b",
        "[]",
        "{}",
        "{=}",
        ":",
        "'",
        "\"",
        "\\",
        "\\\"",
        "a\nb",
        "a\r\nb",
        "\t",
        "\u{1}\u{1b}[31m",
        "\u{7f}",
        "\u{202e}abc",
        "\u{200f}",
        "\u{feff}",
        "üß",
        "\u{1f600}",
        "*",
        "~",
        "%s%n",
        "true",
        "7",
        "00000000-0000-0000-0000-000000000001",
        "",
    ]
    .iter()
    .map(|text| (*text).to_owned())
    .collect();
    all.push("x".repeat(300));
    all
}

/// Names themselves, which no validated network has: nothing but the words stands before them.
#[tokio::test]
async fn names_arrive_as_they_are() {
    let server = Server::start();
    for name in hostile().into_iter().filter(|name| !name.is_empty()) {
        let mut builder = TransactionBuilder::new();
        let device = builder
            .insert::<Interface>()
            .set(interface::NAME, name.clone())
            .id();
        let row = builder
            .insert::<PortRow>()
            .set(port::NAME, name.clone())
            .set(port::INTERFACES, Set::from([device]))
            .set(
                port::EXTERNAL_IDS,
                Map::from_iter([(name.clone(), name.clone())]),
            )
            .id();
        let new = builder
            .insert::<Bridge>()
            .set(bridge::NAME, name.clone())
            .set(bridge::PORTS, Set::from([row]))
            .id();
        builder
            .mutate(root(&server).await)
            .insert(open_vswitch::BRIDGES, Set::from([new]))
            .put(open_vswitch::EXTERNAL_IDS, name.clone(), name.clone());
        let words = vsctl_words(&builder.build().unwrap()).unwrap();
        text(
            Command::new("ovs-vsctl")
                .args([
                    "--no-wait",
                    "--timeout=10",
                    &format!("--db={}", server.remote()),
                ])
                .args(words),
        );
        let select = |table: &str, columns: Value| json!({"op": "select", "table": table, "where": [["name", "==", &name]], "columns": columns});
        let found = server.transact(&[
            select("Bridge", json!(["name"])),
            select("Interface", json!(["name"])),
            select("Port", json!(["name", "external_ids"])),
            json!({"op": "select", "table": "Open_vSwitch", "where": [], "columns": ["external_ids"]}),
        ]);
        assert_eq!(found[0]["rows"], json!([{"name": &name}]), "{name:?}");
        assert_eq!(found[1]["rows"], json!([{"name": &name}]), "{name:?}");
        let ids = json!(["map", [[&name, &name]]]);
        let expected = json!([{"name": &name, "external_ids": ids}]);
        assert_eq!(found[2]["rows"], expected, "{name:?}");
        let ids = found[3]["rows"][0]["external_ids"][1].as_array().unwrap();
        assert!(ids.contains(&json!([&name, &name])), "{name:?}: {ids:?}");
    }
}

async fn root(server: &Server) -> netswitch::ovsdb::RowId<netswitch::vswitch::OpenVSwitch> {
    let remotes = server.remote().parse().unwrap();
    let options = netswitch::ovsdb::Options::default();
    let (client, connection) = netswitch::ovsdb::connect(&remotes, &options).await.unwrap();
    tokio::spawn(connection);
    let everything = netswitch::ovsdb::Selection::everything::<OpenVSwitchDatabase>();
    let monitor = client
        .monitor::<OpenVSwitchDatabase>(&everything)
        .await
        .unwrap();
    let db = monitor.read().unwrap();
    db.open_vswitch.iter().next().unwrap().0
}

/// Through the whole configurator, in what a plan may carry: the same arrives as natively, and is
/// taken back.
#[tokio::test]
async fn texts_in_plans_arrive_as_natively() {
    let mut native = Side::start(Configurator::Native).await;
    let mut other = Side::start(vsctl()).await;
    for hostile in hostile() {
        let before = other.server.dump();
        for side in [&mut native, &mut other] {
            let plan = with_text(side, &hostile).await;
            side.apply(&plan).await;
        }
        let dump = other.dump();
        assert_eq!(dump, native.dump(), "{hostile:?}");
        let shown = json!(format!("{hostile}:{hostile}")).to_string();
        assert!(dump.contains(&shown), "{hostile:?}: {dump}");
        for side in [&mut native, &mut other] {
            let left = side.switch.roll_back(LIMIT, false).await.unwrap();
            assert_eq!(left, Vec::<String>::new(), "{hostile:?}");
        }
        assert_eq!(other.server.dump(), before, "{hostile:?}");
    }
}

/// Names that a network and its NIC can have.
#[tokio::test]
async fn odd_names_are_set_up_as_natively() {
    let mut native = Side::start(Configurator::Native).await;
    let mut other = Side::start(vsctl()).await;
    let names = [
        "@x",
        "$(x)",
        "a=b",
        "a,b",
        "'",
        "\"",
        "\\",
        "[]",
        "{}",
        "\u{202e}x",
        "*",
        "`x`",
        "#",
    ];
    for name in names {
        let request = json!({"networks": {name: {"nic": "eth0", "vlan": 7, "switch": "ovs"}}});
        for side in [&mut native, &mut other] {
            let plan = side
                .plan(&request)
                .await
                .unwrap_or_else(|| panic!("{name}"));
            side.apply(&plan).await;
        }
        assert_eq!(other.dump(), native.dump(), "{name}");
        let request = json!({"networks": {name: {"remove": true}}});
        for side in [&mut native, &mut other] {
            let plan = side.plan(&request).await.unwrap();
            side.apply(&plan).await;
        }
        assert_eq!(other.dump(), native.dump(), "{name} removed");
    }
}

#[tokio::test]
async fn a_nul_is_refused_before_anything_is_done() {
    let mut side = Side::start(vsctl()).await;
    let before = side.server.dump();
    let plan = with_text(&mut side, "a\0b").await;
    for error in [
        side.switch.check(&plan).unwrap_err(),
        side.switch.apply(&plan, LIMIT).await.unwrap_err(),
    ] {
        assert!(
            matches!(error, SwitchError::Vsctl(VsctlError::Nul { .. })),
            "{error:?}"
        );
        assert!(!error.is_applied());
    }
    assert_eq!(side.server.dump(), before);
}

/// A plan for a bond, with a text in its bridge's and its port's columns.
async fn with_text(side: &mut Side, hostile: &str) -> Plan {
    let request = json!({
        "networks": {"lan": {"bonding": "bond0", "switch": "ovs"}},
        "bondings": {"bond0": {"nics": ["eth0", "eth1"], "switch": "ovs"}},
    });
    let mut plan = side.plan(&request).await.unwrap();
    for step in &mut plan.steps {
        match step {
            Step::Ovs(OvsStep::AddBridge(bridge)) => bridge.datapath_type = hostile.to_owned(),
            Step::Ovs(OvsStep::AddPort(Port::Bond(bond))) => {
                let BondOptions::Native(options) = &mut bond.bond.options else {
                    panic!("a bond of Open vSwitch");
                };
                let custom = &mut options.custom;
                custom.insert(hostile.to_owned(), hostile.to_owned());
            }
            _ => {}
        }
    }
    plan
}
