//! Makes a database what a description of a host says.

use std::path::Path;
use std::time::Duration;

use netswitch::model::observed::{Observed, Port};
use netswitch::ovsdb::Remotes;
use netswitch::plan::{OvsStep, Plan, Step};
use netswitch::switch::NetSwitch;
use netswitch::switch::ovs::OvsSwitch;
use serde_json::{Value, json};

use super::database;

const LIMIT: Duration = Duration::from_secs(10);

/// Writes the bridges and ports of `host` into an empty database: ours as a setup would, others'
/// as somebody else would. Gives a switch that follows the database.
pub(crate) async fn prepare(socket: &Path, host: &Observed) -> OvsSwitch {
    others_bridges(socket, host);
    let remotes: Remotes = format!("unix:{}", socket.display()).parse().unwrap();
    let mut switch = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
    let mut steps = Vec::new();
    let ours = |name: &str| host.ovs.bridge(name).is_some_and(|bridge| bridge.ours);
    for bridge in host.ovs.bridges().filter(|bridge| bridge.ours) {
        steps.push(OvsStep::AddBridge(bridge.clone()));
    }
    let mut ports: Vec<&Port> = host.ovs.ports().collect();
    ports.sort_by_key(|port| port.name().to_owned());
    for port in &ports {
        if !matches!(port, Port::Local(_) | Port::Foreign(_)) {
            assert!(
                ours(port.bridge().as_str()),
                "{port:?} is on a bridge of others"
            );
            steps.push(OvsStep::AddPort((*port).clone()));
        }
    }
    if let Some(mappings) = &host.ovs.bridge_mappings {
        steps.push(OvsStep::SetBridgeMappings {
            from: None,
            to: Some(mappings.to_string()),
        });
    }
    if !steps.is_empty() {
        let plan = Plan {
            steps: steps.into_iter().map(Step::Ovs).collect(),
            ..Plan::default()
        };
        switch.observe(&mut host.clone()).await.unwrap();
        switch.apply(&plan, LIMIT).await.unwrap();
    }
    others_ports(socket, &ports);
    // One that has seen nothing of all this.
    OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap()
}

fn others_bridges(socket: &Path, host: &Observed) {
    for bridge in host.ovs.bridges().filter(|bridge| !bridge.ours) {
        let name = bridge.name.as_str();
        transact(
            socket,
            vec![
                json!({"op": "insert", "table": "Interface", "uuid-name": "device",
                    "row": {"name": name, "type": "internal"}}),
                json!({"op": "insert", "table": "Port", "uuid-name": "port",
                    "row": {"name": name, "interfaces": ["named-uuid", "device"]}}),
                json!({"op": "insert", "table": "Bridge", "uuid-name": "bridge",
                    "row": {"name": name, "ports": ["named-uuid", "port"]}}),
                json!({"op": "mutate", "table": "Open_vSwitch", "where": [],
                    "mutations": [["bridges", "insert", ["named-uuid", "bridge"]]]}),
            ],
        );
    }
}

fn others_ports(socket: &Path, ports: &[&Port]) {
    for port in ports {
        let Port::Foreign(port) = port else { continue };
        let mut operations = Vec::new();
        let mut devices = Vec::new();
        for (number, name) in port.interfaces.iter().enumerate() {
            let id = format!("device{number}");
            operations.push(
                json!({"op": "insert", "table": "Interface", "uuid-name": id,
                "row": {"name": &**name}}),
            );
            devices.push(json!(["named-uuid", id]));
        }
        let mut row = json!({"name": &*port.name, "interfaces": ["set", devices]});
        if let Some(tag) = port.tag {
            row["tag"] = tag.get().into();
        }
        operations.push(json!({"op": "insert", "table": "Port", "uuid-name": "port", "row": row}));
        operations.push(json!({"op": "mutate", "table": "Bridge",
            "where": [["name", "==", port.bridge.as_str()]],
            "mutations": [["ports", "insert", ["named-uuid", "port"]]]}));
        transact(socket, operations);
    }
}

fn transact(socket: &Path, operations: Vec<Value>) {
    let results = database::transact(socket, &operations);
    assert!(!results.to_string().contains("\"error\":\""), "{results}");
}
