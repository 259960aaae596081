//! Renders steps as one OVSDB transaction.

use std::collections::{BTreeMap, HashSet};

use super::{marks, rows};
use crate::model::observed::{self, BondPort, ForeignPort, NetworkPort, NicPort};
use crate::model::{BridgeName, Mtu, NicName};
use crate::ovsdb::transaction::UnknownRow;
use crate::ovsdb::{Column, Inverse, Map, RowId, Set, Transaction, TransactionBuilder, Uuid};
use crate::plan::OvsStep;
use crate::vswitch::{
    Bridge, BridgeFailMode, Interface, OpenVSwitch, OpenVSwitchDatabase, Port, bridge, interface,
    open_vswitch, port,
};

/// A transaction, what undoes it, and what to look at afterwards.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// What is sent.
    pub(crate) transaction: Transaction,
    /// What undoes it.
    pub(crate) inverse: Inverse,
    /// The interfaces that Open vSwitch must be able to set up.
    pub(crate) interfaces: Vec<String>,
}

/// The steps do not fit the replica.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenderError {
    /// A row that the plan relies on is not there (any more).
    #[error("the {table} \"{name}\" is not in the database any more")]
    Missing {
        /// The row's table.
        table: &'static str,
        /// The row's name.
        name: String,
    },
    /// The database was never initialized.
    #[error("the database has no Open_vSwitch row; \"ovs-vsctl init\" makes it")]
    NoRoot,
    /// A row of another transaction got into this one.
    #[error(transparent)]
    UnknownRow(#[from] UnknownRow),
}

/// Renders `steps` against the rows of `db`. `marker` tells afterwards whether it committed.
pub(crate) fn render<'a>(
    steps: impl Iterator<Item = &'a OvsStep>,
    db: &OpenVSwitchDatabase,
    marker: Uuid,
) -> Result<Rendered, RenderError> {
    let (root, root_row) = db.open_vswitch.iter().next().ok_or(RenderError::NoRoot)?;
    let mut renderer = Renderer {
        db,
        builder: TransactionBuilder::new(),
        new_bridges: BTreeMap::new(),
        gone_bridges: Vec::new(),
        ports: BTreeMap::new(),
        handled: HashSet::new(),
        mappings: None,
        interfaces: Vec::new(),
        names: Vec::new(),
    };
    for step in steps {
        renderer.step(step)?;
    }
    renderer.finish(root, root_row, marker)
}

/// Counts one configuration that ovs-vswitchd shall realise, and says why, as ovs-vsctl does.
pub(crate) fn close(builder: &mut TransactionBuilder, root: RowId<OpenVSwitch>, comment: String) {
    builder.mutate(root).add(open_vswitch::NEXT_CFG, 1);
    builder.comment(comment);
}

struct Renderer<'a> {
    db: &'a OpenVSwitchDatabase,
    builder: TransactionBuilder,
    new_bridges: BTreeMap<&'a BridgeName, &'a observed::Bridge>,
    gone_bridges: Vec<RowId<Bridge>>,
    /// The ports that come to and go from each bridge.
    ports: BTreeMap<&'a BridgeName, Ports>,
    /// Ports with a step of their own.
    handled: HashSet<RowId<Port>>,
    mappings: Option<Option<&'a str>>,
    interfaces: Vec<String>,
    /// What the transaction is about, for its comment.
    names: Vec<String>,
}

#[derive(Default)]
struct Ports {
    come: Vec<RowId<Port>>,
    gone: Vec<RowId<Port>>,
}

impl<'a> Renderer<'a> {
    fn step(&mut self, step: &'a OvsStep) -> Result<(), RenderError> {
        match step {
            OvsStep::AddBridge(bridge) => drop(self.new_bridges.insert(&bridge.name, bridge)),
            OvsStep::RemoveBridge(bridge) => {
                let (id, _) = self.bridge(&bridge.name)?;
                self.gone_bridges.push(id);
            }
            OvsStep::ChangeBridge { from, to } => self.change_bridge(from, to)?,
            OvsStep::AddPort(port) => self.add_port(port),
            OvsStep::RemovePort(port) => self.remove_port(port)?,
            OvsStep::ChangePort { from, to } => self.change_port(from, to)?,
            OvsStep::SetBridgeMappings { to, .. } => self.mappings = Some(to.as_deref()),
        }
        if let OvsStep::AddPort(_) | OvsStep::RemovePort(_) | OvsStep::ChangePort { .. } = step {
            self.names.push(name_of(step));
        }
        Ok(())
    }

