//! Renders steps as one OVSDB transaction.

mod bridges;
mod networks;
mod uplinks;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use super::{marks, mirrors};
use crate::model::BridgeName;
use crate::model::observed;
use crate::ovsdb::transaction::UnknownRow;
use crate::ovsdb::{Column, Map, RowId, Transaction, TransactionBuilder, Uuid};
use crate::plan::OvsStep;
use crate::vswitch::{
    Bridge, Interface, OpenVSwitch, OpenVSwitchDatabase, Port, bridge, interface, open_vswitch,
};

/// A transaction, and what to look at afterwards.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// What is sent.
    pub(crate) transaction: Transaction,
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
    /// A bridge that is to go has a port that the plan does not know.
    #[error("port \"{port}\" has come to bridge \"{bridge}\"")]
    Unplanned {
        /// The port's name.
        port: String,
        /// The bridge's name.
        bridge: String,
    },
    /// The database was never initialized.
    #[error("the database has no Open_vSwitch row; \"ovs-vsctl init\" makes it")]
    NoRoot,
    /// A row of another transaction got into this one.
    #[error(transparent)]
    UnknownRow(#[from] UnknownRow),
}

/// Renders `steps` against the rows of `db`. `planned_for` are the `external_ids` of Open_vSwitch
/// when the host was observed that the steps were planned for; `marker` tells afterwards whether
/// the transaction committed.
pub(crate) fn render<'a>(
    steps: impl Iterator<Item = &'a OvsStep>,
    db: &OpenVSwitchDatabase,
    planned_for: &Map<String, String>,
    marker: Uuid,
) -> Result<Rendered, RenderError> {
    let (root, _) = db.open_vswitch.iter().next().ok_or(RenderError::NoRoot)?;
    let mut renderer = Renderer::new(db);
    for step in steps {
        renderer.step(step)?;
    }
    renderer.finish(root, planned_for, marker)
}

/// The rows of a new port alone, which refer to nothing that is there.
pub(crate) fn addition(port: &observed::Port) -> Result<Transaction, UnknownRow> {
    let db = OpenVSwitchDatabase::default();
    let mut renderer = Renderer::new(&db);
    renderer.add_port(port);
    renderer.builder.build()
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
    /// Ports that go, with or without their bridge.
    vanishing: Vec<RowId<Port>>,
    mappings: Option<Option<&'a str>>,
    interfaces: Vec<String>,
    about: About,
}

/// What a transaction is about, for its comment: the first few names, and how many there are.
#[derive(Default)]
struct About {
    names: Vec<String>,
    count: usize,
}

impl About {
    const SHOWN: usize = 12;

    fn add(&mut self, step: &OvsStep) {
        let (sign, port) = match step {
            OvsStep::AddPort(port) => ('+', port),
            OvsStep::RemovePort(port) => ('-', port),
            OvsStep::ChangePort { to, .. } => ('~', to),
            _ => return,
        };
        self.count += 1;
        if self.names.len() < Self::SHOWN {
            self.names.push(format!("{sign}{}", port.name()));
        }
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names.join(" "))?;
        match self.count - self.names.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

#[derive(Default)]
struct Ports {
    come: Vec<RowId<Port>>,
    gone: Vec<RowId<Port>>,
}

impl<'a> Renderer<'a> {
    fn new(db: &'a OpenVSwitchDatabase) -> Self {
        Self {
            db,
            builder: TransactionBuilder::new(),
            new_bridges: BTreeMap::new(),
            gone_bridges: Vec::new(),
            ports: BTreeMap::new(),
            handled: HashSet::new(),
            vanishing: Vec::new(),
            mappings: None,
            interfaces: Vec::new(),
            about: About::default(),
        }
    }

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
        self.about.add(step);
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

    fn add_port(&mut self, port: &'a observed::Port) {
        let id = match port {
            observed::Port::Network(network) => self.insert_network(network),
            observed::Port::Nic(nic) => self.insert_nic(nic),
            observed::Port::Bond(bond) => self.insert_bond(bond),
            observed::Port::Tunnel(tunnel) => self.insert_tunnel(tunnel),
            // Local ports come with their bridges; ports of others are never made here.
            observed::Port::Local(_) | observed::Port::Foreign(_) => return,
        };
        self.ports.entry(port.bridge()).or_default().come.push(id);
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
        self.vanishing.push(id);
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
            // An uplink's devices are given up by the one bridge and taken by the other.
            if to.uplink().is_some() {
                let devices = to.interfaces().into_iter().map(str::to_owned);
                self.interfaces.extend(devices);
            }
        }
        match (from, to) {
            (observed::Port::Network(from), observed::Port::Network(to)) => {
                self.change_network(id, row, from, to)
            }
            (observed::Port::Nic(from), observed::Port::Nic(to)) => {
                if from.drifted {
                    self.restore_uplink(id);
                    let (device, _) = self.interface(from.name.as_str())?;
                    self.builder
                        .update(device)
                        .set(interface::TYPE, String::new());
                }
                self.change_trunks(id, row, &from.trunks, &to.trunks);
                self.change_mtu(&from.name, from.mtu, to.mtu)
            }
            (observed::Port::Bond(from), observed::Port::Bond(to)) => {
                if from.drifted {
                    self.restore_uplink(id);
                }
                self.change_trunks(id, row, &from.trunks, &to.trunks);
                self.change_bond(id, row, from, to)
            }
            (observed::Port::Tunnel(from), observed::Port::Tunnel(to)) => {
                if from.drifted {
                    self.restore_uplink(id);
                    self.restore_tunnel(&to.tunnel)?;
                }
                self.change_trunks(id, row, &from.trunks, &to.trunks);
                Ok(())
            }
            (observed::Port::Foreign(from), observed::Port::Foreign(to)) => {
                self.change_guest(id, row, from, to);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The server drops the weak references of mirrors to ports that vanish by itself; said aloud,
    /// the inverse knows of them. Mirrors that go with their bridge come back whole.
    fn leave_mirrors(&mut self, gone_bridges: &[RowId<Bridge>]) {
        let bridges = gone_bridges.iter().filter_map(|id| self.db.bridge.get(*id));
        let gone: HashSet<_> = bridges.flat_map(|bridge| bridge.mirrors.iter()).collect();
        for (mirror, row) in self.db.mirror.iter().filter(|(id, _)| !gone.contains(id)) {
            for port in &self.vanishing {
                mirrors::leave(&mut self.builder, mirror, row, *port);
            }
        }
    }

    /// The plan was made for the configuration that our last transaction left: none of ours may
    /// have come since, and where the bridge mappings change nobody may have changed them.
    fn wait_for_root(&mut self, root: RowId<OpenVSwitch>, planned_for: &Map<String, String>) {
        let ids = open_vswitch::EXTERNAL_IDS;
        match planned_for.get(marks::TRANSACTION) {
            Some(last) if self.mappings.is_none() => {
                let last = Map::from_iter([(marks::TRANSACTION.to_owned(), last.clone())]);
                self.builder.wait_for(root, ids.includes(&last));
            }
            _ => self.builder.wait(root, ids, planned_for),
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
        planned_for: &Map<String, String>,
        marker: Uuid,
    ) -> Result<Rendered, RenderError> {
        let gone_bridges = std::mem::take(&mut self.gone_bridges);
        for id in &gone_bridges {
            self.vanish_bridge(*id)?;
        }
        self.leave_mirrors(&gone_bridges);
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
        self.wait_for_root(root, planned_for);
        let comment = format!("netswitch: {}", self.about);
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
        Ok(Rendered {
            transaction: self.builder.build()?,
            interfaces: self.interfaces,
        })
    }
}
