//! Values of a request read as what they should be: each is read on its own, and what is wrong
//! with it is noted without stopping.

use std::collections::HashSet;

use super::json::Value;
use crate::model::{Code, Flaws, Pointer, Quoted, SwitchType};

/// Reads values and collects what is wrong with them, in the order of the document.
#[derive(Debug, Default)]
pub(super) struct Reading {
    flaws: Flaws,
}

impl Reading {
    /// What was wrong, when everything is read.
    pub(super) fn finish(self) -> Flaws {
        self.flaws
    }

    /// How many violations there are so far.
    pub(super) fn count(&self) -> usize {
        self.flaws.violations.count()
    }

    /// Where those networks and bonds are noted that were not understood in full.
    pub(super) fn flaws(&mut self) -> &mut Flaws {
        &mut self.flaws
    }

    /// A rule is broken at this place.
    pub(super) fn refuse(&mut self, code: Code, at: Pointer<'_>, message: impl std::fmt::Display) {
        self.flaws.violations.add(code, at, message);
    }

    /// An attribute that nobody knows.
    pub(super) fn unknown(&mut self, at: Pointer<'_>, name: &str, known: &[&str]) {
        if self.flaws.violations.is_full() {
            return self.refuse(Code::BadParams, at, "");
        }
        let name_shown = Quoted(name);
        match nearest(name, known) {
            Some(near) => {
                let message =
                    format_args!("unknown attribute {name_shown}; did you mean {near:?}?");
                self.refuse(Code::BadParams, at, message);
            }
            None => {
                let known = known.join(", ");
                let message = format_args!("unknown attribute {name_shown}; there are {known}");
                self.refuse(Code::BadParams, at, message);
            }
        }
    }

    /// The members of an object, each name once.
    pub(super) fn object<'v>(
        &mut self,
        at: Pointer<'_>,
        value: &'v Value<'_>,
    ) -> Vec<(&'v str, &'v Value<'v>)> {
        let Value::Object(members) = value else {
            let message = format_args!("{value} is not an object");
            self.refuse(Code::BadParams, at, message);
            return Vec::new();
        };
        let mut seen = HashSet::with_capacity(members.len());
        let mut once = Vec::with_capacity(members.len());
        for (name, value) in members {
            if seen.insert(name.as_ref()) {
                once.push((name.as_ref(), value));
            } else {
                let message = format_args!("{} is given twice", Quoted(name));
                self.refuse(Code::BadParams, at.join(name), message);
            }
        }
        once
    }

    /// A list's elements.
    pub(super) fn list<'v>(&mut self, at: Pointer<'_>, value: &'v Value<'_>) -> &'v [Value<'v>] {
        match value {
            Value::Array(items) => items,
            _ => {
                self.refuse(Code::BadParams, at, format_args!("{value} is not a list"));
                &[]
            }
        }
    }

    /// A string.
    pub(super) fn text<'v>(
        &mut self,
        code: Code,
        at: Pointer<'_>,
        value: &'v Value<'_>,
    ) -> Option<&'v str> {
        match value {
            Value::Text(text) => Some(text),
            _ => {
                self.refuse(code, at, format_args!("{value} is not a string"));
                None
            }
        }
    }

    /// A string that can be a `T`, such as a name; `code` when it cannot.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        code: Code,
        at: Pointer<'_>,
        value: &Value<'_>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(Code::BadParams, at, value)?;
        match parse(text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.refuse(code, at, error);
                None
            }
        }
    }

    /// The one rule for every boolean: `true` and `false`, 1 and 0, and `true`, `false`, `yes`,
    /// `no`, `on`, `off`, `1`, `0` as strings in any case.
    pub(super) fn boolean(&mut self, at: Pointer<'_>, value: &Value<'_>) -> Option<bool> {
        let read = match value {
            Value::Bool(value) => Some(*value),
            Value::Number(number) => match number.as_u64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Value::Text(text) => boolean_word(text),
            _ => None,
        };
        if read.is_none() {
            let message = format_args!(
                "{value} is not a boolean: true or false, yes or no, on or off, 1 or 0"
            );
            self.refuse(Code::BadParams, at, message);
        }
        read
    }

    /// An integer, or a string of one, that `take` accepts; else `code` and what it should be.
    pub(super) fn integer<T>(
        &mut self,
        code: Code,
        at: Pointer<'_>,
        value: &Value<'_>,
        take: impl FnOnce(i64) -> Option<T>,
        range: &str,
    ) -> Option<T> {
        let integer = match value {
            Value::Number(number) if !number.is_f64() => {
                // What does not fit is out of every range.
                Some(number.as_i64().unwrap_or(i64::MAX))
            }
            Value::Text(text) => decimal(text),
            _ => None,
        };
        let Some(integer) = integer else {
            let message = format_args!("{value} is not an integer; {range}");
            self.refuse(code, at, message);
            return None;
        };
        let taken = take(integer);
        if taken.is_none() {
            self.refuse(code, at, format_args!("{value} is out of range; {range}"));
        }
        taken
    }

    /// The kind of a switch.
    pub(super) fn switch(&mut self, at: Pointer<'_>, value: &Value<'_>) -> Option<SwitchType> {
        let text = self.text(Code::BadParams, at, value)?;
        let switch = SwitchType::ALL.into_iter().find(|it| it.as_str() == text);
        if switch.is_none() {
            let message = format_args!("unknown switch {}; there are legacy and ovs", Quoted(text));
            self.refuse(Code::BadParams, at, message);
        }
        switch
    }
}

fn boolean_word(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(["true", "yes", "on", "1"]) {
        Some(true)
    } else if is_one_of(["false", "no", "off", "0"]) {
        Some(false)
    } else {
        None
    }
}

/// The number that a string of decimal digits says; the nearest `i64` when it does not fit.
fn decimal(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(match text.starts_with('-') {
        true => i64::MIN,
        false => i64::MAX,
    }))
}

/// The known name that `name` is probably a misspelling of.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    if name.len() > 64 {
        return None;
    }
    let plain = name.to_lowercase().replace(['_', '-'], "");
    let distance = |known: &str| {
        let known = known.to_lowercase().replace('_', "");
        strsim::damerau_levenshtein(&plain, &known)
    };
    let begins = |known: &&&str| plain.len() > 2 && known.starts_with(&plain);
    if let Some(longer) = known.iter().find(begins) {
        return Some(longer);
    }
    let best = known.iter().min_by_key(|known| distance(known))?;
    (distance(best) <= 1 + best.len() / 4).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_names_find_their_neighbours() {
        let known = ["nic", "bonding", "bridged", "vlan", "defaultRoute", "mtu"];
        for (name, near) in [
            ("vlann", Some("vlan")),
            ("VLAN", Some("vlan")),
            ("bond", Some("bonding")),
            ("bondng", Some("bonding")),
            ("default_route", Some("defaultRoute")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &known), near, "{name}");
        }
    }

    #[test]
    fn only_digits_are_a_number() {
        assert_eq!(decimal("007"), Some(7));
        assert_eq!(decimal("-1"), Some(-1));
        assert_eq!(decimal("99999999999999999999"), Some(i64::MAX));
        for text in ["", "-", "+1", "1.0", "1e3", " 1", "0x1", "١"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
