use std::fmt;

use super::{Code, Pointer, Violation, Violations};

/// How many violations are told one by one.
const MOST: usize = 10_000;

/// The violations that were found so far. However many there are, the first 10,000 are told and
/// the others counted: nobody reads more, and a hostile request must not cost more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    told: Vec<Violation>,
    untold: usize,
}

impl Findings {
    /// A rule of this kind is broken at this place.
    pub fn add(&mut self, code: Code, at: Pointer<'_>, message: impl fmt::Display) {
        if self.is_full() {
            self.untold += 1;
        } else {
            self.told.push(Violation::new(code, at, message));
        }
    }

    /// Whether a further one would only be counted, so that its message need not be made.
    pub fn is_full(&self) -> bool {
        self.told.len() >= MOST
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.told.len() + self.untold
    }

    /// Those that are told, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.told.iter()
    }

    /// `Ok` when there are none.
    ///
    /// # Errors
    /// The violations, in their order, when there are any; how many are left out is the last.
    pub fn check(self) -> Result<(), Violations> {
        let count = self.count();
        let mut told = self.told;
        if self.untold > 0 {
            let message = format_args!("and {} more violations", self.untold);
            told.push(Violation::new(Code::BadParams, Pointer::ROOT, message));
        }
        Violations::check(told, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_told_is_counted() {
        let mut findings = Findings::default();
        assert_eq!(findings.clone().check(), Ok(()));
        for number in 0..MOST + 3 {
            assert_eq!(findings.is_full(), number >= MOST);
            findings.add(Code::BadVlan, Pointer::ROOT, number);
        }
        assert_eq!(findings.count(), MOST + 3);
        let violations = findings.check().unwrap_err();
        assert_eq!(violations.code(), Code::BadVlan);
        assert_eq!(violations.count(), MOST + 3);
        let last: Vec<_> = violations.iter().skip(MOST - 1).collect();
        assert_eq!(last.len(), 2);
        assert_eq!(last[0].message, (MOST - 1).to_string());
        assert_eq!(last[1].message, "and 3 more violations");
    }
}
