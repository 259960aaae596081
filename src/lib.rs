//! Sets up a virtualization host's networks as one unit: everything that a request asks for is
//! done and proven, or the host is left as it was.
//!
//! A request goes through stages, each a module, each taking its predecessor's type:
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`model::request`] | a JSON document | [`model::Request`]: what was asked |
//! | [`canonicalize`] | a request | [`model::Desired`]: one form of everything |
//! | [`validate`] | desired and [`model::Observed`] | [`validate::Valid`], or every violation |
//! | [`plan`] | valid and observed | [`plan::Plan`]: steps with their inverses |
//! | [`setup`] | a plan | the host, changed and proven, or as it was |
//!
//! `model`, `canonicalize`, `validate`, `plan` and [`report`] are pure. Around them are
//! [`switch`], what networks are set up on, behind one trait; [`link`], the kernel's network
//! devices; [`ovsdb`], a client for Open vSwitch's database, which is of use by itself; and
//! [`vswitch`], that database's tables, generated from its schema.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//!
//! use netswitch::model::Request;
//! use netswitch::setup::{Host, Options};
//! use netswitch::switch::Registry;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let request = Request::parse(br#"{"networks": {"web": {"nic": "eth0", "vlan": 10, "switch": "ovs"}}}"#)?;
//! let registry = Registry::new("unix:/var/run/openvswitch/db.sock".parse()?, None);
//! let mut host = Host::reach(&registry, Duration::from_secs(10)).await?;
//! let options = Options {
//!     settings: Default::default(),
//!     wait: true,
//!     deadline: Instant::now() + Duration::from_secs(60),
//!     interrupt: Default::default(),
//! };
//! let plan = host.set_up(&request, &options, &|_| {}).await?;
//! println!("{} steps", plan.steps.len());
//! # Ok(())
//! # }
//! ```

pub mod canonicalize;
pub mod causes;
pub mod cli;
pub mod ip;
pub mod link;
pub mod model;
pub mod ovsdb;
pub mod plan;
pub mod report;
pub mod setup;
pub mod switch;
pub mod validate;
pub mod vswitch;
