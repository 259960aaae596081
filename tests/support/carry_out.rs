//! Carries plans out on paper: what the host would be like afterwards.

use netswitch::ip;
use netswitch::model::NicName;
use netswitch::model::observed::{Link, LinkData, Observed, Port};
use netswitch::plan::{LinkStep, OvsStep, Plan, Step};
use netswitch::switch::legacy::observe;

use super::{paper_ip, paper_kernel};

/// The host after every step of `plan` has succeeded on `observed`.
pub(crate) fn carry_out(observed: &Observed, plan: &Plan) -> Observed {
    let mut after = observed.clone();
    for step in &plan.steps {
        match step {
            Step::Ovs(step) => ovs(&mut after, step),
            Step::Link(step) => link(&mut after, step),
            Step::Legacy(step) => paper_kernel::make(&mut after.links, step),
            Step::Ip(change) => paper_ip::make(&mut after, change),
            Step::SetNameservers { to, .. } => after.resolver.nameservers.clone_from(to),
        }
    }
    after.legacy = observe(&after.links);
    ip::observe(&mut after);
    after
}

fn ovs(host: &mut Observed, step: &OvsStep) {
    let ovs = &mut host.ovs;
    match step {
        OvsStep::AddBridge(bridge) => {
            ovs.put_port(Port::Local(bridge.name.clone()));
            ovs.put_bridge(bridge.clone());
        }
        OvsStep::RemoveBridge(bridge) => {
            ovs.remove_port(bridge.name.as_str());
            ovs.remove_bridge(bridge.name.as_str());
        }
        OvsStep::ChangeBridge { to, .. } => ovs.put_bridge(to.clone()),
        OvsStep::AddPort(port) | OvsStep::ChangePort { to: port, .. } => ovs.put_port(port.clone()),
        OvsStep::RemovePort(port) => {
            ovs.remove_port(port.name());
            if let Port::Network(port) = port {
                let links = std::mem::take(&mut host.links);
                let gone = port.name.as_str();
                host.links = links
                    .iter()
                    .filter(|link| link.name.as_str() != gone)
                    .cloned()
                    .collect();
            }
        }
        OvsStep::SetBridgeMappings { to, .. } => {
            ovs.bridge_mappings = to.as_deref().map(Into::into);
        }
    }
    if let OvsStep::AddPort(Port::Network(port)) = step {
        let name = NicName::new(port.name.as_str()).unwrap();
        host.links.put(device(name, port.network.mtu.get().into()));
    }
}

/// A network's device, as Open vSwitch makes it.
fn device(name: NicName, mtu: u32) -> Link {
    Link {
        name,
        index: 1000,
        kind: Some("tun".to_owned()),
        mac: None,
        permanent_mac: None,
        ipv6: mtu >= 1280,
        accept_ra: false,
        autoconf: false,
        mtu,
        min_mtu: 68,
        max_mtu: 65521,
        up: false,
        carrier: true,
        loopback: false,
        master: None,
        lower: None,
        alias: None,
        group: 0,
        data: LinkData::None,
        membership: None,
    }
}

fn link(host: &mut Observed, step: &LinkStep) {
    let Some(mut link) = host.links.get(step.name().as_str()).cloned() else {
        return; // a network's device that went with its port
    };
    match step {
        LinkStep::SetUp { up, .. } => link.up = *up,
        LinkStep::SetMtu { to, .. } => link.mtu = *to,
        LinkStep::SetIpv6 { on, .. } => link.ipv6 = *on,
    }
    host.links.put(link);
}
