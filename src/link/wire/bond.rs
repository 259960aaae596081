//! Bonds, their options and their members (`IFLA_BOND_*`, linux/if_link.h).

use rtnetlink::packet_core::DefaultNla;

use super::{array, attributes_of, nested, number};
use crate::link::Numbers;
use crate::model::observed::{BondLink, Membership};
use crate::model::{BondValue, KernelBond, KernelBondMode, KernelBondOption, MacAddress};

/// Attributes that are no options.
mod attribute {
    pub(super) const MODE: u16 = 1;
    pub(super) const ACTIVE: u16 = 2;
    pub(super) const PRIMARY: u16 = 11;
    pub(super) const AD_INFO: u16 = 23;
    /// Inside [`AD_INFO`].
    pub(super) const AD_INFO_AGGREGATOR: u16 = 1;
    /// Inside [`AD_INFO`].
    pub(super) const AD_INFO_PARTNER_MAC: u16 = 5;
    /// Of a member (`IFLA_BOND_SLAVE_*`).
    pub(super) const MEMBER_PERMANENT_ADDRESS: u16 = 4;
    pub(super) const MEMBER_AGGREGATOR: u16 = 6;
    pub(super) const MEMBER_PRIORITY: u16 = 9;
}

/// How a value is written.
#[derive(Clone, Copy)]
enum Form {
    U8,
    U16,
    U32,
    /// The number of a device.
    Device,
    Mac,
    Ipv4,
    Ipv6,
}

use Form::{Device, Ipv4, Ipv6, Mac, U8, U16, U32};

/// The attribute of each option, and its form (`bond_policy`, drivers/net/bonding/bond_netlink.c).
/// Of `prio`, each member has its own.
static ATTRIBUTES: &[(&str, u16, Form)] = &[
    ("active_slave", attribute::ACTIVE, Device),
    ("miimon", 3, U32),
    ("updelay", 4, U32),
    ("downdelay", 5, U32),
    ("use_carrier", 6, U8),
    ("arp_interval", 7, U32),
    ("arp_ip_target", 8, Ipv4),
    ("arp_validate", 9, U32),
    ("arp_all_targets", 10, U32),
    ("primary", attribute::PRIMARY, Device),
    ("primary_reselect", 12, U8),
    ("fail_over_mac", 13, U8),
    ("xmit_hash_policy", 14, U8),
    ("resend_igmp", 15, U32),
    ("num_grat_arp", 16, U8),
    ("all_slaves_active", 17, U8),
    ("min_links", 18, U32),
    ("lp_interval", 19, U32),
    ("packets_per_slave", 20, U32),
    ("lacp_rate", 21, U8),
    ("ad_select", 22, U8),
    ("ad_actor_sys_prio", 24, U16),
    ("ad_user_port_key", 25, U16),
    ("ad_actor_system", 26, Mac),
    ("tlb_dynamic_lb", 27, U8),
    ("peer_notif_delay", 28, U32),
    ("lacp_active", 29, U8),
    ("arp_missed_max", 30, U8),
    ("ns_ip6_target", 31, Ipv6),
    ("coupled_control", 32, U8),
    ("broadcast_neighbor", 33, U8),
];

/// Reads a bond. Members are named by number.
pub(super) fn decode(data: &[u8]) -> BondLink {
    let mode = attributes_of(data).find(|(kind, _)| *kind == attribute::MODE);
    let mode =
        mode.and_then(|(_, value)| KernelBondMode::numbered(u8::from_ne_bytes(array(value)?)));
    let mut link = BondLink {
        bond: KernelBond::new(mode.unwrap_or_default()),
        ..BondLink::default()
    };
    for (kind, value) in attributes_of(data) {
        match kind {
            attribute::PRIMARY => link.primary = number(value),
            attribute::ACTIVE => link.active = number(value),
            attribute::AD_INFO => aggregate(value, &mut link),
            _ => {
                let known = ATTRIBUTES.iter().find(|(_, number, _)| *number == kind);
                if let Some((name, _, form)) = known
                    && let Some(option) = KernelBondOption::find(name)
                    && let Some(value) = read(*form, value)
                {
                    link.bond.set(option, value);
                }
            }
        }
    }
    link
}

fn aggregate(value: &[u8], link: &mut BondLink) {
    for (kind, value) in attributes_of(value) {
        match kind {
            attribute::AD_INFO_AGGREGATOR => {
                link.aggregator = array(value).map(u16::from_ne_bytes);
            }
            attribute::AD_INFO_PARTNER_MAC => link.partner = array(value).map(MacAddress::new),
            _ => {}
        }
    }
}

/// Reads what a device is as a member of a bond, and the MAC address that it had before.
pub(super) fn decode_member(data: &[u8]) -> (Membership, Option<MacAddress>) {
    let mut membership = Membership::default();
    let mut permanent = None;
    for (kind, value) in attributes_of(data) {
        match kind {
            attribute::MEMBER_AGGREGATOR => {
                membership.aggregator = array(value).map(u16::from_ne_bytes);
            }
            attribute::MEMBER_PRIORITY => {
                membership.priority = array(value).map_or(0, i32::from_ne_bytes);
            }
            attribute::MEMBER_PERMANENT_ADDRESS => permanent = array(value).map(MacAddress::new),
            _ => {}
        }
    }
    (membership, permanent)
}

