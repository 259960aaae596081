//! Whether what was to come is there.

use std::collections::{HashMap, HashSet};

use ipnet::IpNet;

use crate::model::observed::{Addresses, Links, ObservedRoute};
use crate::model::{IpChange, NicName, Route, Rule};

/// What of the changes the kernel does not show.
pub(crate) fn missing(changes: &[IpChange], links: &Links, addresses: &Addresses) -> Vec<String> {
    let mut routes: HashMap<(IpNet, u32), Vec<&ObservedRoute>> = HashMap::new();
    for route in addresses.routes() {
        let place = (route.destination, route.table);
        routes.entry(place).or_default().push(route);
    }
    let rules: HashSet<&Rule> = addresses.rules().iter().collect();
    let number = |device: &NicName| links.get(device.as_str()).map(|link| link.index);
    let has_address = |device: &NicName, address: &IpNet| {
        let mut all = addresses.of(number(device)?).iter();
        Some(all.any(|it| it.net == *address && !it.is_duplicate))
    };
    let has_route = |route: &Route| {
        let all = routes.get(&(route.destination, route.table))?;
        Some(
            all.iter()
                .any(|it| is_it(it, route) && Some(it.device) == number(&route.device)),
        )
    };
    let is_there = |change: &IpChange| match change {
        IpChange::Address {
            device,
            address,
            add,
        } => has_address(device, address).unwrap_or(false) == *add,
        IpChange::Route { route, add } => has_route(route).unwrap_or(false) == *add,
        IpChange::Rule { rule, add, .. } => rules.contains(rule) == *add,
        IpChange::Parameter { .. } => true,
    };
    let wrong = in_the_end(changes).into_iter().filter(|it| !is_there(it));
    wrong
        .map(|change| match change {
            IpChange::Address {
                device,
                address,
                add: true,
            } => format!("{device} does not have the address {address}; another host may have it"),
            other => format!("cannot {other}: the kernel does not show it"),
        })
        .collect()
}

fn is_it(observed: &ObservedRoute, route: &Route) -> bool {
    observed.gateway == route.gateway
        && observed.source == route.source
        && observed.metric == route.metric
        && observed.protocol == route.protocol
}

/// The changes without those that later ones undo: what goes and comes again is there in the end.
fn in_the_end(changes: &[IpChange]) -> Vec<&IpChange> {
    let mut later: HashSet<IpChange> = HashSet::new();
    let mut last = Vec::new();
    for change in changes.iter().rev() {
        if !later.contains(&nobodys(change.inverse())) {
            last.push(change);
        }
        later.insert(nobodys(change.clone()));
    }
    last.reverse();
    last
}

/// A change of a rule, whatever device it is for.
fn nobodys(mut change: IpChange) -> IpChange {
    if let IpChange::Rule { device, .. } = &mut change
        && let Ok(nobody) = NicName::new("lo")
    {
        *device = nobody;
    }
    change
}

/// Whether it is known of every address that came that nobody else has it.
pub(crate) fn settled(changes: &[IpChange], links: &Links, addresses: &Addresses) -> bool {
    changes.iter().all(|change| match change {
        IpChange::Address {
            device,
            address,
            add: true,
        } => {
            let number = links.get(device.as_str()).map(|link| link.index);
            let all = number.map_or(&[] as &[_], |number| addresses.of(number));
            let own = all.iter().find(|it| it.net == *address);
            own.is_none_or(|it| !it.is_tentative || it.is_duplicate)
        }
        _ => true,
    })
}