    fn bridge(&self, name: &BridgeName) -> Result<(RowId<Bridge>, &'a Bridge), RenderError> {
        let missing = || RenderError::Missing {
            table: "Bridge",
            name: name.to_string(),
        };
        self.db.bridge.by_name(name.as_str()).ok_or_else(missing)
    }

    fn port(&self, name: &str) -> Result<(RowId<Port>, &'a Port), RenderError> {
        let missing = || RenderError::Missing {
            table: "Port",
            name: name.to_owned(),
        };
        self.db.port.by_name(name).ok_or_else(missing)
    }

    fn interface(&self, name: &str) -> Result<(RowId<Interface>, &'a Interface), RenderError> {
        let missing = || RenderError::Missing {
            table: "Interface",
            name: name.to_owned(),
        };
        self.db.interface.by_name(name).ok_or_else(missing)
    }

    fn change_bridge(
        &mut self,
        from: &observed::Bridge,
        to: &observed::Bridge,
    ) -> Result<(), RenderError> {
        let (id, row) = self.bridge(&from.name)?;
        self.builder.wait(id, bridge::STP_ENABLE, &row.stp_enable);
        self.builder.update(id).set(bridge::STP_ENABLE, to.stp);
        Ok(())
    }

    fn add_port(&mut self, port: &'a observed::Port) {
        let id = match port {
            observed::Port::Network(network) => self.insert_network(network),
            observed::Port::Nic(nic) => self.insert_nic(nic),
            observed::Port::Bond(bond) => self.insert_bond(bond),
            // Local ports come with their bridges; ports of others are never made here.
            observed::Port::Local(_) | observed::Port::Foreign(_) => return,
        };
        self.ports.entry(port.bridge()).or_default().come.push(id);
    }

    fn insert_network(&mut self, network: &NetworkPort) -> RowId<Port> {
        let name = network.name.to_string();
        let mut row = self
            .builder
            .insert::<Interface>()
            .set(interface::NAME, name.clone())
            .set(interface::TYPE, "internal".to_owned())
            .set(
                interface::MTU_REQUEST,
                Some(network.network.mtu.get().into()),
            )
            .set(interface::EXTERNAL_IDS, rows::role(marks::ROLE_NETWORK));
        if let Some(mac) = network.mac {
            row = row.set(interface::MAC, Some(mac.to_string()));
        }
        let device = row.id();
        self.interfaces.push(name.clone());
        let mut row = self
            .builder
            .insert::<Port>()
            .set(port::NAME, name)
            .set(port::INTERFACES, Set::from([device]))
            .set(port::EXTERNAL_IDS, rows::network_ids(network));
        if let Some(vlan) = network.network.vlan {
            row = row.set(port::TAG, Some(vlan.get().into()));
        }
        row.id()
    }

    fn insert_nic(&mut self, nic: &NicPort) -> RowId<Port> {
        let device = self.insert_member(&nic.name, nic.mtu, marks::ROLE_NIC);
        self.builder
            .insert::<Port>()
            .set(port::NAME, nic.name.to_string())
            .set(port::INTERFACES, Set::from([device]))
            .set(port::EXTERNAL_IDS, rows::role(marks::ROLE_NIC))
            .id()
    }

    fn insert_member(&mut self, name: &NicName, mtu: Option<Mtu>, role: &str) -> RowId<Interface> {
        self.interfaces.push(name.to_string());
        self.builder
            .insert::<Interface>()
            .set(interface::NAME, name.to_string())
            .set(interface::MTU_REQUEST, mtu.map(|mtu| mtu.get().into()))
            .set(interface::EXTERNAL_IDS, rows::role(role))
            .id()
    }

    fn insert_bond(&mut self, bond: &BondPort) -> RowId<Port> {
        let mut members = Vec::new();
        for (name, mtu) in &bond.mtus {
            members.push(self.insert_member(name, *mtu, marks::ROLE_BONDING));
        }
        let options = &bond.bond.options;
        self.builder
            .insert::<Port>()
            .set(port::NAME, bond.name.to_string())
            .set(port::INTERFACES, members.into_iter().collect())
            .set(port::BOND_MODE, rows::bond_mode(options))
            .set(port::LACP, rows::lacp(options))
            .set(port::BOND_UPDELAY, options.updelay.into())
            .set(port::BOND_DOWNDELAY, options.downdelay.into())
            .set(port::OTHER_CONFIG, rows::bond_config(options))
            .set(port::EXTERNAL_IDS, rows::bond_ids(&bond.bond))
            .id()
    }

