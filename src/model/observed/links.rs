use std::collections::{BTreeMap, HashMap};

use crate::model::{
    BondValue, BridgeOptions, Device, DeviceKind, KernelBond, KernelBondOption, MacAddress,
    NicName, VlanId,
};

/// The kernel's network devices by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    links: BTreeMap<NicName, Link>,
    names: HashMap<u32, NicName>,
}

impl Links {
    /// The device of this name.
    pub fn get(&self, name: &str) -> Option<&Link> {
        self.links.get(name)
    }

    /// The device of this number.
    pub fn by_index(&self, index: u32) -> Option<&Link> {
        self.get(self.names.get(&index)?.as_str())
    }

    /// All devices, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Link> {
        self.links.values()
    }

    /// Changes what is known of a device, if it is there.
    pub fn change(&mut self, name: &str, change: impl FnOnce(&mut Link)) {
        if let Some(link) = self.links.get_mut(name) {
            change(link);
        }
    }

    /// Adds a device, or replaces what was known of it.
    pub fn put(&mut self, link: Link) {
        self.names.insert(link.index, link.name.clone());
        if let Some(old) = self.links.insert(link.name.clone(), link)
            && self.links.get(&old.name).map(|link| link.index) != Some(old.index)
        {
            self.names.remove(&old.index);
        }
    }
}

impl FromIterator<Link> for Links {
    fn from_iter<I: IntoIterator<Item = Link>>(links: I) -> Self {
        let mut all = Self::default();
        links.into_iter().for_each(|link| all.put(link));
        all
    }
}

/// A network device, as `ip -d link show` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The device's name.
    pub name: NicName,
    /// The kernel's number for it.
    pub index: u32,
    /// What kind of virtual device it is (`veth`, `bond`, `vlan`, …); `None` for hardware.
    pub kind: Option<String>,
    /// Its MAC address now, if it is an Ethernet device.
    pub mac: Option<MacAddress>,
    /// The MAC address that it was made with, where the kernel tells.
    pub permanent_mac: Option<MacAddress>,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// The smallest MTU that its driver takes; 0 when the kernel does not tell.
    pub min_mtu: u32,
    /// The largest MTU that its driver takes; 0 when the kernel does not tell or there is no limit.
    pub max_mtu: u32,
    /// Whether it was set up (`IFF_UP`).
    pub up: bool,
    /// Whether it has a carrier (`IFF_LOWER_UP`).
    pub carrier: bool,
    /// Whether it is the loopback device.
    pub loopback: bool,
    /// Whether it speaks IPv6: not if that is turned off (`disable_ipv6`, the kernel's
    /// Documentation/networking/ip-sysctl.rst), nor if its MTU is too small for it.
    pub ipv6: bool,
    /// Whether it heeds what routers advertise (`accept_ra`, ip-sysctl.rst).
    pub accept_ra: bool,
    /// Whether it makes itself IPv6 addresses of that (`autoconf`, ip-sysctl.rst).
    pub autoconf: bool,
    /// The number of the bridge, bond or switch that it belongs to.
    pub master: Option<u32>,
    /// The number of the device that it is on, as a VLAN is.
    pub lower: Option<u32>,
    /// What is told of it (`ip link set … alias`, `IFLA_IFALIAS`).
    pub alias: Option<String>,
    /// The group that it is in (`ip link set … group`): [`Link::OUR_GROUP`] says that we made it.
    pub group: u32,
    /// What it is like as a device of its kind.
    pub data: LinkData,
    /// What it is like as a member of a bond.
    pub membership: Option<Membership>,
}

/// What a device is like as one of its kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LinkData {
    /// A kind that nothing more is known of.
    #[default]
    None,
    /// A VLAN (IEEE 802.1Q) with this id.
    Vlan(VlanId),
    /// A bridge with these options.
    Bridge(BridgeOptions),
    /// A bond.
    Bond(Box<BondLink>),
}

/// A bond of the kernel as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BondLink {
    /// How it works, but for the options that name its members.
    pub bond: KernelBond,
    /// The number of the member that is preferred.
    pub primary: Option<u32>,
    /// The number of the member in use, where one is at a time.
    pub active: Option<u32>,
    /// The aggregate in use, under LACP.
    pub aggregator: Option<u16>,
    /// The MAC address of the LACP partner; all zeros without one.
    pub partner: Option<MacAddress>,
}

/// What a device is like as a member of a bond of the kernel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Membership {
    /// The aggregate that it is part of, under LACP.
    pub aggregator: Option<u16>,
    /// Its priority (`prio`).
    pub priority: i32,
}

