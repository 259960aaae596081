//! Plans what changes of IP settings. Pure.
//!
//! What goes, goes before the switch changes anything: a device that is made anew, or becomes part of
//! something, would lose it without a word. What comes, comes after.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
// Of `net`, `core` has the addresses without the sockets.
use core::net::IpAddr;

use ipnet::IpNet;

use super::table;
use crate::model::observed::{Link, Observed};
use crate::model::{
    IpChange, IpSettings, Ipv4Settings, Ipv6Parameter, Ipv6Settings, Mtu, NetworkName, NicName,
    Route, Rule,
};

/// The place of our rules among the rules: before that of the main table.
const PRIORITY: u32 = 32_000;

/// What the switch's part of a plan does with devices, as far as IP settings have to do with it.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// The own devices of the named networks, before and after; `None` when there is none.
    pub(crate) own: BTreeMap<NetworkName, (Option<NicName>, Option<NicName>)>,
    /// The devices that become part of something, or stay it.
    pub(crate) taken: BTreeSet<NicName>,
    /// The NICs that are let go.
    pub(crate) released: BTreeSet<NicName>,
    /// The devices whose MTU becomes large enough for IPv6.
    pub(crate) widened: BTreeSet<NicName>,
    /// The devices that go, or are made anew.
    pub(crate) remade: BTreeSet<NicName>,
}

/// What goes before the switch's part, and what comes after it.
#[derive(Debug, Default)]
pub(crate) struct IpPlan {
    pub(crate) before: Vec<IpChange>,
    pub(crate) after: Vec<IpChange>,
}

/// Plans the way to what the named networks ask for.
pub(crate) fn plan(
    surroundings: &Surroundings,
    settings: &BTreeMap<NetworkName, IpSettings>,
    observed: &Observed,
) -> IpPlan {
    let own = || surroundings.own.values();
    let mut planner = Planner {
        surroundings,
        observed,
        own_before: own().filter_map(|(before, _)| before.as_ref()).collect(),
        own_after: own().filter_map(|(_, after)| after.as_ref()).collect(),
        plan: IpPlan::default(),
    };
    let none = IpSettings::default();
    for (name, (before, after)) in &surroundings.own {
        let wanted = settings.get(name).unwrap_or(&none);
        planner.network(name, before.as_ref(), after.as_ref(), wanted);
    }
    for name in surroundings.taken.iter() {
        planner.take(name);
    }
    for name in &surroundings.released {
        planner.release(name);
    }
    planner.carry_over();
    planner.plan
}

struct Planner<'a> {
    surroundings: &'a Surroundings,
    observed: &'a Observed,
    /// The own devices of the named networks.
    own_before: BTreeSet<&'a NicName>,
    own_after: BTreeSet<&'a NicName>,
    plan: IpPlan,
}

/// What a device has, or shall have.
#[derive(Debug, Default, PartialEq, Eq)]
struct Setup {
    addresses: Vec<IpNet>,
    routes: Vec<Route>,
    rules: Vec<Rule>,
}

