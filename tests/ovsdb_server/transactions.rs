//! Transactions that fail, meet nothing, or take too long.

use std::time::Duration;

use netswitch::ovsdb::{self, RowId, TransactionBuilder, TransactionErrorKind};
use netswitch::vswitch::{Queue, queue};
use serde_json::json;

use crate::served::{Vswitch, raw, run, served};

/// An error of an operation is no error of the request: it says which operation, and why.
#[tokio::test]
async fn a_failing_operation_is_named() {
    let (_server, client) = served().await;
    let mut builder = TransactionBuilder::new();
    builder.comment("out of range");
    builder.insert::<Queue>().set(queue::DSCP, Some(64));
    let error = run(&client, builder).await.unwrap_err();
    let cause = error.transaction_error().unwrap();
    assert_eq!(cause.operation, Some((1, "insert", Some("Queue"))));
    assert_eq!(cause.kind, TransactionErrorKind::Constraint);
    assert!(!error.is_outcome_unknown() && error.rpc_error().is_none());
    let error = client
        .transact_raw("nope", &[json!({"op": "abort"})])
        .await
        .unwrap_err();
    assert_eq!(error.rpc_error().unwrap().error(), "unknown database");
}

/// Note 14: an update that matches no row succeeds, with a count of 0.
#[tokio::test]
async fn an_update_of_no_row_is_a_success_that_counts_none() {
    let (_server, client) = served().await;
    let mut builder = TransactionBuilder::new();
    let gone = RowId::<Queue>::new(ovsdb::Uuid::from_u128(7));
    let counted = builder.update(gone).set(queue::DSCP, Some(1)).counted();
    let transaction = builder.build().unwrap();
    let outcome = client.transact::<Vswitch>(&transaction).await.unwrap();
    assert_eq!(outcome.count(counted), 0);
    assert_eq!(outcome.missed(&transaction).collect::<Vec<_>>(), [0]);
}

/// Note 6: `cancel` gets no reply of its own, and without `set_db_change_aware` the transaction
/// gets none either. A transaction that we gave up does not commit when what it waits for comes.
#[tokio::test]
async fn a_transaction_that_timed_out_is_cancelled() {
    let (_server, client) = served().await;
    let wait = json!({"op": "wait", "table": "Queue", "where": [], "columns": ["dscp"],
        "until": "==", "rows": [{"dscp": 7}]});
    let insert = |dscp| json!({"op": "insert", "table": "Queue", "row": {"dscp": dscp}});
    let hasty = client.with_timeout(Duration::from_millis(50));
    let blocked = [wait, insert(8)];
    let error = hasty
        .transact_raw("Open_vSwitch", &blocked)
        .await
        .unwrap_err();
    assert!(error.is_timeout() && error.is_outcome_unknown());
    raw(&client, json!([insert(7)])).await;
    let select = json!([{"op": "select", "table": "Queue", "where": [], "columns": ["dscp"]}]);
    assert_eq!(raw(&client, select).await[0]["rows"], json!([{"dscp": 7}]));
}
