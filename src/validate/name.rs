//! The rule that a name is free. Bridges, ports, interfaces and devices share one space of names:
//! each of them can be a device of that name.

use super::Judge;
use crate::model::NetworkName;
use crate::model::observed::Port;
use crate::model::{BondName, Change, Code, Quoted, SwitchType};

impl Judge<'_> {
    /// A network's device needs a name that is free, or the network's already.
    pub(super) fn network_name(&mut self, name: &NetworkName) {
        let legacy = self.observed.legacy.network(name);
        let has_device = legacy.is_some_and(|it| it.device.as_str() == name.as_str());
        if has_device || self.observed.ovs.network(name).is_some() {
            return;
        }
        let holder = match self.desired.bonds.get(name.as_str()) {
            Some(Change::Set(_)) => Some("a bond of this request".to_owned()),
            // One device of the kernel cannot become another.
            Some(Change::Remove) if self.observed.legacy.bond(name.as_str()).is_some() => {
                Some("a bond that goes with this request".to_owned())
            }
            _ => self.holder(name.as_str()),
        };
        if let Some(holder) = holder {
            let message = format_args!("{} is the name of {holder}", Quoted(name.as_str()));
            self.network(Code::UsedBridge, name, "", message);
        }
    }

    /// A bond needs a name that is free, or the bond's already.
    pub(super) fn bond_name(&mut self, name: &BondName, switch: SwitchType) {
        let is_kernel_bond = self.observed.links.bond_link(name.as_str()).is_some();
        let is_legacy = switch == SwitchType::Legacy;
        if self.observed.bond(name).is_some() || is_kernel_bond && is_legacy {
            return;
        }
        if self.observed.legacy.network(name.as_str()).is_some() {
            let message = format_args!("{name} is the name of a network");
            return self.bond(Code::UsedBridge, name, "", message);
        }
        if let Some(holder) = self.holder(name.as_str()) {
            let message = format_args!("{name} is the name of {holder}");
            self.bond(Code::UsedBridge, name, "", message);
        }
    }

    /// Who has the name in the resulting host, besides what the request sets up under it.
    pub(super) fn holder(&self, name: &str) -> Option<String> {
        let ovs = &self.observed.ovs;
        if ovs.bridge(name).is_some() {
            return Some("a bridge".to_owned());
        }
        match ovs.port(name).or_else(|| ovs.port_of_interface(name)) {
            Some(Port::Network(_)) if self.removes_network(name) => None,
            Some(Port::Bond(bond)) if bond.name.as_str() == name && self.removes_bond(name) => None,
            Some(Port::Network(port)) => Some(format!("network {}", Quoted(port.name.as_str()))),
            Some(Port::Bond(port)) if port.name.as_str() == name => Some("a bond".to_owned()),
            Some(Port::Bond(port)) => Some(format!("a NIC of {}", port.name)),
            Some(Port::Nic(_)) => Some("a NIC".to_owned()),
            Some(Port::Tunnel(_)) => Some("a tunnel".to_owned()),
            Some(port) => Some(format!(
                "a port of bridge {}, which is not ours",
                Quoted(port.bridge().as_str())
            )),
            None => {
                let links = &self.observed.links;
                let link = links.get(name).filter(|link| !link.is_left_over())?;
                let legacy = &self.observed.legacy;
                if legacy
                    .network(name)
                    .is_some_and(|it| it.device.as_str() == name)
                {
                    let held = || format!("network {}", Quoted(name));
                    return (!self.removes_network(name)).then(held);
                }
                if legacy.bond(name).is_some() {
                    return (!self.removes_bond(name)).then(|| "a bond".to_owned());
                }
                let kind = link.kind.as_deref().unwrap_or("network");
                Some(format!("a {kind} device, which is not ours"))
            }
        }
    }

    fn removes_network(&self, name: &str) -> bool {
        matches!(self.desired.networks.get(name), Some(Change::Remove))
    }

    fn removes_bond(&self, name: &str) -> bool {
        matches!(self.desired.bonds.get(name), Some(Change::Remove))
    }
}