    fn remove_port(&mut self, port: &'a observed::Port) -> Result<(), RenderError> {
        let (id, row) = self.port(port.name())?;
        self.handled.insert(id);
        self.vanish_port(id, row);
        self.ports.entry(port.bridge()).or_default().gone.push(id);
        Ok(())
    }

    fn vanish_port(&mut self, id: RowId<Port>, row: &Port) {
        self.builder.vanishes(id);
        row.interfaces
            .iter()
            .for_each(|interface| self.builder.vanishes(*interface));
        for (mirror, mirror_row) in self.db.mirror.iter() {
            // The server would drop these weak references by itself; said aloud, the inverse
            // knows of them.
            super::mirrors::leave(&mut self.builder, mirror, mirror_row, id);
        }
    }

    fn change_port(
        &mut self,
        from: &'a observed::Port,
        to: &'a observed::Port,
    ) -> Result<(), RenderError> {
        let (id, row) = self.port(from.name())?;
        if from.bridge() != to.bridge() {
            self.handled.insert(id);
            self.ports.entry(from.bridge()).or_default().gone.push(id);
            self.ports.entry(to.bridge()).or_default().come.push(id);
        }
        match (from, to) {
            (observed::Port::Network(from), observed::Port::Network(to)) => {
                self.change_network(id, row, from, to)
            }
            (observed::Port::Nic(from), observed::Port::Nic(to)) => {
                self.change_mtu(&from.name, from.mtu, to.mtu)
            }
            (observed::Port::Bond(from), observed::Port::Bond(to)) => {
                self.change_bond(id, row, from, to)
            }
            (observed::Port::Foreign(from), observed::Port::Foreign(to)) => {
                self.change_guest(id, row, from, to);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn change_network(
        &mut self,
        id: RowId<Port>,
        row: &Port,
        from: &NetworkPort,
        to: &NetworkPort,
    ) -> Result<(), RenderError> {
        if from.network.vlan != to.network.vlan {
            self.builder.wait(id, port::TAG, &row.tag);
            let tag = to.network.vlan.map(|vlan| vlan.get().into());
            self.builder.update(id).set(port::TAG, tag);
        }
        self.change_map(
            id,
            port::EXTERNAL_IDS,
            &rows::network_ids(from),
            &rows::network_ids(to),
        );
        let (device, device_row) = self.interface(from.name.as_str())?;
        if from.network.mtu != to.network.mtu {
            self.builder
                .wait(device, interface::MTU_REQUEST, &device_row.mtu_request);
            let mtu = Some(to.network.mtu.get().into());
            self.builder.update(device).set(interface::MTU_REQUEST, mtu);
        }
        if from.mac != to.mac {
            self.builder.wait(device, interface::MAC, &device_row.mac);
            let mac = to.mac.map(|mac| mac.to_string());
            self.builder.update(device).set(interface::MAC, mac);
        }
        self.interfaces.push(from.name.to_string());
        Ok(())
    }

    fn change_mtu(
        &mut self,
        name: &NicName,
        from: Option<Mtu>,
        to: Option<Mtu>,
    ) -> Result<(), RenderError> {
        if from != to {
            let (device, row) = self.interface(name.as_str())?;
            self.builder
                .wait(device, interface::MTU_REQUEST, &row.mtu_request);
            let mtu = to.map(|mtu| mtu.get().into());
            self.builder.update(device).set(interface::MTU_REQUEST, mtu);
            self.interfaces.push(name.to_string());
        }
        Ok(())
    }

    fn change_bond(
        &mut self,
        id: RowId<Port>,
        row: &Port,
        from: &BondPort,
        to: &BondPort,
    ) -> Result<(), RenderError> {
        let (mut come, mut gone) = (Vec::new(), Vec::new());
        for (name, mtu) in &to.mtus {
            match from.mtus.get(name) {
                Some(before) => self.change_mtu(name, *before, *mtu)?,
                None => come.push(self.insert_member(name, *mtu, marks::ROLE_BONDING)),
            }
        }
        for name in from.mtus.keys().filter(|name| !to.mtus.contains_key(*name)) {
            let (device, _) = self.interface(name.as_str())?;
            self.builder.vanishes(device);
            gone.push(device);
        }
        if !come.is_empty() || !gone.is_empty() {
            self.builder.wait(id, port::INTERFACES, &row.interfaces);
            let mut mutate = self.builder.mutate(id);
            // Never without a member on the way: the server checks after each mutation.
            if !come.is_empty() {
                mutate = mutate.insert(port::INTERFACES, come.into_iter().collect());
            }
            if !gone.is_empty() {
                mutate.delete(port::INTERFACES, gone.into_iter().collect());
            }
        }
        self.change_bond_columns(id, row, from, to);
        Ok(())
    }

    fn change_bond_columns(&mut self, id: RowId<Port>, row: &Port, from: &BondPort, to: &BondPort) {
        let (old, new) = (&from.bond.options, &to.bond.options);
        if old.mode != new.mode || old.lacp != new.lacp {
            self.builder.wait(id, port::BOND_MODE, &row.bond_mode);
            self.builder.wait(id, port::LACP, &row.lacp);
            self.builder
                .update(id)
                .set(port::BOND_MODE, rows::bond_mode(new))
                .set(port::LACP, rows::lacp(new));
        }
        if old.updelay != new.updelay || old.downdelay != new.downdelay {
            self.builder.wait(id, port::BOND_UPDELAY, &row.bond_updelay);
            self.builder
                .wait(id, port::BOND_DOWNDELAY, &row.bond_downdelay);
            self.builder
                .update(id)
                .set(port::BOND_UPDELAY, new.updelay.into())
                .set(port::BOND_DOWNDELAY, new.downdelay.into());
        }
        self.change_map(
            id,
            port::OTHER_CONFIG,
            &rows::bond_config(old),
            &rows::bond_config(new),
        );
        self.change_map(
            id,
            port::EXTERNAL_IDS,
            &rows::bond_ids(&from.bond),
            &rows::bond_ids(&to.bond),
        );
    }

    fn change_guest(&mut self, id: RowId<Port>, row: &Port, from: &ForeignPort, to: &ForeignPort) {
        if from.tag != to.tag {
            self.builder.wait(id, port::TAG, &row.tag);
            let tag = to.tag.map(|vlan| vlan.get().into());
            self.builder.update(id).set(port::TAG, tag);
        }
    }

    /// Sets and removes the keys that differ; others' keys in the map stay.
    fn change_map(
        &mut self,
        id: RowId<Port>,
        column: Column<Port, Map<String, String>>,
        from: &Map<String, String>,
        to: &Map<String, String>,
    ) {
        if from == to {
            return;
        }
        let mut mutate = self.builder.mutate(id);
        for (key, _) in from
            .iter()
            .filter(|(key, _)| !to.contains_key(key.as_str()))
        {
            mutate = mutate.remove(column, key.clone());
        }
        for (key, value) in to
            .iter()
            .filter(|(key, value)| from.get(key.as_str()) != Some(value))
        {
            mutate = mutate.put(column, key.clone(), value.clone());
        }
    }

    fn finish(
        mut self,
        root: RowId<OpenVSwitch>,
        root_row: &OpenVSwitch,
        marker: Uuid,
    ) -> Result<Rendered, RenderError> {
        let gone_bridges = std::mem::take(&mut self.gone_bridges);
        gone_bridges.iter().for_each(|id| self.vanish_bridge(*id));
        let new_bridges = std::mem::take(&mut self.new_bridges);
        let mut come_bridges = Vec::new();
        for bridge in new_bridges.values() {
            let ports = self.ports.remove(&bridge.name).unwrap_or_default().come;
            come_bridges.push(self.insert_bridge(bridge, ports));
        }
        for (name, ports) in std::mem::take(&mut self.ports) {
            let (id, row) = self.bridge(name)?;
            if !gone_bridges.contains(&id) {
                self.builder.wait(id, bridge::NAME, &row.name);
                let mut mutate = self.builder.mutate(id);
                if !ports.come.is_empty() {
                    mutate = mutate.insert(bridge::PORTS, ports.come.into_iter().collect());
                }
                if !ports.gone.is_empty() {
                    mutate.delete(bridge::PORTS, ports.gone.into_iter().collect());
                }
            }
        }
        if self.mappings.is_some() {
            self.builder
                .wait(root, open_vswitch::EXTERNAL_IDS, &root_row.external_ids);
        }
        let comment = format!("netswitch: {}", summary(&self.names));
        let mut mutate = self.builder.mutate(root).add(open_vswitch::NEXT_CFG, 1);
        if !come_bridges.is_empty() {
            mutate = mutate.insert(open_vswitch::BRIDGES, come_bridges.into_iter().collect());
        }
        if !gone_bridges.is_empty() {
            mutate = mutate.delete(open_vswitch::BRIDGES, gone_bridges.into_iter().collect());
        }
        let ids = open_vswitch::EXTERNAL_IDS;
        mutate = match self.mappings {
            Some(Some(text)) => mutate.put(ids, marks::BRIDGE_MAPPINGS.into(), text.into()),
            Some(None) => mutate.remove(ids, marks::BRIDGE_MAPPINGS.into()),
            None => mutate,
        };
        mutate.put(ids, marks::TRANSACTION.into(), marker.to_string());
        self.builder.comment(comment);
        let transaction = self.builder.build()?;
        let inverse = Inverse::of(&transaction, self.db);
        Ok(Rendered {
            transaction,
            inverse,
            interfaces: self.interfaces,
        })
    }

    /// A bridge with its local port, as `ovs-vsctl add-br` makes it.
    fn insert_bridge(
        &mut self,
        new: &observed::Bridge,
        mut ports: Vec<RowId<Port>>,
    ) -> RowId<Bridge> {
        let name = new.name.to_string();
        let device = self
            .builder
            .insert::<Interface>()
            .set(interface::NAME, name.clone())
            .set(interface::TYPE, "internal".to_owned())
            .set(interface::EXTERNAL_IDS, rows::role(marks::ROLE_BRIDGE))
            .id();
        self.interfaces.push(name.clone());
        let local = self
            .builder
            .insert::<Port>()
            .set(port::NAME, name.clone())
            .set(port::INTERFACES, Set::from([device]))
            .set(port::EXTERNAL_IDS, rows::role(marks::ROLE_BRIDGE))
            .id();
        ports.push(local);
        let hwaddr = new.hwaddr.map(|mac| ("hwaddr".to_owned(), mac.to_string()));
        self.builder
            .insert::<Bridge>()
            .set(bridge::NAME, name)
            .set(bridge::PORTS, ports.into_iter().collect())
            .set(bridge::DATAPATH_TYPE, new.datapath_type.clone())
            .set(bridge::FAIL_MODE, Some(BridgeFailMode::Standalone))
            .set(bridge::STP_ENABLE, new.stp)
            .set(bridge::OTHER_CONFIG, hwaddr.into_iter().collect())
            .set(bridge::EXTERNAL_IDS, rows::role(marks::ROLE_BRIDGE))
            .id()
    }

    /// A bridge goes as it was seen: with no port that came meanwhile.
    fn vanish_bridge(&mut self, id: RowId<Bridge>) {
        let Some(row) = self.db.bridge.get(id) else {
            return;
        };
        self.builder.wait(id, bridge::PORTS, &row.ports);
        self.builder.vanishes(id);
        for port in row.ports.iter().filter(|port| !self.handled.contains(port)) {
            if let Some(port_row) = self.db.port.get(*port) {
                self.builder.vanishes(*port);
                port_row
                    .interfaces
                    .iter()
                    .for_each(|device| self.builder.vanishes(*device));
            }
        }
        row.controller
            .iter()
            .for_each(|id| self.builder.vanishes(*id));
        row.mirrors.iter().for_each(|id| self.builder.vanishes(*id));
        row.netflow.iter().for_each(|id| self.builder.vanishes(*id));
        row.sflow.iter().for_each(|id| self.builder.vanishes(*id));
        row.ipfix.iter().for_each(|id| self.builder.vanishes(*id));
        row.auto_attach
            .iter()
            .for_each(|id| self.builder.vanishes(*id));
        row.flow_tables
            .iter()
            .for_each(|(_, id)| self.builder.vanishes(*id));
    }
}

fn name_of(step: &OvsStep) -> String {
    match step {
        OvsStep::AddPort(port) => format!("+{}", port.name()),
        OvsStep::RemovePort(port) => format!("-{}", port.name()),
        OvsStep::ChangePort { to, .. } => format!("~{}", to.name()),
        _ => String::new(),
    }
}

/// The first few names, and how many more there are.
fn summary(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{} and {more} more", shown.join(" ")),
        _ => shown.join(" "),
    }
}
