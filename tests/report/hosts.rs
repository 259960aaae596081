//! Hosts to report on.

use std::collections::BTreeMap;

use netswitch::model::observed::{
    Address, BondPort, Bridge, ForeignPort, Link, LinkData, NetworkPort, NicPort, ObservedRoute,
    Port, Trunks,
};
use netswitch::model::{
    Bond, BondName, BondOptions, BridgeName, Lacp, LacpTime, MacAddress, Mtu, NativeBond,
    NativeBondMode, Network, NetworkName, NicName, Observed, SwitchType, Uplink, VlanId,
};
use netswitch::ovsdb::Database;
use netswitch::report::{Report, Sources, Status};
use netswitch::switch::ovs::placement::Conflict;
use netswitch::vswitch::OpenVSwitchDatabase;
use serde_json::{Value, json};

/// What a report is made from.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) observed: Observed,
    status: Status,
    speeds: BTreeMap<NicName, u32>,
    switches: BTreeMap<SwitchType, Result<(), String>>,
    conflicts: Vec<Conflict>,
}

impl Host {
    pub(crate) fn report(&self) -> Report {
        Report::new(&Sources {
            observed: &self.observed,
            status: &self.status,
            speeds: &self.speeds,
            switches: &self.switches,
            conflicts: &self.conflicts,
            supports_ipv6: true,
            config_dirty: false,
        })
    }

    /// A bridge with its local port.
    fn bridge(&mut self, name: &str, ours: bool, datapath_type: &str, stp: bool) {
        let name = BridgeName::new(name).unwrap();
        self.device(name.as_str(), "openvswitch", 1500);
        self.observed.ovs.put_port(Port::Local(name.clone()));
        self.observed.ovs.put_bridge(Bridge {
            drifted: false,
            name,
            ours,
            stp,
            hwaddr: None,
            datapath_type: datapath_type.to_owned(),
        });
    }

    /// A device of the kernel that is up.
    fn device(&mut self, name: &str, kind: &str, mtu: u32) {
        let index = u32::try_from(self.observed.links.iter().count()).unwrap() + 1;
        let mut link = link(name, index);
        link.kind = Some(kind.to_owned()).filter(|kind| !kind.is_empty());
        link.mtu = mtu;
        self.observed.links.put(link);
    }

    /// Hardware, with its speed.
    fn nic(&mut self, name: &str, mtu: u32, speed: u32) {
        self.device(name, "", mtu);
        if speed == 0 {
            let mut link = self.observed.links.get(name).unwrap().clone();
            link.carrier = false;
            self.observed.links.put(link);
        } else {
            self.speeds.insert(NicName::new(name).unwrap(), speed);
        }
    }

    fn address(&mut self, device: &str, address: &str) {
        let index = self.observed.links.get(device).unwrap().index;
        let address = Address {
            net: address.parse().unwrap(),
            is_permanent: true,
            is_tentative: false,
            is_duplicate: false,
        };
        self.observed.addresses.add(index, address);
    }

    fn default_route(&mut self, device: &str, gateway: &str, table: u32) {
        let all = if gateway.contains(':') {
            "::/0"
        } else {
            "0.0.0.0/0"
        };
        self.observed.addresses.add_route(ObservedRoute {
            device: self.observed.links.get(device).unwrap().index,
            destination: all.parse().unwrap(),
            source: None,
            protocol: 4,
            is_shared: false,
            gateway: gateway.parse().ok(),
            table,
            metric: 0,
        });
    }

    fn nic_port(&mut self, name: &str, bridge: &str) {
        self.observed.ovs.put_port(Port::Nic(NicPort {
            trunks: Trunks::All,
            drifted: false,
            name: NicName::new(name).unwrap(),
            bridge: BridgeName::new(bridge).unwrap(),
            mtu: None,
        }));
    }

