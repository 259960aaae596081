//! A plan as a diff for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::Plan;
use super::entry::{Entry, Verb};
use super::facts::Fact;
use crate::model::Printable;

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without colours.
    Plain,
    /// With ANSI colours.
    Coloured,
}

impl Plan {
    /// The plan as a diff for people, in the given style.
    pub fn display(&self, style: Style) -> impl fmt::Display {
        Diff { plan: self, style }
    }
}

struct Diff<'a> {
    plan: &'a Plan,
    style: Style,
}

impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut entries = self.plan.entries();
        if entries.is_empty() {
            return writeln!(f, "nothing to do");
        }
        let ports: BTreeSet<String> = entries
            .iter()
            .filter(|entry| matches!(entry.kind, "network" | "guest"))
            .map(|entry| entry.name.clone())
            .collect();
        // That a network's device is set up when it is made goes without saying.
        let is_usual = |entry: &Entry| {
            let mut facts = entry.facts.iter();
            ports.contains(&entry.name) && facts.all(|fact| ["set", "ipv6"].contains(&fact.name))
        };
        entries.retain(|entry| entry.kind != "device" || !is_usual(entry));
        let mut bridges: BTreeMap<&str, (Option<&Entry>, Vec<&Entry>)> = BTreeMap::new();
        let mut rest = Vec::new();
        for entry in &entries {
            match (entry.kind, &entry.bridge) {
                ("bridge", _) => bridges.entry(&entry.name).or_default().0 = Some(entry),
                (_, Some(bridge)) => bridges.entry(bridge).or_default().1.push(entry),
                _ => rest.push(entry),
            }
        }
        for (name, (bridge, members)) in bridges {
            match bridge {
                Some(bridge) => self.line(f, "", bridge)?,
                None => writeln!(f, "  bridge {}", Printable(name))?,
            }
            members
                .into_iter()
                .try_for_each(|member| self.line(f, "    ", member))?;
        }
        rest.into_iter()
            .try_for_each(|entry| self.line(f, "", entry))?;
        for interruption in self.plan.interruptions() {
            let line = format!("interrupts: {interruption}");
            writeln!(f, "{}", self.paint("35", &line))?;
        }
        for conflict in &self.plan.conflicts {
            writeln!(f, "{}", self.paint("36", &format!("why: {conflict}")))?;
        }
        let count = |verb| entries.iter().filter(|entry| entry.verb == verb).count();
        let (add, change, remove) = (count(Verb::Add), count(Verb::Change), count(Verb::Remove));
        writeln!(f, "{add} to add, {change} to change, {remove} to remove")?;
        match self.plan.transactions().len() {
            0 | 1 => Ok(()),
            count => writeln!(
                f,
                "in {count} transactions, as ovs-vsctl's arguments do not fit into one call"
            ),
        }
    }
}

impl Diff<'_> {
    fn line(&self, f: &mut fmt::Formatter<'_>, indent: &str, entry: &Entry) -> fmt::Result {
        let (sign, colour) = match entry.verb {
            Verb::Add => ('+', "32"),
            Verb::Change => ('~', "33"),
            Verb::Remove => ('-', "31"),
        };
        let facts: Vec<String> = entry.facts.iter().map(Fact::to_string).collect();
        let label = if indent.is_empty() {
            format!("{} {}", entry.kind, entry.name)
        } else {
            format!("{:<8} {:<15}", entry.kind, entry.name)
        };
        let text = format!("{indent}{sign} {label}  {}", facts.join(", "));
        writeln!(f, "{}", self.paint(colour, text.trim_end()))
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        let text = Printable(text);
        match self.style {
            Style::Plain => text.to_string(),
            Style::Coloured => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name, &self.from) {
            ("entry", None) => write!(f, "+{}", self.to),
            ("entry", Some(from)) => write!(f, "-{from}"),
            ("set", _) => f.write_str(&self.to),
            ("vlan", None) if self.to == "untagged" => f.write_str(&self.to),
            (name, None) => write!(f, "{name} {}", self.to),
            (name, Some(from)) => write!(f, "{name} {from} → {}", self.to),
        }
    }
}
