//! What the report says of addresses and routes that somebody gave the devices.

use serde_json::{Value, json};

use crate::host::set_up;
use crate::support::Sandbox;

fn ip(host: &Sandbox, arguments: &str) {
    let words: Vec<&str> = arguments.split(' ').collect();
    let done = host.run("ip", &words);
    assert!(done.status.success(), "ip {arguments}: {done:?}");
}

fn report(host: &Sandbox) -> Value {
    let told = host.netswitch(&["report", "--format", "json"], "");
    serde_json::from_slice(&told.stdout).unwrap_or_else(|error| panic!("{error}: {told:?}"))
}

/// The settings of a device in a report.
fn l3(settings: &Value) -> Value {
    let names = [
        "addr",
        "netmask",
        "ipv4addrs",
        "gateway",
        "ipv4defaultroute",
        "ipv6addrs",
        "ipv6gateway",
        "ipv6autoconf",
    ];
    names
        .into_iter()
        .map(|name| (name.to_owned(), settings[name].clone()))
        .collect()
}

fn nothing() -> Value {
    json!({
        "addr": "", "netmask": "", "ipv4addrs": [], "gateway": "", "ipv4defaultroute": false,
        "ipv6addrs": [], "ipv6gateway": "::", "ipv6autoconf": false,
    })
}

#[test]
fn are_those_of_the_network_device() {
    let host = Sandbox::up("addresses");
    set_up(
        &host,
        json!({"lan": {"nic": "eth0"}, "web": {"nic": "eth0", "vlan": 5, "bridged": false}}),
        json!({}),
    );
    for command in [
        "address add 192.0.2.1/24 dev lan",
        "address add 192.0.2.7/24 dev lan",
        "address add 198.51.100.1/28 dev web",
        // The network's own table has a way out that the main one does not.
        "route add default via 192.0.2.254 dev lan table 1000",
        "route add default via 198.51.100.14 dev web metric 50",
        "route add 203.0.113.0/24 via 192.0.2.253 dev lan",
    ] {
        ip(&host, command);
    }
    let on = ["-c", "echo 0 >/proc/sys/net/ipv6/conf/web/disable_ipv6"];
    assert!(host.run("sh", &on).status.success());
    ip(&host, "address add 2001:db8::1/64 dev web nodad");
    ip(&host, "-6 route add default via 2001:db8::fe dev web");
    let report = report(&host);
    let lan = json!({
        "addr": "192.0.2.1", "netmask": "255.255.255.0",
        "ipv4addrs": ["192.0.2.1/24", "192.0.2.7/24"],
        "gateway": "192.0.2.254", "ipv4defaultroute": false,
        "ipv6addrs": [], "ipv6gateway": "::", "ipv6autoconf": false,
    });
    let web = json!({
        "addr": "198.51.100.1", "netmask": "255.255.255.240", "ipv4addrs": ["198.51.100.1/28"],
        "gateway": "198.51.100.14", "ipv4defaultroute": true,
        "ipv6addrs": ["2001:db8::1/64"], "ipv6gateway": "2001:db8::fe", "ipv6autoconf": true,
    });
    assert_eq!(l3(&report["networks"]["lan"]), lan);
    assert_eq!(l3(&report["bridges"]["lan"]), lan);
    assert_eq!(l3(&report["networks"]["web"]), web);
    // Not bridged: its settings are also told of the device below.
    assert_eq!(l3(&report["vlans"]["eth0.5"]), web);
    assert_eq!(report["nics"]["eth0"]["ipv4addrs"], json!([]));
}

#[test]
fn of_a_nic_that_nothing_uses_are_told() {
    let host = Sandbox::up("freenic");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    ip(&host, "address add 192.0.2.1/24 dev eth1");
    let on = ["-c", "echo 1 >/proc/sys/net/ipv6/conf/eth2/disable_ipv6"];
    assert!(host.run("sh", &on).status.success());
    let report = report(&host);
    assert_eq!(report["nics"]["eth1"]["addr"], "192.0.2.1");
    assert_eq!(report["nics"]["eth1"]["ipv6addrs"], json!([]), "link-local");
    assert_eq!(l3(&report["nics"]["eth2"]), nothing());
    assert_eq!(l3(&report["networks"]["lan"]), nothing());
}
