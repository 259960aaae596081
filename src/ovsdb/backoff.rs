use std::time::Duration;

use super::value::Uuid;

/// How long to wait before the next attempt to connect: twice as long after every failure, up to
/// a limit, and always a little more or less, so that many clients of one server do not come all
/// at once when it is back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    /// After the first failure. 100 milliseconds by default; less than a millisecond counts as
    /// one.
    pub first: Duration,
    /// At the most. 8 seconds by default, as in ovs (ovsdb-idl).
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(8),
        }
    }
}

/// Where a series of attempts is.
#[derive(Debug)]
pub(super) struct Pauses {
    backoff: Backoff,
    next: Duration,
}

impl Pauses {
    pub(super) fn new(backoff: Backoff) -> Self {
        let next = backoff.first;
        Self { backoff, next }
    }

    /// The pause after a failure. `chance` spreads it: 0 is half of it, `u32::MAX` the whole.
    pub(super) fn after_failure(&mut self, chance: u32) -> Duration {
        let whole = self.next.min(self.backoff.longest).max(LEAST);
        self.next = whole.saturating_mul(2);
        let half = whole / 2;
        half + half.mul_f64(f64::from(chance) / f64::from(u32::MAX))
    }

    /// A connection held: the series begins anew.
    pub(super) fn after_success(&mut self) {
        self.next = self.backoff.first;
    }
}

const LEAST: Duration = Duration::from_millis(1);

/// A number that nobody can foretell.
pub(super) fn chance() -> u32 {
    let [a, b, c, d, ..] = Uuid::new_v4().into_bytes();
    u32::from_ne_bytes([a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(first: u64, longest: u64) -> Pauses {
        Pauses::new(Backoff {
            first: Duration::from_millis(first),
            longest: Duration::from_millis(longest),
        })
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_begin_anew_after_success() {
        let mut pauses = pauses(100, 500);
        let mut next = || pauses.after_failure(u32::MAX).as_millis();
        assert_eq!([next(), next(), next(), next()], [100, 200, 400, 500]);
        pauses.after_success();
        assert_eq!(pauses.after_failure(u32::MAX).as_millis(), 100);
    }

    #[test]
    fn chance_takes_up_to_half_of_a_pause() {
        assert_eq!(pauses(100, 500).after_failure(0).as_millis(), 50);
        assert_eq!(pauses(100, 500).after_failure(u32::MAX / 5).as_millis(), 60);
    }

    #[test]
    fn no_setting_makes_a_busy_loop_or_overflows() {
        let mut none = pauses(0, 0);
        assert!(none.after_failure(0) >= Duration::from_micros(500));
        let mut endless = Pauses::new(Backoff {
            first: Duration::MAX,
            longest: Duration::MAX,
        });
        for _ in 0..3 {
            assert!(endless.after_failure(0) > Duration::from_secs(1));
        }
    }
}
