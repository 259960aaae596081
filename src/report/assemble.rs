use std::collections::BTreeMap;

use super::devices::Devices;
use super::{Availability, Report, Sources, legacy, networks, topology};
use crate::model::observed::Port;

impl Report {
    /// Puts the report together. Whatever is wrong with a part of the sources, the rest is told.
    pub fn new(sources: &Sources<'_>) -> Report {
        let devices = Devices::new(sources);
        let mut problems = sources.status.problems.clone();
        let mut report = Report {
            nics: devices.nics(),
            bondings: devices.bondings(),
            nameservers: sources.observed.resolver.nameservers.clone(),
            supports_ipv6: sources.supports_ipv6,
            config_dirty: sources.config_dirty,
            switches: switches(sources),
            multi_bridge: topology::multi_bridge(sources, &devices),
            ..Report::default()
        };
        networks::add(&mut report, sources, &mut problems);
        legacy::add(&mut report, sources, &devices, &mut problems);
        problems.extend(missing_nics(sources));
        problems.extend(refused_interfaces(sources));
        problems.extend(changed_by_hand(sources));
        problems.sort();
        problems.dedup();
        report.problems = problems;
        report
    }
}

fn switches(sources: &Sources<'_>) -> BTreeMap<&'static str, Availability> {
    let availability = |result: &Result<(), String>| Availability {
        available: result.is_ok(),
        reason: result.as_ref().err().cloned(),
    };
    let switches = sources.switches.iter();
    switches
        .map(|(switch, result)| (switch.as_str(), availability(result)))
        .collect()
}

/// The NICs of our uplinks that are not there.
fn missing_nics(sources: &Sources<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    for port in sources.observed.ovs.ports() {
        if !matches!(port, Port::Nic(_) | Port::Bond(_)) {
            continue;
        }
        for nic in port.interfaces() {
            if sources.observed.links.get(nic).is_none() {
                let bridge = port.bridge();
                problems.push(format!("bridge {bridge}: there is no NIC {nic}"));
            }
        }
    }
    problems
}

/// What of ours somebody else has changed, where the report shows it as we wrote it.
fn changed_by_hand(sources: &Sources<'_>) -> Vec<String> {
    let ovs = &sources.observed.ovs;
    let bridges = ovs.bridges().filter(|bridge| bridge.drifted);
    let bridges = bridges.map(|bridge| format!("bridge {}", bridge.name));
    let ports = ovs.ports().filter(|port| port.drifted());
    let ports = ports.map(|port| format!("port {}", port.name()));
    let changed = bridges.chain(ports);
    changed
        .map(|what| format!("{what} was changed by others; setting it up again restores it"))
        .collect()
}

/// The interfaces that Open vSwitch could not set up, whoever's they are.
fn refused_interfaces(sources: &Sources<'_>) -> impl Iterator<Item = String> {
    let interfaces = sources.status.interfaces.iter();
    interfaces.filter_map(|(name, status)| match &status.error {
        Some(error) => Some(format!("interface {name}: {error}")),
        None if status.ofport == Some(-1) => {
            Some(format!("interface {name}: Open vSwitch could not add it"))
        }
        None => None,
    })
}
