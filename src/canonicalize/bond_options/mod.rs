//! A bond's options: from the words of the kernel's bonding driver, which requests use, to a bond of
//! the kernel or what Open vSwitch has for it.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::request::nearest;
use crate::model::{
    BondValue, KernelBond, KernelBondMode, KernelBondOption, Lacp, LacpTime, NativeBond,
    NativeBondMode, Quoted,
};

/// What Open vSwitch makes of the options.
///
/// # Errors
/// A message for every option that is unknown, not of the bond's mode, has a value that it cannot
/// have, or asks for what only a kernel bond can do.
pub(super) fn native(text: &str) -> Result<NativeBond, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let options = split(text, &mut wrong);
    let custom = Custom::read(options.get("custom").copied(), &mut wrong);
    let mode = match mode(&options, KernelBondMode::ACTIVE_BACKUP, &mut wrong) {
        Some(mode) if mode != KernelBondMode::LACP && custom.mode.is_some() => {
            Some(KernelBondMode::ACTIVE_BACKUP)
        }
        mode => mode,
    };
    let mut bond = NativeBond::default();
    match mode {
        None | Some(KernelBondMode::ACTIVE_BACKUP) => {}
        Some(KernelBondMode::LACP) => {
            (bond.mode, bond.lacp) = (NativeBondMode::BalanceTcp, Lacp::Active);
        }
        Some(mode) => wrong.push(Wrong::Text(needs_kernel(&mode.to_string()))),
    }
    apply_custom(&mut bond, custom, &mut wrong);
    for (name, value) in &options {
        let Some((option, value)) = checked(name, value, &mut wrong) else {
            continue;
        };
        if !fits(option, mode, &bond) {
            let mode = mode.unwrap_or(KernelBondMode::ACTIVE_BACKUP);
            wrong.push(Wrong::Text(format!("{name} is not an option of {mode}")));
        } else if let Err(message) = apply(&mut bond, option, value) {
            wrong.push(Wrong::Text(message));
        }
    }
    match wrong.is_empty() {
        true => Ok(bond),
        false => Err(wrong),
    }
}

/// The kernel's bond that the options describe.
///
/// # Errors
/// A message for every option that is unknown, not of the bond's mode, has a value that it cannot
/// have, or does not go with another one.
pub(super) fn kernel(text: &str) -> Result<KernelBond, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let options = split(text, &mut wrong);
    let mode = mode(&options, KernelBondMode::BALANCE_RR, &mut wrong);
    let mut bond = KernelBond::new(mode.unwrap_or_default());
    bond.custom = Custom::read(options.get("custom").copied(), &mut wrong).carried;
    let mut set: BTreeMap<&str, BondValue> = BTreeMap::new();
    for (name, value) in &options {
        let Some((option, value)) = checked(name, value, &mut wrong) else {
            continue;
        };
        if let Some(mode) = mode
            && !option.is_of(mode)
        {
            wrong.push(Wrong::Text(format!("{name} is not an option of {mode}")));
            continue;
        }
        // Some options have two names.
        let other = set.insert(option.name(), value.clone());
        if other.is_some_and(|other| other != value) {
            wrong.push(Wrong::Text(format!("{name} is given twice")));
        }
        bond.set(option, value);
    }
    if mode.is_some() {
        check_monitoring(&bond, &mut wrong);
    }
    match wrong.is_empty() {
        true => Ok(bond),
        false => Err(wrong),
    }
}

/// Carriers are looked at, or addresses asked for, not both; and delays are counted in looks
/// (`bond_option_updelay_set` and `bond_changelink`, drivers/net/bonding).
fn check_monitoring(bond: &KernelBond, wrong: &mut Vec<Wrong>) {
    let number = |name: &str| {
        let option = KernelBondOption::find(name).filter(|option| option.is_of(bond.mode));
        match option.map(|option| bond.get(option)) {
            Some(BondValue::Number(number)) => number,
            _ => 0,
        }
    };
    let miimon = number("miimon");
    if miimon > 0 && number("arp_interval") > 0 {
        let message = "miimon and arp_interval exclude each other";
        wrong.push(Wrong::Text(message.to_owned()));
    }
    for name in ["updelay", "downdelay", "peer_notif_delay"] {
        match number(name) {
            0 => {}
            _ if miimon == 0 => {
                wrong.push(Wrong::Text(format!("{name} means nothing without miimon")));
            }
            delay if delay % miimon > 0 => wrong.push(Wrong::Text(format!(
                "{name}: {delay} is not a multiple of miimon, which is {miimon}"
            ))),
            _ => {}
        }
    }
}

