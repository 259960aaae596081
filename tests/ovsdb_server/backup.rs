//! Servers that take no changes.

use netswitch::ovsdb::{TransactionBuilder, TransactionErrorKind};
use netswitch::vswitch::{Queue, queue};
use serde_json::json;

use crate::served::{connect_to, raw, run};
use crate::support::Server;

/// Note 16: `not allowed`, which a backup of another server answers to every change, means to try
/// again: nothing was done, the connection lives on, everything else works, and the same
/// transaction is taken when the backup becomes active.
#[tokio::test]
async fn a_backup_takes_no_changes_until_it_is_active() {
    let (active, backup) = (Server::start(), Server::start());
    backup.appctl(&["ovsdb-server/set-active-ovsdb-server", &active.remote()]);
    backup.appctl(&["ovsdb-server/connect-active-ovsdb-server"]);
    let status = backup.appctl(&["ovsdb-server/sync-status"]);
    assert!(status.contains("state: backup"), "{status}");
    let client = connect_to(&backup.remote()).await;

    let insert = || {
        let mut builder = TransactionBuilder::new();
        builder.comment("a queue");
        builder.insert::<Queue>().set(queue::DSCP, Some(7));
        builder
    };
    let error = run(&client, insert()).await.unwrap_err();
    let cause = error.transaction_error().unwrap();
    assert_eq!(cause.kind, TransactionErrorKind::NotAllowed);
    assert_eq!(cause.operation, Some((1, "insert", Some("Queue"))));
    assert!(cause.details.contains("read only"), "{cause}");
    assert!(cause.is_retryable());
    assert!(!error.is_outcome_unknown() && !error.is_closed());
    assert!(error.rpc_error().is_none());

    let queues = json!([{"op": "select", "table": "Queue", "where": [], "columns": ["dscp"]}]);
    assert_eq!(raw(&client, queues.clone()).await, json!([{"rows": []}]));
    backup.appctl(&["ovsdb-server/disconnect-active-ovsdb-server"]);
    run(&client, insert()).await.unwrap();
    let one = json!([{"rows": [{"dscp": 7}]}]);
    assert_eq!(raw(&client, queues).await, one);
}
