//! What clients do all day, over TCP and TLS.

use netswitch::ovsdb::{CaCertificate, Client, Options, Selection, Tls, TransactionBuilder};
use netswitch::vswitch::{Bridge, Event, bridge};
use serde_json::{Value, json};

use crate::connected::{has_bridges, keep_connected, lost, options, soon};
use crate::container::Container;
use crate::served::{Vswitch, add_bridge, followed, raw, root, run};
use crate::support::Pki;

#[tokio::test]
async fn over_tcp() {
    let container = Container::start().await;
    let client = keep_connected(&container.remote(), &options());
    client.echo().await.unwrap();
    assert_eq!(client.remote().to_string(), container.remote());
    follows_and_changes(&container, &client).await;
}

#[tokio::test]
async fn over_tls() {
    let pki = Pki::new();
    let server = pki.anonymous("server", "controller");
    let container = Container::start_ssl(&pki, &server).await;
    let client = pki.anonymous("client", "switch");
    let tls = |ca| Tls {
        private_key: client.private_key.clone(),
        certificate: client.certificate.clone(),
        ca: CaCertificate::File(pki.ca(ca)),
        verify_host: false,
    };
    let options = |ca| Options {
        tls: Some(tls(ca)),
        ..options()
    };
    let remote = format!("ssl:127.0.0.1:{}", container.port());
    let client = keep_connected(&remote, &options("controller"));
    follows_and_changes(&container, &client).await;

    // A server of another CA is none.
    let stranger = keep_connected(&remote, &options("switch"));
    lost(&mut stranger.states(), "certificate").await;
}

async fn follows_and_changes(container: &Container, client: &Client) {
    let names = client.list_databases().await.unwrap();
    assert!(names.contains(&"Open_vSwitch".to_owned()), "{names:?}");
    let schema = client.get_schema("Open_vSwitch").await.unwrap();
    let schema: Value = serde_json::from_str(schema.get()).unwrap();
    assert_eq!(schema["name"], "Open_vSwitch");

    let copy = followed(client).await;
    let mut events = copy.events();
    let named = Selection::new().table::<Bridge>(&[bridge::NAME.name()]);
    let names_only = client.monitor::<Vswitch>(&named).await.unwrap();
    let mut builder = TransactionBuilder::new();
    let (bridge, _) = add_bridge(&mut builder, root(&copy), "ours");
    let ours = run(client, builder).await.unwrap().id(bridge);
    // The update comes before the reply (note 18).
    assert_eq!(copy.read().unwrap().bridge.get(ours).unwrap().name, "ours");
    assert_eq!(container.vsctl(&["list-br"]), "ours");
    let batch = soon(events.next()).await.unwrap();
    let is_ours = |event: &Event| match event {
        Event::Bridge(change) => change.after().is_some_and(|row| row.name == "ours"),
        _ => false,
    };
    assert!(batch.iter().any(is_ours), "{batch:?}");

    container.vsctl(&["--no-wait", "add-br", "theirs"]);
    for copy in [&copy, &names_only] {
        has_bridges(copy, &["ours", "theirs"]).await;
    }
    let results = raw(
        client,
        json!([{"op": "select", "table": "Bridge", "where": [], "columns": ["name"]}]),
    )
    .await;
    assert_eq!(results[0]["rows"].as_array().unwrap().len(), 2);

    container.vsctl(&["--no-wait", "del-br", "ours"]);
    has_bridges(&copy, &["theirs"]).await;
}
