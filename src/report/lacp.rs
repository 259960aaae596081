//! What `ovs-appctl lacp/show` tells of bonds, read from its text (lib/lacp.c, `lacp_print_details`).

use std::collections::{BTreeMap, BTreeSet};

/// How a bond's negotiation stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LacpStatus {
    /// The key that tells this host's aggregates apart.
    pub key: String,
    /// The partner's address, once one has answered.
    pub partner: Option<String>,
    /// The members that are part of the aggregate.
    pub attached: BTreeSet<String>,
}

/// The bonds that negotiate, by the names of their ports. What is not understood is passed over.
pub fn read_lacp(text: &str) -> BTreeMap<String, LacpStatus> {
    let mut bonds = BTreeMap::new();
    let mut bond: Option<&mut LacpStatus> = None;
    let mut is_attached = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("---- ") {
            let name = name.strip_suffix(" ----").unwrap_or(name);
            is_attached = false;
            bond = Some(bonds.entry(name.to_owned()).or_default());
            continue;
        }
        let Some(bond) = &mut bond else { continue };
        // `member: eth0: current attached`; older versions say slave.
        let member = line.strip_prefix("member: ");
        if let Some(member) = member.or(line.strip_prefix("slave: ")) {
            let (name, state) = member.rsplit_once(": ").unwrap_or((member, ""));
            is_attached = state.split(' ').any(|word| word == "attached");
            if is_attached {
                bond.attached.insert(name.to_owned());
            }
        } else if let Some(key) = line.trim_start().strip_prefix("aggregation key: ") {
            bond.key = key.to_owned();
        } else if let Some(partner) = line.trim_start().strip_prefix("partner sys_id: ") {
            // Of a member that nobody has answered it is zeros.
            if is_attached && partner != "00:00:00:00:00:00" {
                bond.partner = Some(partner.to_owned());
            }
        }
    }
    bonds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Open vSwitch 3.1.0 prints it, shortened.
    const TEXT: &str = "---- bond0 ----
  status: active negotiated
  sys_id: ea:9c:48:6a:f7:46
  aggregation key: 2

member: eth0: current attached
  port_id: 3
  partner sys_id: 66:53:b5:b6:ce:b9
  partner key: 1

member: eth1: defaulted detached
  partner sys_id: 00:00:00:00:00:00
---- bond1 ----
  aggregation key: 5
";

    #[test]
    fn members_and_partners_are_read() {
        let bonds = read_lacp(TEXT);
        let bond = &bonds["bond0"];
        assert_eq!((bond.key.as_str(), bonds.len()), ("2", 2));
        assert_eq!(bond.partner.as_deref(), Some("66:53:b5:b6:ce:b9"));
        assert_eq!(bond.attached, BTreeSet::from(["eth0".to_owned()]));
        assert_eq!(bonds["bond1"].partner, None);
        assert_eq!(read_lacp("nonsense\n  aggregation key: 3"), BTreeMap::new());
    }
}
