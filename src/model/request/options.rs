use std::time::Duration;

use super::json::Value;
use super::reading::Reading;
use crate::model::{Code, Pointer};

/// The options of a request.
pub(super) const OPTIONS: &[&str] = &[
    "connectivityCheck",
    "connectivityTimeout",
    "commitOnSuccess",
];

/// How a setup is done as a whole. What was not said is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SetupOptions {
    /// Whether to go back unless connectivity is confirmed.
    pub connectivity_check: Option<bool>,
    /// How long to wait for the confirmation; a year at the most.
    pub connectivity_timeout: Option<Duration>,
    /// Whether to declare the result the safe configuration.
    pub commit_on_success: Option<bool>,
}

/// Reads the options.
pub(super) fn read(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> SetupOptions {
    let mut options = SetupOptions::default();
    for (name, value) in reading.object(at, value) {
        let at = at.join(name);
        match name {
            "connectivityCheck" => options.connectivity_check = reading.boolean(at, value),
            "connectivityTimeout" => options.connectivity_timeout = seconds(reading, at, value),
            "commitOnSuccess" => options.commit_on_success = reading.boolean(at, value),
            _ => reading.unknown(at, name, OPTIONS),
        }
    }
    options
}

fn seconds(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<Duration> {
    const YEAR: f64 = 365.0 * 24.0 * 60.0 * 60.0;
    let seconds = match value {
        Value::Number(number) => number.as_f64(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    let seconds = seconds.filter(|seconds| (0.0..=YEAR).contains(seconds));
    if seconds.is_none() {
        let message = format_args!("{value} is not a number of seconds, from 0 to a year");
        reading.refuse(Code::BadParams, at, message);
    }
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}
