//! Others change the database at the same time.

use netswitch::switch::{NetSwitch, SwitchError};
use serde_json::json;

use crate::{LIMIT, Side, vsctl};

/// What was planned for is not what is there any more: nothing is waited for.
#[tokio::test]
async fn a_plan_for_another_configuration_is_outdated() {
    let mut side = Side::start(vsctl()).await;
    let request =
        |vlan: u16| json!({"networks": {"web": {"nic": "eth0", "vlan": vlan, "switch": "ovs"}}});
    let plan = side.plan(&request(1)).await.unwrap();
    side.apply(&plan).await;
    let plan = side.plan(&request(2)).await.unwrap();
    side.server
        .vsctl(&["--no-wait", "set", "Port", "web", "tag=9"]);
    let before = side.dump();
    let started = std::time::Instant::now();
    let error = side.switch.apply(&plan, LIMIT).await.unwrap_err();
    assert!(error.is_outdated(), "{error:?}");
    assert!(!error.is_applied());
    assert!(started.elapsed() < LIMIT / 4, "{:?}", started.elapsed());
    assert_eq!(side.dump(), before);
    let plan = side.plan(&request(2)).await.unwrap();
    side.apply(&plan).await;
    assert!(side.dump().contains("Port web tag=2"), "{}", side.dump());
}

#[tokio::test]
async fn a_port_that_has_gone_makes_a_plan_outdated() {
    let mut side = Side::start(vsctl()).await;
    let request =
        |mtu: u16| json!({"networks": {"web": {"nic": "eth0", "mtu": mtu, "switch": "ovs"}}});
    let plan = side.plan(&request(1500)).await.unwrap();
    side.apply(&plan).await;
    let plan = side.plan(&request(2000)).await.unwrap();
    side.server.vsctl(&["--no-wait", "del-port", "web"]);
    let error = side.switch.apply(&plan, LIMIT).await.unwrap_err();
    assert!(matches!(error, SwitchError::Outdated(_)), "{error:?}");
}

#[tokio::test]
async fn a_name_that_others_have_taken_is_refused_by_the_database() {
    let mut side = Side::start(vsctl()).await;
    let request = json!({"networks": {"web": {"nic": "eth0", "switch": "ovs"}}});
    let plan = side.plan(&request).await.unwrap();
    side.server.vsctl(&[
        "--no-wait",
        "add-br",
        "br-ex",
        "--",
        "add-port",
        "br-ex",
        "web",
    ]);
    let before = side.server.dump();
    let error = side.switch.apply(&plan, LIMIT).await.unwrap_err();
    assert_eq!(error.code().number(), 32);
    assert!(!error.is_applied(), "{error:?}");
    let said = error.reason();
    assert!(said.contains("constraint violation"), "{said}");
    assert_eq!(side.server.dump(), before);
}
