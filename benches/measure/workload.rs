//! What is asked for: VLAN networks on one bond.

/// A request for the networks numbered `from` to `to`, and for their bond with the first of them.
/// Written straight away: a document in memory would hide how much of it planning takes.
pub(crate) fn request(from: u16, to: u16) -> Vec<u8> {
    let networks: Vec<String> = (from..=to)
        .map(|number| {
            format!(r#""net{number:04}":{{"bonding":"bond0","vlan":{number},"switch":"ovs"}}"#)
        })
        .collect();
    let bonds = match from {
        1 => {
            r#","bondings":{"bond0":{"nics":["eth0","eth1"],"options":"mode=active-backup miimon=100","switch":"ovs"}}"#
        }
        _ => "",
    };
    let networks = networks.join(",");
    format!(r#"{{"networks":{{{networks}}}{bonds}}}"#).into_bytes()
}
