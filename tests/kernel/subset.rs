//! Whether a JSON value has what is expected in it.

use serde_json::Value;

/// Objects may have more members, lists more items than are expected.
pub(crate) fn assert_subset(expected: &Value, found: &Value, at: &str) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(members)) => {
            for (name, expected) in expected {
                let found = members.get(name).unwrap_or(&Value::Null);
                assert_subset(expected, found, &format!("{at}/{name}"));
            }
        }
        (Value::Array(expected), Value::Array(items)) => {
            for item in expected {
                assert!(items.contains(item), "{at}: {item} is not in {found}");
            }
            // An empty list is expected to be empty.
            assert!(!expected.is_empty() || items.is_empty(), "{at}: {found}");
        }
        (expected, found) => assert_eq!(expected, found, "{at}"),
    }
}
