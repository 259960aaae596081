//! What tells in the kernel that a device is ours: its alias (`ip link show`, `IFLA_IFALIAS`), which
//! goes with the device. It says in words what no attribute of the device does.
//!
//! | device | alias |
//! |---|---|
//! | a network's bridge, or its southbound when it is not bridged | `netswitch network=web nic=eth0 vlan=10` |
//! | an uplink that is a network by itself | `netswitch network=web nic=eth0 mtu=1500` |
//! | a bond | `netswitch bonding hwaddr custom=key:value` |
//!
//! What others say of a device stays, behind a `|`.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::{BondName, Mtu, NetworkName, NicName, Uplink, VlanId};

/// The longest alias that the kernel takes, in bytes (`IFALIASZ` - 1, linux/if.h).
pub(super) const MAX_LENGTH: usize = 255;

const FIRST: &str = "netswitch";
const BONDING: &str = "bonding";
const HWADDR: &str = "hwaddr";
const OTHERS: &str = "|";

/// What an alias says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// The network whose own device it is.
    pub(super) network: Option<NetworkMark>,
    /// That it is a bond of ours.
    pub(super) bond: Option<BondMark>,
    /// What others say.
    pub(super) others: String,
}

/// A network's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NetworkMark {
    pub(super) name: NetworkName,
    pub(super) uplink: Option<Uplink>,
    pub(super) vlan: Option<VlanId>,
    /// Its MTU, where its device may be larger: it is the uplink itself.
    pub(super) mtu: Option<Mtu>,
}

/// What is remembered of a bond.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct BondMark {
    /// Whether its MAC address was asked for.
    pub(super) hwaddr: bool,
    /// What its `custom` option carries.
    pub(super) custom: BTreeMap<String, String>,
}

/// Whether an alias begins with our word.
pub(super) fn is_ours(alias: Option<&str>) -> bool {
    alias.and_then(|alias| alias.split(' ').next()) == Some(FIRST)
}

impl Mark {
    /// Reads an alias. One that does not begin with our word is others' alone.
    pub(super) fn read(alias: Option<&str>) -> Self {
        let alias = alias.unwrap_or_default();
        let mut words = alias.split(' ');
        if words.next() != Some(FIRST) {
            return Self {
                others: alias.to_owned(),
                ..Self::default()
            };
        }
        let mut attributes: BTreeMap<&str, &str> = BTreeMap::new();
        for word in words.by_ref().take_while(|word| *word != OTHERS) {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            attributes.insert(name, value);
        }
        let (network, bond) = (network(&attributes), bond(&attributes));
        match network.is_none() && bond.is_none() {
            // Who wrote it meant something else.
            true => Self {
                others: alias.to_owned(),
                ..Self::default()
            },
            false => Self {
                network,
                bond,
                others: words.collect::<Vec<_>>().join(" "),
            },
        }
    }

    /// The alias that says it; `None` when there is nothing to say.
    pub(super) fn alias(&self) -> Option<String> {
        Some(self.to_string()).filter(|text| !text.is_empty())
    }
}

fn network(attributes: &BTreeMap<&str, &str>) -> Option<NetworkMark> {
    let nic = attributes
        .get("nic")
        .map(|name| NicName::new(name).map(Uplink::Nic));
    let bond = attributes
        .get("bond")
        .map(|name| BondName::new(name).map(Uplink::Bond));
    Some(NetworkMark {
        name: NetworkName::new(attributes.get("network")?).ok()?,
        uplink: nic.or(bond).transpose().ok()?,
        vlan: match attributes.get("vlan") {
            Some(text) => Some(VlanId::new(text.parse().ok()?)?),
            None => None,
        },
        mtu: match attributes.get("mtu") {
            Some(text) => Some(Mtu::new(text.parse().ok()?)?),
            None => None,
        },
    })
}

fn bond(attributes: &BTreeMap<&str, &str>) -> Option<BondMark> {
    attributes.get(BONDING)?;
    let custom = attributes.get("custom").copied().unwrap_or_default();
    let custom = custom.split(',').filter_map(|pair| pair.split_once(':'));
    Some(BondMark {
        hwaddr: attributes.contains_key(HWADDR),
        custom: custom
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
    })
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            network,
            bond,
            others,
        } = self;
        if network.is_none() && bond.is_none() {
            return f.write_str(others);
        }
        f.write_str(FIRST)?;
        if let Some(bond) = bond {
            write!(f, " {BONDING}")?;
            if bond.hwaddr {
                write!(f, " {HWADDR}")?;
            }
            for (place, (key, value)) in bond.custom.iter().enumerate() {
                let before = if place == 0 { " custom=" } else { "," };
                write!(f, "{before}{key}:{value}")?;
            }
        }
        if let Some(network) = network {
            write!(f, " network={}", network.name)?;
            match &network.uplink {
                Some(Uplink::Nic(nic)) => write!(f, " nic={nic}")?,
                Some(Uplink::Bond(bond)) => write!(f, " bond={bond}")?,
                Some(Uplink::Tunnel(_)) | None => {}
            }
            if let Some(vlan) = network.vlan {
                write!(f, " vlan={vlan}")?;
            }
            if let Some(mtu) = network.mtu {
                write!(f, " mtu={mtu}")?;
            }
        }
        match others.is_empty() {
            true => Ok(()),
            false => write!(f, " {OTHERS} {others}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_read_back_and_leave_what_others_say() {
        for alias in [
            "netswitch network=web nic=eth0 vlan=10",
            "netswitch network=$(x)=| bond=bond0",
            "netswitch network=lonely",
            "netswitch network=bare nic=eth0 mtu=1280",
            "netswitch bonding",
            "netswitch bonding hwaddr custom=a:b,c:d:e network=web bond=bond0 | rack 3 | left",
            "to the core switch",
            "netswitches are fine",
            "netswitch",
            "netswitch port 3 of rack 5",
            "netswitch network=a vlan=4095 | x",
        ] {
            let mark = Mark::read(Some(alias));
            assert_eq!(mark.alias().as_deref(), Some(alias));
        }
        assert_eq!(Mark::read(None).alias(), None);
    }
}
