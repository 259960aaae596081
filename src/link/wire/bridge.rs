//! The options of bridges (`IFLA_BR_*`, linux/if_link.h).

use rtnetlink::packet_core::DefaultNla;

use super::{array, attributes_of};
use crate::model::{BridgeOptions, BridgeValue, MacAddress};

/// How a value is written.
#[derive(Clone, Copy)]
enum Form {
    U8,
    U16,
    U32,
    U64,
    /// In network byte order.
    Be16,
    Mac,
    /// One bit of the options that share an attribute.
    Bit(u32),
}

use Form::{Be16, Bit, Mac, U8, U16, U32, U64};

/// The attribute whose bits are options (`struct br_boolopt_multi`, linux/if_bridge.h).
const MULTI_BOOLOPT: u16 = 46;

/// The attribute of each option, and its form (`br_policy`, net/bridge/br_netlink.c).
static ATTRIBUTES: &[(&str, u16, Form)] = &[
    ("forward_delay", 1, U32),
    ("hello_time", 2, U32),
    ("max_age", 3, U32),
    ("ageing_time", 4, U32),
    ("stp_state", 5, U32),
    ("priority", 6, U16),
    ("vlan_filtering", 7, U8),
    ("vlan_protocol", 8, Be16),
    ("group_fwd_mask", 9, U16),
    ("group_addr", 20, Mac),
    ("multicast_router", 22, U8),
    ("multicast_snooping", 23, U8),
    ("multicast_query_use_ifaddr", 24, U8),
    ("multicast_querier", 25, U8),
    ("hash_elasticity", 26, U32),
    ("hash_max", 27, U32),
    ("multicast_last_member_count", 28, U32),
    ("multicast_startup_query_count", 29, U32),
    ("multicast_last_member_interval", 30, U64),
    ("multicast_membership_interval", 31, U64),
    ("multicast_querier_interval", 32, U64),
    ("multicast_query_interval", 33, U64),
    ("multicast_query_response_interval", 34, U64),
    ("multicast_startup_query_interval", 35, U64),
    ("nf_call_iptables", 36, U8),
    ("nf_call_ip6tables", 37, U8),
    ("nf_call_arptables", 38, U8),
    ("default_pvid", 39, U16),
    ("vlan_stats_enabled", 41, U8),
    ("multicast_stats_enabled", 42, U8),
    ("multicast_igmp_version", 43, U8),
    ("multicast_mld_version", 44, U8),
    ("vlan_stats_per_port", 45, U8),
    ("no_linklocal_learn", MULTI_BOOLOPT, Bit(0)),
];

/// Reads a bridge's options.
pub(super) fn decode(data: &[u8]) -> BridgeOptions {
    let mut options = BridgeOptions::default();
    for (kind, value) in attributes_of(data) {
        // A kernel has them in ascending order, and so has the table, but for the last.
        for (name, _, form) in ATTRIBUTES.iter().filter(|(_, number, _)| *number == kind) {
            if let Some(value) = read(*form, value) {
                options.set(name, value);
            }
        }
    }
    options
}

/// Writes options to set.
pub(super) fn encode(options: &[(&'static str, BridgeValue)]) -> Vec<DefaultNla> {
    let attribute = |(name, value): &(&str, BridgeValue)| {
        let (_, kind, form) = ATTRIBUTES.iter().find(|(known, ..)| known == name)?;
        Some(DefaultNla::new(*kind, write(*form, *value)?))
    };
    options.iter().filter_map(attribute).collect()
}

fn read(form: Form, value: &[u8]) -> Option<BridgeValue> {
    let number = match form {
        U8 => u8::from_ne_bytes(array(value)?).into(),
        U16 => u16::from_ne_bytes(array(value)?).into(),
        U32 => u32::from_ne_bytes(array(value)?).into(),
        U64 => u64::from_ne_bytes(array(value)?),
        Be16 => u16::from_be_bytes(array(value)?).into(),
        Bit(place) => {
            let set = u32::from_ne_bytes(array(value.get(..4)?)?);
            u64::from(set >> place & 1)
        }
        Mac => return Some(BridgeValue::Mac(MacAddress::new(array(value)?))),
    };
    Some(BridgeValue::Number(number))
}

/// `None` for what the form has no room for.
fn write(form: Form, value: BridgeValue) -> Option<Vec<u8>> {
    let number = match value {
        BridgeValue::Number(number) => number,
        BridgeValue::Mac(mac) => return Some(mac.bytes().to_vec()),
    };
    Some(match form {
        U8 => u8::try_from(number).ok()?.to_ne_bytes().to_vec(),
        U16 => u16::try_from(number).ok()?.to_ne_bytes().to_vec(),
        U32 => u32::try_from(number).ok()?.to_ne_bytes().to_vec(),
        U64 => number.to_ne_bytes().to_vec(),
        Be16 => u16::try_from(number).ok()?.to_be_bytes().to_vec(),
        Bit(place) => {
            let (value, mask) = (u32::from(number != 0) << place, 1_u32 << place);
            [value.to_ne_bytes(), mask.to_ne_bytes()].concat()
        }
        Mac => return None,
    })
}

#[cfg(test)]
mod tests {
    use rtnetlink::packet_core::Emitable;

    use super::*;

    #[test]
    fn every_option_is_written_and_read_back() {
        let set = BridgeOptions::names().map(|name| match BridgeOptions::default().get(name) {
            Some(BridgeValue::Number(number)) => (name, BridgeValue::Number(number ^ 1)),
            _ => (
                name,
                BridgeValue::Mac(MacAddress::new([1, 0x80, 0xc2, 0, 0, 13])),
            ),
        });
        let set: Vec<_> = set.collect();
        let attributes = encode(&set);
        assert_eq!(attributes.len(), set.len());
        let mut bytes = vec![0; attributes.as_slice().buffer_len()];
        attributes.as_slice().emit(&mut bytes);
        let mut expected = BridgeOptions::default();
        set.iter()
            .for_each(|(name, value)| expected.set(name, *value));
        assert_eq!(decode(&bytes), expected);
        for end in 0..bytes.len() {
            let _ = decode(&bytes[..end]);
        }
    }
}
