//! The configurator that has ovs-vsctl change the database, beside the native one: whatever is
//! asked for, both leave the same, and both take the same back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml covers test functions only, not what they call"
)]

#[path = "../support/mod.rs"]
mod support;

mod cases;
mod hostile;
mod limits;
mod races;
mod sequences;

use std::time::Duration;

use netswitch::canonicalize::canonicalize;
use netswitch::model::{Observed, Request, Violations};
use netswitch::ovsdb::Remotes;
use netswitch::plan::{ArgumentLimits, Configurator, Plan, Settings, plan};
use netswitch::switch::NetSwitch;
use netswitch::switch::ovs::{OvsSwitch, argument_limits};
use netswitch::validate::validate;
use serde_json::Value;
use support::{Server, observed, unmarked};

const LIMIT: Duration = Duration::from_secs(20);

/// ovs-vsctl with as many arguments as the system takes.
fn vsctl() -> Configurator {
    Configurator::Vsctl(argument_limits())
}

/// ovs-vsctl with few arguments at once.
fn little_vsctl(total: usize) -> Configurator {
    Configurator::Vsctl(ArgumentLimits {
        total,
        ..argument_limits()
    })
}

fn plan_of(
    request: &[u8],
    host: &Observed,
    configurator: Configurator,
) -> Result<Plan, Violations> {
    let request = Request::parse(request)?;
    let valid = validate(canonicalize(&request, host), host)?;
    let settings = Settings {
        configurator,
        ..Settings::default()
    };
    Ok(plan(&valid, host, &settings))
}

/// A database, a switch on it, and the host as it was last seen.
struct Side {
    server: Server,
    switch: OvsSwitch,
    host: Observed,
    configurator: Configurator,
}

impl Side {
    /// An empty database, and four NICs.
    async fn start(configurator: Configurator) -> Side {
        let server = Server::start();
        let remotes: Remotes = server.remote().parse().unwrap();
        let switch = OvsSwitch::connect(&remotes, None, LIMIT).await.unwrap();
        Side {
            server,
            switch,
            host: host_with_nics(),
            configurator,
        }
    }

    /// The plan, unless the request is refused or there is nothing to do.
    async fn plan(&mut self, request: &Value) -> Option<Plan> {
        self.switch.observe(&mut self.host).await.unwrap();
        plan_of(
            request.to_string().as_bytes(),
            &self.host,
            self.configurator,
        )
        .ok()
        .filter(|plan| !plan.is_empty())
    }

    async fn apply(&mut self, plan: &Plan) {
        self.switch.check(plan).unwrap();
        self.switch.apply(plan, LIMIT).await.unwrap();
    }

    /// The configuration without the mark of the last transaction, which is another each time.
    fn dump(&self) -> String {
        unmarked(&self.server.dump())
    }
}

fn host_with_nics() -> Observed {
    let links: Vec<String> = (0..4)
        .map(|number| format!(r#""eth{number}": {{"mac": "52:54:00:00:00:0{number}"}}"#))
        .collect();
    observed(&format!(r#"{{"links": {{{}}}}}"#, links.join(",")))
}
