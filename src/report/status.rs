use std::collections::BTreeMap;

use serde::Serialize;

use super::LacpStatus;
use crate::model::MacAddress;
use crate::vswitch::{Interface, OpenVSwitchDatabase, Port, PortLacp};

/// How Open vSwitch's interfaces and bonds fare, as ovs-vswitchd tells in its database
/// (ovs-vswitchd.conf.db(5), table Interface, "Status Fields").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The interfaces, by name.
    pub interfaces: BTreeMap<String, InterfaceStatus>,
    /// The interface in use of each bond that uses one at a time, by the port's name.
    pub active_members: BTreeMap<String, String>,
    /// How the negotiation of each bond that speaks LACP stands, by the port's name; empty where
    /// ovs-vswitchd cannot be asked.
    pub lacp: BTreeMap<String, LacpStatus>,
    /// What the database holds that makes no sense.
    pub problems: Vec<String>,
}

/// How an interface fares. What ovs-vswitchd has not told is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceStatus {
    /// Whether it is set up.
    pub admin_up: Option<bool>,
    /// Whether it has a carrier.
    pub link_up: Option<bool>,
    /// Its speed in bit/s.
    pub link_speed: Option<u64>,
    /// `half` or `full`.
    pub duplex: Option<String>,
    /// Its OpenFlow port number; -1 when it could not be set up.
    pub ofport: Option<i64>,
    /// Why it could not be set up.
    pub error: Option<String>,
}

/// A device's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Set up, with a carrier.
    Up,
    /// Set up, without a carrier.
    NoCarrier,
    /// Not set up.
    Down,
    /// Not known, neither to the kernel nor to Open vSwitch.
    #[default]
    Missing,
}

impl State {
    /// The state in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Up => "up",
            State::NoCarrier => "no carrier",
            State::Down => "down",
            State::Missing => "missing",
        }
    }

    /// The state of a device that is set up or not, and has a carrier or not.
    pub(super) const fn of(up: bool, carrier: bool) -> State {
        match (up, carrier) {
            (true, true) => State::Up,
            (true, false) => State::NoCarrier,
            (false, _) => State::Down,
        }
    }
}

impl Status {
    /// Reads the status columns of `Interface` and `Port`.
    pub fn from_rows(rows: &OpenVSwitchDatabase) -> Status {
        let mut status = Status::default();
        for (_, interface) in rows.interface.iter() {
            let read = status.read(interface);
            status.interfaces.insert(interface.name.clone(), read);
        }
        for (_, port) in rows.port.iter() {
            match port.bond_active_slave.as_deref() {
                // Open vSwitch's word for none.
                None | Some("00:00:00:00:00:00") => {}
                // It keeps its last word on a bond that has become a single interface.
                Some(_) if port.interfaces.len() == 1 => {}
                Some(mac) => status.read_active_member(rows, port, mac),
            }
            status.read_lacp(rows, port);
        }
        for (_, root) in rows.open_vswitch.iter() {
            if root.cur_cfg < root.next_cfg {
                let (cur, next) = (root.cur_cfg, root.next_cfg);
                status.problems.push(format!(
                    "ovs-vswitchd has realised configuration {cur} of {next}; is it running?"
                ));
            }
        }
        status.problems.sort();
        status
    }

    fn read(&mut self, row: &Interface) -> InterfaceStatus {
        let state = |column, value: Option<&str>, problems: &mut Vec<String>| match value {
            Some("up") => Some(true),
            Some("down") => Some(false),
            Some(other) => {
                problems.push(format!("interface {}: {column} is {other:?}", row.name));
                None
            }
            None => None,
        };
        let admin = row.admin_state.as_ref().map(|state| state.as_str());
        let link = row.link_state.as_ref().map(|state| state.as_str());
        InterfaceStatus {
            admin_up: state("admin_state", admin, &mut self.problems),
            link_up: state("link_state", link, &mut self.problems),
            link_speed: row.link_speed.and_then(|speed| {
                let read = u64::try_from(speed).ok();
                if read.is_none() {
                    let problem = format!("interface {}: link_speed is {speed}", row.name);
                    self.problems.push(problem);
                }
                read
            }),
            duplex: row.duplex.as_ref().map(|duplex| duplex.as_str().to_owned()),
            ofport: row.ofport,
            error: row.error.clone(),
        }
    }

    /// A bond that negotiates with nobody carries nothing, whatever its members' links say.
    fn read_lacp(&mut self, rows: &OpenVSwitchDatabase, port: &Port) {
        let mut members = port
            .interfaces
            .iter()
            .filter_map(|id| rows.interface.get(*id));
        let is_alone = matches!(port.lacp, Some(PortLacp::Active))
            && !members.any(|member| member.lacp_current == Some(true));
        if is_alone {
            let problem = format!("port {}: no LACP partner has answered", port.name);
            self.problems.push(problem);
        }
    }

    /// A bond's active member is told by its MAC address.
    fn read_active_member(&mut self, rows: &OpenVSwitchDatabase, port: &Port, mac: &str) {
        let Ok(active) = mac.parse::<MacAddress>() else {
            let problem = format!("port {}: bond_active_slave is {mac:?}", port.name);
            self.problems.push(problem);
            return;
        };
        let members = port.interfaces.iter();
        let member = members
            .filter_map(|id| rows.interface.get(*id))
            .filter(|member| {
                let mac = member.mac_in_use.as_deref();
                mac.and_then(|mac| mac.parse().ok()) == Some(active)
            })
            .map(|member| &member.name)
            .min();
        match member {
            Some(member) => {
                let member = (port.name.clone(), member.clone());
                self.active_members.extend([member]);
            }
            None => self.problems.push(format!(
                "port {}: no member has the address {mac} of the active one",
                port.name
            )),
        }
    }
}
