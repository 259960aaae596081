//! What the tests ask of a host, and what they have it do.

use std::collections::BTreeMap;
use std::process::{Command, Output};

use serde_json::{Map, Value, json};

use crate::support::{Sandbox, Streaming, text, unmarked};
use crate::witness::{Witness, assert_unchanged};

const SCHEMA: &str = "/usr/share/openvswitch/vswitch.ovsschema";

/// A request for Open vSwitch networks and bonds; the switch need not be said.
pub(crate) fn request(networks: Value, bondings: Value) -> String {
    let mut parts = [networks, bondings];
    let members = parts.iter_mut().flat_map(|part| part.as_object_mut());
    for attributes in members.flat_map(|part| part.values_mut()) {
        if attributes.get("remove").is_none() {
            attributes["switch"] = "ovs".into();
        }
    }
    let [networks, bondings] = parts;
    json!({
        "networks": networks,
        "bondings": bondings,
        "options": { "connectivityCheck": false },
    })
    .to_string()
}

/// So many networks on a NIC, `net1` with VLAN 1 and so on.
pub(crate) fn many_on(nic: &str, count: u16) -> Map<String, Value> {
    let network = |vlan| (format!("net{vlan}"), json!({"nic": nic, "vlan": vlan}));
    (1..=count).map(network).collect()
}

/// What ovs-vswitchd has logged and logs: `added interface net1`, as soon as there is a device.
pub(crate) fn watch_switch(host: &Sandbox) -> Streaming {
    let mut tail = Command::new("tail");
    tail.args(["--lines=+1", "--follow"])
        .arg(host.folder().join("ovs-vswitchd.log"));
    Streaming::start(tail)
}

