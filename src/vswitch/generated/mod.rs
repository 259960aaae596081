// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The tables of the database `Open_vSwitch`.

pub mod auto_attach;
pub mod bridge;
pub mod controller;
pub mod ct_timeout_policy;
pub mod ct_zone;
pub mod datapath;
pub mod flow_sample_collector_set;
pub mod flow_table;
pub mod interface;
pub mod ipfix;
pub mod manager;
pub mod mirror;
pub mod netflow;
pub mod open_vswitch;
pub mod port;
pub mod qos;
pub mod queue;
pub mod sflow;
pub mod ssl;

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Change, Datum, RowId, Rows, Table, TableInfo, Uuid};

pub use auto_attach::AutoAttach;
pub use bridge::{Bridge, BridgeFailMode, BridgeIndexes, BridgeProtocols};
pub use controller::{Controller, ControllerConnectionMode, ControllerRole, ControllerType};
pub use ct_timeout_policy::{CtTimeoutPolicy, CtTimeoutPolicyTimeoutsKey};
pub use ct_zone::CtZone;
pub use datapath::Datapath;
pub use flow_sample_collector_set::{FlowSampleCollectorSet, FlowSampleCollectorSetIndexes};
pub use flow_table::{FlowTable, FlowTableOverflowPolicy};
pub use interface::{
    Interface, InterfaceAdminState, InterfaceCfmRemoteOpstate, InterfaceDuplex, InterfaceIndexes,
    InterfaceLinkState,
};
pub use ipfix::Ipfix;
pub use manager::{Manager, ManagerConnectionMode, ManagerIndexes};
pub use mirror::Mirror;
pub use netflow::NetFlow;
pub use open_vswitch::OpenVSwitch;
pub use port::{Port, PortBondMode, PortIndexes, PortLacp, PortVlanMode};
pub use qos::Qos;
pub use queue::Queue;
pub use sflow::SFlow;
pub use ssl::Ssl;

/// The rows of the database `Open_vSwitch`, schema version 8.3.1.
#[derive(Debug, Clone, Default)]
pub struct OpenVSwitchDatabase {
    /// The table `Open_vSwitch`.
    pub open_vswitch: Rows<OpenVSwitch>,
    /// The table `Bridge`.
    pub bridge: Rows<Bridge>,
    /// The table `Port`.
    pub port: Rows<Port>,
    /// The table `Interface`.
    pub interface: Rows<Interface>,
    /// The table `Flow_Table`.
    pub flow_table: Rows<FlowTable>,
    /// The table `QoS`.
    pub qos: Rows<Qos>,
    /// The table `Queue`.
    pub queue: Rows<Queue>,
    /// The table `Mirror`.
    pub mirror: Rows<Mirror>,
    /// The table `NetFlow`.
    pub netflow: Rows<NetFlow>,
    /// The table `sFlow`.
    pub sflow: Rows<SFlow>,
    /// The table `IPFIX`.
    pub ipfix: Rows<Ipfix>,
    /// The table `Flow_Sample_Collector_Set`.
    pub flow_sample_collector_set: Rows<FlowSampleCollectorSet>,
    /// The table `Controller`.
    pub controller: Rows<Controller>,
    /// The table `Manager`.
    pub manager: Rows<Manager>,
    /// The table `Datapath`.
    pub datapath: Rows<Datapath>,
    /// The table `CT_Zone`.
    pub ct_zone: Rows<CtZone>,
    /// The table `CT_Timeout_Policy`.
    pub ct_timeout_policy: Rows<CtTimeoutPolicy>,
    /// The table `SSL`.
    pub ssl: Rows<Ssl>,
    /// The table `AutoAttach`.
    pub auto_attach: Rows<AutoAttach>,
}

