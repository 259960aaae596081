//! IP settings on paper: what a change makes of the kernel's addresses, routes and rules. What the
//! kernel would refuse fails the test.

use netswitch::model::observed::{Address, Addresses, Observed, ObservedRoute};
use netswitch::model::{IpChange, Ipv6Parameter};

/// Makes a change.
pub(crate) fn make(host: &mut Observed, change: &IpChange) {
    let device = host.links.get(change.device().as_str());
    let Some(index) = device.map(|link| link.index) else {
        panic!("{change}: there is no such device");
    };
    match change {
        IpChange::Address { address, add, .. } => {
            let had = host.addresses.of(index).iter().any(|it| it.net == *address);
            assert_ne!(had, *add, "{change}");
            host.addresses = only(&host.addresses, |device, it| {
                (device, it.net) != (index, *address)
            });
            if *add {
                let address = Address {
                    net: *address,
                    is_permanent: true,
                    is_tentative: false,
                    is_duplicate: false,
                };
                host.addresses.add(index, address);
            }
        }
        IpChange::Route { route, add } => {
            let is_it = |it: &ObservedRoute| {
                (it.device, it.destination, it.gateway, it.table)
                    == (index, route.destination, route.gateway, route.table)
            };
            let had = host.addresses.routes().iter().any(is_it);
            assert_ne!(had, *add, "{change}");
            let mut next = only(&host.addresses, |_, _| true);
            next = without_routes(&next, |it| !is_it(it));
            if *add {
                next.add_route(ObservedRoute {
                    device: index,
                    destination: route.destination,
                    gateway: route.gateway,
                    table: route.table,
                    metric: route.metric,
                    source: route.source,
                    protocol: route.protocol,
                    is_shared: false,
                });
            }
            host.addresses = next;
        }
        IpChange::Rule { rule, add, .. } => {
            assert_ne!(host.addresses.rules().contains(rule), *add, "{change}");
            let mut next = copy(&host.addresses, |_, _| true, |_| true, |it| it != rule);
            if *add {
                next.add_rule(rule.clone());
            }
            host.addresses = next;
        }
        IpChange::Parameter {
            device,
            parameter,
            to,
            ..
        } => host.links.change(device.as_str(), |link| match parameter {
            Ipv6Parameter::Disable => link.ipv6 = !to,
            Ipv6Parameter::AcceptAdvertisements => link.accept_ra = *to,
            Ipv6Parameter::Autoconf => link.autoconf = *to,
        }),
    }
}

fn only(all: &Addresses, keep: impl Fn(u32, &Address) -> bool) -> Addresses {
    copy(all, keep, |_| true, |_| true)
}

fn without_routes(all: &Addresses, keep: impl Fn(&ObservedRoute) -> bool) -> Addresses {
    copy(all, |_, _| true, keep, |_| true)
}

fn copy(
    all: &Addresses,
    keep: impl Fn(u32, &Address) -> bool,
    keep_route: impl Fn(&ObservedRoute) -> bool,
    keep_rule: impl Fn(&netswitch::model::Rule) -> bool,
) -> Addresses {
    let mut next = Addresses::default();
    for (device, addresses) in all.all() {
        for address in addresses.iter().filter(|it| keep(device, it)) {
            next.add(device, *address);
        }
    }
    let routes = all.routes().iter().filter(|it| keep_route(it));
    routes.cloned().for_each(|route| next.add_route(route));
    let rules = all.rules().iter().filter(|it| keep_rule(it));
    rules.cloned().for_each(|rule| next.add_rule(rule));
    next
}
