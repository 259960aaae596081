//! What becomes of every object of a plan: what people and programs read.

use serde::Serialize;

use super::facts::{
    Fact, bridge_facts, changed, differences, facts, facts_of, ip_fact, mapping_facts,
};
use super::facts::{port_facts, restored};
use super::{LinkStep, OvsStep, Plan, Step};
use crate::model::BridgeName;
use crate::model::observed::Port;

/// What becomes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// It is new.
    Add,
    /// It stays and differs.
    Change,
    /// It goes.
    Remove,
}

/// One object of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What becomes of it.
    pub verb: Verb,
    /// What it is: `bridge`, `uplink`, `network`, `guest`, `device`, `ovn-bridge-mappings`; on legacy
    /// `bridge`, `vlan`, `bond`, `device`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The bridge that it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<String>,
    /// What it is like, or what differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
}

impl Plan {
    /// What becomes of every object, in the order of the steps.
    pub fn entries(&self) -> Vec<Entry> {
        let devices = self.devices();
        let devices = devices.iter().map(|(name, change)| change.entry(name));
        together(devices.chain(self.steps.iter().filter_map(entry)))
    }
}

/// What several steps change of one device, told once.
fn together(entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut told: Vec<Entry> = Vec::new();
    for mut entry in entries {
        let is_it = |other: &&mut Entry| other.kind == "device" && other.name == entry.name;
        let same = told.iter_mut().rev().find(is_it);
        match same {
            Some(other) if entry.kind == "device" => other.facts.append(&mut entry.facts),
            _ => told.push(entry),
        }
    }
    told
}

/// What becomes of an object in one step; devices of the legacy switch take several.
fn entry(step: &Step) -> Option<Entry> {
    let (verb, kind, name, bridge, facts) = match step {
        Step::Legacy(_) => return None,
        Step::Ip(change) => (
            Verb::Change,
            "device",
            change.device().to_string(),
            None,
            vec![ip_fact(change)],
        ),
        Step::SetNameservers { from, to } => {
            let facts = vec![changed("nameservers", from.join(" "), to.join(" "))];
            (Verb::Change, "resolv.conf", String::new(), None, facts)
        }
        Step::Link(LinkStep::SetUp { name, up }) => {
            let fact = Fact {
                name: "set",
                from: None,
                to: if *up { "up" } else { "down" }.into(),
            };
            (Verb::Change, "device", name.to_string(), None, vec![fact])
        }
        Step::Link(LinkStep::SetIpv6 { name, on }) => {
            let fact = Fact {
                name: "ipv6",
                from: None,
                to: if *on { "on" } else { "off" }.into(),
            };
            (Verb::Change, "device", name.to_string(), None, vec![fact])
        }
        Step::Link(LinkStep::SetMtu { name, from, to }) => (
            Verb::Change,
            "device",
            name.to_string(),
            None,
            vec![changed("mtu", from, to)],
        ),
        Step::Ovs(OvsStep::AddBridge(bridge)) => (
            Verb::Add,
            "bridge",
            bridge.name.to_string(),
            None,
            facts(bridge_facts(bridge)),
        ),
        Step::Ovs(OvsStep::RemoveBridge(bridge)) => (
            Verb::Remove,
            "bridge",
            bridge.name.to_string(),
            None,
            Vec::new(),
        ),
        Step::Ovs(OvsStep::ChangeBridge { from, to }) => {
            let mut facts = differences(bridge_facts(from), bridge_facts(to));
            facts.extend(from.drifted.then(restored));
            (Verb::Change, "bridge", to.name.to_string(), None, facts)
        }
        Step::Ovs(OvsStep::AddPort(port)) => (
            Verb::Add,
            kind(port),
            port.name().to_owned(),
            Some(port.bridge()),
            facts_of(port),
        ),
        Step::Ovs(OvsStep::RemovePort(port)) => (
            Verb::Remove,
            kind(port),
            port.name().to_owned(),
            Some(port.bridge()),
            facts_of(port),
        ),
        Step::Ovs(OvsStep::ChangePort { from, to }) => {
            let mut facts = differences(port_facts(from), port_facts(to));
            facts.extend(drifted(from).then(restored));
            if from.bridge() != to.bridge() {
                facts.insert(0, changed("bridge", from.bridge(), to.bridge()));
            }
            (
                Verb::Change,
                kind(to),
                to.name().to_owned(),
                Some(to.bridge()),
                facts,
            )
        }
        Step::Ovs(OvsStep::SetBridgeMappings { from, to }) => {
            let (from, to) = (
                from.as_deref().unwrap_or_default(),
                to.as_deref().unwrap_or_default(),
            );
            let facts = mapping_facts(from, to);
            (
                Verb::Change,
                "ovn-bridge-mappings",
                String::new(),
                None,
                facts,
            )
        }
    };
    Some(Entry {
        verb,
        kind,
        name,
        bridge: bridge.map(BridgeName::to_string),
        facts,
    })
}

fn drifted(port: &Port) -> bool {
    match port {
        Port::Network(port) => port.drifted,
        Port::Nic(port) => port.drifted,
        Port::Bond(port) => port.drifted,
        Port::Tunnel(port) => port.drifted,
        Port::Local(_) | Port::Foreign(_) => false,
    }
}

fn kind(port: &Port) -> &'static str {
    match port {
        Port::Network(_) => "network",
        Port::Nic(_) | Port::Bond(_) | Port::Tunnel(_) => "uplink",
        Port::Local(_) => "bridge",
        Port::Foreign(_) => "guest",
    }
}