/// What happened to one row of the database `Open_vSwitch`.
#[derive(Debug, Clone)]
pub enum Event {
    /// A row of the table `Open_vSwitch`.
    OpenVSwitch(Change<OpenVSwitch>),
    /// A row of the table `Bridge`.
    Bridge(Change<Bridge>),
    /// A row of the table `Port`.
    Port(Change<Port>),
    /// A row of the table `Interface`.
    Interface(Change<Interface>),
    /// A row of the table `Flow_Table`.
    FlowTable(Change<FlowTable>),
    /// A row of the table `QoS`.
    Qos(Change<Qos>),
    /// A row of the table `Queue`.
    Queue(Change<Queue>),
    /// A row of the table `Mirror`.
    Mirror(Change<Mirror>),
    /// A row of the table `NetFlow`.
    NetFlow(Change<NetFlow>),
    /// A row of the table `sFlow`.
    SFlow(Change<SFlow>),
    /// A row of the table `IPFIX`.
    Ipfix(Change<Ipfix>),
    /// A row of the table `Flow_Sample_Collector_Set`.
    FlowSampleCollectorSet(Change<FlowSampleCollectorSet>),
    /// A row of the table `Controller`.
    Controller(Change<Controller>),
    /// A row of the table `Manager`.
    Manager(Change<Manager>),
    /// A row of the table `Datapath`.
    Datapath(Change<Datapath>),
    /// A row of the table `CT_Zone`.
    CtZone(Change<CtZone>),
    /// A row of the table `CT_Timeout_Policy`.
    CtTimeoutPolicy(Change<CtTimeoutPolicy>),
    /// A row of the table `SSL`.
    Ssl(Change<Ssl>),
    /// A row of the table `AutoAttach`.
    AutoAttach(Change<AutoAttach>),
}

