//! The rules of what networks have besides their place on a switch.

use super::Judge;
use crate::model::{BridgeOptions, BridgeValue, Code, Network, NetworkName, Pointer, SwitchType};

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

/// Whether a bridge that runs the spanning tree protocol would not wait as long as it must
/// (`br_set_forward_delay`, net/bridge/br_stp.c).
fn is_hasty(options: &BridgeOptions, network: &Network) -> bool {
    let delay = options.get("forward_delay");
    network.stp && matches!(delay, Some(BridgeValue::Number(0..200)))
}
