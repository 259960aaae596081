//! What the kernel's devices need around the switch's transaction.

use std::collections::BTreeSet;

use super::{LinkStep, OvsStep};
use crate::model::observed::{Links, Port};
use crate::model::{Mtu, NicName};

/// The steps before the switch's (NICs that it takes must be up) and after them (networks'
/// devices come up, NICs that it lets go get the default MTU back).
pub(super) fn plan(steps: &[OvsStep], links: &Links) -> (Vec<LinkStep>, Vec<LinkStep>) {
    let mut taken: BTreeSet<NicName> = BTreeSet::new();
    let mut released: BTreeSet<NicName> = BTreeSet::new();
    let mut after = Vec::new();
    for step in steps {
        match step {
            OvsStep::AddPort(port) => taken.extend(nics(port)),
            OvsStep::RemovePort(port) => released.extend(nics(port)),
            OvsStep::ChangePort { from, to } => {
                released.extend(nics(from));
                taken.extend(nics(to));
            }
            _ => {}
        }
        if let OvsStep::AddPort(Port::Network(port)) = step
            && let Ok(name) = NicName::new(port.name.as_str())
        {
            after.push(LinkStep::SetUp { name, up: true });
        }
    }
    let down = |name: &NicName| links.get(name.as_str()).is_some_and(|link| !link.up);
    let before = taken
        .iter()
        .filter(|name| down(name))
        .map(|name| LinkStep::SetUp {
            name: name.clone(),
            up: true,
        })
        .collect();
    for name in released.difference(&taken) {
        let default = u32::from(Mtu::DEFAULT.get());
        if let Some(link) = links.get(name.as_str()).filter(|link| link.mtu != default) {
            after.push(LinkStep::SetMtu {
                name: name.clone(),
                from: link.mtu,
                to: default,
            });
        }
    }
    (before, after)
}

/// The NICs of an uplink's port.
fn nics(port: &Port) -> Vec<NicName> {
    match port {
        Port::Nic(port) => vec![port.name.clone()],
        Port::Bond(port) => port.bond.members.clone(),
        Port::Network(_) | Port::Local(_) | Port::Foreign(_) => Vec::new(),
    }
}