impl Planner<'_> {
    fn link(&self, name: &NicName) -> Option<&Link> {
        self.observed.links.get(name.as_str())
    }

    fn is_remade(&self, name: &NicName) -> bool {
        self.surroundings.remade.contains(name) || self.link(name).is_none()
    }

    fn network(
        &mut self,
        name: &NetworkName,
        before: Option<&NicName>,
        after: Option<&NicName>,
        wanted: &IpSettings,
    ) {
        let rules = self.rules_of(name);
        // A device that becomes another network's own is looked at there.
        let goes_over = |it: &&NicName| after != Some(*it) && self.own_after.contains(*it);
        let leaving = before.filter(|it| !goes_over(it));
        let mut now = leaving
            .map(|device| self.present(device))
            .unwrap_or_default();
        now.rules = rules;
        let Some(device) = after else {
            if let Some(before) = before {
                self.change(before, now, before, Setup::default());
            }
            return;
        };
        let mut then = wanted_setup(name, device, wanted);
        let stays = before == Some(device) && !self.is_remade(device);
        if !stays {
            if let Some(before) = before {
                self.change(before, std::mem::take(&mut now), before, Setup::default());
            }
            // What was on it while it was not a network's.
            if before != Some(device) && !self.is_remade(device) {
                now = self.present(device);
            }
        } else {
            // Of those that nobody wants away, the kernel keeps the order: the first is the source.
            then.routes.sort();
        }
        self.change(device, now, device, then);
        self.parameters(device, wanted, stays || !self.is_remade(device));
    }

    /// What a device has that stays until somebody removes it.
    fn present(&self, device: &NicName) -> Setup {
        let Some(link) = self.link(device) else {
            return Setup::default();
        };
        let is_link_local = |net: &IpNet| match net {
            IpNet::V4(_) => false,
            IpNet::V6(net) => net.addr().is_unicast_link_local(),
        };
        let addresses = self.observed.addresses.of(link.index).iter();
        let addresses = addresses.map(|address| address.net);
        let routes = self.observed.addresses.routes().iter();
        let made = routes.filter(|it| {
            let by_itself = [Route::KERNEL, Route::ADVERTISED].contains(&it.protocol);
            it.device == link.index && !by_itself && !it.is_shared
        });
        let mut routes: Vec<Route> = made
            .map(|it| Route {
                destination: it.destination,
                gateway: it.gateway,
                device: device.clone(),
                table: it.table,
                metric: it.metric,
                source: it.source,
                protocol: it.protocol,
            })
            .collect();
        // A gateway is reached by another route.
        routes.sort_by_key(|it| (it.gateway.is_some(), Reverse(it.destination.prefix_len())));
        Setup {
            addresses: addresses.filter(|net| !is_link_local(net)).collect(),
            routes,
            rules: Vec::new(),
        }
    }

    fn rules_of(&self, name: &NetworkName) -> Vec<Rule> {
        let table = table::number(name);
        let rules = self.observed.addresses.rules().iter();
        let ours = rules.filter(|it| it.table == table && it.protocol == Route::OURS);
        ours.cloned().collect()
    }

    /// What goes and what comes between two setups of a network.
    fn change(&mut self, from: &NicName, now: Setup, to: &NicName, then: Setup) {
        let going: Vec<IpNet> = missing_in(&now.addresses, &then.addresses);
        // With an address, the kernel may take away what depended on it.
        let is_cut = !going.is_empty();
        let routes_going = match is_cut {
            true => now.routes.clone(),
            false => missing_in(&now.routes, &then.routes),
        };
        let routes_coming = match is_cut {
            true => then.routes.clone(),
            false => missing_in(&then.routes, &now.routes),
        };
        let rule = |rule: Rule, device: &NicName, add| IpChange::Rule {
            rule,
            device: device.clone(),
            add,
        };
        let address = |address: IpNet, device: &NicName, add| IpChange::Address {
            device: device.clone(),
            address,
            add,
        };
        let route = |route: Route, add| IpChange::Route { route, add };
        let rules_going = missing_in(&now.rules, &then.rules);
        let IpPlan { before, after } = &mut self.plan;
        before.extend(rules_going.into_iter().map(|it| rule(it, from, false)));
        // A default route may need the others.
        before.extend(routes_going.into_iter().rev().map(|it| route(it, false)));
        // With the first of a subnet, the kernel may take away the others.
        before.extend(going.into_iter().rev().map(|it| address(it, from, false)));
        let coming = missing_in(&then.addresses, &now.addresses);
        after.extend(coming.into_iter().map(|it| address(it, to, true)));
        after.extend(routes_coming.into_iter().map(|it| route(it, true)));
        let rules_coming = missing_in(&then.rules, &now.rules);
        after.extend(rules_coming.into_iter().map(|it| rule(it, to, true)));
    }

    /// IPv6 of a network's own device: off unless it has settings.
    fn parameters(&mut self, device: &NicName, wanted: &IpSettings, is_known: bool) {
        // Where IPv6 cannot be, there are no parameters to be read.
        let least = u32::from(Mtu::MIN_IPV6);
        let link = self.link(device).filter(|it| is_known && it.mtu >= least);
        // Of a device that the switch makes, IPv6 is off.
        let (speaks, heeds, makes) = link.map_or((false, true, true), |link| {
            (link.ipv6, link.accept_ra, link.autoconf)
        });
        let (on, automatic) = match wanted.v6 {
            Ipv6Settings::None => (false, None),
            Ipv6Settings::Static { .. } => (true, Some(false)),
            Ipv6Settings::Automatic { autoconf, .. } => (true, Some(autoconf)),
        };
        let mut changes = Vec::new();
        let mut set = |parameter, from: bool, to: bool| {
            if from != to {
                changes.push(IpChange::Parameter {
                    device: device.clone(),
                    parameter,
                    from,
                    to,
                });
            }
        };
        if let Some(automatic) = automatic {
            set(Ipv6Parameter::AcceptAdvertisements, heeds, automatic);
            set(Ipv6Parameter::Autoconf, makes, automatic);
        }
        set(Ipv6Parameter::Disable, !speaks, !on);
        // Before the addresses, which need it.
        let place = self.plan.after.iter().position(|it| it.device() == device);
        let place = place.unwrap_or(self.plan.after.len());
        self.plan.after.splice(place..place, changes);
    }

    /// A device that is part of something has no addresses, and no IPv6.
    fn take(&mut self, name: &NicName) {
        let is_own = self.own_after.contains(name);
        let Some(link) = self.link(name).filter(|_| !is_own && !self.is_remade(name)) else {
            return;
        };
        let ipv6 = link.ipv6;
        let was_own = self.own_before.contains(name);
        if !was_own {
            let now = self.present(name);
            self.change(name, now, name, Setup::default());
        }
        if ipv6 {
            self.plan.before.push(disable(name, true));
        }
        if self.surroundings.widened.contains(name) {
            self.plan.after.push(disable(name, true));
        }
    }

    /// A NIC that is let go speaks IPv6 again, as when it was made.
    fn release(&mut self, name: &NicName) {
        let least = u32::from(Mtu::MIN_IPV6);
        let silent = self
            .link(name)
            .filter(|link| !link.ipv6 && link.mtu >= least);
        if silent.is_some() && !self.surroundings.taken.contains(name) {
            self.plan.after.push(disable(name, false));
        }
    }

    /// Networks that the request does not name and whose devices are made anew keep what they have.
    fn carry_over(&mut self) {
        let named =
            |name: &NicName| self.own_before.contains(name) || self.own_after.contains(name);
        let others: Vec<&NicName> = self
            .surroundings
            .remade
            .iter()
            .filter(|name| !named(name) && self.link(name).is_some())
            .collect();
        for name in others {
            let now = self.present(name);
            for change in [false, true] {
                let setup = Setup {
                    addresses: now.addresses.clone(),
                    routes: now.routes.clone(),
                    rules: Vec::new(),
                };
                match change {
                    false => self.change(name, setup, name, Setup::default()),
                    true => self.change(name, Setup::default(), name, setup),
                }
            }
            if self.link(name).is_some_and(|link| link.ipv6) {
                self.plan.after.push(disable(name, false));
            }
        }
    }
}

