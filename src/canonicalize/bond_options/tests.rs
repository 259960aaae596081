use proptest::prelude::*;

use super::*;
use crate::model::NicName;

fn wrong(options: &str) -> String {
    let wrong = native(options).unwrap_err();
    let wrong: Vec<String> = wrong.iter().map(Wrong::to_string).collect();
    wrong.join("; ")
}

#[test]
fn modes_and_their_spelling() {
    for (options, mode, lacp) in [
        ("", NativeBondMode::ActiveBackup, Lacp::Off),
        ("mode=1", NativeBondMode::ActiveBackup, Lacp::Off),
        (
            "mode=active-backup",
            NativeBondMode::ActiveBackup,
            Lacp::Off,
        ),
        ("mode=4", NativeBondMode::BalanceTcp, Lacp::Active),
        ("mode=802.3ad", NativeBondMode::BalanceTcp, Lacp::Active),
        (
            "mode=4 custom=ovs_lacp:passive",
            NativeBondMode::BalanceTcp,
            Lacp::Passive,
        ),
        (
            "custom=ovs_mode:balance-slb",
            NativeBondMode::BalanceSlb,
            Lacp::Off,
        ),
        (
            "custom=ovs_mode:balance-tcp",
            NativeBondMode::BalanceTcp,
            Lacp::Active,
        ),
        (
            "mode=0 custom=ovs_mode:balance-slb",
            NativeBondMode::BalanceSlb,
            Lacp::Off,
        ),
    ] {
        let bond = native(options).unwrap();
        assert_eq!((bond.mode, bond.lacp), (mode, lacp), "{options}");
    }
}

#[test]
fn the_mode_of_open_vswitch_decides_what_goes_with_it() {
    let bond = native("mode=0 primary=eth0 custom=ovs_mode:active-backup").unwrap();
    assert!(bond.primary.is_some());
    assert!(native("primary=eth0 custom=ovs_mode:balance-slb").is_err());
    assert!(native("lacp_rate=1 custom=ovs_lacp:active").is_ok());
}

#[test]
fn every_refusal_says_which_kind_it_is() {
    for (options, message) in [
        ("mode", "\"mode\" is not key=value"),
        ("mode=1 mode=4", "\"mode\" is given twice"),
        ("mode=7", "mode: \"7\" is none of balance-rr"),
        ("mode=balance-slb", "mode: \"balance-slb\" is none of"),
        ("mode=2", "mode 2 (balance-xor): it needs a kernel bond"),
        (
            "mode=broadcast",
            "mode 3 (broadcast): it needs a kernel bond",
        ),
        (
            "mimon=1",
            "unknown option \"mimon\"; did you mean \"miimon\"?",
        ),
        (
            "miimon=-1",
            "miimon: \"-1\" is not a number from 0 to 2147483647",
        ),
        ("miimon=+1", "miimon: \"+1\" is not a number"),
        (
            "updelay=2147483648",
            "updelay: \"2147483648\" is not a number",
        ),
        (
            "mode=4 primary=eth0",
            "primary is not an option of mode 4 (802.3ad)",
        ),
        (
            "lacp_rate=fast",
            "lacp_rate is not an option of mode 1 (active-backup)",
        ),
        (
            "mode=4 lacp_rate=2",
            "lacp_rate: \"2\" is none of slow, fast (0 to 1)",
        ),
        (
            "mode=4 arp_interval=1",
            "arp_interval is not an option of mode 4",
        ),
        (
            "arp_interval=1",
            "no word for arp_interval: it needs a kernel bond",
        ),
        (
            "arp_ip_target=1.2.3.4,nope",
            "arp_ip_target: \"nope\" is not an IPv4 address",
        ),
        (
            "mode=4 xmit_hash_policy=layer3+4",
            "no word for xmit_hash_policy",
        ),
        ("xmit_hash_policy=layer9", "\"layer9\" is none of layer2, "),
        ("custom=x", "custom: \"x\" is not key:value"),
        (
            "custom=ovs_mode:balance-rr",
            "ovs_mode: \"balance-rr\" is none of active-backup",
        ),
        (
            "mode=4 custom=ovs_lacp:off",
            "balance-tcp does not work without LACP",
        ),
    ] {
        assert!(
            wrong(options).contains(message),
            "{options}: {}",
            wrong(options)
        );
    }
    assert_eq!(native("mode=9 x=1 miimon=y").unwrap_err().len(), 3);
}

#[test]
fn kernel_bonds_take_what_the_kernel_takes() {
    let options = "mode=0 packets_per_slave=3 arp_interval=5 arp_ip_target=1.2.3.4,5.6.7.8";
    assert_eq!(
        kernel(options).unwrap().to_string(),
        "mode=0 arp_interval=5 arp_ip_target=1.2.3.4,5.6.7.8 packets_per_slave=3"
    );
    assert_eq!(
        kernel("custom=a:b").unwrap().to_string(),
        "mode=0 custom=a:b"
    );
    assert!(kernel("mode=4 packets_per_slave=3").is_err());
    assert!(kernel("mode=4 fail_over_mac=sometimes").is_err());
}

#[test]
fn options_are_told_in_one_form() {
    for (options, told) in [
        ("", "mode=1"),
        ("miimon=0 updelay=0", "mode=1"),
        (
            "updelay=5 miimon=100 mode=active-backup",
            "mode=1 miimon=100 updelay=5",
        ),
        ("mode=4 lacp_rate=slow", "mode=4"),
        ("mode=4 lacp_rate=fast", "mode=4 lacp_rate=1"),
        (
            "custom=z:1,ovs_mode:balance-slb,a:b:c",
            "mode=1 custom=a:b:c,ovs_mode:balance-slb,z:1",
        ),
        (
            "mode=4 custom=ovs_lacp:passive,ovs_mode:balance-slb",
            "mode=1 custom=ovs_lacp:passive,ovs_mode:balance-slb",
        ),
        (
            "mode=4 custom=ovs_mode:active-backup",
            "mode=1 custom=ovs_lacp:active,ovs_mode:active-backup",
        ),
    ] {
        assert_eq!(native(options).unwrap().to_string(), told, "{options}");
    }
}

prop_compose! {
    fn any_bond()(
        mode in 0..3_usize, lacp in 0..3_usize, fast: bool, miimon in 0..1000_u32,
        updelay in 0..1000_u32, downdelay in 0..1000_u32, primary: bool,
        custom in prop::collection::btree_map("[a-z]{1,5}", "[a-z:.]{0,5}", 0..3),
    ) -> NativeBond {
        let mode = NativeBondMode::ALL[mode];
        let mut lacp = Lacp::ALL[lacp];
        if mode == NativeBondMode::BalanceTcp && lacp == Lacp::Off {
            lacp = Lacp::Active;
        }
        NativeBond {
            mode,
            lacp,
            lacp_time: (fast && lacp != Lacp::Off).then_some(LacpTime::Fast),
            miimon: Some(miimon).filter(|&every| every > 0),
            updelay,
            downdelay,
            primary: (primary && mode == NativeBondMode::ActiveBackup)
                .then(|| NicName::new("eth0").unwrap()),
            custom,
        }
    }
}

proptest! {
    #[test]
    fn what_is_told_reads_back(bond in any_bond()) {
        prop_assert_eq!(native(&bond.to_string()), Ok(bond));
    }

    #[test]
    fn no_options_panic(options in "\\PC*") {
        let _ = native(&options);
        let _ = kernel(&options);
    }
}