impl crate::ovsdb::Database for OpenVSwitchDatabase {
    const NAME: &'static str = "Open_vSwitch";
    const VERSION: &'static str = "8.3.1";
    const TABLES: &'static [TableInfo] = &[
        TableInfo {
            name: OpenVSwitch::NAME,
            is_root: OpenVSwitch::IS_ROOT,
            columns: OpenVSwitch::COLUMNS,
        },
        TableInfo {
            name: Bridge::NAME,
            is_root: Bridge::IS_ROOT,
            columns: Bridge::COLUMNS,
        },
        TableInfo {
            name: Port::NAME,
            is_root: Port::IS_ROOT,
            columns: Port::COLUMNS,
        },
        TableInfo {
            name: Interface::NAME,
            is_root: Interface::IS_ROOT,
            columns: Interface::COLUMNS,
        },
        TableInfo {
            name: FlowTable::NAME,
            is_root: FlowTable::IS_ROOT,
            columns: FlowTable::COLUMNS,
        },
        TableInfo {
            name: Qos::NAME,
            is_root: Qos::IS_ROOT,
            columns: Qos::COLUMNS,
        },
        TableInfo {
            name: Queue::NAME,
            is_root: Queue::IS_ROOT,
            columns: Queue::COLUMNS,
        },
        TableInfo {
            name: Mirror::NAME,
            is_root: Mirror::IS_ROOT,
            columns: Mirror::COLUMNS,
        },
        TableInfo {
            name: NetFlow::NAME,
            is_root: NetFlow::IS_ROOT,
            columns: NetFlow::COLUMNS,
        },
        TableInfo {
            name: SFlow::NAME,
            is_root: SFlow::IS_ROOT,
            columns: SFlow::COLUMNS,
        },
        TableInfo {
            name: Ipfix::NAME,
            is_root: Ipfix::IS_ROOT,
            columns: Ipfix::COLUMNS,
        },
        TableInfo {
            name: FlowSampleCollectorSet::NAME,
            is_root: FlowSampleCollectorSet::IS_ROOT,
            columns: FlowSampleCollectorSet::COLUMNS,
        },
        TableInfo {
            name: Controller::NAME,
            is_root: Controller::IS_ROOT,
            columns: Controller::COLUMNS,
        },
        TableInfo {
            name: Manager::NAME,
            is_root: Manager::IS_ROOT,
            columns: Manager::COLUMNS,
        },
        TableInfo {
            name: Datapath::NAME,
            is_root: Datapath::IS_ROOT,
            columns: Datapath::COLUMNS,
        },
        TableInfo {
            name: CtZone::NAME,
            is_root: CtZone::IS_ROOT,
            columns: CtZone::COLUMNS,
        },
        TableInfo {
            name: CtTimeoutPolicy::NAME,
            is_root: CtTimeoutPolicy::IS_ROOT,
            columns: CtTimeoutPolicy::COLUMNS,
        },
        TableInfo {
            name: Ssl::NAME,
            is_root: Ssl::IS_ROOT,
            columns: Ssl::COLUMNS,
        },
        TableInfo {
            name: AutoAttach::NAME,
            is_root: AutoAttach::IS_ROOT,
            columns: AutoAttach::COLUMNS,
        },
    ];
    type Event = Event;

    fn update_table<'de, D, S>(
        &mut self,
        table: &str,
        updates: D,
        mut sink: S,
    ) -> Result<bool, D::Error>
    where
        D: Deserializer<'de>,
        S: FnMut(Event),
    {
        match table {
            "Open_vSwitch" => {
                self.open_vswitch
                    .update(updates, |change| sink(Event::OpenVSwitch(change)))?;
            }
            "Bridge" => {
                self.bridge
                    .update(updates, |change| sink(Event::Bridge(change)))?;
            }
            "Port" => {
                self.port
                    .update(updates, |change| sink(Event::Port(change)))?;
            }
            "Interface" => {
                self.interface
                    .update(updates, |change| sink(Event::Interface(change)))?;
            }
            "Flow_Table" => {
                self.flow_table
                    .update(updates, |change| sink(Event::FlowTable(change)))?;
            }
            "QoS" => {
                self.qos
                    .update(updates, |change| sink(Event::Qos(change)))?;
            }
            "Queue" => {
                self.queue
                    .update(updates, |change| sink(Event::Queue(change)))?;
            }
            "Mirror" => {
                self.mirror
                    .update(updates, |change| sink(Event::Mirror(change)))?;
            }
            "NetFlow" => {
                self.netflow
                    .update(updates, |change| sink(Event::NetFlow(change)))?;
            }
            "sFlow" => {
                self.sflow
                    .update(updates, |change| sink(Event::SFlow(change)))?;
            }
            "IPFIX" => {
                self.ipfix
                    .update(updates, |change| sink(Event::Ipfix(change)))?;
            }
            "Flow_Sample_Collector_Set" => {
                self.flow_sample_collector_set.update(updates, |change| {
                    sink(Event::FlowSampleCollectorSet(change))
                })?;
            }
            "Controller" => {
                self.controller
                    .update(updates, |change| sink(Event::Controller(change)))?;
            }
            "Manager" => {
                self.manager
                    .update(updates, |change| sink(Event::Manager(change)))?;
            }
            "Datapath" => {
                self.datapath
                    .update(updates, |change| sink(Event::Datapath(change)))?;
            }
            "CT_Zone" => {
                self.ct_zone
                    .update(updates, |change| sink(Event::CtZone(change)))?;
            }
            "CT_Timeout_Policy" => {
                self.ct_timeout_policy
                    .update(updates, |change| sink(Event::CtTimeoutPolicy(change)))?;
            }
            "SSL" => {
                self.ssl
                    .update(updates, |change| sink(Event::Ssl(change)))?;
            }
            "AutoAttach" => {
                self.auto_attach
                    .update(updates, |change| sink(Event::AutoAttach(change)))?;
            }
            _ => {
                IgnoredAny::deserialize(updates)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn differences(&self, newer: &Self, events: &mut Vec<Event>) {
        self.open_vswitch
            .differences(&newer.open_vswitch, |change| {
                events.push(Event::OpenVSwitch(change))
            });
        self.bridge
            .differences(&newer.bridge, |change| events.push(Event::Bridge(change)));
        self.port
            .differences(&newer.port, |change| events.push(Event::Port(change)));
        self.interface.differences(&newer.interface, |change| {
            events.push(Event::Interface(change))
        });
        self.flow_table.differences(&newer.flow_table, |change| {
            events.push(Event::FlowTable(change))
        });
        self.qos
            .differences(&newer.qos, |change| events.push(Event::Qos(change)));
        self.queue
            .differences(&newer.queue, |change| events.push(Event::Queue(change)));
        self.mirror
            .differences(&newer.mirror, |change| events.push(Event::Mirror(change)));
        self.netflow
            .differences(&newer.netflow, |change| events.push(Event::NetFlow(change)));
        self.sflow
            .differences(&newer.sflow, |change| events.push(Event::SFlow(change)));
        self.ipfix
            .differences(&newer.ipfix, |change| events.push(Event::Ipfix(change)));
        self.flow_sample_collector_set
            .differences(&newer.flow_sample_collector_set, |change| {
                events.push(Event::FlowSampleCollectorSet(change))
            });
        self.controller.differences(&newer.controller, |change| {
            events.push(Event::Controller(change))
        });
        self.manager
            .differences(&newer.manager, |change| events.push(Event::Manager(change)));
        self.datapath.differences(&newer.datapath, |change| {
            events.push(Event::Datapath(change))
        });
        self.ct_zone
            .differences(&newer.ct_zone, |change| events.push(Event::CtZone(change)));
        self.ct_timeout_policy
            .differences(&newer.ct_timeout_policy, |change| {
                events.push(Event::CtTimeoutPolicy(change))
            });
        self.ssl
            .differences(&newer.ssl, |change| events.push(Event::Ssl(change)));
        self.auto_attach.differences(&newer.auto_attach, |change| {
            events.push(Event::AutoAttach(change))
        });
    }

    fn datum(&self, table: &str, row: Uuid, column: &str) -> Option<Datum> {
        match table {
            "Open_vSwitch" => self.open_vswitch.get(RowId::new(row))?.datum(column),
            "Bridge" => self.bridge.get(RowId::new(row))?.datum(column),
            "Port" => self.port.get(RowId::new(row))?.datum(column),
            "Interface" => self.interface.get(RowId::new(row))?.datum(column),
            "Flow_Table" => self.flow_table.get(RowId::new(row))?.datum(column),
            "QoS" => self.qos.get(RowId::new(row))?.datum(column),
            "Queue" => self.queue.get(RowId::new(row))?.datum(column),
            "Mirror" => self.mirror.get(RowId::new(row))?.datum(column),
            "NetFlow" => self.netflow.get(RowId::new(row))?.datum(column),
            "sFlow" => self.sflow.get(RowId::new(row))?.datum(column),
            "IPFIX" => self.ipfix.get(RowId::new(row))?.datum(column),
            "Flow_Sample_Collector_Set" => self
                .flow_sample_collector_set
                .get(RowId::new(row))?
                .datum(column),
            "Controller" => self.controller.get(RowId::new(row))?.datum(column),
            "Manager" => self.manager.get(RowId::new(row))?.datum(column),
            "Datapath" => self.datapath.get(RowId::new(row))?.datum(column),
            "CT_Zone" => self.ct_zone.get(RowId::new(row))?.datum(column),
            "CT_Timeout_Policy" => self.ct_timeout_policy.get(RowId::new(row))?.datum(column),
            "SSL" => self.ssl.get(RowId::new(row))?.datum(column),
            "AutoAttach" => self.auto_attach.get(RowId::new(row))?.datum(column),
            _ => None,
        }
    }

    fn lasting(&self, table: &str, row: Uuid) -> Option<Vec<(&'static str, Datum)>> {
        match table {
            "Open_vSwitch" => Some(self.open_vswitch.get(RowId::new(row))?.lasting()),
            "Bridge" => Some(self.bridge.get(RowId::new(row))?.lasting()),
            "Port" => Some(self.port.get(RowId::new(row))?.lasting()),
            "Interface" => Some(self.interface.get(RowId::new(row))?.lasting()),
            "Flow_Table" => Some(self.flow_table.get(RowId::new(row))?.lasting()),
            "QoS" => Some(self.qos.get(RowId::new(row))?.lasting()),
            "Queue" => Some(self.queue.get(RowId::new(row))?.lasting()),
            "Mirror" => Some(self.mirror.get(RowId::new(row))?.lasting()),
            "NetFlow" => Some(self.netflow.get(RowId::new(row))?.lasting()),
            "sFlow" => Some(self.sflow.get(RowId::new(row))?.lasting()),
            "IPFIX" => Some(self.ipfix.get(RowId::new(row))?.lasting()),
            "Flow_Sample_Collector_Set" => Some(
                self.flow_sample_collector_set
                    .get(RowId::new(row))?
                    .lasting(),
            ),
            "Controller" => Some(self.controller.get(RowId::new(row))?.lasting()),
            "Manager" => Some(self.manager.get(RowId::new(row))?.lasting()),
            "Datapath" => Some(self.datapath.get(RowId::new(row))?.lasting()),
            "CT_Zone" => Some(self.ct_zone.get(RowId::new(row))?.lasting()),
            "CT_Timeout_Policy" => Some(self.ct_timeout_policy.get(RowId::new(row))?.lasting()),
            "SSL" => Some(self.ssl.get(RowId::new(row))?.lasting()),
            "AutoAttach" => Some(self.auto_attach.get(RowId::new(row))?.lasting()),
            _ => None,
        }
    }
}