    fn bond_port(&mut self, name: &str, bridge: &str, members: &[&str], options: NativeBond) {
        let members = members.iter().map(|name| NicName::new(name).unwrap());
        self.observed.ovs.put_port(Port::Bond(Box::new(BondPort {
            trunks: Trunks::All,
            drifted: false,
            name: BondName::new(name).unwrap(),
            bridge: BridgeName::new(bridge).unwrap(),
            bond: Bond {
                switch: SwitchType::Ovs,
                members: members.collect(),
                options: BondOptions::Native(options),
                hwaddr: None,
            },
            mtus: BTreeMap::new(),
        })));
    }

    /// A network and its device.
    fn network(&mut self, name: &str, bridge: &str, network: Network) {
        self.device(name, "openvswitch", u32::from(network.mtu.get()));
        self.network_port(name, bridge, network);
    }

    fn network_port(&mut self, name: &str, bridge: &str, network: Network) {
        let mappings = self.observed.ovs.bridge_mappings.as_deref();
        let before = mappings.map_or_else(String::new, |mappings| format!("{mappings},"));
        self.observed.ovs.bridge_mappings = Some(format!("{before}{name}:{bridge}").into());
        self.observed.ovs.put_port(Port::Network(NetworkPort {
            drifted: false,
            name: NetworkName::new(name).unwrap(),
            bridge: BridgeName::new(bridge).unwrap(),
            network,
            mac: None,
        }));
    }

    fn guest(&mut self, name: &str, bridge: &str, tag: Option<i64>) {
        self.observed.ovs.put_port(Port::Foreign(ForeignPort {
            is_guest: true,
            name: name.into(),
            bridge: BridgeName::new(bridge).unwrap(),
            tag: tag.and_then(VlanId::new),
            interfaces: vec![name.into()],
        }));
    }

    /// Rows of `Interface` and `Port` as ovsdb-server sends them.
    fn rows(&mut self, interfaces: Value, ports: Value) {
        let mut rows = OpenVSwitchDatabase::default();
        for (table, updates) in [("Interface", interfaces), ("Port", ports)] {
            rows.update_table(table, updates, drop).unwrap();
        }
        self.status = Status::from_rows(&rows);
    }
}

/// A device of the kernel that is up, with addresses that come from its number.
pub(crate) fn link(name: &str, index: u32) -> Link {
    let number = u8::try_from(index).unwrap();
    Link {
        name: NicName::new(name).unwrap(),
        index,
        kind: None,
        mac: Some(MacAddress::new([0x52, 0x54, 0, 0, 0, number])),
        permanent_mac: Some(MacAddress::new([0x52, 0x54, 0, 0, 0, number])),
        ipv6: false,
        accept_ra: false,
        autoconf: false,
        mtu: 1500,
        min_mtu: 68,
        max_mtu: 9000,
        up: true,
        carrier: true,
        loopback: false,
        master: None,
        lower: None,
        alias: None,
        group: 0,
        data: LinkData::None,
        membership: None,
    }
}

fn network(uplink: Option<&str>, vlan: Option<i64>, mtu: i64, bridged: bool) -> Network {
    Network {
        switch: SwitchType::Ovs,
        uplink: uplink.map(self::uplink),
        vlan: vlan.and_then(VlanId::new),
        mtu: Mtu::new(mtu).unwrap(),
        bridged,
        stp: false,
    }
}

fn uplink(name: &str) -> Uplink {
    match BondName::new(name) {
        Ok(bond) => Uplink::Bond(bond),
        Err(_) => Uplink::Nic(NicName::new(name).unwrap()),
    }
}

fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// A bond and two NICs with VLANs, guests, names that are hard to write, a network without an
/// uplink, one that is not bridged, and a bridge of somebody else.
pub(crate) fn everything() -> Host {
    let mut host = Host::default();
    host.device("lo", "", 65536);
    let mut lo = host.observed.links.get("lo").unwrap().clone();
    (lo.loopback, lo.mac) = (true, None);
    host.observed.links.put(lo);
    host.nic("eth0", 9000, 10_000);
    host.nic("eth1", 9000, 0);
    host.nic("eth2", 1500, 1000);
    host.nic("eth3", 1500, 25_000);
    host.nic("eth4", 1500, 0);
    for (name, kind) in [
        ("ovs-system", "openvswitch"),
        ("vnet0", "tun"),
        ("veth-guest", "veth"),
        ("docker0", "bridge"),
    ] {
        host.device(name, kind, 1500);
    }
    host.bridge("nsw-bond1", true, "", false);
    let options = NativeBond {
        miimon: Some(100),
        primary: Some(NicName::new("eth0").unwrap()),
        ..NativeBond::default()
    };
    host.bond_port("bond1", "nsw-bond1", &["eth0", "eth1"], options);
    host.network(
        "mgmt",
        "nsw-bond1",
        network(Some("bond1"), None, 1500, true),
    );
    host.network(
        "vm",
        "nsw-bond1",
        network(Some("bond1"), Some(100), 9000, true),
    );
    host.network(
        r#"a"b\<&c>|{d}"#,
        "nsw-bond1",
        network(Some("bond1"), Some(7), 1500, true),
    );
    host.guest("vnet0", "nsw-bond1", Some(100));
    host.guest("veth-guest", "nsw-bond1", Some(100));
    host.guest("stray", "nsw-bond1", Some(999));
    host.bridge("nsw-eth2", true, "netdev", true);
    host.nic_port("eth2", "nsw-eth2");
    let mut dmz = network(Some("eth2"), None, 1500, true);
    dmz.stp = true;
    host.network("dmz", "nsw-eth2", dmz);
    host.network(
        "storage",
        "nsw-eth2",
        network(Some("eth2"), Some(200), 1500, false),
    );
    host.guest("vnet1", "nsw-eth2", None);
    host.bridge("nsw-inner", true, "", false);
    host.network("inner", "nsw-inner", network(None, None, 1400, true));
    host.bridge("br-int", false, "", false);
    host.guest("patch<1>", "br-int", None);
    host.guest("eth4", "br-int", None);
    host.address("mgmt", "192.0.2.10/24");
    host.address("mgmt", "2001:db8::10/64");
    host.address("mgmt", "fe80::10/64");
    host.default_route("mgmt", "192.0.2.1", 254);
    host.address("storage", "198.51.100.10/25");
    host.default_route("storage", "198.51.100.1", 1000);
    host.address("eth3", "203.0.113.3/32");
    host.conflicts.push(Conflict {
        left: uplink("eth2"),
        right: uplink("bond1"),
        tag: 0,
        left_network: NetworkName::new("dmz").unwrap(),
        right_network: NetworkName::new("mgmt").unwrap(),
    });
    host.rows(
        json!({
            uuid(1): {"insert": {
                "name": "eth0", "mac_in_use": "52:54:00:00:00:02", "ofport": 1,
                "admin_state": "up", "link_state": "up", "link_speed": 10_000_000_000_u64,
                "duplex": "full",
            }},
            uuid(2): {"insert": {
                "name": "eth1", "mac_in_use": "52:54:00:00:00:03", "ofport": 2,
                "admin_state": "up", "link_state": "down", "duplex": "half",
            }},
            uuid(3): {"insert": {
                "name": "eth2", "mac_in_use": "52:54:00:00:00:04", "ofport": 1,
                "admin_state": "up", "link_state": "up", "duplex": "half",
            }},
        }),
        json!({
            uuid(9): {"insert": {
                "name": "bond1", "bond_active_slave": "52:54:00:00:00:02",
                "interfaces": ["set", [["uuid", uuid(1)], ["uuid", uuid(2)]]],
            }},
        }),
    );
    host.switches.insert(SwitchType::Ovs, Ok(()));
    let reason = "it is not built into this version".to_owned();
    host.switches.insert(SwitchType::Legacy, Err(reason));
    host.observed.resolver.nameservers = vec!["192.0.2.53".to_owned(), "fe80::1%eth0".to_owned()];
    host
}