fn disable(name: &NicName, to: bool) -> IpChange {
    IpChange::Parameter {
        device: name.clone(),
        parameter: Ipv6Parameter::Disable,
        from: !to,
        to,
    }
}

/// Those of the one that are not in the other, in their order.
fn missing_in<T: Clone + PartialEq>(one: &[T], other: &[T]) -> Vec<T> {
    one.iter()
        .filter(|it| !other.contains(it))
        .cloned()
        .collect()
}

/// What settings come to on a device.
fn wanted_setup(name: &NetworkName, device: &NicName, wanted: &IpSettings) -> Setup {
    let mut setup = Setup::default();
    if let Ipv4Settings::Static { address, gateway } = wanted.v4 {
        add(
            &mut setup,
            name,
            device,
            address.into(),
            gateway.map(IpAddr::V4),
            wanted.default_route,
        );
    }
    if let Ipv6Settings::Static { address, gateway } = wanted.v6 {
        add(
            &mut setup,
            name,
            device,
            address.into(),
            gateway.map(IpAddr::V6),
            wanted.default_route,
        );
    }
    setup
}

fn add(
    setup: &mut Setup,
    name: &NetworkName,
    device: &NicName,
    address: IpNet,
    gateway: Option<IpAddr>,
    is_default: bool,
) {
    setup.addresses.push(address);
    let Some(gateway) = gateway else {
        return;
    };
    let (all, metric) = match address {
        IpNet::V4(_) => (IpNet::V4(Default::default()), 0),
        IpNet::V6(_) => (IpNet::V6(Default::default()), Route::IPV6_METRIC),
    };
    let own = table::number(name);
    let route = |destination, gateway, table, source| Route {
        destination,
        gateway,
        device: device.clone(),
        table,
        metric,
        source,
        protocol: Route::OURS,
    };
    let subnet = address.trunc();
    let source = match address {
        IpNet::V4(net) => Some(IpAddr::V4(net.addr())),
        // It may be tentative still, and then no source.
        IpNet::V6(_) => None,
    };
    setup.routes.push(route(subnet, None, own, source));
    setup.routes.push(route(all, Some(gateway), own, None));
    if is_default {
        setup
            .routes
            .push(route(all, Some(gateway), Route::MAIN, None));
    }
    let rule = |source, destination, incoming| Rule {
        priority: PRIORITY,
        source,
        destination,
        incoming,
        table: own,
        protocol: Route::OURS,
    };
    setup.rules.push(rule(Some(subnet), None, None));
    setup
        .rules
        .push(rule(None, Some(subnet), Some(device.clone())));
}
