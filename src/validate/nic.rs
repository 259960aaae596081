//! The rules of NICs, whoever uses them.

use super::Judge;
use super::device::is_ours;
use crate::model::observed::{Link, LinkData, Port};
use crate::model::{Change, Code, NicName, Quoted, SwitchType};

/// The kinds of devices that are made of NICs, and are none.
const COMPOUND: &[&str] = &["bond", "bridge", "openvswitch", "team"];

impl Judge<'_> {
    /// 23, 24: the NIC exists, is one, and belongs to nobody else.
    pub(super) fn check_nic(&self, nic: &NicName) -> Result<(), (Code, String)> {
        let shown = Quoted(nic.as_str());
        let Some(link) = self.observed.links.get(nic.as_str()) else {
            return Err((Code::BadNic, format!("there is no device {shown}")));
        };
        if link.loopback {
            return Err((Code::UsedNic, format!("{shown} is the loopback device")));
        }
        if let Some(owner) = self.port_owner(nic) {
            return Err((Code::UsedNic, format!("{shown} is {owner}")));
        }
        if let Some(network) = self.observed.legacy.network_of_vlan(nic) {
            let network = Quoted(network.name.as_str());
            return Err((
                Code::UsedNic,
                format!("{shown} is the VLAN of network {network}"),
            ));
        }
        if let Some(kind) = link.kind.as_deref().filter(|kind| COMPOUND.contains(kind)) {
            return Err((Code::BadNic, format!("{shown} is a {kind}, not a NIC")));
        }
        let Some(master) = link.master else {
            return Ok(());
        };
        let message = match self.observed.links.by_index(master) {
            // The kernel's datapath: whose port it is was asked of the database above.
            Some(master) if master.kind.as_deref() == Some("openvswitch") => return Ok(()),
            Some(master) if is_ours(&self.observed.legacy, link, master) => return Ok(()),
            // A bond that becomes ours with this request.
            Some(master) if self.is_joining(master) => return Ok(()),
            Some(master) => {
                let kind = master.kind.as_deref().unwrap_or("device");
                let master = Quoted(master.name.as_str());
                format!("{shown} belongs to the {kind} {master}, which is not ours")
            }
            None => format!("{shown} belongs to device number {master}, which is not ours"),
        };
        Err((Code::UsedNic, message))
    }

    /// Whether a device is a bond of the kernel that the request sets up.
    fn is_joining(&self, device: &Link) -> bool {
        let change = self.desired.bonds.get(device.name.as_str());
        let bond = change.and_then(Change::set);
        matches!(device.data, LinkData::Bond(_))
            && bond.is_some_and(|bond| bond.switch == SwitchType::Legacy)
    }

    /// What Open vSwitch uses the device for, unless it is an uplink of ours.
    fn port_owner(&self, nic: &NicName) -> Option<String> {
        match self.observed.ovs.port_of_interface(nic.as_str())? {
            Port::Nic(_) | Port::Bond(_) => None,
            Port::Tunnel(port) => Some(format!("the port of the tunnel {}", port.tunnel)),
            Port::Network(port) => Some(format!(
                "the device of network {}",
                Quoted(port.name.as_str())
            )),
            Port::Local(bridge) => {
                Some(format!("the device of bridge {}", Quoted(bridge.as_str())))
            }
            Port::Foreign(port) => Some(format!(
                "part of port {} on bridge {}, which is not ours",
                Quoted(&port.name),
                Quoted(port.bridge.as_str())
            )),
        }
    }
}
