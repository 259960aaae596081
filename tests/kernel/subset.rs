//! Whether a JSON value has what is expected in it.

use serde_json::Value;

/// Objects may have more members, lists more items than are expected. An empty list is expected to
/// be empty.
pub(crate) fn assert_subset(expected: &Value, found: &Value, at: &str) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(members)) => {
            for (name, expected) in expected {
                let found = members.get(name).unwrap_or(&Value::Null);
                assert_subset(expected, found, &format!("{at}/{name}"));
            }
        }
        (expected, found) => assert!(
            is_subset(expected, found),
            "{at}: {expected} is not in {found}"
        ),
    }
}

fn is_subset(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::Object(members)) => expected
            .iter()
            .all(|(name, expected)| is_subset(expected, members.get(name).unwrap_or(&Value::Null))),
        (Value::Array(expected), Value::Array(items)) if expected.is_empty() => items.is_empty(),
        (Value::Array(expected), Value::Array(items)) => expected
            .iter()
            .all(|expected| items.iter().any(|item| is_subset(expected, item))),
        (expected, found) => expected == found,
    }
}
