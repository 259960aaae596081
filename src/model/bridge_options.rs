use std::collections::BTreeMap;
use std::fmt;

use super::{MacAddress, Quoted};

/// The options of a kernel bridge that are not as the kernel has them by itself, by the names of its
/// files in sysfs (net/bridge/br_sysfs_br.c), in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BridgeOptions(BTreeMap<&'static str, BridgeValue>);

/// What an option is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BridgeValue {
    /// A number.
    Number(u64),
    /// A MAC address.
    Mac(MacAddress),
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    /// A number up to this.
    Number(u64),
    /// A number up to this, which the kernel shows in hexadecimal.
    Hexadecimal(u64),
    /// A time from the first to the last, in hundredths of a second.
    Time(u64, u64),
    /// 0 or 1.
    Switch,
    /// A MAC address.
    Address,
}

use Values::{Address, Hexadecimal, Number, Switch, Time};

const MAX: u64 = u32::MAX as u64;

/// The options that can be written, what they take, and what they are at first (`br_dev_setup`,
/// net/bridge/br_device.c; `br_multicast_ctx_init`, net/bridge/br_multicast.c).
static OPTIONS: &[(&str, Values, u64)] = &[
    ("ageing_time", Time(0, MAX), 30_000),
    ("default_pvid", Number(4094), 1),
    ("forward_delay", Time(0, 3000), 1500),
    ("group_addr", Address, 0),
    ("group_fwd_mask", Hexadecimal(0xffff), 0),
    ("hash_elasticity", Number(16), 16),
    ("hash_max", Number(MAX), 4096),
    ("hello_time", Time(100, 1000), 200),
    ("max_age", Time(600, 4000), 2000),
    ("multicast_igmp_version", Number(3), 2),
    ("multicast_last_member_count", Number(MAX), 2),
    ("multicast_last_member_interval", Time(0, MAX), 100),
    ("multicast_membership_interval", Time(0, MAX), 26_000),
    ("multicast_mld_version", Number(2), 1),
    ("multicast_querier", Switch, 0),
    ("multicast_querier_interval", Time(0, MAX), 25_500),
    ("multicast_query_interval", Time(100, MAX), 12_500),
    ("multicast_query_response_interval", Time(0, MAX), 1000),
    ("multicast_query_use_ifaddr", Switch, 0),
    ("multicast_router", Number(2), 1),
    ("multicast_snooping", Switch, 1),
    ("multicast_startup_query_count", Number(MAX), 2),
    ("multicast_startup_query_interval", Time(100, MAX), 3125),
    ("multicast_stats_enabled", Switch, 0),
    ("nf_call_arptables", Switch, 0),
    ("nf_call_ip6tables", Switch, 0),
    ("nf_call_iptables", Switch, 0),
    ("no_linklocal_learn", Switch, 0),
    ("priority", Number(65535), 32_768),
    ("stp_state", Switch, 0),
    ("vlan_filtering", Switch, 0),
    ("vlan_protocol", Hexadecimal(0xffff), 0x8100),
    ("vlan_stats_enabled", Switch, 0),
    ("vlan_stats_per_port", Switch, 0),
];

/// The group address of bridges (IEEE 802.1D, table 7-10), at first.
const GROUP_ADDRESS: MacAddress = MacAddress::new([0x01, 0x80, 0xc2, 0, 0, 0]);

impl BridgeOptions {
    /// Reads `key=value key=value`.
    ///
    /// # Errors
    /// A message for every option that is unknown, is given twice, or has a value that it cannot
    /// have.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let mut read = BTreeMap::new();
        let mut wrong = Vec::new();
        for word in text.split_ascii_whitespace() {
            match option(word) {
                Ok((name, value)) => {
                    if read.insert(name, value).is_some() {
                        wrong.push(format!("{name} is given twice"));
                    }
                }
                Err(message) => wrong.push(message),
            }
        }
        let mut options = Self::default();
        for (name, value) in read {
            options.set(name, value);
        }
        match wrong.is_empty() {
            true => Ok(options),
            false => Err(wrong),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of all options that there are.
    pub fn names() -> impl Iterator<Item = &'static str> {
        OPTIONS.iter().map(|(name, ..)| *name)
    }

    /// Sets an option of this name, if there is one.
    pub fn set(&mut self, name: &str, value: BridgeValue) {
        let Some((name, values, _)) = OPTIONS.iter().find(|(known, ..)| *known == name) else {
            return;
        };
        match is_same(*values, initial(name), Some(value)) {
            true => self.0.remove(name),
            false => self.0.insert(name, value),
        };
    }

    /// What an option is set to; `None` when there is none of that name.
    pub fn get(&self, name: &str) -> Option<BridgeValue> {
        self.0.get(name).copied().or_else(|| initial(name))
    }

    /// The options that must be set to make them those of `to`.
    pub fn changes(&self, to: &BridgeOptions) -> Vec<(&'static str, BridgeValue)> {
        let differing = OPTIONS.iter().filter_map(|(name, values, _)| {
            let (from, to) = (self.get(name), to.get(name));
            to.filter(|_| !is_same(*values, from, to))
                .map(|to| (*name, to))
        });
        differing.collect()
    }

