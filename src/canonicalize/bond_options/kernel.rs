//! The options of the kernel's bonding driver: which there are, what they take, and in which modes
//! (Documentation/networking/bonding.rst and drivers/net/bonding/bond_options.c).

use std::fmt;
// Of `net`, `core` has the addresses without the sockets.
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::model::{MacAddress, NicName, Quoted};

/// A mode of the kernel's bonding driver, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode(usize);

const MODES: [&str; 7] = [
    "balance-rr",
    "active-backup",
    "balance-xor",
    "broadcast",
    "802.3ad",
    "balance-tlb",
    "balance-alb",
];

impl Mode {
    pub(super) const BALANCE_RR: Mode = Mode(0);
    pub(super) const ACTIVE_BACKUP: Mode = Mode(1);
    pub(super) const LACP: Mode = Mode(4);

    /// The mode of this name or number.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        word(text, &MODES).map(Mode)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = MODES.get(self.0).unwrap_or(&"");
        write!(f, "mode {} ({name})", self.0)
    }
}

/// An option of the kernel's bonding driver beside its mode.
#[derive(Debug)]
pub(super) struct KernelOption {
    pub(super) name: &'static str,
    values: Values,
    modes: &'static [usize],
}

/// What an option takes.
#[derive(Debug)]
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

impl KernelOption {
    /// The option of this name.
    pub(super) fn find(name: &str) -> Option<&'static KernelOption> {
        OPTIONS.iter().find(|option| option.name == name)
    }

    /// The names of all options.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        OPTIONS.iter().map(|option| option.name)
    }

    /// Whether the option means something in this mode.
    pub(super) fn is_of(&self, mode: Mode) -> bool {
        self.modes.contains(&mode.0)
    }

    /// Says what is wrong with a value, when it is not one of the option's.
    pub(super) fn check(&self, value: &str) -> Result<(), String> {
        match self.values {
            Values::Number(from, to) => number(value, from, to).map(drop),
            Values::Words(words) => word(value, words).map(drop),
            Values::Device => NicName::new(value).map(drop).map_err(|it| it.to_string()),
            Values::Mac => {
                let mac: Result<MacAddress, _> = value.parse();
                mac.map(drop).map_err(|error| error.to_string())
            }
            Values::Ipv4List => all(value, "an IPv4 address", |it| {
                it.parse::<Ipv4Addr>().is_ok()
            }),
            Values::Ipv6List => all(value, "an IPv6 address", |it| {
                it.parse::<Ipv6Addr>().is_ok()
            }),
            Values::DeviceNumber => match value.rsplit_once(':') {
                Some((device, number)) if number.parse::<i32>().is_ok() => {
                    NicName::new(device).map(drop).map_err(|it| it.to_string())
                }
                _ => Err(format!("{} is not device:number", Quoted(value))),
            },
        }
    }
}

/// A number of the kernel's, which is not signed here.
pub(super) fn number(text: &str, from: u32, to: u32) -> Result<u32, String> {
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

fn all(list: &str, what: &str, is: impl Fn(&str) -> bool) -> Result<(), String> {
    match list.split(',').find(|item| !is(item)) {
        Some(item) => Err(format!("{} is not {what}", Quoted(item))),
        None => Ok(()),
    }
}

const ALL: &[usize] = &[0, 1, 2, 3, 4, 5, 6];
const ARP: &[usize] = &[0, 1, 2, 3];
const LACP: &[usize] = &[4];
const ONE_ACTIVE: &[usize] = &[1, 5, 6];
const OFF_ON: Values = Values::Words(&["off", "on"]);
/// The largest number that the driver takes (`INT_MAX`).
pub(super) const MAX: u32 = i32::MAX as u32;

const fn option(name: &'static str, values: Values, modes: &'static [usize]) -> KernelOption {
    KernelOption {
        name,
        values,
        modes,
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

static OPTIONS: &[KernelOption] = &[
    option("active_slave", Values::Device, ONE_ACTIVE),
    option("ad_actor_sys_prio", Values::Number(1, 65535), LACP),
    option("ad_actor_system", Values::Mac, LACP),
    option(
        "ad_select",
        Values::Words(&["stable", "bandwidth", "count"]),
        LACP,
    ),
    option("ad_user_port_key", Values::Number(0, 1023), LACP),
    option(
        "all_slaves_active",
        Values::Words(&["dropped", "delivered"]),
        ALL,
    ),
    option("arp_all_targets", Values::Words(&["any", "all"]), ALL),
    option("arp_interval", Values::Number(0, MAX), ARP),
    option("arp_ip_target", Values::Ipv4List, ALL),
    option("arp_missed_max", Values::Number(1, 255), ARP),
    option("arp_validate", ARP_VALIDATE, ARP),
    option("broadcast_neighbor", OFF_ON, LACP),
    option("coupled_control", OFF_ON, LACP),
    option("downdelay", Values::Number(0, MAX), ALL),
    option(
        "fail_over_mac",
        Values::Words(&["none", "active", "follow"]),
        ALL,
    ),
    option("lacp_active", OFF_ON, LACP),
    option("lacp_rate", Values::Words(&["slow", "fast"]), LACP),
    option("lp_interval", Values::Number(1, MAX), ALL),
    option("miimon", Values::Number(0, MAX), ALL),
    option("min_links", Values::Number(0, MAX), ALL),
    option("ns_ip6_target", Values::Ipv6List, ALL),
    option("num_grat_arp", Values::Number(0, 255), ALL),
    option("num_unsol_na", Values::Number(0, 255), ALL),
    option("packets_per_slave", Values::Number(0, 65535), &[0]),
    option("peer_notif_delay", Values::Number(0, 300_000), ALL),
    option("primary", Values::Device, ONE_ACTIVE),
    option(
        "primary_reselect",
        Values::Words(&["always", "better", "failure"]),
        ALL,
    ),
    option("prio", Values::DeviceNumber, ONE_ACTIVE),
    option("resend_igmp", Values::Number(0, 255), ALL),
    option("tlb_dynamic_lb", OFF_ON, &[5, 6]),
    option("updelay", Values::Number(0, MAX), ALL),
    option("use_carrier", OFF_ON, ALL),
    option("xmit_hash_policy", XMIT_HASH_POLICY, ALL),
];
