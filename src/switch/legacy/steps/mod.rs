//! Plans what changes of the kernel's own bridges, bonds and VLANs. Pure, and in time that grows with
//! the request.
//!
//! First it is worked out what the devices that the request touches shall be ([`target`]), then the
//! way there ([`way`]): what goes, from the top; then what comes, from the bottom.

mod target;
mod way;

use std::collections::BTreeMap;

use crate::model::{
    Bond, BondName, BridgeOptions, Change, Device, Network, NetworkName, NicName, Observed,
    Resulting,
};
use crate::plan::DeviceStep;
pub(in crate::switch::legacy) use way::lead;

/// What the touched devices shall be; `None` for those that go.
type Target = BTreeMap<NicName, Option<Device>>;

/// Plans the way from `observed` to the named networks and bonds.
pub(crate) fn plan(
    networks: &BTreeMap<NetworkName, Change<Network>>,
    bonds: &BTreeMap<BondName, Change<Bond>>,
    bridge_options: &BTreeMap<NetworkName, BridgeOptions>,
    observed: &Observed,
) -> Vec<DeviceStep> {
    let resulting = Resulting::new(networks, bonds, observed);
    let target = target::target(&resulting, bonds, bridge_options, observed);
    lead(&target, &observed.links)
}
