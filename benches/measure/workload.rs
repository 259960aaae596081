//! What is asked for: VLAN networks on one bond.

use serde_json::{Map, Value, json};

/// A request for the networks numbered `from` to `to`, and for their bond with the first of them.
pub(crate) fn request(from: u16, to: u16) -> Vec<u8> {
    let networks: Map<String, Value> = (from..=to)
        .map(|number| {
            let network = json!({"bonding": "bond0", "vlan": number, "switch": "ovs"});
            (format!("net{number:04}"), network)
        })
        .collect();
    let mut request = json!({"networks": networks});
    if let (1, Some(request)) = (from, request.as_object_mut()) {
        let options = "mode=active-backup miimon=100";
        let bond = json!({"nics": ["eth0", "eth1"], "options": options, "switch": "ovs"});
        request.insert("bondings".to_owned(), json!({"bond0": bond}));
    }
    request.to_string().into_bytes()
}