/// What is wrong with an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// This.
    Text(String),
    /// There is none of this name. What it may be a misspelling of is only looked for when
    /// somebody will read it: that takes much longer than all the rest.
    Unknown(String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wrong::Text(text) => f.write_str(text),
            Wrong::Unknown(name) => {
                write!(f, "unknown option {}", Quoted(name))?;
                let known = KernelBondOption::all().map(KernelBondOption::name);
                let known: Vec<&str> = known.chain(["mode", "custom"]).collect();
                match nearest(name, &known) {
                    Some(near) => write!(f, "; did you mean {near:?}?"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn needs_kernel(what: &str) -> String {
    format!(
        "Open vSwitch has no word for {what}: it needs a kernel bond, which is not available yet"
    )
}

/// The options by name, each once.
fn split<'t>(text: &'t str, wrong: &mut Vec<Wrong>) -> BTreeMap<&'t str, &'t str> {
    let mut options = BTreeMap::new();
    for word in text.split_ascii_whitespace() {
        let Some((name, value)) = word.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            wrong.push(Wrong::Text(format!("{} is not key=value", Quoted(word))));
            continue;
        };
        if options.insert(name, value).is_some() {
            wrong.push(Wrong::Text(format!("{} is given twice", Quoted(name))));
        }
    }
    options
}

/// The mode that the options name; `None` when there is none of that name.
fn mode(
    options: &BTreeMap<&str, &str>,
    default: KernelBondMode,
    wrong: &mut Vec<Wrong>,
) -> Option<KernelBondMode> {
    let Some(text) = options.get("mode") else {
        return Some(default);
    };
    match KernelBondMode::read(text) {
        Ok(mode) => Some(mode),
        Err(message) => {
            wrong.push(Wrong::Text(format!("mode: {message}")));
            None
        }
    }
}

/// The option of this name with its value, if it can be.
fn checked(
    name: &str,
    value: &str,
    wrong: &mut Vec<Wrong>,
) -> Option<(&'static KernelBondOption, BondValue)> {
    if name == "mode" || name == "custom" {
        return None;
    }
    let Some(option) = KernelBondOption::find(name) else {
        wrong.push(Wrong::Unknown(name.to_owned()));
        return None;
    };
    match option.read(value) {
        Ok(value) => Some((option, value)),
        Err(message) => {
            wrong.push(Wrong::Text(format!("{name}: {message}")));
            None
        }
    }
}

/// Whether an option means something to the bond: in the mode of Open vSwitch where there is a
/// choice, else in the kernel's.
fn fits(option: &KernelBondOption, mode: Option<KernelBondMode>, bond: &NativeBond) -> bool {
    match (option.name(), mode) {
        ("primary", Some(KernelBondMode::ACTIVE_BACKUP | KernelBondMode::LACP)) => {
            bond.mode == NativeBondMode::ActiveBackup
        }
        ("lacp_rate", Some(KernelBondMode::ACTIVE_BACKUP | KernelBondMode::LACP)) => {
            bond.lacp != Lacp::Off
        }
        (_, Some(mode)) => option.is_of(mode),
        // That there is no such mode is said already.
        (_, None) => true,
    }
}

/// Gives the bond an option whose value can be.
fn apply(bond: &mut NativeBond, option: &KernelBondOption, value: BondValue) -> Result<(), String> {
    match (option.name(), value) {
        ("miimon", BondValue::Number(every)) => bond.miimon = Some(every).filter(|&it| it > 0),
        ("updelay", BondValue::Number(delay)) => bond.updelay = delay,
        ("downdelay", BondValue::Number(delay)) => bond.downdelay = delay,
        ("primary", BondValue::Device(primary)) => bond.primary = primary,
        // Slow is what there is without it.
        ("lacp_rate", BondValue::Number(rate)) => {
            bond.lacp_time = (rate == 1).then_some(LacpTime::Fast);
        }
        (name, _) => return Err(needs_kernel(name)),
    }
    Ok(())
}

/// What `custom=` holds.
#[derive(Default)]
struct Custom {
    mode: Option<NativeBondMode>,
    lacp: Option<Lacp>,
    carried: BTreeMap<String, String>,
}

impl Custom {
    fn read(text: Option<&str>, wrong: &mut Vec<Wrong>) -> Self {
        let mut custom = Custom::default();
        for pair in text
            .unwrap_or_default()
            .split(',')
            .filter(|it| !it.is_empty())
        {
            match pair.split_once(':') {
                Some(("ovs_mode", value)) => {
                    custom.mode = named(value, "ovs_mode", NativeBondMode::ALL, wrong);
                }
                Some(("ovs_lacp", value)) => {
                    custom.lacp = named(value, "ovs_lacp", Lacp::ALL, wrong);
                }
                Some((key, value)) if !key.is_empty() => {
                    custom.carried.insert(key.to_owned(), value.to_owned());
                }
                _ => wrong.push(Wrong::Text(format!(
                    "custom: {} is not key:value",
                    Quoted(pair)
                ))),
            }
        }
        custom
    }
}

/// The value of this name, out of `all`.
fn named<T: fmt::Display, const N: usize>(
    text: &str,
    option: &str,
    all: [T; N],
    wrong: &mut Vec<Wrong>,
) -> Option<T> {
    let names: Vec<String> = all.iter().map(T::to_string).collect();
    let found = all.into_iter().find(|value| value.to_string() == text);
    if found.is_none() {
        let names = names.join(", ");
        wrong.push(Wrong::Text(format!(
            "{option}: {} is none of {names}",
            Quoted(text)
        )));
    }
    found
}

/// Open vSwitch's own words have the last say.
fn apply_custom(bond: &mut NativeBond, custom: Custom, wrong: &mut Vec<Wrong>) {
    if let Some(mode) = custom.mode {
        bond.mode = mode;
        if mode == NativeBondMode::BalanceTcp {
            bond.lacp = Lacp::Active;
        }
    }
    bond.lacp = custom.lacp.unwrap_or(bond.lacp);
    bond.custom = custom.carried;
    // ovs-vswitchd.conf.db(5), bond_mode: balance-tcp needs a peer that negotiates.
    if bond.mode == NativeBondMode::BalanceTcp && bond.lacp == Lacp::Off {
        wrong.push(Wrong::Text(
            "balance-tcp does not work without LACP".to_owned(),
        ));
    }
}

#[cfg(test)]
mod tests;
