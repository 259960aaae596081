//! Reads Open vSwitch's rows as bridges, networks and bonds: all of them once, then those that
//! change.

use std::collections::{BTreeMap, HashMap};

use super::{marks, rows};
use crate::model::observed::{self, BondPort, ForeignPort, NetworkPort, NicPort, Ovs};
use crate::model::observed::{Trunks, TunnelPort};
use crate::model::{
    Bond, BondName, BondOptions, BridgeName, Lacp, LacpTime, Mtu, NativeBond, NativeBondMode,
    Network, NetworkName, NicName, SwitchType, Tunnel, Uplink, VlanId,
};
use crate::ovsdb::{Change, RowId, Set};
use crate::vswitch::{
    Bridge, BridgeFailMode, Event, Interface, OpenVSwitchDatabase, Port, PortBondMode, PortLacp,
    PortVlanMode,
};

/// Keeps an [`Ovs`] in step with the replica.
#[derive(Debug, Default)]
pub(crate) struct Observer {
    bridge_of: HashMap<RowId<Port>, RowId<Bridge>>,
    port_of: HashMap<RowId<Interface>, RowId<Port>>,
    names: HashMap<RowId<Port>, String>,
}

impl Observer {
    /// Reads everything.
    pub(crate) fn read(db: &OpenVSwitchDatabase) -> (Self, Ovs) {
        let mut observer = Self::default();
        let mut ovs = Ovs::default();
        observer.read_root(db, &mut ovs);
        for (id, row) in db.bridge.iter() {
            observer.read_bridge(db, &mut ovs, id, row);
        }
        (observer, ovs)
    }

    /// Reads again what the events touch.
    pub(crate) fn update(&mut self, db: &OpenVSwitchDatabase, ovs: &mut Ovs, events: &[Event]) {
        let mut ports: Vec<RowId<Port>> = Vec::new();
        for event in events {
            match event {
                Event::OpenVSwitch(_) => self.read_root(db, ovs),
                Event::Bridge(change) => self.update_bridge(ovs, change, &mut ports),
                Event::Port(change) => ports.push(change.id()),
                Event::Interface(change) => {
                    ports.extend(self.port_of.get(&change.id()).copied());
                    if change.after().is_none() {
                        self.port_of.remove(&change.id());
                    }
                }
                _ => {}
            }
        }
        ports.sort_unstable();
        ports.dedup();
        for port in &ports {
            if let Some(name) = self.names.remove(port) {
                ovs.remove_port(&name);
            }
        }
        for port in ports {
            self.read_port(db, ovs, port);
        }
    }

    /// The bridge itself, and which ports came to it and went from it.
    fn update_bridge(
        &mut self,
        ovs: &mut Ovs,
        change: &Change<Bridge>,
        ports: &mut Vec<RowId<Port>>,
    ) {
        let none = Set::default();
        let old = change.before().map_or(&none, |bridge| &bridge.ports);
        let new = change.after().map_or(&none, |bridge| &bridge.ports);
        for port in old.without(new) {
            // Unless another bridge has it already.
            if self.bridge_of.get(port) == Some(&change.id()) {
                self.bridge_of.remove(port);
            }
            ports.push(*port);
        }
        for port in new.without(old) {
            self.bridge_of.insert(*port, change.id());
            ports.push(*port);
        }
        let ours = |bridge: Option<&Bridge>| bridge.is_some_and(is_ours);
        if ours(change.before()) != ours(change.after()) {
            // What its ports carry means something else now.
            ports.extend(new.iter());
        }
        match (change.before(), change.after()) {
            (_, Some(new)) => put_bridge(ovs, new),
            (Some(old), None) => ovs.remove_bridge(&old.name),
            (None, None) => {}
        }
    }

    fn read_root(&self, db: &OpenVSwitchDatabase, ovs: &mut Ovs) {
        let mappings = db
            .open_vswitch
            .iter()
            .find_map(|(_, row)| row.external_ids.get(marks::BRIDGE_MAPPINGS));
        if mappings.map(String::as_str) != ovs.bridge_mappings.as_deref() {
            ovs.bridge_mappings = mappings.map(|text| text.as_str().into());
        }
    }

    fn read_bridge(
        &mut self,
        db: &OpenVSwitchDatabase,
        ovs: &mut Ovs,
        id: RowId<Bridge>,
        row: &Bridge,
    ) {
        put_bridge(ovs, row);
        for port in &row.ports {
            self.bridge_of.insert(*port, id);
            self.read_port(db, ovs, *port);
        }
    }

