//! Databases that change their schema while somebody looks.

use serde_json::{Value, json};

use crate::served::{SOON, followed, served};

#[tokio::test]
async fn a_conversion_ends_monitors_and_not_the_connection() {
    let (_server, client) = served().await;
    let monitor = followed(&client).await;
    let requests = json!({"Bridge": {"columns": ["name"]}});
    let (_, mut raw) = client.monitor_raw("Open_vSwitch", &requests).await.unwrap();
    let schema = client.get_schema("Open_vSwitch").await.unwrap();
    let mut schema: Value = serde_json::from_str(schema.get()).unwrap();
    schema["version"] = json!("9.9.9");

    client.convert("Open_vSwitch", &schema).await.unwrap();
    assert!(monitor.is_stale());
    let ended = raw.next().await.unwrap_err();
    assert!(!ended.is_closed() && !ended.is_lagged(), "{ended}");
    monitor.resume().await.unwrap();
    monitor.wait_until(|_| true, SOON).await.unwrap();
    assert!(!monitor.is_stale());

    let schema = client.get_schema("Open_vSwitch").await.unwrap();
    assert!(schema.get().contains("9.9.9"));
}

#[tokio::test]
async fn a_conversion_that_is_refused_changes_nothing() {
    let (_server, client) = served().await;
    let monitor = followed(&client).await;
    let schema = json!({"name": "Open_vSwitch", "version": "1.0.0", "tables": 7});
    let refused = client.convert("Open_vSwitch", &schema).await.unwrap_err();
    assert!(refused.rpc_error().is_some(), "{refused}");
    client.echo().await.unwrap();
    assert!(!monitor.is_stale());
}
