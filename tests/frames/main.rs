//! Real frames between private hosts: what networks carry, and what they keep apart.
//!
//! Every endpoint is in a network namespace of its own, so that no host's kindness (Linux answers for
//! its addresses on any device) can pass for a frame that came through.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml covers test functions only, not what they call"
)]

#[path = "../support/mod.rs"]
mod support;

mod bonds;
mod isolation;

use serde_json::{Value, json};
use support::{Sandbox, text};

/// Sets networks and bonds of Open vSwitch up.
fn set_up(host: &Sandbox, arguments: &[&str], networks: Value, bondings: Value) -> String {
    let mut request = json!({"networks": networks, "bondings": bondings});
    for part in ["networks", "bondings"] {
        for attributes in request[part].as_object_mut().unwrap().values_mut() {
            if attributes.get("remove").is_none() {
                attributes["switch"] = "ovs".into();
            }
        }
    }
    let all = [&["setup", "-"], arguments].concat();
    let done = host.netswitch(&all, &request.to_string());
    assert!(done.status.success(), "{request}: {done:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// Gives a device an IPv4 address of /24 and sets it up.
fn address(host: &Sandbox, device: &str, address: &str) {
    let address = format!("{address}/24");
    text(
        host.inside("ip")
            .args(["address", "add", &address, "dev", device]),
    );
    text(host.inside("ip").args(["link", "set", "dev", device, "up"]));
}

/// Whether an address answers on a device, within 10 seconds.
fn reaches(host: &Sandbox, device: &str, address: &str) -> bool {
    let ping = [
        "-n", "-I", device, "-c", "3", "-i", "0.1", "-w", "30", address,
    ];
    host.run("ping", &ping).status.success()
}

/// Sends 20 frames to everybody in a device's network.
fn broadcast(host: &Sandbox, device: &str, subnet: &str) {
    let everybody = format!("{subnet}.255");
    let ping = [
        "-n", "-b", "-q", "-I", device, "-c", "20", "-i", "0.01", "-w", "1", &everybody,
    ];
    // 1 is ping's word for "no reply"; 2 would be that it could not even ask.
    let sent = host.run("ping", &ping);
    assert_ne!(sent.status.code(), Some(2), "{sent:?}");
}

/// How many frames a device has received.
fn received(host: &Sandbox, device: &str) -> u64 {
    let counter = format!("/sys/class/net/{device}/statistics/rx_packets");
    text(host.inside("cat").arg(counter)).parse().unwrap()
}

/// The report.
fn report(host: &Sandbox) -> Value {
    let report = text(
        host.inside(env!("CARGO_BIN_EXE_netswitch"))
            .args(["report", "-f", "json"]),
    );
    serde_json::from_str(&report).unwrap()
}