    fn read_port(&mut self, db: &OpenVSwitchDatabase, ovs: &mut Ovs, id: RowId<Port>) {
        let Some(row) = db.port.get(id) else {
            self.bridge_of.remove(&id);
            return;
        };
        for interface in &row.interfaces {
            self.port_of.insert(*interface, id);
        }
        let bridge = self
            .bridge_of
            .get(&id)
            .and_then(|bridge| db.bridge.get(*bridge));
        let is_ours = bridge.is_some_and(is_ours);
        let Some(bridge) = bridge.and_then(|bridge| BridgeName::new(&bridge.name).ok()) else {
            return; // on no bridge yet: its bridge's change brings it
        };
        self.names.insert(id, row.name.clone());
        ovs.put_port(port(db, row, bridge, is_ours));
    }
}

/// A name that no device can have is not managed; the bridge is left alone.
fn put_bridge(ovs: &mut Ovs, row: &Bridge) {
    let Ok(name) = BridgeName::new(&row.name) else {
        tracing::warn!(
            bridge = row.name,
            "a bridge whose name no device can have is left alone"
        );
        return;
    };
    ovs.put_bridge(observed::Bridge {
        name,
        ours: is_ours(row),
        stp: row.stp_enable,
        hwaddr: row
            .other_config
            .get("hwaddr")
            .and_then(|text| text.parse().ok()),
        datapath_type: row.datapath_type.clone(),
        drifted: is_ours(row) && !matches!(row.fail_mode, Some(BridgeFailMode::Standalone)),
    });
}

/// The port that a row describes. One with our mark that does not hold what we would have
/// written is somebody else's by now.
fn port(db: &OpenVSwitchDatabase, row: &Port, bridge: BridgeName, is_ours: bool) -> observed::Port {
    if row.name == bridge.as_str() {
        return observed::Port::Local(bridge);
    }
    let role = row.external_ids.get(marks::ROLE).map(String::as_str);
    // On a bridge of others nothing is ours, whatever it carries.
    let role = role.filter(|_| is_ours);
    let ours = match role {
        Some(marks::ROLE_NETWORK) => network(db, row, &bridge).map(observed::Port::Network),
        Some(marks::ROLE_NIC) => nic(db, row, &bridge).map(observed::Port::Nic),
        Some(marks::ROLE_TUNNEL) => tunnel(db, row, &bridge).map(observed::Port::Tunnel),
        Some(marks::ROLE_BONDING) => {
            bond(db, row, &bridge).map(|bond| observed::Port::Bond(Box::new(bond)))
        }
        _ => None,
    };
    match ours {
        Some(port) => port,
        None => observed::Port::Foreign(ForeignPort {
            name: row.name.as_str().into(),
            bridge,
            tag: row.tag.and_then(VlanId::new),
            is_guest: is_guest(db, row),
            interfaces: interfaces(db, row)
                .map(|interface| interface.name.as_str().into())
                .collect(),
        }),
    }
}

fn interfaces<'a>(
    db: &'a OpenVSwitchDatabase,
    row: &'a Port,
) -> impl Iterator<Item = &'a Interface> {
    row.interfaces.iter().filter_map(|id| db.interface.get(*id))
}

fn is_ours(bridge: &Bridge) -> bool {
    let role = bridge.external_ids.get(marks::ROLE);
    role.is_some_and(|role| role == marks::ROLE_BRIDGE)
}

/// Whether a port of others is in one VLAN only, and leads to no other bridge.
fn is_guest(db: &OpenVSwitchDatabase, row: &Port) -> bool {
    let leads_away = interfaces(db, row).any(|interface| interface.type_ == "patch");
    !leads_away && !row.fake_bridge && is_plain(row)
}

/// Whether a port's tag says all about its VLANs.
fn is_plain(row: &Port) -> bool {
    row.trunks.is_empty() && matches!(row.vlan_mode, None | Some(PortVlanMode::Access))
}

/// Whether an uplink's port carries the VLANs of its trunks as they are, as we write it.
fn is_trunk(row: &Port) -> bool {
    row.tag.is_none() && row.vlan_mode.is_none()
}

fn trunks(row: &Port) -> Trunks {
    let tags = row.trunks.iter();
    Trunks::read(tags.filter_map(|tag| u16::try_from(*tag).ok()))
}

