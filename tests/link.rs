//! The kernel's devices, each test in a network namespace of its own: the test binary runs itself
//! again under `unshare`, so that nothing here sees or touches the host's devices.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

use netswitch::link::{self, LinkChange, Netlink};
use netswitch::model::NicName;
use netswitch::model::observed::Link;

/// Set in the process that is inside the namespace.
const INSIDE: &str = "NETSWITCH_TEST_NAMESPACE";

#[test]
fn a_dump_shows_every_kind_of_device() {
    isolated("a_dump_shows_every_kind_of_device", async {
        ip("link add eth0 mtu 1400 address 52:54:00:00:00:01 type veth peer name peer0");
        ip("link set eth0 up");
        ip("link set peer0 up");
        ip("link add eth1 type veth peer name eth1.100");
        let links = Netlink::open().unwrap().dump().await.unwrap();
        let names: Vec<_> = links.iter().map(|link| link.name.as_str()).collect();
        assert!(names.contains(&"lo"), "{names:?}");
        let lo = links.get("lo").unwrap();
        assert!(lo.loopback && !lo.up && lo.mac.is_none());
        let eth0 = links.get("eth0").unwrap();
        assert_eq!(eth0.kind.as_deref(), Some("veth"));
        assert_eq!(eth0.mac.unwrap().to_string(), "52:54:00:00:00:01");
        assert_eq!((eth0.mtu, eth0.min_mtu, eth0.max_mtu), (1400, 68, 65535));
        assert!(eth0.up && eth0.carrier && !eth0.loopback && eth0.master.is_none());
        let idle = links.get("eth1.100").unwrap();
        assert!(!idle.up && !idle.carrier);
    });
}

#[test]
fn devices_are_set_up_and_down_and_given_an_mtu() {
    isolated("devices_are_set_up_and_down_and_given_an_mtu", async {
        ip("link add eth0 type veth peer name peer0");
        let netlink = Netlink::open().unwrap();
        let eth0 = nic("eth0");
        netlink.set_up(&eth0, true).await.unwrap();
        netlink.set_mtu(&eth0, 9000).await.unwrap();
        let now = link(&netlink, "eth0").await;
        assert_eq!((now.up, now.mtu), (true, 9000));
        netlink.set_up(&eth0, false).await.unwrap();
        let now = link(&netlink, "eth0").await;
        assert_eq!((now.up, now.mtu), (false, 9000));
    });
}

#[test]
fn hostile_names_arrive_unharmed() {
    isolated("hostile_names_arrive_unharmed", async {
        for name in ["$(x)", "a\"b'c\\d", "-e<&>", "n\u{e4}tw\u{f6}rk"] {
            let status = Command::new("ip")
                .args(["link", "add", "name", name, "type", "veth"])
                .status();
            assert!(status.unwrap().success(), "{name}");
            let netlink = Netlink::open().unwrap();
            netlink.set_up(&nic(name), true).await.unwrap();
            assert!(link(&netlink, name).await.up, "{name}");
        }
    });
}

#[test]
fn ipv6_is_turned_off_and_on() {
    isolated("ipv6_is_turned_off_and_on", async {
        ip("link add eth0 type veth peer name eth1.100");
        let netlink = Netlink::open().unwrap();
        for name in ["eth0", "eth1.100"] {
            assert!(link(&netlink, name).await.ipv6);
            netlink.set_ipv6(&nic(name), false).await.unwrap();
            assert!(!link(&netlink, name).await.ipv6);
        }
        netlink.set_ipv6(&nic("eth0"), true).await.unwrap();
        assert!(link(&netlink, "eth0").await.ipv6);
        // Too small for IPv6: there is nothing to turn off, and nothing that could be turned on.
        netlink.set_mtu(&nic("eth0"), 1279).await.unwrap();
        assert!(!link(&netlink, "eth0").await.ipv6);
        netlink.set_ipv6(&nic("eth0"), false).await.unwrap();
        let error = netlink.set_ipv6(&nic("eth0"), true).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot turn IPv6 of eth0 on: No such file or directory (os error 2)"
        );
        netlink.set_ipv6(&nic("gone"), false).await.unwrap();
    });
}

/// Below /proc/sys/net/ipv6/conf these stand for every device.
#[test]
fn parameters_of_all_devices_are_no_devices() {
    for name in ["all", "default"] {
        assert!(NicName::new(name).is_err(), "{name}");
    }
}

#[test]
fn ipv6_is_off_as_soon_as_a_device_comes() {
    isolated("ipv6_is_off_as_soon_as_a_device_comes", async {
        let netlink = Netlink::open().unwrap();
        let mut silent = BTreeSet::from([nic("eth0"), nic("eth1"), nic("never")]);
        let come = async {
            // The first poll of the other side is over: it listens.
            tokio::task::yield_now().await;
            ip("link add eth0 type veth peer name eth1");
            ip("link add eth2 type veth peer name eth3");
            while link(&netlink, "eth0").await.ipv6 || link(&netlink, "eth1").await.ipv6 {}
        };
        let come = tokio::time::timeout(Duration::from_secs(10), come);
        tokio::select! {
            biased;
            never = netlink.turn_ipv6_off_on_arrival(&mut silent) => match never {},
            come = come => come.unwrap(),
        }
        assert_eq!(silent, BTreeSet::from([nic("never")]));
        assert!(link(&netlink, "eth2").await.ipv6);
    });
}

