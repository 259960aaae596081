//! `hostQos`: `{"out": {"ls": {"m1": …, "d": …, "m2": …}, "ul": {…}, "rt": {…}}}`.

use super::json::Value;
use super::reading::Reading;
use crate::model::{Code, HostQos, Pointer, ServiceCurve};

/// The directions; there is only one that a host can shape.
pub(super) const DIRECTIONS: &[&str] = &["out"];
/// The curves of a direction.
pub(super) const CURVES: &[&str] = &["ls", "ul", "rt"];
/// The numbers of a curve.
pub(super) const NUMBERS: &[&str] = &["m1", "d", "m2"];

/// Reads a network's share; `null`, `""` and `{}` stand for none.
pub(super) fn read(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<HostQos> {
    if super::addresses::is_none(value) {
        return None;
    }
    let mut out = None;
    for (name, value) in reading.object(at, value) {
        let at = at.join(name);
        match name {
            "out" => out = direction(reading, at, value),
            _ => reading.unknown(at, name, DIRECTIONS),
        }
    }
    out
}

fn direction(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<HostQos> {
    let before = reading.count();
    let (mut link_share, mut upper_limit, mut real_time) = (None, None, None);
    for (name, value) in reading.object(at, value) {
        let at = at.join(name);
        match name {
            "ls" => link_share = curve(reading, at, value),
            "ul" => upper_limit = curve(reading, at, value),
            "rt" => real_time = curve(reading, at, value),
            _ => reading.unknown(at, name, CURVES),
        }
    }
    if link_share.is_none() && reading.count() == before {
        reading.refuse(Code::BadParams, at, "ls, the network's share, is missing");
    }
    Some(HostQos {
        link_share: link_share?,
        upper_limit,
        real_time,
    })
}

fn curve(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<ServiceCurve> {
    let before = reading.count();
    let mut curve = ServiceCurve::default();
    for (name, value) in reading.object(at, value) {
        let at = at.join(name);
        match name {
            "m1" => curve.m1 = rate(reading, at, value),
            "d" => {
                let range = "a time is 0 to 4294967295 µs";
                let take = |number| u32::try_from(number).ok();
                let time = reading.integer(Code::BadParams, at, value, take, range);
                curve.d = time.unwrap_or(0);
            }
            "m2" => curve.m2 = rate(reading, at, value),
            _ => reading.unknown(at, name, NUMBERS),
        }
    }
    if reading.count() > before {
        return None;
    }
    if (curve.m1 == 0) != (curve.d == 0) {
        let message = "m1 and d, the curve's first piece, need each other";
        reading.refuse(Code::BadParams, at, message);
    } else if curve.m1 == 0 && curve.m2 == 0 {
        reading.refuse(Code::BadParams, at, "the curve has no rate: m2 is missing");
    }
    Some(curve)
}

fn rate(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> u64 {
    let range = "a rate is 0 to 34359738360 bit/s";
    let take = |number| {
        let rate = u64::try_from(number).ok();
        rate.filter(|rate| *rate <= ServiceCurve::MAX_RATE)
    };
    let rate = reading.integer(Code::BadParams, at, value, take, range);
    rate.unwrap_or(0)
}