/// Networks without a bridge: untagged on a NIC and on a bond, and with tag 0.
pub(crate) fn not_bridged() -> Host {
    let mut host = Host::default();
    host.nic("eth0", 1500, 1000);
    host.nic("eth1", 9000, 10_000);
    host.nic("eth2", 9000, 10_000);
    host.bridge("nsw-eth0", true, "", false);
    host.nic_port("eth0", "nsw-eth0");
    host.network("mgmt", "nsw-eth0", network(Some("eth0"), None, 1500, false));
    host.bridge("nsw-bond1", true, "", false);
    let options = NativeBond {
        mode: NativeBondMode::BalanceTcp,
        lacp: Lacp::Active,
        lacp_time: Some(LacpTime::Fast),
        ..NativeBond::default()
    };
    host.bond_port("bond1", "nsw-bond1", &["eth1", "eth2"], options);
    host.network(
        "storage",
        "nsw-bond1",
        network(Some("bond1"), None, 9000, false),
    );
    host.nic("eth3", 4000, 1000);
    host.bridge("nsw-eth3", true, "", false);
    host.nic_port("eth3", "nsw-eth3");
    host.network(
        "backup",
        "nsw-eth3",
        network(Some("eth3"), Some(0), 4000, false),
    );
    host
}

/// NICs, devices, ports and bridges that are missing, interfaces that could not be set up, rows
/// with nonsense, and one network that is fine.
pub(crate) fn broken() -> Host {
    let members = json!(["set", [["uuid", uuid(98)], ["uuid", uuid(99)]]]);
    let mut host = Host::default();
    host.nic("eth0", 1500, 1000);
    host.bridge("nsw-eth0", true, "", false);
    host.nic_port("eth0", "nsw-eth0");
    host.network("fine", "nsw-eth0", network(Some("eth0"), None, 1500, true));
    host.network_port(
        "no-device",
        "nsw-eth0",
        network(Some("eth0"), Some(1), 1500, true),
    );
    host.network_port(
        "refused",
        "nsw-eth0",
        network(Some("eth0"), Some(2), 1500, true),
    );
    host.network(
        "twice-a",
        "nsw-eth0",
        network(Some("eth0"), Some(3), 1500, true),
    );
    host.network(
        "twice-b",
        "nsw-eth0",
        network(Some("eth0"), Some(3), 1500, true),
    );
    host.network(
        "elsewhere",
        "nsw-eth9",
        network(Some("eth0"), Some(4), 1500, true),
    );
    host.bridge("nsw-eth9", true, "", false);
    host.nic_port("eth9", "nsw-eth9");
    host.network(
        "no-nic",
        "nsw-eth9",
        network(Some("eth9"), None, 1500, false),
    );
    host.network(
        "no-uplink",
        "nsw-eth9",
        network(Some("eth7"), Some(5), 1500, true),
    );
    host.network("no-bridge", "nsw-gone", network(None, None, 1500, true));
    host.bond_port(
        "bond1",
        "nsw-eth9",
        &["eth5", "eth6"],
        NativeBond::default(),
    );
    host.guest("evil\u{1b}[2J\n\u{202e}\"", "nsw-eth0", None);
    host.rows(
        json!({
            uuid(1): {"insert": {
                "name": "eth0", "admin_state": "sideways", "link_state": "up",
                "link_speed": -1,
            }},
            uuid(2): {"insert": {
                "name": "refused", "ofport": -1,
                "error": "could not open network device refused (No such device)",
            }},
            uuid(3): {"insert": {"name": "no-nic", "ofport": -1}},
            uuid(4): {"insert": {"name": "dpdk0", "admin_state": "up", "link_state": "up"}},
        }),
        json!({
            uuid(8): {"insert": {
                "name": "bond1", "bond_active_slave": "not a MAC", "interfaces": members,
            }},
            uuid(9): {"insert": {
                "name": "bond2", "bond_active_slave": "02:00:00:00:00:01", "interfaces": members,
            }},
        }),
    );
    host
}
