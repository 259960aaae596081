//! Random requests, one after the other, to three databases alike: after each they are alike
//! again.

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use netswitch::plan::Configurator;
use netswitch::switch::NetSwitch;

use crate::support::random_request;
use crate::{LIMIT, Side, little_vsctl, vsctl};

/// So few that most requests take several calls, and enough for what cannot be divided.
const FEW_ARGUMENTS: usize = 9 << 10;

/// How many requests took several calls.
static DIVIDED: AtomicUsize = AtomicUsize::new(0);

#[test]
fn native_ovs_vsctl_and_ovs_vsctl_in_parts_are_alike() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 24,
        max_shrink_iters: 30,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let requests = proptest::collection::vec(random_request(), 4..10);
    let done = runner.run(&requests, |requests| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(sequence(&requests))
    });
    if let Err(error) = done {
        panic!("{error}");
    }
    let divided = DIVIDED.load(Ordering::Relaxed);
    assert!(divided >= 24, "only {divided} requests took several calls");
}

async fn sequence(requests: &[Value]) -> Result<(), TestCaseError> {
    let mut native = Side::start(Configurator::Native).await;
    let mut whole = Side::start(vsctl()).await;
    let mut parts = Side::start(little_vsctl(FEW_ARGUMENTS)).await;
    let mut applied = 0;
    for request in requests {
        let Some(plan) = native.plan(request).await else {
            continue;
        };
        native.apply(&plan).await;
        let after = native.dump();
        for side in [&mut whole, &mut parts] {
            let plan = side.plan(request).await.unwrap();
            let before = side.server.dump();
            side.apply(&plan).await;
            prop_assert_eq!(side.dump(), after.clone(), "after {}", request);
            // There and back again, and there.
            let left = side.switch.roll_back(LIMIT, false).await.unwrap();
            prop_assert_eq!(left, Vec::<String>::new(), "{} and back", request);
            prop_assert_eq!(side.server.dump(), before, "after {} and back", request);
            let again = side.plan(request).await.unwrap();
            prop_assert_eq!(&again, &plan);
            side.apply(&again).await;
            prop_assert_eq!(side.dump(), after.clone(), "{} again", request);
            if plan.transactions().len() > 1 {
                DIVIDED.fetch_add(1, Ordering::Relaxed);
            }
        }
        applied += 1;
    }
    prop_assume!(applied > 0);
    Ok(())
}
