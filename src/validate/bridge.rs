//! The rule that a bridge goes only when nothing of others is left on it.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::{Judge, listed};
use crate::model::observed::{NetworkPort, tag_key};
use crate::model::{BondName, BridgeName, Code, NamedNetwork, Network, Uplink};

/// Which bridges were asked about.
#[derive(Default)]
pub(super) struct Going<'a> {
    judged: BTreeSet<&'a BridgeName>,
    tags: OnceCell<BTreeSet<(&'a BridgeName, u16)>>,
}

impl<'a> Going<'a> {
    /// The tags that have networks which take their guests along or answer for them themselves.
    fn tags(&self, judge: &Judge<'a>) -> &BTreeSet<(&'a BridgeName, u16)> {
        self.tags.get_or_init(|| {
            let ports = judge.resulting.named().iter();
            let ports = ports.filter_map(|named| named.port);
            ports
                .map(|port| (&port.bridge, tag_key(port.network.vlan)))
                .collect()
        })
    }

    /// 28: the bridge that a network leaves or was the last on holds nothing of others.
    pub(super) fn judge_network(&mut self, judge: &mut Judge<'a>, named: &NamedNetwork<'a>) {
        let Some(port) = named.port else {
            return;
        };
        // Where a network was not understood, nobody knows whether the bridge goes.
        let known = judge.desired.flaws.networks.is_empty();
        let is_judged = self.judged.contains(&port.bridge);
        if !known || is_judged || !loses_bridge(judge, named.desired, port) {
            return;
        }
        if let Some(message) = self.left_behind(judge, &port.bridge) {
            judge.network(Code::UsedBridge, named.name, "", message);
        }
    }

    /// 28: the bridge of a bond that is removed holds nothing of others.
    pub(super) fn judge_bond(&mut self, judge: &mut Judge<'a>, name: &BondName) {
        let uplink = Uplink::Bond(name.clone());
        let Some(bridge) = judge.observed.ovs.bridge_of(&uplink) else {
            return;
        };
        if keeps_uplink(judge, bridge) || !judge.desired.flaws.networks.is_empty() {
            return;
        }
        if let Some(message) = self.left_behind(judge, bridge) {
            judge.bond(Code::UsedBridge, name, "", message);
        }
    }

    /// What others have on a bridge that goes, told once.
    fn left_behind(&mut self, judge: &Judge<'a>, bridge: &'a BridgeName) -> Option<String> {
        if !self.judged.insert(bridge) {
            return None;
        }
        let ports = judge.observed.ovs.foreign_ports(bridge);
        let left: Vec<&str> = ports
            .filter(|port| {
                !port.is_guest || !self.tags(judge).contains(&(bridge, tag_key(port.tag)))
            })
            .map(|port| &*port.name)
            .collect();
        (!left.is_empty()).then(|| {
            let left = listed(left);
            format!("bridge {bridge} would go, but ports that are not ours are still on it: {left}")
        })
    }
}

/// Whether nothing of ours stays on the bridge that the network is on now.
fn loses_bridge(judge: &Judge<'_>, desired: Option<&Network>, port: &NetworkPort) -> bool {
    match (&port.network.uplink, desired) {
        (Some(uplink), _) => {
            !judge.resulting.has_uplink(uplink) && !keeps_uplink(judge, &port.bridge)
        }
        (None, Some(network)) => network.uplink.is_some(),
        (None, None) => true,
    }
}

/// Whether an uplink of ours stays on a bridge. Where a policy moves it, the bridge stays as long as
/// something of others is on it.
fn keeps_uplink(judge: &Judge<'_>, bridge: &BridgeName) -> bool {
    let mut uplinks = judge.observed.ovs.uplinks_on(bridge);
    uplinks.any(|uplink| judge.resulting.has_uplink(uplink))
}
