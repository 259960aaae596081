use std::sync::atomic::{AtomicU8, Ordering};

const QUEUED: u8 = 0;
const TAKEN: u8 = 1;
const WITHDRAWN: u8 = 2;
const CANCELED: u8 = 3;

/// How far a call has come, as its caller and the connection agree: what is withdrawn before it is
/// taken is never sent.
#[derive(Debug, Default)]
pub(in crate::ovsdb) struct Course(AtomicU8);

impl Course {
    /// The connection takes the call; `false` if it was withdrawn.
    pub(super) fn take(&self) -> bool {
        self.change(QUEUED, TAKEN)
    }

    /// The caller withdraws it; `false` if it was taken.
    pub(in crate::ovsdb) fn withdraw(&self) -> bool {
        self.change(QUEUED, WITHDRAWN)
    }

    /// The caller asks for what was taken to be cancelled; `false` if it was not taken.
    pub(in crate::ovsdb) fn cancel(&self) -> bool {
        self.change(TAKEN, CANCELED)
    }

    /// Whether the caller has asked for that.
    pub(super) fn is_canceled(&self) -> bool {
        self.0.load(Ordering::SeqCst) == CANCELED
    }

    fn change(&self, from: u8, to: u8) -> bool {
        let changed = self
            .0
            .compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst);
        changed.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_taken_or_withdrawn_and_never_both() {
        let taken = Course::default();
        assert!(!taken.cancel() && taken.take() && !taken.withdraw() && !taken.take());
        assert!(!taken.is_canceled() && taken.cancel() && taken.is_canceled());
        let withdrawn = Course::default();
        assert!(withdrawn.withdraw() && !withdrawn.take() && !withdrawn.cancel());
    }
}
