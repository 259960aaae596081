//! What becomes of every object of a plan, fact by fact: what people and programs read.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{LinkStep, OvsStep, Plan, Step};
use crate::model::observed::{BondPort, Bridge, NetworkPort, Port};
use crate::model::{BridgeName, LacpTime, MacAddress, Mtu, NicName, VlanId};

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
    /// What it is: `bridge`, `uplink`, `network`, `guest`, `device`, `ovn-bridge-mappings`.
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

/// One property of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The property's name.
    pub name: &'static str,
    /// Its value before, when it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Its value after.
    pub to: String,
}

impl Plan {
    /// What becomes of every object, in the order of the steps.
    pub fn entries(&self) -> Vec<Entry> {
        self.steps.iter().map(entry).collect()
    }
}

fn entry(step: &Step) -> Entry {
    let (verb, kind, name, bridge, facts) = match step {
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
            let facts = differences(bridge_facts(from), bridge_facts(to));
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
            if drifted(from) {
                facts.push(Fact {
                    name: "restored",
                    from: None,
                    to: "as it was set up".into(),
                });
            }
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
    Entry {
        verb,
        kind,
        name,
        bridge: bridge.map(BridgeName::to_string),
        facts,
    }
}

fn drifted(port: &Port) -> bool {
    match port {
        Port::Network(port) => port.drifted,
        Port::Nic(port) => port.drifted,
        Port::Bond(port) => port.drifted,
        Port::Local(_) | Port::Foreign(_) => false,
    }
}

fn kind(port: &Port) -> &'static str {
    match port {
        Port::Network(_) => "network",
        Port::Nic(_) | Port::Bond(_) => "uplink",
        Port::Local(_) => "bridge",
        Port::Foreign(_) => "guest",
    }
}

/// The properties of an object by name; those at their usual value have none.
type Facts = BTreeMap<&'static str, String>;

fn bridge_facts(bridge: &Bridge) -> Facts {
    let mut facts = Facts::new();
    facts.insert(
        "stp",
        if bridge.stp {
            "on".to_owned()
        } else {
            String::new()
        },
    );
    let datapath = Some(&bridge.datapath_type).filter(|datapath| *datapath != "system");
    facts.insert("datapath", datapath.cloned().unwrap_or_default());
    facts
}

fn port_facts(port: &Port) -> Facts {
    match port {
        Port::Network(port) => network_facts(port),
        Port::Nic(port) => Facts::from([("mtu", mtu_text(port.mtu))]),
        Port::Bond(port) => bond_facts(port),
        Port::Foreign(port) => Facts::from([("vlan", vlan_text(port.tag))]),
        Port::Local(_) => Facts::new(),
    }
}

fn network_facts(port: &NetworkPort) -> Facts {
    let network = &port.network;
    Facts::from([
        ("vlan", vlan_text(network.vlan)),
        ("mtu", network.mtu.to_string()),
        (
            "uplink",
            network
                .uplink
                .as_ref()
                .map_or("none".to_owned(), ToString::to_string),
        ),
        (
            "bridged",
            if network.bridged {
                String::new()
            } else {
                "no".to_owned()
            },
        ),
        (
            "stp",
            if network.stp {
                "on".to_owned()
            } else {
                String::new()
            },
        ),
        (
            "mac",
            port.mac
                .as_ref()
                .map(MacAddress::to_string)
                .unwrap_or_default(),
        ),
    ])
}

fn bond_facts(port: &BondPort) -> Facts {
    let options = &port.bond.options;
    let number = |value: u32| {
        if value == 0 {
            String::new()
        } else {
            value.to_string()
        }
    };
    let members: Vec<&str> = port.bond.members.iter().map(NicName::as_str).collect();
    let mtus: Vec<Option<Mtu>> = port.mtus.values().copied().collect();
    let mtu = match mtus.as_slice() {
        [first, rest @ ..] if rest.iter().all(|mtu| mtu == first) => mtu_text(*first),
        _ => "mixed".to_owned(),
    };
    Facts::from([
        ("members", members.join("+")),
        ("mode", options.mode.to_string()),
        (
            "lacp",
            Some(options.lacp.as_str())
                .filter(|lacp| *lacp != "off")
                .unwrap_or("")
                .to_owned(),
        ),
        (
            "lacp_rate",
            options.lacp_time.map_or("", LacpTime::as_str).to_owned(),
        ),
        (
            "miimon",
            options
                .miimon
                .map(|value| value.to_string())
                .unwrap_or_default(),
        ),
        ("updelay", number(options.updelay)),
        ("downdelay", number(options.downdelay)),
        (
            "primary",
            options
                .primary
                .as_ref()
                .map(NicName::to_string)
                .unwrap_or_default(),
        ),
        (
            "hwaddr",
            port.bond
                .hwaddr
                .as_ref()
                .map(MacAddress::to_string)
                .unwrap_or_default(),
        ),
        ("custom", format!("{:?}", options.custom).replace("{}", "")),
        ("mtu", mtu),
    ])
}

fn vlan_text(vlan: Option<VlanId>) -> String {
    vlan.map_or("untagged".to_owned(), |vlan| vlan.to_string())
}

fn mtu_text(mtu: Option<Mtu>) -> String {
    mtu.map_or("unset".to_owned(), |mtu| mtu.to_string())
}

/// The order in which properties read best.
const ORDER: [&str; 16] = [
    "members",
    "mode",
    "lacp",
    "lacp_rate",
    "miimon",
    "updelay",
    "downdelay",
    "primary",
    "hwaddr",
    "uplink",
    "vlan",
    "mtu",
    "bridged",
    "stp",
    "datapath",
    "custom",
];

fn in_order(facts: &Facts) -> impl Iterator<Item = (&'static str, &String)> {
    let listed = ORDER
        .into_iter()
        .filter_map(|name| Some((name, facts.get(name)?)));
    let rest = facts.iter().map(|(name, value)| (*name, value));
    listed.chain(rest.filter(|(name, _)| !ORDER.contains(name)))
}

/// What a new or leaving port is like, in short.
fn facts_of(port: &Port) -> Vec<Fact> {
    let mut all = port_facts(port);
    all.remove("mac");
    all.remove("uplink");
    facts(all)
}

fn facts(facts: Facts) -> Vec<Fact> {
    in_order(&facts)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| Fact {
            name,
            from: None,
            to: value.clone(),
        })
        .collect()
}

fn differences(from: Facts, to: Facts) -> Vec<Fact> {
    let shown = |value: Option<&String>| {
        value
            .filter(|value| !value.is_empty())
            .map_or("none".to_owned(), String::clone)
    };
    in_order(&to)
        .filter(|(name, value)| from.get(name) != Some(*value))
        .map(|(name, value)| changed(name, shown(from.get(name)), shown(Some(value))))
        .collect()
}

fn changed(name: &'static str, from: impl ToString, to: impl ToString) -> Fact {
    Fact {
        name,
        from: Some(from.to_string()),
        to: to.to_string(),
    }
}

/// The mappings that come and go.
fn mapping_facts(from: &str, to: &str) -> Vec<Fact> {
    let entries = |text: &str| -> std::collections::BTreeSet<String> {
        text.split(',')
            .filter(|entry| !entry.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (old, new) = (entries(from), entries(to));
    let gone = old
        .difference(&new)
        .map(|entry| changed("entry", entry, "none"));
    let come = new.difference(&old).map(|entry| Fact {
        name: "entry",
        from: None,
        to: entry.clone(),
    });
    gone.chain(come).collect()
}
