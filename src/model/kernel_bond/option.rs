//! The options of the kernel's bonding driver: which there are, what they take, and in which modes
//! (Documentation/networking/bonding.rst and drivers/net/bonding/bond_options.c).

// Of `net`, `core` has the addresses without the sockets.
use core::net::Ipv4Addr;

use super::{BondValue, KernelBondMode};
use crate::model::{InvalidMacAddress, MacAddress, NicName, Quoted};

/// An option of the kernel's bonding driver beside its mode.
#[derive(Debug, PartialEq, Eq)]
pub struct KernelBondOption {
    name: &'static str,
    values: Values,
    modes: &'static [u8],
    default: u32,
    standstill: Standstill,
}

/// What an option takes.
#[derive(Debug, PartialEq, Eq)]
enum Values {
    /// A number from the first to the last.
    Number(u32, u32),
    /// One of these words, or its place in the list as a number.
    Words(&'static [&'static str]),
    Device,
    Mac,
    Ipv4List,
    Ipv6List,
    /// `device:number`.
    DeviceNumber,
}

/// What a bond must be like for an option to be changed (`BOND_OPTFLAG_*`, bond_options.c).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standstill {
    /// As it is.
    None,
    /// Down.
    Down,
    /// Down, and without members.
    Memberless,
}

impl KernelBondOption {
    /// The option of this name.
    pub fn find(name: &str) -> Option<&'static KernelBondOption> {
        // Two names of one thing (bonding.rst, "num_grat_arp, num_unsol_na").
        let name = if name == "num_unsol_na" {
            "num_grat_arp"
        } else {
            name
        };
        OPTIONS.iter().find(|option| option.name == name)
    }

    /// All options, by name.
    pub fn all() -> impl Iterator<Item = &'static KernelBondOption> {
        OPTIONS.iter()
    }

    /// The option's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the option means something in this mode.
    pub fn is_of(&self, mode: KernelBondMode) -> bool {
        self.modes.contains(&mode.number())
    }

    /// What it is in a mode unless it is set.
    pub fn default(&self, mode: KernelBondMode) -> BondValue {
        match self.values {
            Values::Number(..) if self.name == "miimon" => BondValue::Number(mode.miimon()),
            Values::Number(..) | Values::Words(_) => BondValue::Number(self.default),
            Values::Device => BondValue::Device(None),
            Values::Mac => BondValue::Mac(MacAddress::new([0; 6])),
            Values::Ipv4List => BondValue::Ipv4(Vec::new()),
            Values::Ipv6List => BondValue::Ipv6(Vec::new()),
            Values::DeviceNumber => BondValue::Priority(None),
        }
    }

    /// What the bond must be like for it to be changed.
    pub const fn standstill(&self) -> Standstill {
        self.standstill
    }

    /// Reads a value.
    ///
    /// # Errors
    /// What is wrong with it, when it is not one of the option's.
    pub fn read(&self, text: &str) -> Result<BondValue, String> {
        Ok(match self.values {
            Values::Number(from, to) => BondValue::Number(number(text, from, to)?),
            Values::Words(words) => {
                BondValue::Number(u32::try_from(word(text, words)?).unwrap_or_default())
            }
            Values::Device => {
                let name = NicName::new(text).map_err(|it| it.to_string())?;
                BondValue::Device(Some(name))
            }
            Values::Mac => BondValue::Mac(text.parse().map_err(mac_message)?),
            Values::Ipv4List => {
                let targets: Vec<Ipv4Addr> = all(text, "an IPv4 address")?;
                let is_host = |it: &Ipv4Addr| !it.is_broadcast() && !it.is_unspecified();
                if !targets.iter().all(is_host) {
                    return Err(format!("{} names no host", Quoted(text)));
                }
                BondValue::Ipv4(targets)
            }
            Values::Ipv6List => BondValue::Ipv6(all(text, "an IPv6 address")?),
            Values::DeviceNumber => {
                let parts = text.rsplit_once(':');
                let parts = parts.and_then(|(name, number)| Some((name, number.parse().ok()?)));
                let (name, number) =
                    parts.ok_or_else(|| format!("{} is not device:number", Quoted(text)))?;
                let name = NicName::new(name).map_err(|it| it.to_string())?;
                BondValue::Priority((number != 0).then_some((name, number)))
            }
        })
    }
}

fn mac_message(error: InvalidMacAddress) -> String {
    error.to_string()
}

/// A number of the kernel's, which is not signed here.
fn number(text: &str, from: u32, to: u32) -> Result<u32, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: Option<u32> = text.parse().ok().filter(|_| digits);
    number
        .filter(|number| (from..=to).contains(number))
        .ok_or_else(|| format!("{} is not a number from {from} to {to}", Quoted(text)))
}

/// The place of a word in a list; it may be given as the number of the place.
pub(super) fn word(text: &str, words: &[&str]) -> Result<usize, String> {
    words
        .iter()
        .enumerate()
        .find(|(place, word)| **word == text || place.to_string() == text)
        .map(|(place, _)| place)
        .ok_or_else(|| {
            let words = words.join(", ");
            let last = words.matches(", ").count();
            format!("{} is none of {words} (0 to {last})", Quoted(text))
        })
}

