use std::collections::{BTreeMap, BTreeSet};

use anstyle::{AnsiColor, Style};

use super::{OvsBridge, Report, State, UplinkState};
use crate::model::Printable;

const NAME: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const QUIET: Style = Style::new().dimmed();

impl Report {
    /// The report as a tree of bridges, what is on them, and what is on that; coloured for a
    /// terminal when `colour` is set.
    pub fn tree(&self, colour: bool) -> String {
        let tree = Tree {
            report: self,
            colour,
        };
        let mut out = String::new();
        for node in tree.nodes() {
            out.push_str(&node.text);
            out.push('\n');
            write_children(&node.children, "", &mut out);
        }
        out
    }
}

struct Node {
    text: String,
    children: Vec<Node>,
}

fn write_children(nodes: &[Node], indent: &str, out: &mut String) {
    for (index, node) in nodes.iter().enumerate() {
        let last = index + 1 == nodes.len();
        let (branch, below) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        out.push_str(&format!("{indent}{branch}{}\n", node.text));
        write_children(&node.children, &format!("{indent}{below}"), out);
    }
}

struct Tree<'a> {
    report: &'a Report,
    colour: bool,
}

impl Tree<'_> {
    fn nodes(&self) -> Vec<Node> {
        let bridges = &self.report.multi_bridge.bridges;
        let mut nodes: Vec<_> = bridges
            .iter()
            .map(|(name, bridge)| self.bridge(name, bridge))
            .collect();
        nodes.extend(self.legacy());
        let free = self.free_nics();
        let apart = self.report.multi_bridge.conflicts.iter();
        let apart = apart.map(|conflict| self.leaf(Style::new(), &conflict.to_string()));
        let problems = self.report.problems.iter();
        let problems = problems.map(|problem| self.leaf(BAD, problem));
        for (title, children) in [
            ("NICs without a network", free),
            ("cannot share a bridge", apart.collect()),
            ("problems", problems.collect()),
        ] {
            if !children.is_empty() {
                let text = self.paint(QUIET, title);
                nodes.push(Node { text, children });
            }
        }
        nodes
    }

    fn bridge(&self, name: &str, bridge: &OvsBridge) -> Node {
        let mut text = format!("bridge {}", self.paint(NAME, name));
        if !matches!(bridge.datapath.as_str(), "system" | "") {
            text.push_str(&format!("  datapath {}", Printable(&bridge.datapath)));
        }
        if bridge.stp {
            text.push_str("  stp");
        }
        if !bridge.ours {
            text.push_str(&self.paint(QUIET, "  (not ours)"));
        }
        let uplinks = bridge.uplinks.iter().map(|(name, uplink)| Node {
            text: self.uplink(name, uplink),
            children: self.members(name, bridge),
        });
        let networks = bridge.networks.iter().map(|name| self.network(name));
        let others = bridge.others.iter().map(|name| Node {
            text: self.paint(QUIET, &format!("port {name}  (not ours)")),
            children: Vec::new(),
        });
        Node {
            text,
            children: uplinks.chain(networks).chain(others).collect(),
        }
    }

    /// The kernel's bonds and NICs that networks are on, with those, and the networks without any.
    fn legacy(&self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut networks = self.report.legacy_networks();
        for (name, bond) in self.report.legacy_bonds() {
            let mode = bond.opts.get("mode").map_or("0", String::as_str);
            let mut text = format!("bond {}  mode {mode}", self.paint(NAME, name));
            if bond.speed != 0 {
                text.push_str(&format!("  {} Mbit/s", bond.speed));
            }
            text.push_str(&format!("  mtu {}", bond.l3.mtu));
            let members = bond.slaves.iter().map(|member| {
                let is_active = *member == bond.active_slave;
                let active = if is_active { "  active" } else { "" };
                self.leaf(Style::new(), &format!("{member}{active}"))
            });
            let on_it = networks.remove(name.as_str()).unwrap_or_default();
            let on_it = on_it.into_iter().map(|network| self.network(network));
            nodes.push(Node {
                text,
                children: members.chain(on_it).collect(),
            });
        }
        for (uplink, names) in networks {
            let on_it = names.into_iter().map(|network| self.network(network));
            match (uplink, self.report.nics.get(uplink)) {
                ("", _) => nodes.extend(on_it),
                (uplink, nic) => {
                    let mut text = format!("NIC {}", self.paint(NAME, uplink));
                    if let Some(nic) = nic {
                        text.push_str(&format!("  mtu {}", nic.l3.mtu));
                    }
                    nodes.push(Node {
                        text,
                        children: on_it.collect(),
                    });
                }
            }
        }
        nodes
    }

    fn uplink(&self, name: &str, uplink: &UplinkState) -> String {
        let UplinkState {
            state,
            speed,
            duplex,
            vlans,
            tunnel,
            members: _,
        } = uplink;
        let mut text = self.device("uplink ", name, *state, *speed, duplex);
        if let Some(tunnel) = tunnel {
            text.push_str(&format!("  {}", Printable(tunnel)));
        }
        if let Some(vlans) = vlans {
            text.push_str(&format!("  VLANs {vlans}"));
        }
        text
    }

    fn members(&self, uplink: &str, bridge: &OvsBridge) -> Vec<Node> {
        let members = bridge.uplinks.get(uplink).map(|uplink| &uplink.members);
        let members = members.into_iter().flat_map(BTreeMap::iter);
        members
            .map(|(name, member)| {
                let mut text = self.device("", name, member.state, member.speed, &member.duplex);
                if member.active {
                    text.push_str("  active");
                }
                Node {
                    text,
                    children: Vec::new(),
                }
            })
            .collect()
    }

    fn network(&self, name: &str) -> Node {
        let mut text = format!("network {}", self.paint(NAME, name));
        let Some(network) = self.report.networks.get(name) else {
            return Node {
                text,
                children: Vec::new(),
            };
        };
        match network.vlanid {
            Some(tag) => text.push_str(&format!("  VLAN {tag}")),
            None => text.push_str("  untagged"),
        }
        text.push_str(&format!("  mtu {}", network.l3.mtu));
        if !network.bridged {
            text.push_str("  not bridged");
        }
        let guests = network.guests().iter();
        let guests = guests.map(|guest| self.leaf(Style::new(), &format!("guest {guest}")));
        Node {
            text,
            children: guests.collect(),
        }
    }

    fn free_nics(&self) -> Vec<Node> {
        let bridges = self.report.multi_bridge.bridges.values();
        let uplinks = bridges.flat_map(|bridge| &bridge.uplinks);
        let ovs = uplinks
            .flat_map(|(name, uplink)| std::iter::once(name).chain(uplink.members.keys()))
            .map(String::as_str);
        let members = self
            .report
            .legacy_bonds()
            .flat_map(|(_, bond)| &bond.slaves);
        let legacy = self.report.legacy_networks().into_keys();
        let used: BTreeSet<&str> = ovs
            .chain(members.map(String::as_str))
            .chain(legacy)
            .collect();
        let free = self.report.nics.iter();
        let free = free.filter(|(name, _)| !used.contains(name.as_str()));
        free.map(|(name, nic)| {
            let mut text = self.paint(NAME, name);
            if nic.speed != 0 {
                text.push_str(&format!("  {} Mbit/s", nic.speed));
            }
            text.push_str(&format!("  mtu {}", nic.l3.mtu));
            Node {
                text,
                children: Vec::new(),
            }
        })
        .collect()
    }

    fn device(
        &self,
        kind: &str,
        name: &str,
        state: State,
        speed: u32,
        duplex: &Option<String>,
    ) -> String {
        let style = match state {
            State::Up => GOOD,
            _ => BAD,
        };
        let name = self.paint(NAME, name);
        let mut text = format!("{kind}{name}  {}", self.paint(style, state.as_str()));
        if speed != 0 {
            text.push_str(&format!("  {speed} Mbit/s"));
        }
        if duplex.as_deref() == Some("half") {
            text.push_str(&format!("  {}", self.paint(BAD, "half duplex")));
        }
        text
    }

    fn leaf(&self, style: Style, text: &str) -> Node {
        Node {
            text: self.paint(style, text),
            children: Vec::new(),
        }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        let text = Printable(text);
        match self.colour {
            true => format!("{style}{text}{style:#}"),
            false => text.to_string(),
        }
    }
}