impl Links {
    /// The devices that belong to this one, by name. Looks at every device.
    pub fn members<'a>(&'a self, master: &Link) -> impl Iterator<Item = &'a Link> {
        let index = master.index;
        self.iter().filter(move |link| link.master == Some(index))
    }

    /// The bond of the kernel of this name, if there is such a device.
    pub fn bond_link(&self, name: &str) -> Option<&BondLink> {
        match &self.get(name)?.data {
            LinkData::Bond(bond) => Some(bond),
            _ => None,
        }
    }

    /// The bond of the kernel of this name as a request would describe it: its members and how it
    /// works. Looks at every device.
    pub fn bond(&self, name: &str) -> Option<(Vec<NicName>, KernelBond)> {
        let link = self.get(name)?;
        let members: Vec<&Link> = self.members(link).collect();
        let bond = link.kernel_bond(&members)?;
        Some((
            members.into_iter().map(|it| it.name.clone()).collect(),
            bond,
        ))
    }

    /// What tells this host from others: the smallest MAC address of its hardware, which comes and
    /// goes with no request.
    pub fn host_mac(&self) -> Option<MacAddress> {
        let links = self.iter().filter(|link| !link.loopback);
        let addresses = links.filter_map(|link| {
            let address = link.permanent_mac.or(link.mac)?;
            // The kernel's gretap0 and erspan0, on every host that has had a GRE tunnel, have none.
            let is_some = address.bytes() != [0; 6];
            is_some.then_some((link.kind.is_some(), address))
        });
        addresses.min().map(|(_, address)| address)
    }

    /// An address for something that has none from its hardware: always the same on this host, and
    /// another one on others.
    pub fn derived_mac(&self, name: &str) -> MacAddress {
        let host = self.host_mac().map_or([0; 6], MacAddress::bytes);
        MacAddress::derived(&[name.as_bytes(), &host])
    }

    /// The device as setups change it.
    pub fn device(&self, name: &str) -> Option<Device> {
        let link = self.get(name)?;
        let named = |index: Option<u32>| Some(self.by_index(index?)?.name.clone());
        let kind = match &link.data {
            LinkData::Bridge(options) => DeviceKind::Bridge(options.clone()),
            LinkData::Vlan(id) => match named(link.lower) {
                Some(lower) => DeviceKind::Vlan { lower, id: *id },
                None => DeviceKind::Other,
            },
            LinkData::Bond(state) => {
                let bond = self.with_primary(state).with_active(named(state.active));
                DeviceKind::Bond(Box::new(bond))
            }
            LinkData::None => DeviceKind::Other,
        };
        // Theirs is another device's.
        let is_borrowed = match &kind {
            DeviceKind::Vlan { .. } => true,
            DeviceKind::Bond(bond) => bond.has_the_active_members_mac(),
            DeviceKind::Bridge(_) | DeviceKind::Other => false,
        };
        Some(Device {
            name: link.name.clone(),
            kind,
            mac: link.mac.filter(|_| !is_borrowed),
            mtu: link.mtu,
            up: link.up,
            ipv6: link.ipv6,
            master: named(link.master),
            priority: link.membership.map_or(0, |membership| membership.priority),
            alias: link.alias.clone(),
        })
    }

    fn with_primary(&self, state: &BondLink) -> KernelBond {
        let mut bond = state.bond.clone();
        let primary = state.primary.and_then(|index| self.by_index(index));
        if let (Some(primary), Some(option)) = (primary, KernelBondOption::find("primary")) {
            bond.set(option, BondValue::Device(Some(primary.name.clone())));
        }
        bond
    }
}

impl Link {
    /// The group that devices are made in ("nets" in ASCII): what an alias can only say a moment
    /// later. A device in it without an alias is what is left of a setup that was killed.
    pub const OUR_GROUP: u32 = 0x6e65_7473;

    /// Whether it is what is left of a setup that was killed.
    pub fn is_left_over(&self) -> bool {
        self.group == Self::OUR_GROUP && self.alias.is_none()
    }

    /// Whether it makes itself IPv6 addresses of what routers advertise.
    pub fn heeds_routers(&self) -> bool {
        self.ipv6 && self.accept_ra && self.autoconf
    }

    /// How a bond of the kernel works, these being its members.
    pub fn kernel_bond(&self, members: &[&Link]) -> Option<KernelBond> {
        let LinkData::Bond(state) = &self.data else {
            return None;
        };
        let mut bond = state.bond.clone();
        let named = |index: Option<u32>| {
            let member = members.iter().find(|member| Some(member.index) == index);
            member.map(|member| member.name.clone())
        };
        let priority = |member: &&Link| {
            let priority = member.membership.map_or(0, |it| it.priority);
            (priority != 0).then(|| (member.name.clone(), priority))
        };
        let priority = members.iter().find_map(priority);
        for (name, value) in [
            ("primary", BondValue::Device(named(state.primary))),
            ("prio", BondValue::Priority(priority)),
        ] {
            if let Some(option) = KernelBondOption::find(name) {
                bond.set(option, value);
            }
        }
        bond.active = named(state.active);
        Some(bond)
    }
}
