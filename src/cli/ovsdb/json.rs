use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::real;

/// JSON as ovsdb-client prints it: without white space, members by name, whole numbers without a
/// point.
pub(super) fn sorted(value: &Value) -> serde_json::Result<String> {
    // An object of serde_json is a map by name.
    write(value, Reals::MaybeWhole)
}

/// A value of a column as JSON, in the same form; reals are reals there.
pub(super) fn compact(value: &impl Serialize) -> serde_json::Result<String> {
    write(value, Reals::Always)
}

fn write(value: &impl Serialize, reals: Reals) -> serde_json::Result<String> {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, reals))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// What a number with a point or an exponent is to Open vSwitch.
#[derive(Debug, Clone, Copy)]
enum Reals {
    /// A real.
    Always,
    /// An integer if it is whole and an integer can be as big.
    MaybeWhole,
}

impl Formatter for Reals {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2^63, exact
        let is_whole = value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value);
        match self {
            Reals::MaybeWhole if is_whole => CompactFormatter.write_i64(writer, value as i64),
            _ => writer.write_all(real::text(value).as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_members() {
        let value = serde_json::from_str(r#"{"b": [1.0, 1e15, 1e20, 0.1, 7], "a": "é\u0001/"}"#);
        assert_eq!(
            sorted(&value.unwrap()).unwrap(),
            r#"{"a":"é\u0001/","b":[1,1000000000000000,1e+20,0.1,7]}"#
        );
        assert_eq!(compact(&[1.0, 1e15]).unwrap(), "[1,1e+15]");
    }
}
