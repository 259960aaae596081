//! The rules of what networks have besides their place on a switch.

use super::Judge;
use crate::model::{
    BridgeOptions, BridgeValue, Code, Ipv4Settings, Ipv6Settings, Network, NetworkName, Pointer,
    Quoted, Route, SwitchType, Uplink,
};
use ipnet::IpNet;

impl Judge<'_> {
    /// 21: name servers go with the default route, bridge options with a kernel bridge.
    pub(super) fn settings_fit(&mut self, name: &NetworkName, network: &Network) {
        let desired = self.desired;
        if let Some(ip) = desired.ip.get(name)
            && !ip.nameservers.is_empty()
            && !ip.default_route
            && !self.is_flawed(name)
        {
            let message = "name servers are of the network with the default route only";
            self.network(Code::BadParams, name, "nameservers", message);
        }
        self.default_route_is_free(name, network);
        self.name_servers_can_be_set(name);
        let Some(options) = desired.bridge_options.get(name) else {
            return;
        };
        let message = match (network.switch, network.bridged) {
            (SwitchType::Ovs, _) => "bridge options are the kernel's; ovs has none of them",
            (SwitchType::Legacy, false) => "a network that is not bridged has no bridge options",
            (SwitchType::Legacy, true) if is_hasty(options, network) => {
                "forward_delay is 200 at least with stp (IEEE 802.1D, table 8-3)"
            }
            (SwitchType::Legacy, true) => return,
        };
        let networks = Pointer::ROOT.join("networks");
        let network = networks.join(name.as_str());
        let custom = network.join("custom");
        self.violations
            .add(Code::BadParams, custom.join("bridge_opts"), message);
    }
}

impl Judge<'_> {
    /// 21: the host's name servers are in a file of its own, and not in somebody's whose link
    /// `/etc/resolv.conf` is.
    fn name_servers_can_be_set(&mut self, name: &NetworkName) {
        let resolver = &self.observed.resolver;
        let wanted = self.desired.ip.get(name).map(|ip| &ip.nameservers);
        let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else {
            return;
        };
        let wanted = wanted.iter().map(ToString::to_string);
        if let Some(manager) = &resolver.manager
            && !wanted.eq(resolver.nameservers.iter().cloned())
        {
            let message = format!(
                "/etc/resolv.conf is a link to {}: name servers are set by whoever writes that",
                Quoted(manager)
            );
            self.network(Code::BadParams, name, "nameservers", message);
        }
    }

    /// 21: no default route of others stands where the network's would: the kernel has one of a
    /// metric, and only ours is ever replaced. One through its own uplink goes with that.
    fn default_route_is_free(&mut self, name: &NetworkName, network: &Network) {
        let Some(settings) = self.desired.ip.get(name).filter(|it| it.default_route) else {
            return;
        };
        let has_gateway = |is_ipv6: bool| match is_ipv6 {
            false => matches!(
                settings.v4,
                Ipv4Settings::Static {
                    gateway: Some(_),
                    ..
                }
            ),
            true => matches!(
                settings.v6,
                Ipv6Settings::Static {
                    gateway: Some(_),
                    ..
                }
            ),
        };
        let uplink = network.uplink.as_ref().map(Uplink::name);
        let links = &self.observed.links;
        let mut others = self.observed.addresses.routes().iter().filter(|it| {
            let is_ipv6 = matches!(it.destination, IpNet::V6(_));
            let metric = if is_ipv6 { Route::IPV6_METRIC } else { 0 };
            let ours = [Route::OURS, Route::ADVERTISED].contains(&it.protocol);
            it.destination.prefix_len() == 0
                && it.table == Route::MAIN
                && it.metric == metric
                && !ours
                && has_gateway(is_ipv6)
        });
        let through = others.find_map(|it| {
            let link = links.by_index(it.device)?;
            let own = [Some(name.as_str()), uplink].contains(&Some(link.name.as_str()));
            (!own).then(|| link.name.clone())
        });
        if let Some(device) = through {
            let device = Quoted(device.as_str());
            let message = format_args!("there is a default route through {device}, not ours");
            self.network(Code::BadParams, name, "defaultRoute", message);
        }
    }
}

/// Whether a bridge that runs the spanning tree protocol would not wait as long as it must
/// (`br_set_forward_delay`, net/bridge/br_stp.c).
fn is_hasty(options: &BridgeOptions, network: &Network) -> bool {
    let delay = options.get("forward_delay");
    network.stp && matches!(delay, Some(BridgeValue::Number(0..200)))
}
