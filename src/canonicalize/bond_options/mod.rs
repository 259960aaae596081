//! A bond's options: from the words of the kernel's bonding driver, which requests use, to what
//! Open vSwitch does.

mod kernel;

use std::collections::BTreeMap;
use std::fmt;

use kernel::{KernelOption, Mode};

use crate::model::request::nearest;
use crate::model::{Lacp, LacpTime, NativeBond, NativeBondMode, NicName, Quoted};

/// What Open vSwitch makes of the options.
///
/// # Errors
/// A message for every option that is unknown, not of the bond's mode, has a value that it cannot
/// have, or asks for what only a kernel bond can do.
pub(super) fn native(text: &str) -> Result<NativeBond, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let options = split(text, &mut wrong);
    let custom = Custom::read(options.get("custom").copied(), &mut wrong);
    let mode = match mode(&options, Mode::ACTIVE_BACKUP, &mut wrong) {
        Some(mode) if mode != Mode::LACP && custom.mode.is_some() => Some(Mode::ACTIVE_BACKUP),
        mode => mode,
    };
    let mut bond = NativeBond::default();
    match mode {
        None | Some(Mode::ACTIVE_BACKUP) => {}
        Some(Mode::LACP) => {
            (bond.mode, bond.lacp) = (NativeBondMode::BalanceTcp, Lacp::Active);
        }
        Some(mode) => wrong.push(Wrong::Text(needs_kernel(&mode.to_string()))),
    }
    apply_custom(&mut bond, custom, &mut wrong);
    for (name, value) in &options {
        let Some(option) = checked(name, value, &mut wrong) else {
            continue;
        };
        if !fits(option, mode, &bond) {
            let mode = mode.unwrap_or(Mode::ACTIVE_BACKUP);
            wrong.push(Wrong::Text(format!("{name} is not an option of {mode}")));
        } else if let Err(message) = apply(&mut bond, name, value) {
            wrong.push(Wrong::Text(message));
        }
    }
    match wrong.is_empty() {
        true => Ok(bond),
        false => Err(wrong),
    }
}

/// Says what is wrong with the options of a kernel bond.
///
/// # Errors
/// A message for every option that is unknown, not of the bond's mode, or has a value that it
/// cannot have.
pub(super) fn check_kernel(text: &str) -> Result<(), Vec<Wrong>> {
    let mut wrong = Vec::new();
    let options = split(text, &mut wrong);
    let mode = mode(&options, Mode::BALANCE_RR, &mut wrong);
    for (name, value) in &options {
        if let Some(option) = checked(name, value, &mut wrong)
            && let Some(mode) = mode
            && !option.is_of(mode)
        {
            wrong.push(Wrong::Text(format!("{name} is not an option of {mode}")));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong),
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
                let known: Vec<&str> = KernelOption::names().chain(["mode", "custom"]).collect();
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
fn mode(options: &BTreeMap<&str, &str>, default: Mode, wrong: &mut Vec<Wrong>) -> Option<Mode> {
    let Some(text) = options.get("mode") else {
        return Some(default);
    };
    match Mode::read(text) {
        Ok(mode) => Some(mode),
        Err(message) => {
            wrong.push(Wrong::Text(format!("mode: {message}")));
            None
        }
    }
}

/// The option of this name, if its value can be.
fn checked(name: &str, value: &str, wrong: &mut Vec<Wrong>) -> Option<&'static KernelOption> {
    if name == "mode" || name == "custom" {
        return None;
    }
    let Some(option) = KernelOption::find(name) else {
        wrong.push(Wrong::Unknown(name.to_owned()));
        return None;
    };
    match option.check(value) {
        Ok(()) => Some(option),
        Err(message) => {
            wrong.push(Wrong::Text(format!("{name}: {message}")));
            None
        }
    }
}

/// Whether an option means something to the bond: in the mode of Open vSwitch where there is a
/// choice, else in the kernel's.
fn fits(option: &KernelOption, mode: Option<Mode>, bond: &NativeBond) -> bool {
    match (option.name, mode) {
        ("primary", Some(Mode::ACTIVE_BACKUP | Mode::LACP)) => {
            bond.mode == NativeBondMode::ActiveBackup
        }
        ("lacp_rate", Some(Mode::ACTIVE_BACKUP | Mode::LACP)) => bond.lacp != Lacp::Off,
        (_, Some(mode)) => option.is_of(mode),
        // That there is no such mode is said already.
        (_, None) => true,
    }
}

/// Gives the bond an option whose value can be.
fn apply(bond: &mut NativeBond, name: &str, value: &str) -> Result<(), String> {
    let milliseconds = || kernel::number(value, 0, kernel::MAX);
    match name {
        "miimon" => bond.miimon = Some(milliseconds()?).filter(|&every| every > 0),
        "updelay" => bond.updelay = milliseconds()?,
        "downdelay" => bond.downdelay = milliseconds()?,
        "primary" => bond.primary = Some(NicName::new(value).map_err(|it| it.to_string())?),
        // Slow is what there is without it.
        "lacp_rate" => {
            bond.lacp_time = matches!(value, "fast" | "1").then_some(LacpTime::Fast);
        }
        _ => return Err(needs_kernel(name)),
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
