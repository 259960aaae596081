//! The rules that a request can break.

use serde_json::{Value, json};

use crate::host::{refuse, request, set_up};
use crate::support::Sandbox;

/// A host with a network, a bond and a port of somebody else's.
pub(crate) fn host(name: &str) -> Sandbox {
    let host = Sandbox::up(name);
    let networks = json!({"lan": {"nic": "eth0"}, "web": {"nic": "eth0", "vlan": 10}});
    set_up(&host, networks, json!({"bond0": {"nics": ["eth1"]}}));
    host
}

/// Code and path of each violation.
pub(crate) fn violations(error: &Value) -> Vec<(u64, &str)> {
    let list = error["violations"].as_array().unwrap().iter();
    list.map(|it| (it["code"].as_u64().unwrap(), it["path"].as_str().unwrap()))
        .collect()
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let host = host("rules");
    host.vsctl(&[
        "add-port",
        "nsw-eth0",
        "vnet0",
        "--",
        "set",
        "Interface",
        "vnet0",
        "type=internal",
    ]);
    let on = |attributes: Value| json!({ "new": attributes });
    let bond = |attributes: Value| json!({ "bond1": attributes });
    for (networks, bonds, code, path) in [
        (
            on(json!({"nic": "eth2", "vlan": 4095})),
            json!({}),
            26,
            "/networks/new/vlan",
        ),
        (
            on(json!({"nic": "eth2", "vlan": -1})),
            json!({}),
            26,
            "/networks/new/vlan",
        ),
        (on(json!({"vlan": 5})), json!({}), 26, "/networks/new/vlan"),
        (
            on(json!({"nic": "eth9"})),
            json!({}),
            23,
            "/networks/new/nic",
        ),
        (
            on(json!({"nic": "eth9", "vlan": 3})),
            json!({}),
            23,
            "/networks/new/nic",
        ),
        (on(json!({"nic": "lo"})), json!({}), 24, "/networks/new/nic"),
        (
            on(json!({"nic": "vnet0"})),
            json!({}),
            24,
            "/networks/new/nic",
        ),
        (
            on(json!({"nic": "eth1"})),
            json!({}),
            24,
            "/networks/new/nic",
        ),
        (
            on(json!({"bonding": "bond7"})),
            json!({}),
            25,
            "/networks/new/bonding",
        ),
        (
            on(json!({"nic": "eth2", "bonding": "bond0"})),
            json!({}),
            21,
            "/networks/new/bonding",
        ),
        (on(json!({"nic": "eth0"})), json!({}), 21, "/networks/new"),
        (
            on(json!({"nic": "eth0", "vlan": 10})),
            json!({}),
            21,
            "/networks/new/vlan",
        ),
        (
            on(json!({"nic": "eth0", "vlan": 0})),
            json!({}),
            21,
            "/networks/new/vlan",
        ),
        (
            on(json!({"nic": "eth2", "mtu": 67})),
            json!({}),
            21,
            "/networks/new/mtu",
        ),
        (
            on(json!({"nic": "eth2", "mtu": 70000})),
            json!({}),
            21,
            "/networks/new/mtu",
        ),
        (
            on(json!({"bridged": false})),
            json!({}),
            21,
            "/networks/new/bridged",
        ),
        (
            json!({"sixteen-letters-": {"nic": "eth2"}}),
            json!({}),
            27,
            "/networks/sixteen-letters-",
        ),
        (
            json!({"网络网络网x": {"nic": "eth2"}}),
            json!({}),
            27,
            "/networks/网络网络网x",
        ),
        (json!({"": {"nic": "eth2"}}), json!({}), 27, "/networks/"),
        (
            json!({"a/b": {"nic": "eth2"}}),
            json!({}),
            27,
            "/networks/a~1b",
        ),
        (
            json!({"-x": {"nic": "eth2"}}),
            json!({}),
            27,
            "/networks/-x",
        ),
        (
            json!({"eth3": {"nic": "eth2"}}),
            json!({}),
            28,
            "/networks/eth3",
        ),
        (
            json!({"vnet0": {"nic": "eth2"}}),
            json!({}),
            28,
            "/networks/vnet0",
        ),
        (
            json!({}),
            bond(json!({"nics": []})),
            21,
            "/bondings/bond1/nics",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth9"]})),
            23,
            "/bondings/bond1/nics",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth0"]})),
            24,
            "/bondings/bond1/nics",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth1"]})),
            24,
            "/bondings/bond1/nics",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth2"], "options": "mode=9"})),
            25,
            "/bondings/bond1/options",
        ),
        (
            json!({}),
            bond(json!({"nics": ["eth2"], "options": "miimon=often"})),
            25,
            "/bondings/bond1/options",
        ),
        (
            json!({}),
            json!({"team0": {"nics": ["eth2"]}}),
            25,
            "/bondings/team0",
        ),
    ] {
        let wanted = request(networks, bonds);
        let error = refuse(&host, &wanted);
        let found = violations(&error);
        assert_eq!(error["code"], code, "{wanted}: {error}");
        assert!(found.contains(&(code, path)), "{wanted}: {error}");
    }
}

#[test]
fn one_nic_cannot_serve_twice_in_one_request() {
    let host = host("twice");
    let networks = json!({"a": {"nic": "eth2"}, "b": {"bonding": "bond1"}});
    let bonds = json!({"bond1": {"nics": ["eth2", "eth3"]}});
    let error = refuse(&host, &request(networks, bonds));
    assert_eq!(error["code"], 24, "{error}");
    let bonds = json!({"bond1": {"nics": ["eth2"]}, "bond2": {"nics": ["eth2"]}});
    let error = refuse(&host, &request(json!({}), bonds));
    assert_eq!(error["code"], 24, "{error}");
    let networks = json!({"a": {"nic": "eth2", "vlan": 5}, "b": {"nic": "eth2", "vlan": 5}});
    let error = refuse(&host, &request(networks, json!({})));
    assert_eq!(violations(&error), [(21, "/networks/b/vlan")]);
    let networks = json!({"a": {"nic": "eth2"}, "b": {"nic": "eth2", "vlan": 0}});
    let error = refuse(&host, &request(networks, json!({})));
    assert_eq!(violations(&error), [(21, "/networks/b/vlan")]);
}
