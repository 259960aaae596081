use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::real;

/// How JSON is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Without white space.
    Compact,
    /// A line a member or element, two spaces deeper than what it is in.
    Pretty,
}

/// JSON as ovsdb-client prints it: members by name, whole numbers without a point.
pub(super) fn sorted(value: &Value, layout: Layout) -> serde_json::Result<String> {
    // An object of serde_json is a map by name.
    write(value, layout, Reals::MaybeWhole)
}

/// Values of columns as JSON, in the same form; reals are reals there.
pub(super) fn values(value: &impl Serialize, layout: Layout) -> serde_json::Result<String> {
    write(value, layout, Reals::Always)
}

fn write(value: &impl Serialize, layout: Layout, reals: Reals) -> serde_json::Result<String> {
    let mut text = Vec::new();
    let writer = Writer {
        layout,
        reals,
        depth: 0,
    };
    value.serialize(&mut Serializer::with_formatter(&mut text, writer))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Writes as Open vSwitch does.
#[derive(Debug)]
struct Writer {
    layout: Layout,
    reals: Reals,
    depth: usize,
}

/// What a number with a point or an exponent is to Open vSwitch.
#[derive(Debug, Clone, Copy)]
enum Reals {
    /// A real.
    Always,
    /// An integer if it is whole and an integer can be as big.
    MaybeWhole,
}

impl Writer {
    fn new_line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        match self.layout {
            Layout::Compact => Ok(()),
            Layout::Pretty => write!(writer, "\n{}", "  ".repeat(self.depth)),
        }
    }

    fn next<W: ?Sized + io::Write>(&self, writer: &mut W, is_first: bool) -> io::Result<()> {
        if is_first {
            return Ok(());
        }
        writer.write_all(b",")?;
        self.new_line(writer)
    }
}

impl Formatter for Writer {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2^63, exact
        let is_whole = value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value);
        match self.reals {
            Reals::MaybeWhole if is_whole => CompactFormatter.write_i64(writer, value as i64),
            _ => writer.write_all(real::text(value).as_bytes()),
        }
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        is_first: bool,
    ) -> io::Result<()> {
        self.next(writer, is_first)?;
        match is_first {
            true => self.new_line(writer),
            false => Ok(()),
        }
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        writer.write_all(b"]")
    }

    /// ovsdb-client begins a line in an empty object too.
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"{")?;
        self.new_line(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        is_first: bool,
    ) -> io::Result<()> {
        self.next(writer, is_first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        match self.layout {
            Layout::Compact => writer.write_all(b":"),
            Layout::Pretty => writer.write_all(b": "),
        }
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        writer.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_members() {
        let value = serde_json::from_str(r#"{"b": [1.0, 1e15, 1e20, 0.1, 7], "a": "é\u0001/"}"#);
        assert_eq!(
            sorted(&value.unwrap(), Layout::Compact).unwrap(),
            r#"{"a":"é\u0001/","b":[1,1000000000000000,1e+20,0.1,7]}"#
        );
        assert_eq!(values(&[1.0, 1e15], Layout::Compact).unwrap(), "[1,1e+15]");
    }

    #[test]
    fn closing_brackets_stand_behind_the_last_line() {
        let value = serde_json::from_str(r#"{"b": [1, [], {}], "a": {"c": true, "d": null}}"#);
        assert_eq!(
            sorted(&value.unwrap(), Layout::Pretty).unwrap(),
            "{\n  \"a\": {\n    \"c\": true,\n    \"d\": null},\n  \"b\": [\n    1,\n    [],\n    {\n      }]}"
        );
    }
}
