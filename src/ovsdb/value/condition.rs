use serde::ser::{Serialize, SerializeTuple, Serializer};

use super::Datum;

/// A test on one column (RFC 7047, section 5.1, `<condition>`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The column's name; `_uuid` is the row itself.
    pub column: &'static str,
    /// How the column's value is compared.
    pub function: Function,
    /// What it is compared with.
    pub value: Datum,
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(3)?;
        tuple.serialize_element(self.column)?;
        tuple.serialize_element(self.function.as_str())?;
        tuple.serialize_element(&self.value)?;
        tuple.end()
    }
}

/// How a condition compares (RFC 7047, section 5.1, `<function>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `includes`: every element of the given value is in the column.
    Includes,
    /// `excludes`: no element of the given value is in the column.
    Excludes,
    /// `<`, of integers and reals.
    Less,
    /// `<=`, of integers and reals.
    AtMost,
    /// `>`, of integers and reals.
    Greater,
    /// `>=`, of integers and reals.
    AtLeast,
}

impl Function {
    const fn as_str(self) -> &'static str {
        match self {
            Function::Equal => "==",
            Function::NotEqual => "!=",
            Function::Includes => "includes",
            Function::Excludes => "excludes",
            Function::Less => "<",
            Function::AtMost => "<=",
            Function::Greater => ">",
            Function::AtLeast => ">=",
        }
    }
}
