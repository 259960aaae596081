//! The IP settings of networks' own devices, whatever switch they are on: addresses, routes, rules,
//! IPv6's parameters, name servers.
//!
//! What a network asks for stands on its own device alone. The devices below it lose their addresses
//! and their IPv6. A network with a gateway has a routing table of its own, which is asked for what
//! comes from its subnet and what came in for it: replies leave where requests came in. Our routes
//! and rules carry a protocol number of their own ([`Route::OURS`](crate::model::Route::OURS)).

mod configure;
mod iproute2;
mod netlink;
mod observe;
mod resolver;
pub(crate) mod steps;
mod table;
mod verify;

pub use configure::{IpConfigurator, IpError, Made, configure};
pub use observe::observe;
pub use resolver::{ResolverError, read_resolver, write_nameservers, write_resolver};
pub(crate) use verify::{missing, settled};
