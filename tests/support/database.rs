//! Looking at a switch database by other means than netswitch's.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::limited::text;

/// The tables that hold a host's configuration.
const TABLES: [&str; 6] = [
    "Open_vSwitch",
    "Bridge",
    "Port",
    "Interface",
    "QoS",
    "Queue",
];

/// What ovs-vswitchd or the server write, and `next_cfg`, which only ever grows.
const STATUS: [&str; 41] = [
    "_uuid",
    "_version",
    "next_cfg",
    "cur_cfg",
    "statistics",
    "status",
    "datapath_types",
    "iface_types",
    "dpdk_initialized",
    "dpdk_version",
    "db_version",
    "ovs_version",
    "system_type",
    "system_version",
    "datapath_id",
    "datapath_version",
    "rstp_status",
    "rstp_statistics",
    "bond_active_slave",
    "admin_state",
    "link_state",
    "link_speed",
    "link_resets",
    "duplex",
    "mtu",
    "mac_in_use",
    "ofport",
    "error",
    "ifindex",
    "lacp_current",
    "bfd_status",
    "cfm_fault",
    "cfm_fault_status",
    "cfm_flap_count",
    "cfm_health",
    "cfm_remote_mpids",
    "cfm_remote_opstate",
    "lldp_status",
    "netflow_status",
    "sflow_status",
    "ipfix_status",
];

/// The results of a transaction on `Open_vSwitch`, sent by ovsdb-client.
pub(crate) fn transact(socket: &Path, operations: &[Value]) -> Value {
    let mut params = vec![json!("Open_vSwitch")];
    params.extend_from_slice(operations);
    let remote = format!("unix:{}", socket.display());
    let reply = text(
        Command::new("ovsdb-client")
            .args(["transact", &remote])
            .arg(Value::from(params).to_string()),
    );
    serde_json::from_str(&reply).unwrap()
}

/// The configuration, one line a column that has a value, in an order of its own: rows are told
/// by their names, and no UUID is in it. Two databases configured alike give the same text.
pub(crate) fn configuration(socket: &Path) -> String {
    let selects = TABLES.map(|table| json!({"op": "select", "table": table, "where": []}));
    let results = transact(socket, &selects);
    let rows: Vec<(&str, &Value)> = TABLES
        .iter()
        .zip(results.as_array().unwrap())
        .flat_map(|(table, result)| {
            result["rows"]
                .as_array()
                .unwrap()
                .iter()
                .map(move |row| (*table, row))
        })
        .collect();
    let names: BTreeMap<&str, &str> = rows
        .iter()
        .map(|(table, row)| {
            (
                uuid(&row["_uuid"]).unwrap(),
                row["name"].as_str().unwrap_or(table),
            )
        })
        .collect();

    let mut lines = Vec::new();
    for (table, row) in rows {
        let row_name = row["name"]
            .as_str()
            .map_or_else(String::new, |name| format!(" {name}"));
        for (column, value) in row.as_object().unwrap() {
            let shown = show(value, &names);
            if STATUS.contains(&column.as_str()) || shown == "[]" || shown == "{}" {
                continue;
            }
            lines.push(format!("{table}{row_name} {column}={shown}"));
        }
    }
    lines.sort();
    lines.iter().fold(String::new(), |mut all, line| {
        let _ = writeln!(all, "{line}");
        all
    })
}

/// A dump without the mark that our last transaction left, which is another each time.
pub(crate) fn unmarked(dump: &str) -> String {
    const KEY: &str = "\"netswitch-transaction\": \"";
    let Some((head, tail)) = dump.split_once(KEY) else {
        return dump.to_owned();
    };
    let (_, tail) = tail.split_once('"').unwrap();
    let rest = tail.strip_prefix(", ").unwrap_or(tail);
    let line = [head, rest].concat();
    line.replace(", }", "}")
        .replace("Open_vSwitch external_ids={}\n", "")
}

/// A value of RFC 7047 section 5.1, its references as the names of the rows.
fn show(value: &Value, names: &BTreeMap<&str, &str>) -> String {
    if let Some(uuid) = uuid(value) {
        return names.get(uuid).map_or("UUID", |name| name).to_owned();
    }
    let all = |members: &Value| -> Vec<String> {
        let mut shown: Vec<String> = members
            .as_array()
            .unwrap()
            .iter()
            .map(|member| match (&value[0], member.as_array()) {
                (Value::String(kind), Some(pair)) if kind == "map" => {
                    format!("{}: {}", show(&pair[0], names), show(&pair[1], names))
                }
                _ => show(member, names),
            })
            .collect();
        shown.sort();
        shown
    };
    match value[0].as_str() {
        Some("set") => format!("[{}]", all(&value[1]).join(", ")),
        Some("map") => format!("{{{}}}", all(&value[1]).join(", ")),
        _ => value.to_string(),
    }
}

fn uuid(value: &Value) -> Option<&str> {
    if value[0] == "uuid" {
        value[1].as_str()
    } else {
        None
    }
}
