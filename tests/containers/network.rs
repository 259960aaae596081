use std::process::{self, Command};

use crate::container::Container;
use crate::engine::{docker, new_name};
use crate::support::output_of;

/// A network of containers that leads nowhere else. It is removed with this value, and the
/// containers must be before.
pub(crate) struct Network {
    name: String,
    /// Its addresses, less the last number.
    prefix: String,
}

impl Network {
    pub(crate) fn new() -> Network {
        let name = new_name();
        // 198.18.0.0/15 is for tests of networks (RFC 2544); one that is taken is refused.
        let first = process::id() % 256;
        let mut prefixes = (0..256).map(|number| format!("198.18.{}", (first + number) % 256));
        let prefix = prefixes
            .find(|prefix| {
                let subnet = format!("--subnet={prefix}.0/24");
                let create = ["network", "create", "--internal", &subnet, &name];
                output_of(Command::new("docker").args(create), "")
                    .status
                    .success()
            })
            .unwrap_or_else(|| panic!("docker network create fails"));
        Network { name, prefix }
    }

    /// The address of one of its members, which are counted from 0.
    pub(crate) fn address(&self, member: usize) -> String {
        format!("{}.{}", self.prefix, member + 10)
    }

    pub(crate) fn join(&self, container: &Container, member: usize) {
        let address = self.address(member);
        let connect = ["network", "connect", "--ip", &address];
        docker(&[&connect[..], &[&self.name, container.name()]].concat());
    }

    pub(crate) fn leave(&self, container: &Container) {
        docker(&["network", "disconnect", &self.name, container.name()]);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // A second panic would hide the first; what is left is removed by the next run.
        let _ = Command::new("docker")
            .args(["network", "rm", &self.name])
            .output();
    }
}
