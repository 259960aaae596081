//! Whole setups on a host that is a container. netswitch enters its network, as a process of the
//! container would be in it.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::container::Container;
use crate::support::output_of;

/// A container with a NIC that is wired to nothing of this host's.
async fn host() -> Container {
    let host = Container::start_switch().await;
    host.run(&[
        "ip", "link", "add", "nic0", "up", "type", "veth", "peer", "name", "wire0",
    ]);
    host.run(&["ip", "link", "set", "dev", "wire0", "up"]);
    host
}

/// `netswitch setup` of networks, in the container's network.
fn setup(host: &Container, networks: Value, limit: &str) -> Output {
    let net = format!("--net=/proc/{}/ns/net", host.pid());
    let request = json!({"networks": networks, "bondings": {}}).to_string();
    let mut netswitch = Command::new("nsenter");
    netswitch
        .args([&net, env!("CARGO_BIN_EXE_netswitch"), "setup", "-"])
        .args(["--db", "tcp:127.0.0.1:6640", "--datapath-type", "netdev"])
        .args(["--timeout", limit]);
    output_of(&mut netswitch, &request)
}

fn link(host: &Container, name: &str) -> Value {
    let links = host.run(&["ip", "-json", "link", "show", "dev", name]);
    let links: Value = serde_json::from_str(&links).unwrap();
    links[0].clone()
}

#[tokio::test]
async fn networks_come_and_go() {
    let host = host().await;
    let networks = json!({
        "lan": {"nic": "nic0", "switch": "ovs"},
        "storage": {"nic": "nic0", "vlan": 30, "mtu": 9000, "switch": "ovs"},
    });
    let done = setup(&host, networks.clone(), "60s");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert_eq!(
        host.vsctl(&["list-ports", "nsw-nic0"]),
        "lan\nnic0\nstorage"
    );
    assert_eq!(host.vsctl(&["get", "Port", "storage", "tag"]), "30");
    assert_eq!(link(&host, "storage")["mtu"], 9000);
    assert_eq!(link(&host, "lan")["mtu"], 1500);
    assert_eq!(
        link(&host, "lan")["address"],
        link(&host, "nic0")["address"]
    );

    // Nothing is changed that is right.
    let configured = host.vsctl(&["get", "Open_vSwitch", ".", "next_cfg"]);
    let done = setup(&host, networks, "60s");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert_eq!(
        host.vsctl(&["get", "Open_vSwitch", ".", "next_cfg"]),
        configured
    );

    let done = setup(
        &host,
        json!({"lan": {"remove": true}, "storage": {"remove": true}}),
        "60s",
    );
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert_eq!(host.vsctl(&["list-br"]), "");
    assert_eq!(link(&host, "nic0")["mtu"], 1500);
}

#[tokio::test]
async fn a_setup_that_fails_leaves_the_host_as_it_was() {
    let host = host().await;
    let lan = json!({"lan": {"nic": "nic0", "switch": "ovs"}});
    // All of the host stands still: nothing is begun.
    host.pause().await;
    let refused = setup(&host, lan.clone(), "2s");
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    host.unpause().await;
    assert_eq!(host.vsctl(&["--no-wait", "list-br"]), "");

    // Only ovs-vswitchd does: what was begun is put back.
    let switch = "/var/run/openvswitch/ovs-vswitchd.pid";
    let signal = |name: &str| host.run(&["sh", "-c", &format!("kill -s {name} $(cat {switch})")]);
    signal("STOP");
    let rolled_back = setup(&host, lan.clone(), "3s");
    assert_eq!(rolled_back.status.code(), Some(4), "{rolled_back:?}");
    assert_eq!(host.vsctl(&["--no-wait", "list-br"]), "");
    signal("CONT");
    let done = setup(&host, lan, "60s");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert_eq!(host.vsctl(&["list-br"]), "nsw-nic0");
}
