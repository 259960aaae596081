//! A plan as `ovs-vsctl`'s arguments: the same rows, so that it is the same work.

use netswitch::model::observed::{BondPort, Bridge, NetworkPort, Port};
use netswitch::plan::{OvsStep, Plan};

/// One command's words.
type Words = Vec<String>;

/// The commands of a plan that adds a bridge, a bond and networks; each can be one call, and all
/// of them can be one with `--` between.
pub(crate) fn commands(plan: &Plan) -> Vec<Words> {
    plan.ovs_steps().filter_map(command).collect()
}

fn command(step: &OvsStep) -> Option<Words> {
    let text = match step {
        OvsStep::AddBridge(bridge) => add_bridge(bridge),
        OvsStep::AddPort(Port::Bond(bond)) => add_bond(bond),
        OvsStep::AddPort(Port::Network(network)) => add_network(network),
        OvsStep::SetBridgeMappings { to, .. } => {
            let mappings = quoted(to.as_deref()?);
            format!("set open_vswitch . external_ids:ovn-bridge-mappings={mappings}")
        }
        _ => return None,
    };
    Some(text.split(' ').map(str::to_owned).collect())
}

fn add_bridge(bridge: &Bridge) -> String {
    let Bridge {
        name,
        datapath_type,
        ..
    } = bridge;
    let role = "external_ids:netswitch-role=bridge";
    let hwaddr = bridge
        .hwaddr
        .map_or(String::new(), |mac| quoted(&mac.to_string()));
    format!(
        "add-br {name} -- set bridge {name} datapath_type={datapath_type} fail_mode=standalone \
         other_config:hwaddr={hwaddr} {role} -- set port {name} {role} -- set interface {name} \
         {role}"
    )
}

fn add_bond(bond: &BondPort) -> String {
    let BondPort { name, bridge, .. } = bond;
    let role = "external_ids:netswitch-role=bonding";
    let members: Vec<&str> = bond.mtus.keys().map(|nic| nic.as_str()).collect();
    let members = members.join(" ");
    let miimon = bond.options().miimon.unwrap_or_default();
    let mut text = format!(
        "add-bond {bridge} {name} {members} bond_mode=active-backup \
         other_config:bond-detect-mode=miimon other_config:bond-miimon-interval={miimon} {role}"
    );
    for (nic, mtu) in &bond.mtus {
        let mtu = mtu.unwrap_or_default();
        text.push_str(&format!(" -- set interface {nic} mtu_request={mtu} {role}"));
    }
    text
}

fn add_network(port: &NetworkPort) -> String {
    let NetworkPort {
        name,
        bridge,
        network,
        ..
    } = port;
    let role = "external_ids:netswitch-role=network";
    let tag = network.vlan.map_or(0, |vlan| vlan.get());
    let bond = network.uplink.as_ref().map_or("", |uplink| uplink.name());
    let mac = port
        .mac
        .map_or(String::new(), |mac| quoted(&mac.to_string()));
    let mtu = network.mtu;
    format!(
        "add-port {bridge} {name} tag={tag} {role} external_ids:netswitch-bonding={bond} \
         -- set interface {name} type=internal mtu_request={mtu} mac={mac} {role}"
    )
}

/// As a JSON string, which is how ovs-vsctl takes a value with colons or commas.
fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