/// The names of the bridges in the database, as they come and go.
pub(crate) fn watch_bridges(host: &Sandbox) -> Streaming {
    let mut monitor = host.inside("ovsdb-client");
    let remote = format!("unix:{}", host.socket().display());
    monitor.args(["monitor", &remote, "Open_vSwitch", "Bridge", "name"]);
    Streaming::start(monitor)
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// The error that `--format json` prints.
    pub(crate) fn error(&self) -> Value {
        serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs `netswitch setup -` with these arguments.
pub(crate) fn attempt(host: &Sandbox, request: &str, arguments: &[&str]) -> Ended {
    let all = [&["setup", "-"], arguments].concat();
    host.netswitch(&all, request).into()
}

/// Sets networks and bonds up; gives what was printed.
pub(crate) fn set_up(host: &Sandbox, networks: Value, bondings: Value) -> String {
    let done = attempt(host, &request(networks, bondings), &[]);
    assert_eq!(
        (done.status, done.stderr.as_str()),
        (Some(0), ""),
        "{done:?}"
    );
    done.stdout
}

/// Sets networks and bonds up, in one transaction.
pub(crate) fn set_up_at_once(host: &Sandbox, networks: Value, bondings: Value) -> String {
    let (ours, next) = (our_transactions(host), next_cfg(host));
    let printed = set_up(host, networks, bondings);
    assert_eq!(our_transactions(host), ours + 1, "transactions in the log");
    assert_eq!(next_cfg(host), next + 1, "next_cfg");
    printed
}

/// Asks for what is there already: nothing is sent.
pub(crate) fn set_up_again(host: &Sandbox, networks: Value, bondings: Value) {
    let before = (our_transactions(host), next_cfg(host), links(host));
    let printed = set_up(host, networks, bondings);
    assert_eq!(
        (our_transactions(host), next_cfg(host), links(host)),
        before
    );
    assert!(printed.contains("nothing"), "{printed}");
}

/// Asks for what is refused: the status is 3, and nothing was touched. Gives the error.
pub(crate) fn refuse(host: &Sandbox, request: &str) -> Value {
    let (before, records) = (Witness::of(host), log_records(host));
    let ended = attempt(host, request, &["--format", "json"]);
    assert_eq!(
        (ended.status, ended.stdout.as_str()),
        (Some(3), ""),
        "{ended:?}"
    );
    assert_unchanged(&Witness::of(host), &before);
    assert_eq!(log_records(host), records);
    ended.error()
}

/// The devices in the order of their names. The number of a device that was made again is new.
pub(crate) fn links(host: &Sandbox) -> Vec<Value> {
    let mut links = host.links();
    for link in &mut links {
        if let Some(link) = link.as_object_mut() {
            link.remove("ifindex");
            if ["ovs-netdev", "ovs-system"]
                .iter()
                .any(|it| link["ifname"] == *it)
            {
                // The switch's own, with a new address whenever it is made.
                link.remove("address");
            }
        }
    }
    links.sort_by_key(|link| link["ifname"].to_string());
    links
}

/// A device that must be there.
pub(crate) fn link(host: &Sandbox, name: &str) -> Value {
    host.link(name)
        .unwrap_or_else(|| panic!("there is no device {name}"))
}

pub(crate) fn mtu(host: &Sandbox, device: &str) -> u64 {
    link(host, device)["mtu"].as_u64().unwrap()
}

pub(crate) fn is_up(host: &Sandbox, device: &str) -> bool {
    let link = link(host, device);
    let flags = link["flags"].as_array().unwrap();
    flags.iter().any(|flag| flag == "UP")
}

/// Whether the kernel does IPv6 on a device.
pub(crate) fn speaks_ipv6(host: &Sandbox, device: &str) -> bool {
    let parameter = format!("/proc/sys/net/ipv6/conf/{device}/disable_ipv6");
    let value = host.run("cat", &[&parameter]);
    assert!(value.status.success(), "{value:?}");
    value.stdout == b"0\n"
}

/// The configuration without the mark that our last transaction left.
pub(crate) fn configuration(host: &Sandbox) -> String {
    unmarked(&host.dump())
}

/// How many transactions are in the database's file; those of status alone are not.
pub(crate) fn log_records(host: &Sandbox) -> usize {
    let log = log(host);
    let records = log.lines().filter(|line| line.starts_with("record "));
    records.count()
}

/// How many of them are ours. ovs-vswitchd, which writes port numbers, signs nothing.
pub(crate) fn our_transactions(host: &Sandbox) -> usize {
    log(host).matches("\"netswitch: ").count()
}

/// `ovsdb-tool show-log`.
pub(crate) fn log(host: &Sandbox) -> String {
    let file = host.folder().join("conf.db");
    text(Command::new("ovsdb-tool").arg("show-log").arg(file))
}

pub(crate) fn next_cfg(host: &Sandbox) -> u64 {
    host.vsctl(&["get", "Open_vSwitch", ".", "next_cfg"])
        .parse()
        .unwrap()
}

/// `ovs-vsctl get TABLE RECORD COLUMN`, without waiting.
pub(crate) fn column(host: &Sandbox, table: &str, record: &str, column: &str) -> String {
    host.vsctl(&["--no-wait", "get", table, record, column])
}

/// One column of the row with a name, in the database's own notation: for any name.
pub(crate) fn named(host: &Sandbox, table: &str, name: &str, column: &str) -> Value {
    let select = json!({
        "op": "select", "table": table, "where": [["name", "==", name]], "columns": [column],
    });
    host.transact(&[select])[0]["rows"][0][column].clone()
}

/// What ovn-controller reads.
pub(crate) fn mappings(host: &Sandbox) -> String {
    let ids = &host.transact(&[json!({
        "op": "select", "table": "Open_vSwitch", "where": [], "columns": ["external_ids"],
    })])[0]["rows"][0]["external_ids"][1];
    let pairs = ids.as_array().unwrap().iter();
    pairs
        .filter(|pair| pair[0] == "ovn-bridge-mappings")
        .map(|pair| pair[1].as_str().unwrap().to_owned())
        .collect()
}

/// The UUIDs of bridges, ports and interfaces, by table and name.
pub(crate) fn uuids(host: &Sandbox) -> BTreeMap<String, String> {
    let tables = ["Bridge", "Port", "Interface"];
    let selects = tables.map(
        |table| json!({"op": "select", "table": table, "where": [], "columns": ["name", "_uuid"]}),
    );
    let results = host.transact(&selects);
    let mut uuids = BTreeMap::new();
    for (table, result) in tables.iter().zip(results.as_array().unwrap()) {
        for row in result["rows"].as_array().unwrap() {
            let name = format!("{table} {}", row["name"].as_str().unwrap());
            uuids.insert(name, row["_uuid"][1].as_str().unwrap().to_owned());
        }
    }
    uuids
}

/// Every row that is in both is the same row.
pub(crate) fn assert_same_rows(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    names: &[&str],
) {
    for name in names {
        assert!(before.contains_key(*name), "{name}: {before:?}");
        assert_eq!(before.get(*name), after.get(*name), "{name}");
    }
}

/// All rows of a table with their lasting columns and UUIDs, in the order of their names.
pub(crate) fn rows(host: &Sandbox, table: &str) -> Value {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(SCHEMA).unwrap()).unwrap();
    let columns = schema["tables"][table]["columns"].as_object().unwrap();
    let lasting = columns
        .iter()
        .filter(|(_, column)| column["ephemeral"] != true);
    let mut names: Vec<&str> = lasting.map(|(name, _)| name.as_str()).collect();
    names.push("_uuid");
    let select = json!({"op": "select", "table": table, "where": [], "columns": names});
    let mut rows = host.transact(&[select])[0]["rows"].clone();
    let list = rows.as_array_mut().unwrap();
    list.sort_by_key(|row| row["name"].to_string());
    rows
}

/// Waits until a bridge, port or interface is in the database.
pub(crate) fn wait_for(host: &Sandbox, table: &str, condition: &[&str]) {
    let wait = [&["--no-wait", "wait-until", table], condition].concat();
    host.vsctl(&wait);
}

/// Waits until there is no bridge, port or interface of a name in the database.
pub(crate) fn wait_until_gone(host: &Sandbox, table: &str, name: &str) {
    let wait = json!({
        "op": "wait", "timeout": 30000, "table": table, "where": [["name", "==", name]],
        "columns": ["name"], "until": "==", "rows": [],
    });
    let result = host.transact(&[wait]);
    assert_eq!(result, json!([{}]), "{name} is still there");
}
