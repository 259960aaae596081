use std::collections::BTreeMap;

use crate::model::{Lacp, LacpTime, NativeBond, NativeBondMode};

/// A bond's mode and the options that differ from their defaults, as the kernel's bonding driver
/// names and numbers them (Documentation/networking/bonding.rst). What it has no word for is in
/// `custom`.
pub(super) fn options(bond: &NativeBond) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    let mut custom = bond.custom.clone();
    let mode = match (bond.mode, bond.lacp) {
        (NativeBondMode::ActiveBackup, Lacp::Off) => "1",
        (NativeBondMode::BalanceTcp, Lacp::Active) => "4",
        (mode, lacp) => {
            custom.insert("ovs_mode".to_owned(), mode.to_string());
            if lacp != Lacp::Off {
                custom.insert("ovs_lacp".to_owned(), lacp.to_string());
            }
            "1"
        }
    };
    options.insert("mode".to_owned(), mode.to_owned());
    for (name, milliseconds) in [
        ("miimon", bond.miimon.unwrap_or(0)),
        ("updelay", bond.updelay),
        ("downdelay", bond.downdelay),
    ] {
        if milliseconds != 0 {
            options.insert(name.to_owned(), milliseconds.to_string());
        }
    }
    if bond.lacp_time == Some(LacpTime::Fast) {
        options.insert("lacp_rate".to_owned(), "1".to_owned());
    }
    if let Some(primary) = &bond.primary {
        options.insert("primary".to_owned(), primary.to_string());
    }
    if !custom.is_empty() {
        let pairs: Vec<_> = custom
            .iter()
            .map(|(name, value)| format!("{name}:{value}"))
            .collect();
        options.insert("custom".to_owned(), pairs.join(","));
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_have_the_kernels_numbers_or_a_custom_name() {
        let bond = |mode, lacp| NativeBond {
            mode,
            lacp,
            ..NativeBond::default()
        };
        let shown = |bond: NativeBond| {
            let options = options(&bond);
            let options = options
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            options.collect::<Vec<_>>().join(" ")
        };
        let plain = bond(NativeBondMode::ActiveBackup, Lacp::Off);
        assert_eq!(shown(plain.clone()), "mode=1");
        assert_eq!(
            shown(bond(NativeBondMode::BalanceTcp, Lacp::Active)),
            "mode=4"
        );
        assert_eq!(
            shown(bond(NativeBondMode::BalanceSlb, Lacp::Passive)),
            "custom=ovs_lacp:passive,ovs_mode:balance-slb mode=1"
        );
        assert_eq!(
            shown(NativeBond {
                miimon: Some(100),
                updelay: 5,
                lacp_time: Some(LacpTime::Fast),
                ..plain
            }),
            "lacp_rate=1 miimon=100 mode=1 updelay=5"
        );
    }
}
