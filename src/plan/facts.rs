//! The properties of a plan's objects, and how they differ.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::observed::{BondPort, Bridge, NetworkPort, Port, Trunks};
use crate::model::{IpChange, LacpTime, MacAddress, Mtu, NicName, VlanId};

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

/// The properties of an object by name; those at their usual value have none.
pub(super) type Facts = BTreeMap<&'static str, String>;

pub(super) fn bridge_facts(bridge: &Bridge) -> Facts {
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

pub(super) fn port_facts(port: &Port) -> Facts {
    match port {
        Port::Network(port) => network_facts(port),
        Port::Nic(port) => Facts::from([
            ("mtu", mtu_text(port.mtu)),
            ("vlans", trunks_text(&port.trunks)),
        ]),
        Port::Tunnel(port) => Facts::from([
            ("tunnel", port.tunnel.to_string()),
            ("vlans", trunks_text(&port.trunks)),
        ]),
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
    let options = port.options();
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
        ("vlans", trunks_text(&port.trunks)),
    ])
}

/// Unlimited is the usual.
fn trunks_text(trunks: &Trunks) -> String {
    match trunks {
        Trunks::All => String::new(),
        limited => limited.to_string(),
    }
}

fn vlan_text(vlan: Option<VlanId>) -> String {
    vlan.map_or("untagged".to_owned(), |vlan| vlan.to_string())
}

fn mtu_text(mtu: Option<Mtu>) -> String {
    mtu.map_or("unset".to_owned(), |mtu| mtu.to_string())
}

/// The order in which properties read best.
const ORDER: [&str; 18] = [
    "tunnel",
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
    "vlans",
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
pub(super) fn facts_of(port: &Port) -> Vec<Fact> {
    let mut all = port_facts(port);
    all.remove("mac");
    all.remove("uplink");
    facts(all)
}

pub(super) fn facts(facts: Facts) -> Vec<Fact> {
    in_order(&facts)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| Fact {
            name,
            from: None,
            to: value.clone(),
        })
        .collect()
}

pub(super) fn differences(from: Facts, to: Facts) -> Vec<Fact> {
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

pub(super) fn changed(name: &'static str, from: impl ToString, to: impl ToString) -> Fact {
    Fact {
        name,
        from: Some(from.to_string()),
        to: to.to_string(),
    }
}

/// The mappings that come and go.
pub(super) fn mapping_facts(from: &str, to: &str) -> Vec<Fact> {
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

/// What changes of a device's IP settings.
pub(super) fn ip_fact(change: &IpChange) -> Fact {
    let told = |name, text: String, add: bool| Fact {
        name,
        from: (!add).then(|| text.clone()),
        to: if add { text } else { "none".to_owned() },
    };
    match change {
        IpChange::Address { address, add, .. } => told("address", address.to_string(), *add),
        IpChange::Route { route, add } => told("route", route.to_string(), *add),
        IpChange::Rule { rule, add, .. } => told("rule", rule.to_string(), *add),
        IpChange::Parameter {
            parameter,
            from,
            to,
            ..
        } => changed(parameter.as_str(), u8::from(*from), u8::from(*to)),
    }
}

/// What somebody else changed is as we wrote it again.
pub(super) fn restored() -> Fact {
    Fact {
        name: "restored",
        from: None,
        to: "as it was set up".into(),
    }
}
