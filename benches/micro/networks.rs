//! Networks as a server tells them.

use std::fmt::Write;

/// How many.
pub(crate) const NETWORKS: u32 = 4000;

/// The `<table-updates2>` of a bridge with this many networks.
pub(crate) fn tables(networks: u32) -> String {
    let (mut interfaces, mut ports, mut ids) = (String::new(), String::new(), String::new());
    for number in 1..=networks {
        let comma = if number == 1 { "" } else { "," };
        let (interface, port) = (uuid(1, number), uuid(2, number));
        let role = r#""external_ids":["map",[["netswitch-role","network"]]]"#;
        // Writing to a string does not fail.
        let _ = write!(
            interfaces,
            r#"{comma}"{interface}":{{"initial":{{"name":"net{number:04}","type":"internal","mac":"02:00:00:00:{:02x}:{:02x}","mtu_request":1500,{role}}}}}"#,
            number / 256,
            number % 256,
        );
        let _ = write!(
            ports,
            r#"{comma}"{port}":{{"initial":{{"name":"net{number:04}","interfaces":["uuid","{interface}"],"tag":{number},"external_ids":["map",[["netswitch-bonding","bond0"],["netswitch-role","network"]]]}}}}"#,
        );
        let _ = write!(ids, r#"{comma}["uuid","{port}"]"#);
    }
    let bridge = uuid(3, 1);
    format!(
        r#"{{"Interface":{{{interfaces}}},"Port":{{{ports}}},"Bridge":{{"{bridge}":{{"initial":{{"name":"br0","ports":["set",[{ids}]]}}}}}}}}"#
    )
}

/// A server's reply to `monitor_cond_since`.
pub(crate) fn reply(networks: u32) -> String {
    let tables = tables(networks);
    let transaction = uuid(0, 0);
    format!(r#"{{"error":null,"id":1,"result":[false,"{transaction}",{tables}]}}"#)
}

/// Identifiers that hash as those of servers do, which are random: SplitMix64.
pub(crate) fn uuid(table: u32, number: u32) -> String {
    let mix = |seed: u64| {
        let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let seed = u64::from(table) << 32 | u64::from(number);
    let bytes = u128::from(mix(seed)) << 64 | u128::from(mix(!seed));
    let uuid = netswitch::ovsdb::Uuid::from_u128(bytes);
    uuid.to_string()
}
