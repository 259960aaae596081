//! The host has one default route: where a request moves it, the network that had it gives it up.

use std::collections::BTreeMap;

use crate::model::{Change, Code, Desired, NetworkName, Observed, Pointer};

/// 21: the default route goes through one network of the request at most.
pub(super) fn one_at_most(desired: &mut Desired) {
    let Desired { ip, flaws, .. } = desired;
    let mut wanting = ip.iter().filter(|(_, settings)| settings.default_route);
    let Some((first, _)) = wanting.next() else {
        return;
    };
    let networks = Pointer::ROOT.join("networks");
    for (other, _) in wanting {
        let network = networks.join(other.as_str());
        let message = format_args!("{first} has the default route already");
        flaws
            .violations
            .add(Code::BadParams, network.join("defaultRoute"), message);
        flaws.networks.insert(other.clone());
    }
}

/// The network that has the default route now joins a request that gives it to another one: as it
/// is, without the default route and without name servers.
pub(super) fn hand_over(desired: &mut Desired, observed: &Observed) {
    let wanted = desired.ip.values().any(|settings| settings.default_route);
    if !wanted {
        return;
    }
    let named = &desired.networks;
    let holders: BTreeMap<&NetworkName, _> = observed
        .ip
        .iter()
        .filter(|(name, settings)| settings.default_route && !named.contains_key(*name))
        .collect();
    let joining: Vec<_> = holders
        .into_iter()
        .filter_map(|(name, settings)| {
            let network = observed.network(name)?.clone();
            let mut settings = settings.clone();
            settings.default_route = false;
            settings.nameservers.clear();
            Some((name.clone(), network, settings))
        })
        .collect();
    for (name, network, settings) in joining {
        desired.networks.insert(name.clone(), Change::Set(network));
        desired.ip.insert(name, settings);
    }
}
