use std::cell::RefCell;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::setup::Stage;

/// Shows how far a setup is: a spinner on a terminal, nothing anywhere else.
#[derive(Debug)]
pub(super) struct Progress {
    bar: RefCell<Option<ProgressBar>>,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.set_message("reaching the switch");
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self {
            bar: RefCell::new(bar),
        }
    }

    pub(super) fn stage(&self, stage: Stage) {
        if let Some(bar) = &*self.bar.borrow() {
            bar.set_message(match stage {
                Stage::Observing => "looking at the host",
                Stage::Applying => "sending the transaction",
                Stage::Waiting => "waiting for ovs-vswitchd",
                Stage::RollingBack => "rolling back",
            });
        }
    }

    /// Clears the line.
    pub(super) fn end(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}
