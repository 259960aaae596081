use std::collections::{BTreeMap, BTreeSet};

use super::observed::{NetworkPort, Observed, UplinkUse};
use super::{Bond, BondName, Change, Mtu, Network, NetworkName, NicName, Uplink};

/// The host as a request would leave it: the desired laid over the observed. Made in time that
/// grows with the request; rules and plans ask it instead of either.
#[derive(Debug)]
pub struct Resulting<'a> {
    networks: &'a BTreeMap<NetworkName, Change<Network>>,
    bonds: &'a BTreeMap<BondName, Change<Bond>>,
    observed: &'a Observed,
    named: Vec<NamedNetwork<'a>>,
    /// What the named networks will use each uplink for.
    coming: BTreeMap<&'a Uplink, UplinkUse>,
    /// What the named networks use each uplink for now.
    going: BTreeMap<&'a Uplink, Going>,
    /// The bond that each NIC of a named bond will belong to; the first if several want it.
    members: BTreeMap<&'a NicName, &'a BondName>,
}

/// A network that the request names.
#[derive(Debug, Clone, Copy)]
pub struct NamedNetwork<'a> {
    /// Its name.
    pub name: &'a NetworkName,
    /// What it will be; `None` when it is removed.
    pub desired: Option<&'a Network>,
    /// What it is now; `None` when it is not there.
    pub present: Option<&'a Network>,
    /// What there is of it now in Open vSwitch.
    pub port: Option<&'a NetworkPort>,
}

/// What named networks use an uplink for now, and will not unless they say so again.
#[derive(Debug, Default)]
struct Going {
    mtus: BTreeMap<Mtu, usize>,
    spanning: usize,
}

impl Going {
    fn add(&mut self, network: &Network) {
        *self.mtus.entry(network.mtu).or_default() += 1;
        self.spanning += usize::from(network.stp);
    }
}

impl<'a> Resulting<'a> {
    /// Lays the named networks and bonds over `observed`.
    pub fn new(
        networks: &'a BTreeMap<NetworkName, Change<Network>>,
        bonds: &'a BTreeMap<BondName, Change<Bond>>,
        observed: &'a Observed,
    ) -> Self {
        let mut coming: BTreeMap<&Uplink, UplinkUse> = BTreeMap::new();
        let mut going: BTreeMap<&Uplink, Going> = BTreeMap::new();
        let mut named = Vec::with_capacity(networks.len());
        for (name, change) in networks {
            let (desired, port) = (change.set(), observed.ovs.network(name));
            let present = match port {
                Some(port) => Some(&port.network),
                None => observed.network(name),
            };
            if let Some(network) = desired
                && let Some(uplink) = &network.uplink
            {
                coming.entry(uplink).or_default().add(name, network);
            }
            if let Some(network) = present
                && let Some(uplink) = &network.uplink
            {
                going.entry(uplink).or_default().add(network);
            }
            named.push(NamedNetwork {
                name,
                desired,
                present,
                port,
            });
        }
        let mut members: BTreeMap<&NicName, &BondName> = BTreeMap::new();
        for (name, change) in bonds {
            for nic in change.set().into_iter().flat_map(|bond| &bond.members) {
                members.entry(nic).or_insert(name);
            }
        }
        Self {
            networks,
            bonds,
            observed,
            named,
            coming,
            going,
            members,
        }
    }

    /// The networks that the request names, by name.
    pub fn named(&self) -> &[NamedNetwork<'a>] {
        &self.named
    }

    /// Whether the request names this network.
    pub fn names(&self, name: &NetworkName) -> bool {
        self.networks.contains_key(name)
    }