#[test]
fn errors_name_the_device_and_the_kernels_reason() {
    isolated("errors_name_the_device_and_the_kernels_reason", async {
        ip("link add eth0 type veth peer name peer0");
        let netlink = Netlink::open().unwrap();
        let error = netlink.set_up(&nic("eth9"), true).await.unwrap_err();
        assert!(error.is_missing() && !error.is_timeout() && !error.is_denied());
        assert_eq!(
            error.to_string(),
            "cannot set eth9 up: No such device (os error 19)"
        );
        let error = netlink.set_mtu(&nic("eth0"), 70_000).await.unwrap_err();
        assert!(!error.is_missing());
        assert_eq!(
            error.to_string(),
            "cannot set the MTU of eth0 to 70000: Invalid argument (os error 22): \
             mtu greater than device maximum"
        );
        assert_eq!(link(&netlink, "eth0").await.mtu, 1500);
    });
}

#[test]
fn many_changes_are_made_in_order_past_one_that_fails() {
    isolated(
        "many_changes_are_made_in_order_past_one_that_fails",
        async {
            for number in 0..80 {
                ip(&format!("link add a{number} type veth peer name b{number}"));
            }
            let mut changes = Vec::new();
            for number in 0..80 {
                let name = nic(&format!("a{number}"));
                let up = LinkChange::SetUp {
                    name: name.clone(),
                    up: true,
                };
                changes.extend([up, LinkChange::SetMtu { name, mtu: 1600 }]);
            }
            let gone = LinkChange::SetUp {
                name: nic("gone"),
                up: true,
            };
            changes.insert(70, gone.clone());
            let netlink = Netlink::open().unwrap();
            let began = Instant::now();
            let results = netlink.apply(&changes).await;
            assert!(began.elapsed() < Duration::from_secs(5));
            assert_eq!(results.len(), changes.len());
            for (index, result) in results.iter().enumerate() {
                match result {
                    Ok(()) => assert_ne!(index, 70),
                    Err(error) => {
                        assert_eq!(index, 70);
                        assert!(error.is_missing());
                        assert_eq!(error.change(), Some(&gone));
                    }
                }
            }
            let links = netlink.dump().await.unwrap();
            for number in 0..80 {
                let link = links.get(&format!("a{number}")).unwrap();
                assert_eq!((link.up, link.mtu), (true, 1600));
            }
        },
    );
}

#[test]
fn a_name_outside_the_model_does_not_hide_the_others() {
    isolated("a_name_outside_the_model_does_not_hide_the_others", async {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let name = OsStr::from_bytes(b"eth\xff");
        let status = Command::new("ip")
            .args(["link", "add", "name"])
            .arg(name)
            .args(["type", "veth", "peer", "name", "eth1"])
            .status();
        assert!(status.unwrap().success());
        let links = Netlink::open().unwrap().dump().await.unwrap();
        let veths = links
            .iter()
            .filter(|link| link.kind.as_deref() == Some("veth"));
        let names: Vec<_> = veths.map(|link| link.name.as_str()).collect();
        assert_eq!(names, ["eth1"]);
    });
}

#[test]
fn speed_is_what_the_driver_tells() {
    isolated("speed_is_what_the_driver_tells", async {
        // The host's /sys tells of the host's devices.
        let mount = Command::new("mount")
            .args(["-t", "sysfs", "none", "/sys"])
            .status();
        assert!(mount.unwrap().success());
        ip("link add eth0 type veth peer name peer0");
        ip("link set eth0 up");
        ip("link set peer0 up");
        assert_eq!(link::speed(&nic("eth0")), Some(10_000));
        assert_eq!(link::speed(&nic("lo")), None);
        assert_eq!(link::speed(&nic("gone")), None);
    });
}

/// Runs `body` in a network namespace that has only the loopback device. `test` is the name of
/// the calling test.
fn isolated(test: &str, body: impl Future<Output = ()>) {
    if std::env::var_os(INSIDE).is_some() {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(body);
        return;
    }
    let output = Command::new("unshare")
        .args(["--net", "--mount", "--"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .expect("unshare (of util-linux) runs");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && shown.contains("1 passed"),
        "{shown}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split(' ')).status();
    assert!(status.unwrap().success(), "ip {arguments}");
}

fn nic(name: &str) -> NicName {
    NicName::new(name).unwrap()
}

async fn link(netlink: &Netlink, name: &str) -> Link {
    netlink.dump().await.unwrap().get(name).unwrap().clone()
}
