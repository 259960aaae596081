use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use netswitch::ovsdb::{
    self, Client, Error, Map, Monitor, Options, RowId, Selection, Set, TransactionBuilder,
};
use netswitch::vswitch::{
    Bridge, Interface, OpenVSwitch, OpenVSwitchDatabase, Port, bridge, interface, open_vswitch,
    port,
};
use serde_json::Value;

use crate::support::Server;

pub(crate) type Vswitch = OpenVSwitchDatabase;

pub(crate) const SOON: Duration = Duration::from_secs(10);

pub(crate) async fn connect_to(remote: &str) -> Client {
    let remotes = remote.parse().unwrap();
    let (client, connection) = ovsdb::connect(&remotes, &Options::default()).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(crate) async fn served() -> (Server, Client) {
    let server = Server::start();
    let client = connect_to(&server.remote()).await;
    (server, client)
}

pub(crate) async fn followed(client: &Client) -> Monitor<Vswitch> {
    let everything = Selection::everything::<Vswitch>();
    client.monitor(&everything).await.unwrap()
}

pub(crate) fn root(monitor: &Monitor<Vswitch>) -> RowId<OpenVSwitch> {
    monitor
        .read()
        .unwrap()
        .open_vswitch
        .iter()
        .next()
        .unwrap()
        .0
}

/// Adds a bridge with one port to the transaction.
pub(crate) fn add_bridge(
    builder: &mut TransactionBuilder,
    root: RowId<OpenVSwitch>,
    name: &str,
) -> (RowId<Bridge>, RowId<Port>) {
    let name = name.to_owned();
    let interface = builder
        .insert::<Interface>()
        .set(interface::NAME, name.clone())
        .id();
    let port = builder
        .insert::<Port>()
        .set(port::NAME, name.clone())
        .set(port::INTERFACES, Set::from([interface]))
        .id();
    let bridge = builder
        .insert::<Bridge>()
        .set(bridge::NAME, name)
        .set(bridge::PORTS, Set::from([port]))
        .id();
    builder
        .mutate(root)
        .insert(open_vswitch::BRIDGES, Set::from([bridge]));
    (bridge, port)
}

pub(crate) async fn run(
    client: &Client,
    builder: TransactionBuilder,
) -> Result<ovsdb::Outcome, Error> {
    client.transact::<Vswitch>(&builder.build().unwrap()).await
}

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Map<String, String> {
    pairs
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect()
}

pub(crate) async fn raw(client: &Client, operations: Value) -> Value {
    let operations = operations.as_array().unwrap();
    let reply = client
        .transact_raw("Open_vSwitch", operations)
        .await
        .unwrap();
    serde_json::from_str(reply.get()).unwrap()
}

/// What the server says to these bytes until it has said `replies` messages, or `None` when it
/// closes the connection.
pub(crate) fn said(server: &Server, bytes: &str, replies: usize) -> Option<Vec<Value>> {
    let mut stream = UnixStream::connect(server.socket()).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let values = serde_json::Deserializer::from_slice(&read).into_iter();
        let values: Vec<Value> = values.map_while(Result::ok).collect();
        if values.len() >= replies {
            return Some(values);
        }
        match stream.read(&mut buffer) {
            Ok(0) => return None,
            Ok(count) => read.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
            Err(error) => panic!("the server says nothing: {error}"),
        }
    }
}