    /// The network of this name as it will be.
    pub fn network(&self, name: &NetworkName) -> Option<&'a Network> {
        match self.networks.get(name) {
            Some(change) => change.set(),
            None => self.observed.network(name),
        }
    }

    /// The bond of this name as it will be.
    pub fn bond(&self, name: &BondName) -> Option<&'a Bond> {
        match self.bonds.get(name) {
            Some(change) => change.set(),
            None => self.observed.bond(name),
        }
    }

    /// The uplinks whose use changes, and those of named bonds: where bridges may have to change.
    pub fn touched_uplinks(&self) -> BTreeSet<Uplink> {
        let used = self
            .coming
            .keys()
            .chain(self.going.keys())
            .map(|uplink| (*uplink).clone());
        used.chain(self.bonds.keys().cloned().map(Uplink::Bond))
            .collect()
    }

    /// Whether a network that the request names will use the uplink.
    pub fn is_named(&self, uplink: &Uplink) -> bool {
        self.coming.contains_key(uplink)
    }

    /// Whether an uplink is one of [`touched_uplinks`](Resulting::touched_uplinks).
    pub fn touches(&self, uplink: &Uplink) -> bool {
        let is_named_bond = match uplink {
            Uplink::Bond(bond) => self.bonds.contains_key(bond),
            Uplink::Nic(_) | Uplink::Tunnel(_) => false,
        };
        is_named_bond || self.is_named(uplink) || self.going.contains_key(uplink)
    }

    /// The networks with this tag (0: untagged) on an uplink that the request does not name.
    pub fn staying_with_tag(
        &self,
        uplink: &Uplink,
        tag: u16,
    ) -> impl Iterator<Item = &'a NetworkName> {
        let uses = self.observed.uplink_use(uplink).into_iter();
        uses.flat_map(move |uses| uses.with_tag(tag))
            .filter(|name| !self.networks.contains_key(*name))
    }

    /// The tags (0: untagged) that networks will have on an uplink, with one of their names, in
    /// ascending order. Looks at every network of the uplink.
    pub fn tags(&self, uplink: &Uplink) -> BTreeMap<u16, &NetworkName> {
        let mut tags = BTreeMap::new();
        for (tag, networks) in self
            .observed
            .uplink_use(uplink)
            .into_iter()
            .flat_map(UplinkUse::tags)
        {
            if let Some(name) = networks
                .iter()
                .find(|name| !self.networks.contains_key(*name))
            {
                tags.insert(tag, name);
            }
        }
        for (tag, networks) in self
            .coming
            .get(uplink)
            .into_iter()
            .flat_map(|uses| uses.tags())
        {
            if let Some(name) = networks.first() {
                tags.entry(tag).or_insert(name);
            }
        }
        tags
    }

    /// The tags (0: untagged) that an uplink will have and does not have now, in ascending order.
    pub fn gained_tags(&self, uplink: &Uplink) -> impl Iterator<Item = u16> {
        let now = self.observed.uplink_use(uplink);
        let has = move |tag: u16| now.is_some_and(|uses| uses.with_tag(tag).next().is_some());
        let coming = self.coming.get(uplink).into_iter();
        coming
            .flat_map(UplinkUse::tags)
            .map(|(tag, _)| tag)
            .filter(move |tag| !has(*tag))
    }

    /// Whether a network of an uplink will have a tag (0: untagged).
    pub fn has_tag(&self, uplink: &Uplink, tag: u16) -> bool {
        let coming = self.coming.get(uplink);
        self.staying_with_tag(uplink, tag).next().is_some()
            || coming.is_some_and(|uses| uses.with_tag(tag).next().is_some())
    }

    /// The largest MTU of the networks that an uplink will have; `None` when it will have none.
    pub fn mtu(&self, uplink: &Uplink) -> Option<Mtu> {
        let coming = self.coming.get(uplink);
        let coming = coming.and_then(|uses| uses.mtus().keys().next_back().copied());
        self.staying_mtu(uplink).max(coming)
    }

    /// The largest MTU of an uplink's networks that the request does not name.
    pub fn staying_mtu(&self, uplink: &Uplink) -> Option<Mtu> {
        let going = self.going.get(uplink).map(|going| &going.mtus);
        let leaving = |mtu: &Mtu| going.and_then(|mtus| mtus.get(mtu)).copied().unwrap_or(0);
        let mtus = self.observed.uplink_use(uplink)?.mtus();
        let staying = |(mtu, count): &(&Mtu, &usize)| **count > leaving(mtu);
        mtus.iter().rev().find(staying).map(|(mtu, _)| *mtu)
    }

    /// Whether a network of the uplink will ask for the spanning tree protocol.
    pub fn spanning(&self, uplink: &Uplink) -> bool {
        let count = |uses: Option<&UplinkUse>| uses.map_or(0, UplinkUse::spanning);
        let going = self.going.get(uplink).map_or(0, |going| going.spanning);
        count(self.observed.uplink_use(uplink)) + count(self.coming.get(uplink)) > going
    }

    /// Whether an uplink will be there: a bond until it is removed, a NIC or a tunnel while a
    /// network uses it.
    pub fn has_uplink(&self, uplink: &Uplink) -> bool {
        match uplink {
            Uplink::Bond(name) => self.bond(name).is_some(),
            Uplink::Nic(_) | Uplink::Tunnel(_) => self.mtu(uplink).is_some(),
        }
    }

    /// A bond that the request does not name and that keeps this NIC.
    pub fn staying_bond(&self, nic: &NicName) -> Option<&'a BondName> {
        let bond = self.observed.bond_of(nic)?;
        (!self.bonds.contains_key(bond)).then_some(bond)
    }

    /// The first of the named bonds that will have this NIC.
    pub fn first_bond(&self, nic: &NicName) -> Option<&'a BondName> {
        self.members.get(nic).copied()
    }

    /// The networks that an uplink will have whatever their tags, the first few of them by tag.
    pub fn some_networks(&self, uplink: &Uplink, at_most: usize) -> Vec<&NetworkName> {
        let staying = self
            .observed
            .uplink_use(uplink)
            .into_iter()
            .flat_map(UplinkUse::tags);
        let staying = staying.flat_map(|(_, names)| names);
        let staying = staying.filter(|name| !self.networks.contains_key(*name));
        let coming = self
            .coming
            .get(uplink)
            .into_iter()
            .flat_map(UplinkUse::tags);
        staying
            .chain(coming.flat_map(|(_, names)| names))
            .take(at_most)
            .collect()
    }
}
