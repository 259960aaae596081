//! The device of a network without IPv6 settings has no IPv6: guests must not reach the host over
//! a link-local address that nobody asked for, nor a router's advertisement the host's routes.

use std::process::Command;

use serde_json::json;

use crate::host::{Ended, request, set_up, speaks_ipv6};
use crate::support::{Sandbox, output_of};
use crate::witness::{Witness, assert_unchanged};

#[test]
fn a_networks_device_has_none_and_other_devices_keep_theirs() {
    let host = Sandbox::up("no6");
    set_up(
        &host,
        json!({"lan": {"nic": "eth0"}, "web": {"nic": "eth0", "vlan": 5, "mtu": 9000}}),
        json!({}),
    );
    for network in ["lan", "web"] {
        assert!(!speaks_ipv6(&host, network), "{network}");
        let addresses = host.run("ip", &["-6", "-o", "address", "show", "dev", network]);
        assert!(addresses.stdout.is_empty(), "{addresses:?}");
    }
    assert!(speaks_ipv6(&host, "eth1"));
}

#[test]
fn none_comes_with_a_larger_mtu_or_another_bridge() {
    let host = Sandbox::up("moved6");
    set_up(
        &host,
        json!({"lan": {"nic": "eth0", "mtu": 1000}}),
        json!({}),
    );
    // On a device of this MTU the kernel has no IPv6 that could be turned off.
    let parameter = "/proc/sys/net/ipv6/conf/lan/disable_ipv6";
    assert!(!host.run("cat", &[parameter]).status.success());
    set_up(
        &host,
        json!({"lan": {"nic": "eth0", "mtu": 1500}}),
        json!({}),
    );
    assert!(!speaks_ipv6(&host, "lan"));
    set_up(&host, json!({"lan": {"nic": "eth1"}}), json!({}));
    assert!(!speaks_ipv6(&host, "lan"));
}

/// A network that is set up is exactly what was asked for; others are left alone.
#[test]
fn what_was_set_by_hand_stays_until_its_network_is_set_up() {
    let host = Sandbox::up("byhand6");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    let on = "net.ipv6.conf.lan.disable_ipv6=0";
    assert!(host.run("sysctl", &["-w", on]).status.success());
    let address = ["-6", "address", "add", "fd00::1/64", "dev", "lan"];
    assert!(host.run("ip", &address).status.success());
    let has_address = || {
        let addresses = host.run("ip", &["-6", "-o", "address", "show", "dev", "lan"]);
        let addresses = String::from_utf8(addresses.stdout).unwrap();
        addresses.contains("fd00::1/64")
    };
    let other = json!({"web": {"nic": "eth0", "vlan": 7, "mtu": 9000}});
    set_up(&host, other, json!({}));
    assert!(speaks_ipv6(&host, "lan") && has_address());
    set_up(&host, json!({"lan": {"nic": "eth0", "vlan": 8}}), json!({}));
    assert!(!speaks_ipv6(&host, "lan") && !has_address());
}

#[test]
fn a_host_that_does_not_let_it_be_turned_off_is_as_before() {
    let host = Sandbox::up("readonly6");
    set_up(&host, json!({"old": {"nic": "eth1"}}), json!({}));
    let before = Witness::of(&host);
    let script = "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys \
                  && exec \"$0\" setup - --format json";
    let mut setup: Command = host.inside("unshare");
    setup.args([
        "--mount",
        "sh",
        "-c",
        script,
        env!("CARGO_BIN_EXE_netswitch"),
    ]);
    let wanted = request(
        json!({"lan": {"nic": "eth0"}, "old": {"nic": "eth1", "vlan": 9}}),
        json!({}),
    );
    let ended = Ended::from(output_of(&mut setup, &wanted));
    assert_eq!(ended.status, Some(4), "{ended:?}");
    let said = ended.error()["message"].to_string();
    assert!(said.contains("Read-only file system"), "{said}");
    assert_unchanged(&Witness::of(&host), &before);
}
