//! IP settings over rtnetlink.

use std::time::Duration;

use super::configure::{IpError, Made};
use crate::link::{LinkChange, Netlink, Numbers};
use crate::model::IpChange;

/// Makes changes in their order, and stops at the first that fails.
pub(super) async fn configure(
    changes: &[IpChange],
    kernel: &Netlink,
    numbers: &mut Numbers,
    limit: Duration,
) -> Made {
    let orders: Vec<LinkChange> = changes
        .iter()
        .map(|change| LinkChange::Ip(Box::new(change.clone())))
        .collect();
    let (made, result) = kernel.make(&orders, numbers, limit).await;
    let made = made.into_iter().filter_map(|change| match change {
        LinkChange::Ip(change) => Some(*change),
        _ => None,
    });
    (made.collect(), result.map_err(IpError::Kernel))
}