/// The most addresses that the driver asks for (`BOND_MAX_ARP_TARGETS`, net/bonding.h).
const MAX_TARGETS: usize = 16;

fn all<T: std::str::FromStr>(list: &str, what: &str) -> Result<Vec<T>, String> {
    let items = list.split(',');
    let read = |item: &str| {
        item.parse()
            .map_err(|_| format!("{} is not {what}", Quoted(item)))
    };
    let items: Vec<T> = items.map(read).collect::<Result<_, String>>()?;
    match items.len() > MAX_TARGETS {
        true => Err(format!("there are more than {MAX_TARGETS} addresses")),
        false => Ok(items),
    }
}

const ALL: &[u8] = &[0, 1, 2, 3, 4, 5, 6];
const ARP: &[u8] = &[0, 1, 2, 3];
const LACP: &[u8] = &[4];
const ONE_ACTIVE: &[u8] = &[1, 5, 6];
const OFF_ON: Values = Values::Words(&["off", "on"]);
/// The largest number that the driver takes (`INT_MAX`).
pub(super) const MAX: u32 = i32::MAX as u32;

const fn option(name: &'static str, values: Values, modes: &'static [u8]) -> KernelBondOption {
    KernelBondOption {
        name,
        values,
        modes,
        default: 0,
        standstill: Standstill::None,
    }
}

impl KernelBondOption {
    const fn or(mut self, default: u32) -> Self {
        self.default = default;
        self
    }

    const fn when(mut self, standstill: Standstill) -> Self {
        self.standstill = standstill;
        self
    }
}

const ARP_VALIDATE: Values = Values::Words(&[
    "none",
    "active",
    "backup",
    "all",
    "filter",
    "filter_active",
    "filter_backup",
]);
const XMIT_HASH_POLICY: Values = Values::Words(&[
    "layer2",
    "layer3+4",
    "layer2+3",
    "encap2+3",
    "encap3+4",
    "vlan+srcmac",
]);
const AD_SELECT: Values = Values::Words(&["stable", "bandwidth", "count"]);
const ALL_SLAVES_ACTIVE: Values = Values::Words(&["dropped", "delivered"]);
const FAIL_OVER_MAC: Values = Values::Words(&["none", "active", "follow"]);
const PRIMARY_RESELECT: Values = Values::Words(&["always", "better", "failure"]);
const MILLISECONDS: Values = Values::Number(0, MAX);
const BYTE: Values = Values::Number(0, 255);

use Standstill::{Down, Memberless};

static OPTIONS: &[KernelBondOption] = &[
    option("active_slave", Values::Device, ONE_ACTIVE),
    option("ad_actor_sys_prio", Values::Number(1, 65535), LACP)
        .or(65535)
        .when(Down),
    option("ad_actor_system", Values::Mac, LACP).when(Down),
    option("ad_select", AD_SELECT, LACP).when(Down),
    option("ad_user_port_key", Values::Number(0, 1023), LACP).when(Down),
    option("all_slaves_active", ALL_SLAVES_ACTIVE, ALL),
    option("arp_all_targets", Values::Words(&["any", "all"]), ALL),
    option("arp_interval", MILLISECONDS, ARP),
    option("arp_ip_target", Values::Ipv4List, ALL),
    option("arp_missed_max", Values::Number(1, 255), ARP).or(2),
    option("arp_validate", ARP_VALIDATE, ARP),
    option("broadcast_neighbor", OFF_ON, LACP),
    option("coupled_control", OFF_ON, LACP).or(1).when(Down),
    option("downdelay", MILLISECONDS, ALL),
    option("fail_over_mac", FAIL_OVER_MAC, ALL).when(Memberless),
    option("lacp_active", OFF_ON, LACP).or(1).when(Down),
    option("lacp_rate", Values::Words(&["slow", "fast"]), LACP).when(Down),
    option("lp_interval", Values::Number(1, MAX), ALL).or(1),
    option("miimon", MILLISECONDS, ALL),
    option("min_links", MILLISECONDS, ALL),
    option("ns_ip6_target", Values::Ipv6List, ALL),
    option("num_grat_arp", BYTE, ALL).or(1),
    option("packets_per_slave", Values::Number(0, 65535), &[0]).or(1),
    option("peer_notif_delay", Values::Number(0, 300_000), ALL),
    option("primary", Values::Device, ONE_ACTIVE),
    option("primary_reselect", PRIMARY_RESELECT, ALL),
    option("prio", Values::DeviceNumber, ONE_ACTIVE),
    option("resend_igmp", BYTE, ALL).or(1),
    option("tlb_dynamic_lb", OFF_ON, &[5, 6]).or(1).when(Down),
    option("updelay", MILLISECONDS, ALL),
    option("use_carrier", OFF_ON, ALL).or(1),
    option("xmit_hash_policy", XMIT_HASH_POLICY, ALL),
];
