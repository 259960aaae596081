use netswitch::canonicalize::canonicalize;
use netswitch::model::observed::{
    BondPort, Bridge, ForeignPort, Link, LinkData, NetworkPort, NicPort, Observed, Port, Trunks,
    TunnelPort,
};
use netswitch::model::{BridgeName, NicName, Request, SwitchType, Uplink, VlanId};
use serde_json::{Map, Value, json};

/// Reads a host from its short description, every part of which may be missing:
///
/// ```json
/// {
///   "links": {"eth0": {"mtu": 1500, "min_mtu": 68, "max_mtu": 65535, "mac": "52:54:00:00:00:01",
///                      "kind": "veth", "master": "br0", "loopback": false}},
///   "bridges": {"nsw-eth0": {
///     "ours": true,
///     "nics": ["eth0"],
///     "bonds": {"bond0": {"nics": ["eth1", "eth2"], "options": "mode=4"}},
///     "networks": {"web": {"nic": "eth0", "vlan": 10}},
///     "trunks": {"eth0": [10], "bond0": []},
///     "foreign": {"vnet0": {"tag": 10, "interfaces": ["vnet0"]}}}},
///   "ip": {"web": {"ipaddr": "192.0.2.1", "prefix": 24, "defaultRoute": true}}
/// }
/// ```
///
/// Networks and bonds have a request's attributes; tunnels come with their networks. Uplinks carry
/// every VLAN unless `trunks` limits them. The devices of networks and bridges are there
/// without being named.
pub(crate) fn observed(description: &str) -> Observed {
    let description: Value = serde_json::from_str(description).expect("a description is JSON");
    let mut observed = Observed::default();
    let links = members(&description, "links");
    for (number, (name, link)) in (1..).zip(&links) {
        let master = link["master"].as_str();
        let master = master.map(|master| {
            let place = links.keys().position(|name| name == master);
            u32::try_from(place.expect("the master is a link")).expect("few links") + 1
        });
        observed.links.put(link_of(name, number, link, master));
    }
    for (name, bridge) in &members(&description, "bridges") {
        put_bridge(&mut observed, name, bridge);
    }
    let networks = json!({ "networks": description["ip"] }).to_string();
    if description["ip"].is_object() {
        let request = Request::parse(networks.as_bytes()).expect("IP settings");
        observed.ip = canonicalize(&request, &Observed::default()).ip;
    }
    observed
}

fn members(value: &Value, name: &str) -> Map<String, Value> {
    value[name].as_object().cloned().unwrap_or_default()
}

fn link_of(name: &str, index: u32, link: &Value, master: Option<u32>) -> Link {
    let number = |attribute: &str, default: u64| {
        let number = link[attribute].as_u64().unwrap_or(default);
        u32::try_from(number).expect("a small number")
    };
    let mac = link["mac"].as_str();
    let mac = mac.map(|mac| mac.parse().expect("a MAC address"));
    Link {
        name: NicName::new(name).expect("a device's name"),
        index,
        kind: link["kind"].as_str().map(str::to_owned),
        mac,
        permanent_mac: mac,
        ipv6: false,
        accept_ra: false,
        autoconf: false,
        mtu: number("mtu", 1500),
        min_mtu: number("min_mtu", 68),
        max_mtu: number("max_mtu", 65535),
        up: true,
        carrier: true,
        loopback: link["loopback"] == true,
        master,
        lower: None,
        alias: link["alias"].as_str().map(str::to_owned),
        group: 0,
        data: LinkData::None,
        membership: None,
    }
}

fn put_bridge(observed: &mut Observed, name: &str, description: &Value) {
    let bridge = BridgeName::new(name).expect("a bridge's name");
    observed.ovs.put_bridge(Bridge {
        name: bridge.clone(),
        ours: description["ours"] != false,
        stp: false,
        hwaddr: None,
        datapath_type: String::new(),
        drifted: false,
    });
    observed.ovs.put_port(Port::Local(bridge.clone()));
    put_device(observed, name);
    for nic in description["nics"].as_array().into_iter().flatten() {
        let name = nic.as_str().expect("a NIC's name");
        observed.ovs.put_port(Port::Nic(NicPort {
            drifted: false,
            name: NicName::new(name).expect("a NIC's name"),
            bridge: bridge.clone(),
            mtu: None,
            trunks: trunks(&description["trunks"][name]),
        }));
    }
    put_ours(observed, &bridge, description);
    for (name, port) in &members(description, "foreign") {
        let interfaces = match port["interfaces"].as_array() {
            None => vec![name.as_str().into()],
            Some(names) => names
                .iter()
                .filter_map(Value::as_str)
                .map(Into::into)
                .collect(),
        };
        observed.ovs.put_port(Port::Foreign(ForeignPort {
            is_guest: true,
            name: name.as_str().into(),
            bridge: bridge.clone(),
            tag: port["tag"].as_i64().and_then(VlanId::new),
            interfaces,
        }));
    }
}

/// Networks and bonds are read as a request for them would be.
fn put_ours(observed: &mut Observed, bridge: &BridgeName, description: &Value) {
    let mut networks = members(description, "networks");
    networks
        .values_mut()
        .for_each(|it| it["switch"] = SwitchType::Ovs.as_str().into());
    let mut bondings = members(description, "bonds");
    bondings
        .values_mut()
        .for_each(|it| it["switch"] = SwitchType::Ovs.as_str().into());
    let request = json!({ "networks": networks, "bondings": bondings }).to_string();
    let request = Request::parse(request.as_bytes()).expect("a request");
    let desired = canonicalize(&request, &Observed::default());
    desired
        .flaws
        .check()
        .expect("networks and bonds that can be");
    let tunnels = desired
        .networks
        .values()
        .filter_map(|network| match &network.set()?.uplink {
            Some(Uplink::Tunnel(tunnel)) => Some(tunnel.clone()),
            _ => None,
        });
    for tunnel in tunnels {
        observed.ovs.put_port(Port::Tunnel(TunnelPort {
            bridge: bridge.clone(),
            trunks: trunks(&description["trunks"][tunnel.name()]),
            drifted: false,
            tunnel,
        }));
    }
    for (name, network) in desired.networks {
        put_device(observed, name.as_str());
        observed.ovs.put_port(Port::Network(NetworkPort {
            drifted: false,
            name,
            bridge: bridge.clone(),
            network: network.set().expect("no removal").clone(),
            mac: None,
        }));
    }
    for (name, bond) in desired.bonds {
        let bond = bond.set().expect("no removal").clone();
        observed.ovs.put_port(Port::Bond(Box::new(BondPort {
            drifted: false,
            bridge: bridge.clone(),
            mtus: bond.members.iter().map(|nic| (nic.clone(), None)).collect(),
            trunks: trunks(&description["trunks"][name.as_str()]),
            name,
            bond,
        })));
    }
}

/// The VLANs that an uplink is limited to; all of them where none are said.
fn trunks(description: &Value) -> Trunks {
    match description.as_array() {
        None => Trunks::All,
        Some(tags) => Trunks::only(tags.iter().map(|tag| {
            let tag = tag.as_u64().expect("a VLAN");
            u16::try_from(tag).expect("a VLAN")
        })),
    }
}

fn put_device(observed: &mut Observed, name: &str) {
    let index = u32::try_from(observed.links.iter().count()).expect("few links") + 1;
    let device = json!({ "kind": "openvswitch" });
    observed.links.put(link_of(name, index, &device, None));
}
