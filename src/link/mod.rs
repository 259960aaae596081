//! The kernel's network devices, over rtnetlink (rtnetlink(7)).
//!
//! | here | with iproute2 |
//! |---|---|
//! | [`Netlink::dump`] | `ip -details link show` |
//! | [`Netlink::addresses`] | `ip address show`, `ip route list table all default` |
//! | [`Netlink::set_up`] | `ip link set dev NAME up`, `… down` |
//! | [`Netlink::set_mtu`] | `ip link set dev NAME mtu N` |
//! | [`Netlink::set_ipv6`] | `sysctl -w net.ipv6.conf.NAME.disable_ipv6=N` |
//! | [`Netlink::apply`] | `ip -force -batch FILE` |
//! | [`Netlink::make`] | `ip -batch FILE`, with everything at once that does not build on another |
//! | [`speed`] | `ethtool NAME`, the line `Speed:` |

mod arrivals;
mod change;
mod error;
mod make;
mod netlink;
mod numbers;
mod speed;
mod sysctl;
mod wire;

pub use arrivals::AddressNews;
pub use change::LinkChange;
pub use error::{Action, LinkError, Listed, Refusal};
pub use netlink::{Netlink, TIME_LIMIT};
pub use numbers::Numbers;
pub use speed::speed;
