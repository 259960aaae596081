use super::table::Table;
use super::{Network, Report};
use crate::model::Printable;

impl Report {
    /// The report as tables for a person.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.networks_table(&mut out);
        self.addresses_table(&mut out);
        self.bonds_table(&mut out);
        self.nics_table(&mut out);
        self.bridges_table(&mut out);
        let conflicts = self.multi_bridge.conflicts.iter();
        list(
            "Cannot share a bridge",
            conflicts.map(|it| it.to_string()),
            &mut out,
        );
        let switches = self.switches.iter();
        let switches = switches.map(|(name, availability)| match &availability.reason {
            None => format!("{name}: available"),
            Some(reason) => format!("{name}: not available, {reason}"),
        });
        list("Switches", switches, &mut out);
        list("Name servers", self.nameservers.iter().cloned(), &mut out);
        list("Problems", self.problems.iter().cloned(), &mut out);
        out
    }

    fn networks_table(&self, out: &mut String) {
        let mut table = Table::new(["name", "uplink", "vlan", "mtu", "bridged", "stp", "guests"]);
        for (name, network) in &self.networks {
            table.row([
                name.clone(),
                network.uplink().to_owned(),
                network
                    .vlanid
                    .map(|tag| tag.to_string())
                    .unwrap_or_default(),
                network.l3.mtu.to_string(),
                if network.bridged { "yes" } else { "no" }.to_owned(),
                network.stp.unwrap_or_default().to_owned(),
                network.guests().join(" "),
            ]);
        }
        table.write("Networks", out);
    }

    /// The devices that have any, or a way out.
    fn addresses_table(&self, out: &mut String) {
        let headings = ["device", "addresses", "gateways", "default route"];
        let mut table = Table::new(headings);
        let networks = self
            .networks
            .iter()
            .map(|(name, network)| (name, &network.l3));
        // What is told of the device below a network that is not bridged is the network's.
        let is_below = |nic: &str| self.networks.values().any(|it| it.southbound == nic);
        let nics = self.nics.iter().filter(|(name, _)| !is_below(name));
        for (name, l3) in networks.chain(nics.map(|(name, nic)| (name, &nic.l3))) {
            let addresses: Vec<&str> = l3.addresses().collect();
            let gateways: Vec<&str> = l3.gateways().collect();
            if addresses.is_empty() && gateways.is_empty() {
                continue;
            }
            table.row([
                name.clone(),
                addresses.join(" "),
                gateways.join(" "),
                if l3.ipv4defaultroute { "IPv4" } else { "" }.to_owned(),
            ]);
        }
        table.write("Addresses", out);
    }

    fn bonds_table(&self, out: &mut String) {
        let headings = [
            "name", "members", "active", "options", "mtu", "Mbit/s", "MAC",
        ];
        let mut table = Table::new(headings);
        for (name, bond) in &self.bondings {
            let options = bond.opts.iter();
            let options = options.map(|(name, value)| format!("{name}={value}"));
            table.row([
                name.clone(),
                bond.slaves.join(" "),
                bond.active_slave.clone(),
                options.collect::<Vec<_>>().join(" "),
                bond.l3.mtu.to_string(),
                speed(bond.speed),
                bond.hwaddr.clone(),
            ]);
        }
        table.write("Bonds", out);
    }

    fn nics_table(&self, out: &mut String) {
        let mut table = Table::new(["name", "mtu", "Mbit/s", "MAC", "permanent MAC"]);
        for (name, nic) in &self.nics {
            table.row([
                name.clone(),
                nic.l3.mtu.to_string(),
                speed(nic.speed),
                nic.hwaddr.clone(),
                nic.permhwaddr.clone().unwrap_or_default(),
            ]);
        }
        table.write("NICs", out);
    }

    fn bridges_table(&self, out: &mut String) {
        let headings = [
            "name", "ours", "datapath", "stp", "uplinks", "networks", "others",
        ];
        let mut table = Table::new(headings);
        for (name, bridge) in &self.multi_bridge.bridges {
            let uplinks: Vec<_> = bridge.uplinks.keys().map(String::as_str).collect();
            table.row([
                name.clone(),
                if bridge.ours { "yes" } else { "no" }.to_owned(),
                bridge.datapath.clone(),
                if bridge.stp { "on" } else { "off" }.to_owned(),
                uplinks.join(" "),
                bridge.networks.join(" "),
                bridge.others.join(" "),
            ]);
        }
        table.write("Open vSwitch bridges", out);
    }
}

impl Network {
    /// The uplink's name; empty when there is none.
    pub(super) fn uplink(&self) -> &str {
        let tag = self.vlanid.map(|tag| format!(".{tag}")).unwrap_or_default();
        self.southbound
            .strip_suffix(&tag)
            .unwrap_or(&self.southbound)
    }

    /// The ports of others in the network.
    pub(super) fn guests(&self) -> &[String] {
        match self.ports.split_first() {
            Some((own, guests)) if *own == self.southbound => guests,
            _ => &self.ports,
        }
    }
}

fn speed(speed: u32) -> String {
    match speed {
        0 => String::new(),
        speed => speed.to_string(),
    }
}

fn list(title: &str, lines: impl Iterator<Item = String>, out: &mut String) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&format!("{title}\n"));
    for line in lines {
        out.push_str(&format!("  {}\n", Printable(&line)));
    }
}