    /// Every option that there is with what it is set to, as the kernel shows it in sysfs.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, String)> {
        let names = OPTIONS.iter();
        names.filter_map(|(name, values, _)| Some((*name, shown(*values, self.get(name)?))))
    }
}

/// What an option is at first.
fn initial(name: &str) -> Option<BridgeValue> {
    let (_, values, value) = OPTIONS.iter().find(|(known, ..)| *known == name)?;
    Some(match values {
        Address => BridgeValue::Mac(GROUP_ADDRESS),
        _ => BridgeValue::Number(*value),
    })
}

/// The kernel counts times in its own ticks: what it shows may be less than what was set, by one.
fn is_same(values: Values, one: Option<BridgeValue>, other: Option<BridgeValue>) -> bool {
    match (values, one, other) {
        (Time(..), Some(BridgeValue::Number(one)), Some(BridgeValue::Number(other))) => {
            one.abs_diff(other) <= 1
        }
        (_, one, other) => one == other,
    }
}

fn shown(values: Values, value: BridgeValue) -> String {
    match (values, value) {
        (Hexadecimal(_), BridgeValue::Number(number)) => format!("{number:#x}"),
        (_, BridgeValue::Number(number)) => number.to_string(),
        (_, BridgeValue::Mac(mac)) => mac.to_string(),
    }
}

fn option(word: &str) -> Result<(&'static str, BridgeValue), String> {
    let Some((name, value)) = word.split_once('=') else {
        return Err(format!("{} is not key=value", Quoted(word)));
    };
    let Some((name, values, _)) = OPTIONS.iter().find(|(known, ..)| *known == name) else {
        let known: Vec<&str> = BridgeOptions::names().collect();
        let near = super::request::nearest(name, &known);
        let near = near.map(|near| format!("; did you mean {near:?}?"));
        let name = Quoted(name);
        return Err(format!(
            "a bridge has no option {name}{}",
            near.unwrap_or_default()
        ));
    };
    let number = |from: u64, to: u64| {
        let number = digits(value).filter(|number| (from..=to).contains(number));
        number.map(BridgeValue::Number)
    };
    let read = match *values {
        Number(max) | Hexadecimal(max) => number(0, max),
        Time(min, max) => number(min, max),
        Switch => number(0, 1),
        Address => value.parse().ok().map(BridgeValue::Mac),
    };
    match read.filter(|value| is_possible(name, *value)) {
        Some(value) => Ok((name, value)),
        None => Err(format!("{name}: {} is out of range", Quoted(value))),
    }
}

/// Whether the kernel takes the value, beside its range.
fn is_possible(name: &str, value: BridgeValue) -> bool {
    match (name, value) {
        // Reserved by IEEE 802.1D: `BR_GROUPFWD_RESTRICTED`, net/bridge/br_private.h.
        ("group_fwd_mask", BridgeValue::Number(mask)) => mask & 0b111 == 0,
        // One of the group addresses that are not for something else (`group_addr_store`).
        ("group_addr", BridgeValue::Mac(mac)) => {
            let [.., last] = mac.bytes();
            let [head @ .., _] = GROUP_ADDRESS.bytes();
            mac.bytes().starts_with(&head) && last < 16 && !(1..=3).contains(&last)
        }
        ("vlan_protocol", BridgeValue::Number(protocol)) => [0x8100, 0x88a8].contains(&protocol),
        ("multicast_igmp_version", BridgeValue::Number(version)) => (2..=3).contains(&version),
        ("multicast_mld_version", BridgeValue::Number(version)) => (1..=2).contains(&version),
        // It means nothing any more (`br_hash_elasticity`).
        ("hash_elasticity", BridgeValue::Number(elasticity)) => elasticity == 16,
        _ => true,
    }
}

/// A number in decimal, or in hexadecimal behind `0x`, as the kernel reads it (`kstrtoul`).
fn digits(text: &str) -> Option<u64> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let are_digits = digits.chars().all(|c| c.is_digit(radix));
    u64::from_str_radix(digits, radix)
        .ok()
        .filter(|_| are_digits)
}

impl fmt::Display for BridgeOptions {
    /// `key=value key=value`, by name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.all().filter(|(name, _)| self.0.contains_key(name));
        for (place, (name, value)) in set.enumerate() {
            let space = if place == 0 { "" } else { " " };
            write!(f, "{space}{name}={value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_sorted_and_checked() {
        let options = BridgeOptions::read("priority=8192  forward_delay=0 vlan_protocol=0x88a8");
        let told = "forward_delay=0 priority=8192 vlan_protocol=0x88a8";
        assert_eq!(options.unwrap().to_string(), told);
        assert!(BridgeOptions::read("").unwrap().is_empty());
        let wrong = BridgeOptions::read("priority=65536 x prioritty=1 hash_max=1 hash_max=1");
        let wrong = wrong.unwrap_err().join("; ");
        for part in [
            "priority: \"65536\" is out of range",
            "\"x\" is not key=value",
            "did you mean \"priority\"?",
            "hash_max is given twice",
        ] {
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
        assert!(BridgeOptions::read("vlan_protocol=0x multicast_snooping=2").is_err());
    }
}
