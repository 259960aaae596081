//! Networks, and the guests that follow them.

use super::{Planner, change_port};
use crate::model::observed::{NetworkPort, Port, tag_key};
use crate::model::{NamedNetwork, Uplink};
use crate::plan::OvsStep;

impl Planner<'_> {
    /// Plans a named network: as it is desired, or its removal.
    pub(super) fn plan_network(&mut self, named: &NamedNetwork<'_>) {
        let ovs = &self.observed.ovs;
        let (name, from) = (named.name, named.port);
        let own_bridge = from
            .filter(|port| port.network.uplink.is_none() && ovs.uplinks_on(&port.bridge).len() == 0)
            .and_then(|port| ovs.bridge(port.bridge.as_str()));
        let Some(network) = named.desired else {
            self.steps
                .extend(from.map(|port| OvsStep::RemovePort(Port::Network(port.clone()))));
            self.steps
                .extend(own_bridge.cloned().map(OvsStep::RemoveBridge));
            return;
        };
        let own_mac = || {
            let present = from.filter(|port| port.network.uplink.is_none());
            let present = present.and_then(|port| port.mac);
            Some(present.unwrap_or_else(|| self.derived_mac(name.as_str())))
        };
        let (bridge, mac) = match (&network.uplink, own_bridge) {
            (None, Some(own)) => {
                let mac = own_mac();
                self.keep_bridge(own, network.stp);
                (own.name.clone(), mac)
            }
            (None, None) => {
                let mac = own_mac();
                (self.add_bridge(name.as_str(), network.stp), mac)
            }
            (Some(uplink), _) => match self.bridges.get(uplink) {
                Some((bridge, mac)) => (bridge.clone(), *mac),
                None => return, // validated: the uplink of a network is there
            },
        };
        let to = NetworkPort {
            name: name.clone(),
            bridge,
            network: network.clone(),
            mac,
            drifted: false,
        };
        self.change_network(from, to);
        if network.uplink.is_some() {
            self.steps
                .extend(own_bridge.cloned().map(OvsStep::RemoveBridge));
        }
    }

    fn change_network(&mut self, from: Option<&NetworkPort>, to: NetworkPort) {
        let before = from.cloned().map(Port::Network);
        let step = change_port(before.as_ref(), Port::Network(to.clone()));
        self.steps.extend(step);
        if let Some(from) = from {
            self.plan_guests(from, &to);
        }
    }

    /// The ports of others on a network, such as a virtual machine's, stay on it wherever it goes.
    fn plan_guests(&mut self, from: &NetworkPort, to: &NetworkPort) {
        let same_tag = tag_key(from.network.vlan) == tag_key(to.network.vlan);
        if same_tag && from.bridge == to.bridge {
            return;
        }
        for guest in self.observed.ovs.guests(from) {
            let mut moved = guest.clone();
            moved.bridge = to.bridge.clone();
            if !same_tag {
                moved.tag = to.network.vlan;
            }
            self.steps.push(OvsStep::ChangePort {
                from: Port::Foreign(guest.clone()),
                to: Port::Foreign(moved),
            });
        }
    }

    /// The networks that the request does not name follow their uplink to another bridge, and take
    /// its address when that changes with its members.
    pub(super) fn plan_other_networks(&mut self) {
        let ovs = &self.observed.ovs;
        let mut following = Vec::new();
        for (uplink, (bridge, mac)) in &self.bridges {
            let moves = ovs.bridge_of(uplink).is_some_and(|before| before != bridge);
            // A NIC has the address that it has.
            let readdressed = matches!(uplink, Uplink::Bond(_)) && self.present_mac(uplink) != *mac;
            if !moves && !readdressed {
                continue;
            }
            let uses = ovs.uplink_use(uplink).into_iter();
            let names = uses
                .flat_map(|uses| uses.tags())
                .flat_map(|(_, names)| names);
            let others = names.filter(|name| !self.networks.contains_key(*name));
            for from in others.filter_map(|name| ovs.network(name)) {
                let to = NetworkPort {
                    bridge: bridge.clone(),
                    mac: *mac,
                    ..from.clone()
                };
                following.push((from, to));
            }
        }
        for (from, to) in following {
            self.change_network(Some(from), to);
        }
    }
}
