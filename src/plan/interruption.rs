//! What a plan interrupts: what moves to another bridge, or gets another uplink, carries no frames on
//! the way.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::{OvsStep, Plan};
use crate::model::observed::Port;

/// Networks and ports of others that move from one bridge to another, or stay on one while their
/// uplink changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interruption {
    /// The bridge that they leave.
    pub from: String,
    /// The bridge that they come to.
    pub to: String,
    /// The uplinks that take their networks along.
    pub uplinks: Vec<String>,
    /// The networks.
    pub networks: Vec<String>,
    /// The ports of others, such as virtual machines'.
    pub guests: Vec<String>,
}

impl Plan {
    /// What is interrupted, by the bridges that it leaves and comes to.
    pub fn interruptions(&self) -> Vec<Interruption> {
        let mut found: BTreeMap<(String, String), Interruption> = BTreeMap::new();
        for step in self.ovs_steps() {
            let OvsStep::ChangePort { from, to } = step else {
                continue;
            };
            if from.bridge() == to.bridge() && !changes_uplink(from, to) {
                continue;
            }
            let key = (from.bridge().to_string(), to.bridge().to_string());
            let interruption = found.entry(key.clone()).or_insert_with(|| Interruption {
                from: key.0,
                to: key.1,
                uplinks: Vec::new(),
                networks: Vec::new(),
                guests: Vec::new(),
            });
            let names = match from {
                Port::Network(_) => &mut interruption.networks,
                Port::Nic(_) | Port::Bond(_) | Port::Tunnel(_) => &mut interruption.uplinks,
                Port::Local(_) | Port::Foreign(_) => &mut interruption.guests,
            };
            names.push(from.name().to_owned());
        }
        found.into_values().collect()
    }
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from,
            to,
            uplinks,
            networks,
            guests,
        } = self;
        let mut moving = Vec::new();
        for (kind, names) in [
            ("uplink", uplinks),
            ("network", networks),
            ("guest", guests),
        ] {
            if let Some((first, rest)) = names.split_first() {
                let rest: String = rest.iter().map(|name| format!(", {name}")).collect();
                moving.push(format!("{kind} {first}{rest}"));
            }
        }
        let moving = moving.join("; ");
        match from == to {
            true => write!(f, "{moving}, on {from}, to another uplink"),
            false => write!(f, "{moving}, from {from} to {to}"),
        }
    }
}

fn changes_uplink(from: &Port, to: &Port) -> bool {
    match (from, to) {
        (Port::Network(from), Port::Network(to)) => from.network.uplink != to.network.uplink,
        _ => false,
    }
}
