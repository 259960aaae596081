//! The rules of networks.

use std::collections::BTreeMap;

use super::bridge::Going;
use super::device::Vlans;
use super::mtu::Limits;
use super::{Judge, listed};
use crate::model::observed::{NetworkPort, place_key};
use crate::model::{
    BondName, Code, NamedNetwork, Network, NetworkName, NicName, Quoted, SwitchType, Tunnel, Uplink,
};

impl<'a> Judge<'a> {
    /// Judges every network of the request.
    pub(super) fn networks(
        &mut self,
        host: SwitchType,
        bridges: &mut Going<'a>,
        vlans: &Vlans<'a>,
    ) {
        let mut tags = BTreeMap::new();
        let mut limits = BTreeMap::new();
        for named @ NamedNetwork { name, .. } in self.resulting.named() {
            match named.desired {
                Some(network) => {
                    self.network_name(name);
                    self.network_switch(name, network, host);
                    self.uplink_is_there(name, network);
                    self.settings_fit(name, network);
                    if !self.is_flawed(name) {
                        self.uplink_is_given(name, network);
                        self.tag_is_free(name, network, &mut tags);
                        self.devices_take_mtu(name, network, &mut limits);
                        self.vlan_is_free(name, network, vlans);
                        self.bond_is_nobody_elses(name, network);
                    }
                }
                None => self.removal(name, named),
            }
            self.guests_are_gone_from_bridge(named);
            bridges.judge_network(self, named);
        }
    }

    /// 23, 24, 25: the uplink exists and is nobody else's.
    fn uplink_is_there(&mut self, name: &NetworkName, network: &Network) {
        match &network.uplink {
            None => {}
            Some(Uplink::Nic(nic)) => {
                if let Err((code, message)) = self.check_nic(nic) {
                    return self.network(code, name, "nic", message);
                }
                // A bond of the request answers for its NICs itself.
                let staying = self.resulting.staying_bond(nic);
                if let Some(bond) = staying {
                    let message = format!("{} belongs to {bond}", Quoted(nic.as_str()));
                    self.network(Code::UsedNic, name, "nic", message);
                }
            }
            Some(Uplink::Bond(bond)) => self.bond_is_there(name, bond),
            Some(Uplink::Tunnel(tunnel)) => self.tunnel_can_be(name, network, tunnel),
        }
    }

    /// 21, 28: only Open vSwitch has tunnels, and each has a name of its own.
    fn tunnel_can_be(&mut self, name: &NetworkName, network: &Network, tunnel: &Tunnel) {
        if network.switch != SwitchType::Ovs {
            let message = "only ovs has tunnels";
            return self.network(Code::BadParams, name, "tunnel", message);
        }
        let uplink = Uplink::Tunnel(tunnel.clone());
        if self.observed.ovs.uplink_port(&uplink).is_none()
            && let Some(holder) = self.holder(tunnel.name())
        {
            let message = format!("the tunnel's port {} is {holder}", Quoted(tunnel.name()));
            self.network(Code::UsedBridge, name, "tunnel", message);
        }
    }

    fn bond_is_there(&mut self, name: &NetworkName, bond: &BondName) {
        // A bond's removal answers for the networks on it.
        let named = self.desired.bonds.contains_key(bond);
        if named && self.observed.bond(bond).is_some() || self.resulting.bond(bond).is_some() {
            return;
        }
        let message = match self.observed.links.get(bond.as_str()) {
            Some(_) => format!(
                "{bond} is a device of the kernel, not a bond of Open vSwitch; it cannot be an \
                 uplink yet"
            ),
            None => format!("there is no bond {bond}, and none is requested"),
        };
        self.network(Code::BadBonding, name, "bonding", message);
    }

    /// 26, 21: what needs an uplink has one.
    fn uplink_is_given(&mut self, name: &NetworkName, network: &Network) {
        if network.uplink.is_some() {
            return;
        }
        if network.vlan.is_some() {
            let message = "a VLAN needs an uplink: nic, bonding or tunnel";
            self.network(Code::BadVlan, name, "vlan", message);
        }
        if !network.bridged {
            let message = "a network that is not bridged needs an uplink: nic, bonding or tunnel";
            self.network(Code::BadParams, name, "bridged", message);
        }
    }

    /// 21: no other network of the resulting host has the tag on the uplink. `tags` has the first
    /// network of the request on each.
    fn tag_is_free(
        &mut self,
        name: &'a NetworkName,
        network: &'a Network,
        tags: &mut BTreeMap<(&'a Uplink, u16), &'a NetworkName>,
    ) {
        let Some(uplink) = &network.uplink else {
            return;
        };
        let tag = place_key(network);
        let staying = self.resulting.staying_with_tag(uplink, tag).next();
        let first = *tags.entry((uplink, tag)).or_insert(name);
        let Some(other) = staying.or(Some(first).filter(|first| *first != name)) else {
            return;
        };
        let other = Quoted(other.as_str());
        let uplink = Quoted(uplink.name());
        match network.vlan {
            Some(vlan) => {
                let message = format_args!("{other} already has VLAN {vlan} on {uplink}");
                self.network(Code::BadParams, name, "vlan", message);
            }
            None => {
                let message = format_args!("{other} is already untagged on {uplink}");
                self.network(Code::BadParams, name, "", message);
            }
        }
    }

    /// 21: the uplink's devices take the MTU. `limits` has those of the uplinks seen so far: many
    /// networks on a bond of many NICs do not ask every NIC again.
    fn devices_take_mtu(
        &mut self,
        name: &NetworkName,
        network: &'a Network,
        limits: &mut BTreeMap<&'a Uplink, Limits<'a>>,
    ) {
        let Some(uplink) = &network.uplink else {
            return;
        };
        let limits = limits.entry(uplink).or_insert_with(|| {
            let members: &[NicName] = match uplink {
                Uplink::Nic(nic) => std::slice::from_ref(nic),
                Uplink::Bond(bond) => match self.resulting.bond(bond) {
                    Some(bond) => &bond.members,
                    None => &[],
                },
                Uplink::Tunnel(_) => &[],
            };
            Limits::of(members, &self.observed.links)
        });
        if let Err(message) = limits.check(network.mtu) {
            self.network(Code::BadParams, name, "mtu", message);
        }
    }

    /// 27, 28: a network that is removed is there and has no guests.
    fn removal(&mut self, name: &NetworkName, named: &NamedNetwork<'_>) {
        if named.present.is_none() {
            let message = format!("there is no network {} to remove", Quoted(name.as_str()));
            return self.network(Code::BadBridge, name, "", message);
        }
        if let Some(port) = named.port {
            self.guests_are_gone(name, port);
        }
    }

    fn guests_are_gone(&mut self, name: &NetworkName, port: &NetworkPort) {
        let mut guests = self
            .observed
            .ovs
            .guests(port)
            .map(|guest| &*guest.name)
            .peekable();
        if guests.peek().is_some() {
            let guests = listed(guests);
            let message = format!("ports that are not ours still belong to the network: {guests}");
            self.network(Code::UsedBridge, name, "", message);
        }
    }
}
