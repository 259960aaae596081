//! A case: what a host has, and what is asked of it step by step.

use std::collections::BTreeSet;
use std::path::Path;

use netswitch::ip::IpConfigurator;
use serde_json::Value;

use super::host::Host;
use super::subset::assert_subset;

/// A file of `fixtures/kernel`:
///
/// ```json
/// {
///   "nics": ["eth0", "eth1"],
///   "ip": ["link add br-other type bridge"],
///   "steps": [{
///     "ip": ["what others do before it"],
///     "behind": ["what others do after the host was looked at"],
///     "request": {"networks": {"web": {"nic": "eth0"}}},
///     "links": {"web": {"mtu": 1500}},
///     "gone": ["eth0.10"],
///     "paper": false,
///     "report": {"networks": {"web": {"iface": "web"}}}
///   }, {
///     "request": {"networks": {"web": {"nic": "eth7"}}},
///     "fails": {"code": 23, "contains": "eth7"}
///   }]
/// }
/// ```
///
/// NICs are veth devices whose other ends are in another namespace and up. `links` are parts of what
/// `ip -d -j address` says, `routes` lines of `ip route` and `ip rule`, `resolv` is resolv.conf(5),
/// which begins as [`RESOLV_CONF`](super::host::RESOLV_CONF).
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    text: String,
    content: Value,
}

impl Case {
    pub(crate) fn read(file: &Path) -> Case {
        let text = std::fs::read_to_string(file).unwrap();
        Case {
            name: file.file_stem().unwrap().to_string_lossy().into_owned(),
            content: serde_json::from_str(&text).unwrap_or_else(|it| panic!("{file:?}: {it}")),
            text,
        }
    }

    /// The kinds of devices that not every kernel has.
    pub(crate) fn needs(&self) -> BTreeSet<&'static str> {
        let words = [
            ("\"vlan\"", "vlan"),
            ("type vlan", "vlan"),
            ("bond", "bond"),
            ("dummy", "dummy"),
        ];
        let needed = words
            .into_iter()
            .filter(|(word, _)| self.text.contains(word));
        needed.map(|(_, kind)| kind).collect()
    }

    /// Whether it has IP settings.
    pub(crate) fn has_ip(&self) -> bool {
        ["\"ipaddr\"", "\"ipv6"]
            .iter()
            .any(|word| self.text.contains(word))
    }

    /// Makes the host and takes it through the steps. Gives what it has after each of them.
    pub(crate) fn run(&self, who: IpConfigurator) -> Vec<String> {
        println!("{} {who:?}", self.name);
        let nics: Vec<&str> = strings(&self.content["nics"]).collect();
        let mut host = Host::with(&nics, who);
        let mut snapshots = Vec::new();
        host.ip(&strings(&self.content["ip"]).collect::<Vec<_>>());
        for (number, step) in (1..).zip(self.content["steps"].as_array().unwrap()) {
            host.ip(&strings(&step["ip"]).collect::<Vec<_>>());
            let at = format!("{}, step {number}", self.name);
            host.behind(&strings(&step["behind"]).collect::<Vec<_>>());
            match &step["fails"] {
                Value::Null => host.set_up(&step["request"], step["paper"] != false, &at),
                expected => host.fail(&step["request"], expected, &at),
            }
            let links = host.shown();
            let routes = host.routes();
            for line in strings(&step["routes"]) {
                let there = routes.lines().any(|it| it.trim() == line);
                assert!(there, "{at}: {line} is not in\n{routes}");
            }
            for line in strings(&step["no_routes"]) {
                let there = routes.lines().any(|it| it.trim().starts_with(line));
                assert!(!there, "{at}: {line} is in\n{routes}");
            }
            if let Some(lines) = step["resolv"].as_str() {
                let text = std::fs::read_to_string("/etc/resolv.conf").unwrap();
                assert_eq!(text, lines, "{at}");
            }
            snapshots.push(host.settings());
            for (name, expected) in step["links"].as_object().into_iter().flatten() {
                let link = links.iter().find(|link| link["ifname"] == *name);
                let link = link.unwrap_or_else(|| panic!("{at}: there is no {name}"));
                assert_subset(expected, link, &format!("{at}: {name}"));
            }
            for name in strings(&step["gone"]) {
                let there = links.iter().any(|link| link["ifname"] == name);
                assert!(!there, "{at}: {name} is still there");
            }
            if !step["report"].is_null() {
                assert_subset(&step["report"], &host.report(), &format!("{at}: report"));
            }
        }
        snapshots
    }
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}
