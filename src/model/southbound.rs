//! The devices of networks on the kernel's own bridges, bonds and VLANs.

use super::{MacAddress, Network, NetworkName, NicName, Uplink, VlanId};

/// The longest device name that the kernel takes, in bytes (`IFNAMSIZ` - 1, linux/if.h).
const MAX_LENGTH: usize = 15;

/// The device of an uplink; `None` for a tunnel, which the kernel's own switch has none of.
pub fn uplink_device(uplink: &Uplink) -> Option<NicName> {
    match uplink {
        Uplink::Nic(name) => Some(name.clone()),
        Uplink::Bond(name) => NicName::new(name.as_str()).ok(),
        Uplink::Tunnel(_) => None,
    }
}

/// The device of an uplink's VLAN: `uplink.id`, or where that is too long, a name made of it that
/// is always the same.
pub fn vlan_device(uplink: &Uplink, id: VlanId) -> Option<NicName> {
    let name = format!("{uplink}.{id}");
    if name.len() <= MAX_LENGTH {
        return NicName::new(&name).ok();
    }
    let [_, a, b, c, ..] = MacAddress::derived(&[uplink.name().as_bytes()]).bytes();
    let tag = id.to_string();
    let kept = MAX_LENGTH.saturating_sub(tag.len() + 7);
    let mut head = uplink.name();
    while head.len() > kept {
        let mut characters = head.chars();
        characters.next_back();
        head = characters.as_str();
    }
    NicName::new(&format!("{head}{a:02x}{b:02x}{c:02x}.{tag}")).ok()
}

/// The device that leads to an uplink, tagged or not.
pub fn southbound(uplink: &Uplink, vlan: Option<VlanId>) -> Option<NicName> {
    match vlan {
        Some(id) => vlan_device(uplink, id),
        None => uplink_device(uplink),
    }
}

/// The own device of a network: its bridge, or its southbound when it is not bridged.
pub fn own_device(name: &NetworkName, network: &Network) -> Option<NicName> {
    match network.bridged {
        true => NicName::new(name.as_str()).ok(),
        false => southbound(network.uplink.as_ref()?, network.vlan),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_vlans_fit_and_differ() {
        let vlan = |uplink: &str, id| {
            let uplink = Uplink::Nic(NicName::new(uplink).unwrap());
            vlan_device(&uplink, VlanId::new(id).unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(vlan("eth0", 10), "eth0.10");
        assert_eq!(vlan("enp0s31f60", 4094), "enp0s31f60.4094");
        let long = [vlan("enp0s31f6np0", 4094), vlan("enp0s31f6np1", 4094)];
        assert!(
            long.iter()
                .all(|name| name.len() == 15 && name.ends_with(".4094")),
            "{long:?}"
        );
        assert_ne!(long[0], long[1]);
        assert!(vlan("ééééééé", 4094).len() <= 15);
    }
}
