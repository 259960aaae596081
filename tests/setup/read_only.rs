//! Database servers that tell everything and take no changes.

use std::fs;

use serde_json::json;

use crate::host::{Ended, attempt, log_records, request, set_up};
use crate::support::{Sandbox, text};
use crate::witness::{Witness, assert_unchanged};

/// Where a server's connection methods can be in a database, with all that they can say
/// (ovsdb-server(1), `--remote=db:`); the table Manager lacks `read_only`.
const SCHEMA: &str = r#"{"name": "Remotes", "version": "1.0.0", "tables": {
    "Root": {"isRoot": true, "columns": {"remotes": {"type":
        {"key": {"type": "uuid", "refTable": "Remote"}, "min": 0, "max": "unlimited"}}}},
    "Remote": {"columns": {"target": {"type": "string"}, "read_only": {"type": "boolean"}}}}}"#;

/// What would be done can be asked there; doing it fails, and the reason is told.
#[test]
fn a_remote_for_reading_only() {
    let host = Sandbox::up("readonly");
    set_up(&host, json!({"lan": {"nic": "eth0"}}), json!({}));
    let remote = read_only_remote(&host);
    let with = |verb: &str, wanted: &str| -> Ended {
        let db = ["--db", &remote, "--format", "json"];
        host.netswitch(&[&[verb], &db[..], &["-"]].concat(), wanted)
            .into()
    };
    let wanted = request(json!({"web": {"nic": "eth1", "mtu": 1400}}), json!({}));
    let plan = with("plan", &wanted);
    assert_eq!((plan.status, plan.stderr.as_str()), (Some(0), ""));
    let (before, records) = (Witness::of(&host), log_records(&host));
    let ended = with("setup", &wanted);
    assert_eq!((ended.status, ended.stdout.as_str()), (Some(4), ""));
    let error = ended.error();
    assert_eq!(error["code"], 32, "{error}");
    let message = error["message"].as_str().unwrap();
    for part in ["as it was before", "takes no changes", "read only mode"] {
        assert!(message.contains(part), "{message}");
    }
    assert!(!message.contains("changed"), "by nobody: {message}");
    assert_unchanged(&Witness::of(&host), &before);
    assert_eq!(log_records(&host), records);
    assert_eq!(attempt(&host, &wanted, &[]).status, Some(0));
}

/// A socket of the host's server on which it takes no changes.
fn read_only_remote(host: &Sandbox) -> String {
    let path = |name: &str| host.folder().join(name).display().to_string();
    let (schema, file) = (path("remotes.ovsschema"), path("remotes.db"));
    fs::write(&schema, SCHEMA).unwrap();
    text(host.inside("ovsdb-tool").args(["create", &file, &schema]));
    let appctl = |arguments: &[&str]| {
        let target = ["--target", "ovsdb-server"];
        text(host.inside("ovs-appctl").args(target).args(arguments));
    };
    appctl(&["ovsdb-server/add-db", &file]);
    let target = format!("punix:{}", path("read-only.sock"));
    let remote = json!({"op": "insert", "table": "Remote", "uuid-name": "it",
        "row": {"target": target, "read_only": true}});
    let root = json!({"op": "insert", "table": "Root", "row": {"remotes": ["named-uuid", "it"]}});
    let transaction = json!(["Remotes", remote, root]).to_string();
    let server = format!("unix:{}", host.socket().display());
    text(
        host.inside("ovsdb-client")
            .args(["transact", &server, &transaction]),
    );
    appctl(&["ovsdb-server/add-remote", "db:Remotes,Root,remotes"]);
    format!("unix:{}", path("read-only.sock"))
}
