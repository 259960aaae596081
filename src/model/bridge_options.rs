use std::collections::BTreeMap;
use std::fmt;

use super::Quoted;

/// Options of a kernel bridge, by the names of its files in sysfs (net/bridge/br_sysfs_br.c), in
/// the order of their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BridgeOptions(BTreeMap<&'static str, String>);

/// What an option takes.
enum Values {
    /// A number up to this.
    Number(u64),
    /// 0 or 1.
    Switch,
    /// A MAC address.
    Address,
}

use Values::{Address, Number, Switch};

const MAX: u64 = u32::MAX as u64;

/// The options that can be written, and what they take. Times are in hundredths of a second.
static OPTIONS: &[(&str, Values)] = &[
    ("ageing_time", Number(MAX)),
    ("default_pvid", Number(4094)),
    ("forward_delay", Number(MAX)),
    ("group_addr", Address),
    ("group_fwd_mask", Number(0xffff)),
    ("hash_elasticity", Number(MAX)),
    ("hash_max", Number(MAX)),
    ("hello_time", Number(MAX)),
    ("max_age", Number(MAX)),
    ("multicast_igmp_version", Number(3)),
    ("multicast_last_member_count", Number(MAX)),
    ("multicast_last_member_interval", Number(MAX)),
    ("multicast_membership_interval", Number(MAX)),
    ("multicast_mld_version", Number(2)),
    ("multicast_querier", Switch),
    ("multicast_querier_interval", Number(MAX)),
    ("multicast_query_interval", Number(MAX)),
    ("multicast_query_response_interval", Number(MAX)),
    ("multicast_query_use_ifaddr", Switch),
    ("multicast_router", Number(2)),
    ("multicast_snooping", Switch),
    ("multicast_startup_query_count", Number(MAX)),
    ("multicast_startup_query_interval", Number(MAX)),
    ("multicast_stats_enabled", Switch),
    ("nf_call_arptables", Switch),
    ("nf_call_ip6tables", Switch),
    ("nf_call_iptables", Switch),
    ("no_linklocal_learn", Switch),
    ("priority", Number(65535)),
    ("stp_state", Number(2)),
    ("vlan_filtering", Switch),
    ("vlan_protocol", Number(0xffff)),
    ("vlan_stats_enabled", Switch),
    ("vlan_stats_per_port", Switch),
];

impl BridgeOptions {
    /// Reads `key=value key=value`.
    ///
    /// # Errors
    /// A message for every option that is unknown, is given twice, or has a value that it cannot
    /// have.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let mut options = BTreeMap::new();
        let mut wrong = Vec::new();
        for word in text.split_ascii_whitespace() {
            match option(word) {
                Ok((name, value)) => {
                    if options.insert(name, value.to_owned()).is_some() {
                        wrong.push(format!("{name} is given twice"));
                    }
                }
                Err(message) => wrong.push(message),
            }
        }
        match wrong.is_empty() {
            true => Ok(Self(options)),
            false => Err(wrong),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of all options that there are.
    pub fn names() -> impl Iterator<Item = &'static str> {
        OPTIONS.iter().map(|(name, _)| *name)
    }
}

fn option(word: &str) -> Result<(&'static str, &str), String> {
    let Some((name, value)) = word.split_once('=') else {
        return Err(format!("{} is not key=value", Quoted(word)));
    };
    let Some((name, values)) = OPTIONS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = BridgeOptions::names().collect();
        let near = super::request::nearest(name, &known);
        let near = near.map(|near| format!("; did you mean {near:?}?"));
        let name = Quoted(name);
        return Err(format!(
            "a bridge has no option {name}{}",
            near.unwrap_or_default()
        ));
    };
    let is_it = match values {
        Number(max) => digits(value).is_some_and(|number| number <= *max),
        Switch => matches!(value, "0" | "1"),
        Address => value.parse::<super::MacAddress>().is_ok(),
    };
    match is_it {
        true => Ok((name, value)),
        false => Err(format!("{name}: {} is out of range", Quoted(value))),
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
        for (place, (name, value)) in self.0.iter().enumerate() {
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
        let options = BridgeOptions::read("priority=8192  forward_delay=0 vlan_protocol=0x8100");
        let told = "forward_delay=0 priority=8192 vlan_protocol=0x8100";
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