fn network(db: &OpenVSwitchDatabase, row: &Port, bridge: &BridgeName) -> Option<NetworkPort> {
    let ids = &row.external_ids;
    let interface = interfaces(db, row).next()?;
    let marked = |key: &str| ids.get(key).map(String::as_str);
    let uplink = match [marks::NIC, marks::BONDING, marks::TUNNEL].map(marked) {
        [Some(name), ..] => Some(Uplink::Nic(NicName::new(name).ok()?)),
        [None, Some(name), _] => Some(Uplink::Bond(BondName::new(name).ok()?)),
        [None, None, Some(text)] => Some(Uplink::Tunnel(Tunnel::read(text)?)),
        [None, None, None] => None,
    };
    let vlan = row.tag.and_then(VlanId::new);
    let says = |key: &str, value: &str| ids.get(key).is_some_and(|found| found == value);
    Some(NetworkPort {
        name: NetworkName::new(&row.name).ok()?,
        bridge: bridge.clone(),
        network: Network {
            switch: SwitchType::Ovs,
            uplink,
            vlan,
            mtu: mtu(interface).unwrap_or_default(),
            bridged: !says(marks::BRIDGED, "false"),
            stp: says(marks::STP, "true"),
        },
        mac: interface.mac.as_deref().and_then(|text| text.parse().ok()),
        drifted: interface.mtu_request.is_none()
            || interface.type_ != "internal"
            || !row.trunks.is_empty()
            || row.vlan_mode != rows::vlan_mode(vlan),
    })
}

fn nic(db: &OpenVSwitchDatabase, row: &Port, bridge: &BridgeName) -> Option<NicPort> {
    let interface = interfaces(db, row).next()?;
    let is_one = row.interfaces.len() == 1 && interface.name == row.name;
    let name = NicName::new(&row.name).ok().filter(|_| is_one)?;
    Some(NicPort {
        name,
        bridge: bridge.clone(),
        mtu: mtu(interface),
        trunks: trunks(row),
        drifted: !is_trunk(row) || !interface.type_.is_empty(),
    })
}

/// The tunnel that the port was made for stands beside its mark.
fn tunnel(db: &OpenVSwitchDatabase, row: &Port, bridge: &BridgeName) -> Option<TunnelPort> {
    let interface = interfaces(db, row).next()?;
    let tunnel = row.external_ids.get(marks::TUNNEL)?;
    let tunnel = Tunnel::read(tunnel).filter(|tunnel| tunnel.name() == row.name)?;
    let is_one = row.interfaces.len() == 1 && interface.name == row.name;
    let is_it = interface.type_ == tunnel.ends().kind.as_str()
        && interface.options == rows::tunnel_options(&tunnel);
    is_one.then(|| TunnelPort {
        bridge: bridge.clone(),
        trunks: trunks(row),
        drifted: !is_trunk(row) || !is_it,
        tunnel,
    })
}

fn bond(db: &OpenVSwitchDatabase, row: &Port, bridge: &BridgeName) -> Option<BondPort> {
    let mut mtus = BTreeMap::new();
    for interface in interfaces(db, row) {
        mtus.insert(NicName::new(&interface.name).ok()?, mtu(interface));
    }
    let hwaddr = row
        .external_ids
        .get(marks::HWADDR)
        .and_then(|text| text.parse().ok());
    Some(BondPort {
        name: BondName::new(&row.name).ok()?,
        bridge: bridge.clone(),
        bond: Bond {
            switch: SwitchType::Ovs,
            members: mtus.keys().cloned().collect(),
            options: BondOptions::Native(native_bond(row)?),
            hwaddr,
        },
        mtus,
        trunks: trunks(row),
        drifted: !is_trunk(row),
    })
}

fn native_bond(row: &Port) -> Option<NativeBond> {
    let config = |key: &str| row.other_config.get(key).map(String::as_str);
    let milliseconds = |value: i64| u32::try_from(value).unwrap_or(0);
    let custom = row
        .external_ids
        .get(marks::CUSTOM)
        .map_or("", String::as_str);
    Some(NativeBond {
        mode: match &row.bond_mode {
            None | Some(PortBondMode::ActiveBackup) => NativeBondMode::ActiveBackup,
            Some(PortBondMode::BalanceSlb) => NativeBondMode::BalanceSlb,
            Some(PortBondMode::BalanceTcp) => NativeBondMode::BalanceTcp,
            Some(PortBondMode::Other(_)) => return None,
        },
        lacp: match &row.lacp {
            None | Some(PortLacp::Off) => Lacp::Off,
            Some(PortLacp::Active) => Lacp::Active,
            Some(PortLacp::Passive) => Lacp::Passive,
            Some(PortLacp::Other(_)) => return None,
        },
        lacp_time: match config("lacp-time") {
            Some("fast") => Some(LacpTime::Fast),
            Some("slow") => Some(LacpTime::Slow),
            _ => None,
        },
        miimon: config("bond-miimon-interval")
            .filter(|_| config("bond-detect-mode") == Some("miimon"))
            .and_then(|text| text.parse().ok()),
        updelay: milliseconds(row.bond_updelay),
        downdelay: milliseconds(row.bond_downdelay),
        primary: config("bond-primary").and_then(|name| NicName::new(name).ok()),
        custom: custom
            .split(',')
            .filter_map(|pair| pair.split_once(':'))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
    })
}

fn mtu(interface: &Interface) -> Option<Mtu> {
    interface.mtu_request.and_then(Mtu::new)
}
