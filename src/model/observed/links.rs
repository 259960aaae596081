use std::collections::{BTreeMap, HashMap};

use crate::model::{MacAddress, NicName};

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
    /// Whether it makes itself IPv6 addresses of what routers advertise (`accept_ra` and `autoconf`,
    /// ip-sysctl.rst).
    pub autoconf: bool,
    /// The number of the bridge, bond or switch that it belongs to.
    pub master: Option<u32>,
}
