use std::collections::BTreeMap;

use super::{OvsBridge, Report, State};
use crate::model::Printable;

impl Report {
    /// The report as a graph for Graphviz: `netswitch report --format dot | dot -Tsvg`. NICs are
    /// on the left, guests on the right, each bridge is a box around what is on it.
    pub fn dot(&self) -> String {
        let mut graph = Graph::default();
        graph.line("graph netswitch {");
        graph.line(HEAD);
        for (name, nic) in &self.nics {
            let mut label = vec![name.clone()];
            label.extend(speed(nic.speed));
            let style = "style=filled, fillcolor=\"#e4e4e4\"";
            graph.node("  ", Kind::Nic, name, &label, style);
        }
        for (number, (name, bridge)) in self.multi_bridge.bridges.iter().enumerate() {
            graph.bridge(self, number, name, bridge);
        }
        graph.legacy(self);
        for conflict in &self.multi_bridge.conflicts {
            let [left, right] = &conflict.uplinks;
            let label = quoted(&[tag(conflict.tag)]);
            let style = format!("label={label}, {CONFLICT}");
            graph.edge((Kind::Uplink, left), (Kind::Uplink, right), &style);
        }
        graph.line("}");
        graph.text
    }
}

/// What holds for the whole picture.
const HEAD: &str = "  rankdir=LR; ranksep=0.7; nodesep=0.15;
  graph [fontname=\"sans-serif\", color=\"#8aa4bd\"];
  node [fontname=\"sans-serif\", fontsize=12, shape=box, style=rounded, color=\"#5a6b7b\"];
  edge [fontname=\"sans-serif\", fontsize=10, color=\"#5a6b7b\"];";

/// How what keeps two uplinks apart is drawn.
const CONFLICT: &str = "color=\"#c0392b\", fontcolor=\"#c0392b\", style=dashed, constraint=false";

/// What a node stands for. Names are unique within a kind only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Nic,
    Uplink,
    Network,
    Guest,
}

#[derive(Default)]
struct Graph<'a> {
    text: String,
    /// The nodes' numbers. A number needs no quotes, whatever the name is.
    nodes: BTreeMap<(Kind, &'a str), usize>,
}

impl<'a> Graph<'a> {
    fn bridge(&mut self, report: &'a Report, number: usize, name: &'a str, bridge: &'a OvsBridge) {
        let mut label = vec![name.to_owned()];
        if !matches!(bridge.datapath.as_str(), "system" | "") {
            label.push(format!("datapath {}", bridge.datapath));
        }
        if !bridge.ours {
            label.push("not ours".to_owned());
        }
        self.line(&format!("  subgraph cluster_{number} {{"));
        self.line(&format!("    label={};", quoted(&label)));
        let style = match bridge.ours {
            true => "    style=\"rounded,filled\"; fillcolor=\"#eef3f8\";",
            false => "    style=\"rounded,dashed\";",
        };
        self.line(style);
        for (name, uplink) in &bridge.uplinks {
            let mut label = vec![format!("{name} {}", uplink.state.as_str())];
            label.extend(speed(uplink.speed));
            if let Some(tunnel) = &uplink.tunnel {
                label.extend(tunnel.split(' ').map(str::to_owned));
            }
            label.extend(uplink.vlans.iter().map(|vlans| format!("VLANs {vlans}")));
            let style = format!("style=\"rounded,filled\", fillcolor={}", fill(uplink.state));
            self.node("    ", Kind::Uplink, name, &label, &style);
        }
        for name in &bridge.networks {
            let mut label = vec![name.clone()];
            if let Some(network) = report.networks.get(name) {
                label.push(tag(network.vlanid.unwrap_or(0)));
                label.push(format!("mtu {}", network.l3.mtu));
            }
            let style = "style=\"rounded,filled\", fillcolor=white";
            self.node("    ", Kind::Network, name, &label, style);
        }
        for name in &bridge.others {
            let label = std::slice::from_ref(name);
            self.node("    ", Kind::Guest, name, label, "style=dotted");
        }
        self.line("  }");
        self.wires(report, bridge);
    }

    /// The kernel's bonds, and the networks on them and on NICs.
    fn legacy(&mut self, report: &'a Report) {
        for (name, bond) in report.legacy_bonds() {
            let mut label = vec![name.clone()];
            label.extend(speed(bond.speed));
            let style = "style=\"rounded,filled\", fillcolor=\"#e6f2e6\"";
            self.node("  ", Kind::Uplink, name, &label, style);
            for member in &bond.slaves {
                let style = if *member == bond.active_slave {
                    "style=bold"
                } else {
                    ""
                };
                self.edge((Kind::Nic, member), (Kind::Uplink, name), style);
            }
        }
        for (uplink, names) in report.legacy_networks() {
            let kind = match report.bondings.contains_key(uplink) {
                true => Kind::Uplink,
                false => Kind::Nic,
            };
            for name in names {
                self.legacy_network(report, (kind, uplink), name);
            }
        }
    }

    fn legacy_network(&mut self, report: &'a Report, uplink: (Kind, &str), name: &'a str) {
        let Some(network) = report.networks.get(name) else {
            return;
        };
        let mtu = format!("mtu {}", network.l3.mtu);
        let label = [name.to_owned(), tag(network.vlanid.unwrap_or(0)), mtu];
        let style = "style=\"rounded,filled\", fillcolor=white";
        self.node("  ", Kind::Network, name, &label, style);
        let from = (Kind::Network, name);
        self.edge(uplink, from, "");
        for guest in network.guests() {
            let label = std::slice::from_ref(guest);
            self.node("  ", Kind::Guest, guest, label, "shape=oval");
            self.edge(from, (Kind::Guest, guest), "");
        }
    }

    fn wires(&mut self, report: &'a Report, bridge: &'a OvsBridge) {
        for (name, uplink) in &bridge.uplinks {
            let to = (Kind::Uplink, name.as_str());
            if uplink.members.is_empty() {
                self.edge((Kind::Nic, name), to, "");
            }
            for (member, state) in &uplink.members {
                let style = match state.state {
                    State::Up if state.active => "style=bold",
                    State::Up => "",
                    State::NoCarrier | State::Down | State::Missing => "style=dashed",
                };
                self.edge((Kind::Nic, member), to, style);
            }
        }
        for name in &bridge.others {
            self.edge((Kind::Nic, name), (Kind::Guest, name), "");
        }
        for name in &bridge.networks {
            let Some(network) = report.networks.get(name) else {
                continue;
            };
            let from = (Kind::Network, name.as_str());
            self.edge((Kind::Uplink, network.uplink()), from, "");
            for guest in network.guests() {
                let label = std::slice::from_ref(guest);
                self.node("  ", Kind::Guest, guest, label, "shape=oval");
                self.edge(from, (Kind::Guest, guest), "");
            }
        }
    }

    fn node(&mut self, indent: &str, kind: Kind, name: &'a str, label: &[String], style: &str) {
        let next = self.nodes.len();
        let number = *self.nodes.entry((kind, name)).or_insert(next);
        let label = quoted(label);
        let comma = if style.is_empty() { "" } else { ", " };
        self.line(&format!("{indent}n{number} [label={label}{comma}{style}];"));
    }

    /// Joins two nodes, if both are there.
    fn edge(&mut self, from: (Kind, &str), to: (Kind, &str), style: &str) {
        let (Some(from), Some(to)) = (self.nodes.get(&from), self.nodes.get(&to)) else {
            return;
        };
        let style = match style {
            "" => String::new(),
            style => format!(" [{style}]"),
        };
        let line = format!("  n{from} -- n{to}{style};");
        self.line(&line);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// `10 Gbit/s`; nothing where nobody knows.
fn speed(megabits: u32) -> Option<String> {
    match megabits {
        0 => None,
        _ if megabits.is_multiple_of(1000) => Some(format!("{} Gbit/s", megabits / 1000)),
        _ => Some(format!("{megabits} Mbit/s")),
    }
}

fn tag(tag: u16) -> String {
    match tag {
        0 => "untagged".to_owned(),
        tag => format!("VLAN {tag}"),
    }
}

fn fill(state: State) -> &'static str {
    match state {
        State::Up => "palegreen",
        State::NoCarrier | State::Down | State::Missing => "mistyrose",
    }
}

/// Lines as a label: a quoted `escString` (<https://graphviz.org/docs/attr-types/escString/>),
/// in which Graphviz also reads HTML's entities.
fn quoted(lines: &[String]) -> String {
    let mut label = String::from("\"");
    for (index, line) in lines.iter().enumerate() {
        if index != 0 {
            label.push_str("\\n");
        }
        for c in Printable(line).to_string().chars() {
            match c {
                '"' => label.push_str("\\\""),
                '\\' => label.push_str("\\\\"),
                '&' => label.push_str("&amp;"),
                c => label.push(c),
            }
        }
    }
    label.push('"');
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_hostile_names_inside_their_quotes() {
        let label = |name: &str| quoted(&[name.to_owned()]);
        assert_eq!(label(r#"a"b\N&lt;<c>"#), r#""a\"b\\N&amp;lt;<c>""#);
        assert_eq!(label("a\nb"), r#""a\\nb""#);
        assert_eq!(quoted(&["a".to_owned(), "b".to_owned()]), r#""a\nb""#);
    }
}
