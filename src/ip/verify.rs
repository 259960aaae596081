//! Whether what was to come is there.

use crate::model::observed::{Addresses, Links};
use crate::model::{IpChange, NicName};

/// What of the changes the kernel does not show.
pub(crate) fn missing(changes: &[IpChange], links: &Links, addresses: &Addresses) -> Vec<String> {
    let number = |device: &NicName| links.get(device.as_str()).map(|link| link.index);
    let is_there = |change: &IpChange| match change {
        IpChange::Address {
            device,
            address,
            add,
        } => {
            let has = number(device).is_some_and(|number| {
                let mut all = addresses.of(number).iter();
                all.any(|it| it.net == *address && !it.is_duplicate)
            });
            has == *add
        }
        IpChange::Route { route, add } => {
            let has = addresses.routes().iter().any(|it| {
                Some(it.device) == number(&route.device)
                    && it.destination == route.destination
                    && it.gateway == route.gateway
                    && it.table == route.table
                    && it.source == route.source
            });
            has == *add
        }
        IpChange::Rule { rule, add, .. } => addresses.rules().contains(rule) == *add,
        IpChange::Parameter { .. } => true,
    };
    // What goes and comes again is there in the end.
    let mut last: Vec<&IpChange> = Vec::new();
    for change in changes.iter().rev() {
        if !last.iter().any(|later| undoes(later, change)) {
            last.push(change);
        }
    }
    let wrong = last.into_iter().rev().filter(|change| !is_there(change));
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

/// Whether a change undoes another, whatever device it is for.
fn undoes(later: &IpChange, change: &IpChange) -> bool {
    match (later, change) {
        (
            IpChange::Rule { rule, add, .. },
            IpChange::Rule {
                rule: other,
                add: before,
                ..
            },
        ) => rule == other && add != before,
        (later, change) => *later == change.inverse(),
    }
}

/// Whether nobody else has any of the addresses that came: `None` as long as it is not known.
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
