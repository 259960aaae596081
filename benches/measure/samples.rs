//! What is measured again and again.

use serde::Serialize;
use serde_json::Value;

/// Repeated measurements of one thing.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Samples {
    pub(crate) min: f64,
    pub(crate) median: f64,
    pub(crate) all: Vec<f64>,
}

impl Samples {
    pub(crate) fn add(&mut self, seconds: impl IntoIterator<Item = f64>) {
        self.all.extend(seconds);
        let mut sorted = self.all.clone();
        sorted.sort_by(f64::total_cmp);
        self.min = sorted.first().copied().unwrap_or_default();
        self.median = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    }

    /// Adds the number or numbers of a JSON value.
    pub(crate) fn add_told(&mut self, told: &Value) {
        match told {
            Value::Array(all) => self.add(all.iter().filter_map(Value::as_f64)),
            one => self.add(one.as_f64()),
        }
    }
}