/// Writes options to set, with the mode if that is one of them.
pub(super) fn encode(
    mode: Option<KernelBondMode>,
    options: &[(&'static KernelBondOption, BondValue)],
    numbers: &Numbers,
) -> Vec<DefaultNla> {
    let mode = mode.map(|mode| DefaultNla::new(attribute::MODE, vec![mode.number()]));
    let attribute = |(option, value): &(&'static KernelBondOption, BondValue)| {
        let (_, kind, form) = ATTRIBUTES
            .iter()
            .find(|(name, ..)| *name == option.name())?;
        Some(write(*kind, *form, value, numbers))
    };
    mode.into_iter()
        .chain(options.iter().filter_map(attribute))
        .collect()
}

/// Writes the priority of a member.
pub(super) fn encode_member(priority: i32) -> Vec<DefaultNla> {
    vec![DefaultNla::new(
        attribute::MEMBER_PRIORITY,
        priority.to_ne_bytes().to_vec(),
    )]
}

fn read(form: Form, value: &[u8]) -> Option<BondValue> {
    Some(match form {
        U8 => BondValue::Number(u8::from_ne_bytes(array(value)?).into()),
        U16 => BondValue::Number(u16::from_ne_bytes(array(value)?).into()),
        U32 => BondValue::Number(u32::from_ne_bytes(array(value)?)),
        Mac => BondValue::Mac(MacAddress::new(array(value)?)),
        Ipv4 => {
            let addresses = attributes_of(value);
            let read = |(_, value): (u16, &[u8])| Some(<[u8; 4]>::try_from(value).ok()?.into());
            BondValue::Ipv4(addresses.filter_map(read).collect())
        }
        Ipv6 => {
            let addresses = attributes_of(value);
            let read = |(_, value): (u16, &[u8])| Some(<[u8; 16]>::try_from(value).ok()?.into());
            BondValue::Ipv6(addresses.filter_map(read).collect())
        }
        Device => return None,
    })
}

fn write(kind: u16, form: Form, value: &BondValue, numbers: &Numbers) -> DefaultNla {
    let addresses = |all: Vec<Vec<u8>>| {
        let numbered = (0_u16..).zip(all);
        let all = numbered.map(|(place, address)| DefaultNla::new(place, address));
        nested(kind, &all.collect::<Vec<_>>())
    };
    let bytes = match (form, value) {
        (U8, BondValue::Number(number)) => vec![u8::try_from(*number).unwrap_or(u8::MAX)],
        (U16, BondValue::Number(number)) => {
            let number = u16::try_from(*number).unwrap_or(u16::MAX);
            number.to_ne_bytes().to_vec()
        }
        (_, BondValue::Number(number)) => number.to_ne_bytes().to_vec(),
        (_, BondValue::Mac(mac)) => mac.bytes().to_vec(),
        (_, BondValue::Device(device)) => {
            let number = device.as_ref().and_then(|name| numbers.get(name));
            number.unwrap_or(0).to_ne_bytes().to_vec()
        }
        (_, BondValue::Ipv4(all)) => {
            return addresses(all.iter().map(|ip| ip.octets().to_vec()).collect());
        }
        (_, BondValue::Ipv6(all)) => {
            return addresses(all.iter().map(|ip| ip.octets().to_vec()).collect());
        }
        (_, BondValue::Priority(_)) => Vec::new(),
    };
    DefaultNla::new(kind, bytes)
}

#[cfg(test)]
mod tests {
    use rtnetlink::packet_core::Emitable;

    use super::*;

    #[test]
    fn every_option_of_every_mode_is_written_and_read_back() {
        let values = "ad_actor_sys_prio=7 ad_actor_system=02:00:00:00:00:09 ad_select=1 \
            ad_user_port_key=5 all_slaves_active=1 arp_all_targets=1 arp_interval=50 \
            arp_ip_target=192.0.2.1,192.0.2.2 arp_missed_max=3 arp_validate=2 \
            broadcast_neighbor=1 coupled_control=0 downdelay=7 fail_over_mac=2 lacp_active=0 \
            lacp_rate=1 lp_interval=9 miimon=77 min_links=1 ns_ip6_target=2001:db8::1 \
            num_grat_arp=4 packets_per_slave=0 peer_notif_delay=6 primary_reselect=2 \
            resend_igmp=3 tlb_dynamic_lb=0 updelay=8 use_carrier=0 xmit_hash_policy=5";
        for mode in KernelBondMode::all() {
            let mut bond = KernelBond::new(mode);
            for pair in values.split_ascii_whitespace() {
                let (name, value) = pair.split_once('=').unwrap();
                let option = KernelBondOption::find(name).unwrap();
                bond.set(option, option.read(value).unwrap());
            }
            let plain = KernelBond::new(mode);
            let attributes = encode(Some(mode), &plain.changes(&bond), &Numbers::default());
            let mut bytes = vec![0; attributes.as_slice().buffer_len()];
            attributes.as_slice().emit(&mut bytes);
            assert_eq!(decode(&bytes).bond, bond);
            for end in 0..bytes.len() {
                let _ = decode(&bytes[..end]);
            }
        }
    }
}
