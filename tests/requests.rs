//! The front stages on every case of `fixtures/requests/cases`: a folder with the request, the
//! host that it meets (`observed.json`, see [`support::observed`]) and what is `expected.json`:
//!
//! - `{"violations": [{"code": 26, "path": "/networks/web/vlan", "contains": "4095"}]}`: exactly
//!   these, in this order;
//! - `{"desired": {"networks": {…}, "bondings": {…}}}`: it is valid, and this is its canonical form,
//!   with the settings beside the switch's where they ask for something; beside it, `"unsupported"`
//!   has the violations by which this version refuses to carry it out.
//!
//! The request is `request.json`, or another `request.*` where it is not JSON.

// `allow-*-in-tests` of clippy.toml covers the test functions only, not what they call.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a case that cannot be read fails the test"
)]

mod support;

use netswitch::canonicalize::canonicalize;
use netswitch::model::{Bond, Change, Network, Observed, Request, Uplink, Violations};
use netswitch::model::{HostQos, IpSettings, Ipv4Settings, Ipv6Settings, ServiceCurve};
use netswitch::setup::check_support;
use netswitch::validate::{Valid, validate};
use serde_json::{Map, Value, json};
use support::{Case, cases};

#[test]
fn every_case() {
    let cases = cases("requests/cases");
    assert!(cases.len() >= 250, "only {} cases", cases.len());
    let failures: Vec<String> = cases.iter().filter_map(|case| run(case).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn run(case: &Case) -> Result<(), String> {
    let request = std::fs::read(case.request()).unwrap();
    let expected = case.expected();
    let outcome = judge(&request, &case.observed());
    let matches = match &outcome {
        Ok(valid) => {
            let supported = match check_support(valid, &case.observed()) {
                Ok(()) => expected.get("unsupported").is_none(),
                Err(violations) => violates(&violations, &expected["unsupported"]),
            };
            supported && expected["desired"] == described(valid)
        }
        Err(violations) => violates(violations, &expected["violations"]),
    };
    let name = case.name();
    match (matches, outcome) {
        (true, _) => Ok(()),
        (false, Ok(valid)) => Err(format!("{name}: desired {:#}", described(&valid))),
        (false, Err(violations)) => Err(format!("{name}:\n{violations}")),
    }
}

fn judge(request: &[u8], observed: &Observed) -> Result<Valid, Violations> {
    let request = Request::parse(request)?;
    validate(canonicalize(&request, observed), observed)
}

fn violates(found: &Violations, expected: &Value) -> bool {
    let expected = expected.as_array().map_or(&[][..], Vec::as_slice);
    let found: Vec<_> = found.iter().collect();
    found.len() == expected.len()
        && found.iter().zip(expected).all(|(found, expected)| {
            found.code.number() == expected["code"]
                && found.path == expected["path"].as_str().unwrap()
                && found
                    .message
                    .contains(expected["contains"].as_str().unwrap())
        })
}

/// What is desired, under the names that a request has for it.
fn described(valid: &Valid) -> Value {
    let networks = valid.networks().iter();
    let networks: Map<String, Value> = networks
        .map(|(name, change)| {
            let described = described_change(change, |network| {
                let mut all = described_network(network);
                all.extend(valid.ip().get(name).map(described_ip).unwrap_or_default());
                let qos = valid.host_qos().get(name).map(described_qos);
                all.extend(qos.map(|qos| ("hostQos".to_owned(), qos)));
                let options = valid.bridge_options().get(name);
                all.extend(options.map(|it| ("bridge_opts".to_owned(), it.to_string().into())));
                all.into()
            });
            (name.to_string(), described)
        })
        .collect();
    let bonds = valid.bonds().iter();
    let bonds: Map<String, Value> = bonds
        .map(|(name, change)| (name.to_string(), described_change(change, described_bond)))
        .collect();
    json!({ "networks": networks, "bondings": bonds })
}

fn described_change<T>(change: &Change<T>, describe: impl FnOnce(&T) -> Value) -> Value {
    change
        .set()
        .map_or_else(|| json!({ "remove": true }), describe)
}

/// What the settings ask for.
fn described_ip(settings: &IpSettings) -> Map<String, Value> {
    let mut all = json!({});
    match settings.v4 {
        Ipv4Settings::None => {}
        Ipv4Settings::Dhcp => all["bootproto"] = "dhcp".into(),
        Ipv4Settings::Static { address, gateway } => {
            all["ipaddr"] = address.addr().to_string().into();
            all["netmask"] = address.netmask().to_string().into();
            if let Some(gateway) = gateway {
                all["gateway"] = gateway.to_string().into();
            }
        }
    }
    match settings.v6 {
        Ipv6Settings::None => {}
        Ipv6Settings::Automatic { autoconf, dhcp } => {
            all["ipv6autoconf"] = autoconf.into();
            all["dhcpv6"] = dhcp.into();
        }
        Ipv6Settings::Static { address, gateway } => {
            all["ipv6addr"] = address.to_string().into();
            if let Some(gateway) = gateway {
                all["ipv6gateway"] = gateway.to_string().into();
            }
        }
    }
    all["defaultRoute"] = settings.default_route.into();
    let servers: Vec<String> = settings
        .nameservers
        .iter()
        .map(ToString::to_string)
        .collect();
    all["nameservers"] = servers.into();
    all.as_object().cloned().unwrap()
}

/// Zeros are dropped.
fn described_qos(qos: &HostQos) -> Value {
    let curve = |curve: &ServiceCurve| {
        let numbers = [("m1", curve.m1), ("d", curve.d.into()), ("m2", curve.m2)];
        let numbers = numbers.into_iter().filter(|(_, number)| *number > 0);
        let numbers = numbers.map(|(name, number)| (name.to_owned(), number.into()));
        Value::Object(numbers.collect())
    };
    let mut out = json!({ "ls": curve(&qos.link_share) });
    if let Some(limit) = &qos.upper_limit {
        out["ul"] = curve(limit);
    }
    if let Some(guaranteed) = &qos.real_time {
        out["rt"] = curve(guaranteed);
    }
    json!({ "out": out })
}

fn described_network(network: &Network) -> Map<String, Value> {
    let mut all = Map::new();
    match &network.uplink {
        Some(Uplink::Nic(name)) => drop(all.insert("nic".into(), name.as_str().into())),
        Some(Uplink::Bond(name)) => drop(all.insert("bonding".into(), name.as_str().into())),
        Some(Uplink::Tunnel(tunnel)) => {
            drop(all.insert("tunnel".into(), tunnel.to_string().into()));
        }
        None => {}
    }
    all.extend(network.vlan.map(|vlan| ("vlan".into(), vlan.get().into())));
    all.insert("switch".into(), network.switch.as_str().into());
    all.insert("mtu".into(), network.mtu.get().into());
    all.insert("bridged".into(), network.bridged.into());
    all.insert("stp".into(), network.stp.into());
    all
}

fn described_bond(bond: &Bond) -> Value {
    let members: Vec<&str> = bond.members.iter().map(|nic| nic.as_str()).collect();
    let mut all = Map::new();
    all.insert("nics".into(), members.into());
    all.insert("options".into(), bond.options.to_string().into());
    all.insert("switch".into(), bond.switch.as_str().into());
    all.extend(
        bond.hwaddr
            .map(|mac| ("hwaddr".into(), mac.to_string().into())),
    );
    all.into()
}
