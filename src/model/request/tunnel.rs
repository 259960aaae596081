//! `tunnel`: `{"type": "vxlan", "remote_ip": …, "local_ip": …, "key": …, "dst_port": …}`.

use core::net::IpAddr;

use super::addresses::is_none;
use super::json::Value;
use super::reading::Reading;
use crate::model::{Code, Pointer, Quoted, Tunnel, TunnelEnds, TunnelKind};

/// The attributes of a tunnel.
pub(super) const TUNNEL: &[&str] = &["type", "remote_ip", "local_ip", "key", "dst_port"];

/// Reads a tunnel; `null`, `""` and `{}` stand for none.
pub(super) fn read(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<Tunnel> {
    if is_none(value) {
        return None;
    }
    let members = reading.object(at, value);
    if members.is_empty() {
        return None;
    }
    let before = reading.count();
    let kind = members.iter().find(|(name, _)| *name == "type");
    let kind = kind.and_then(|(name, value)| kind_of(reading, at.join(name), value));
    let (mut remote, mut local, mut key, mut dst_port) = (None, None, None, None);
    for (name, value) in &members {
        let at = at.join(name);
        match *name {
            "type" => {}
            "remote_ip" => remote = end(reading, at, value),
            "local_ip" => local = end(reading, at, value),
            "key" => key = key_of(reading, at, value, kind),
            "dst_port" => dst_port = port(reading, at, value, kind),
            _ => reading.unknown(at, name, TUNNEL),
        }
    }
    let given = |name: &str| {
        let mut found = members.iter().filter(|(member, _)| *member == name);
        found.any(|(_, value)| !is_none(value))
    };
    for name in ["type", "remote_ip"] {
        if !given(name) {
            let message = format_args!("a tunnel needs {name}");
            reading.refuse(Code::BadParams, at, message);
        }
    }
    if let (Some(remote), Some(local)) = (remote, local)
        && remote.is_ipv4() != local.is_ipv4()
    {
        let message = format_args!("{local} is of another family than {remote}");
        reading.refuse(Code::BadAddr, at.join("local_ip"), message);
    }
    if reading.count() > before {
        return None;
    }
    Some(Tunnel::new(TunnelEnds {
        kind: kind?,
        remote: remote?,
        local,
        key,
        dst_port,
    }))
}

fn kind_of(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<TunnelKind> {
    if is_none(value) {
        return None;
    }
    reading.parsed(Code::BadParams, at, value, |text| {
        let mut kinds = TunnelKind::ALL.into_iter();
        let kind = kinds.find(|kind| kind.as_str() == text);
        kind.ok_or_else(|| format!("{} is none of vxlan, geneve, gre", Quoted(text)))
    })
}

fn end(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) -> Option<IpAddr> {
    reading.address(at, value, |text| {
        let address: Result<IpAddr, _> = text.parse();
        let address = address.map_err(|_| format!("{} is not an address", Quoted(text)))?;
        match address.is_unspecified() || address.is_multicast() {
            true => Err(format!("{address} is not a host's address")),
            false => Ok(address),
        }
    })
}

fn key_of(
    reading: &mut Reading,
    at: Pointer<'_>,
    value: &Value<'_>,
    kind: Option<TunnelKind>,
) -> Option<u32> {
    if is_none(value) {
        return None;
    }
    let max = kind.map_or(u32::MAX, TunnelKind::max_key);
    let take = |number| u32::try_from(number).ok().filter(|key| *key <= max);
    let of = kind.map_or(String::new(), |kind| format!(" of {kind}"));
    let range = format!("a key{of} is 0 to {max}");
    reading.integer(Code::BadParams, at, value, take, &range)
}

fn port(
    reading: &mut Reading,
    at: Pointer<'_>,
    value: &Value<'_>,
    kind: Option<TunnelKind>,
) -> Option<u16> {
    if is_none(value) {
        return None;
    }
    if kind.is_some_and(|kind| !kind.has_port()) {
        reading.refuse(Code::BadParams, at, "gre has no ports");
        return None;
    }
    let take = |number| u16::try_from(number).ok().filter(|port| *port > 0);
    let range = "a port is 1 to 65535";
    reading.integer(Code::BadParams, at, value, take, range)
}
