//! Servers ask clients that say nothing for a sign of life.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

use crate::served::{SOON, connect_to};
use crate::support::Server;

const MANAGER: &str = "ptcp:0:127.0.0.1";

/// Note 5: a connection that nobody uses answers every probe, and can be used afterwards.
#[tokio::test]
async fn an_idle_connection_answers_probes() {
    let server = Server::start();
    let mut relay = Relay::to(probing_port(&server)).await;
    let client = connect_to(&relay.remote).await;
    for _ in 0..3 {
        let probe = said(&mut relay.server).await;
        assert_eq!(probe["method"], "echo", "{probe}");
        let answer = said(&mut relay.client).await;
        let (id, data) = (&probe["id"], &probe["params"]);
        assert_eq!(answer, json!({"id": id, "result": data, "error": null}));
    }
    client.echo().await.unwrap();
    assert_eq!(said(&mut relay.client).await["method"], "echo", "ours");
}

/// Note 5, the other half: a client that does not answer one is dropped.
#[tokio::test]
async fn a_client_that_does_not_answer_a_probe_is_dropped() {
    let server = Server::start();
    let port = probing_port(&server);
    let mut silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut said = Vec::new();
    let read = silent.read_to_end(&mut said);
    timeout(SOON, read).await.unwrap().unwrap();
    let probe: Value = serde_json::from_slice(&said).unwrap();
    assert_eq!(probe["method"], "echo", "one, and the end: {probe}");
}

/// A TCP port of the server on which it probes after a second of silence, the least that it takes
/// (lib/reconnect.c, `reconnect_set_probe_interval`). Those of its command line have 5 seconds.
fn probing_port(server: &Server) -> u16 {
    let target = format!("target={MANAGER:?}");
    let create = [
        "--id=@m",
        "create",
        "Manager",
        &target,
        "inactivity_probe=1000",
    ];
    let refer = ["--", "set", "Open_vSwitch", ".", "manager_options=@m"];
    server.vsctl(&[&["--no-wait", "--"], &create[..], &refer].concat());
    let column = "db:Open_vSwitch,Open_vSwitch,manager_options";
    server.appctl(&["ovsdb-server/add-remote", column]);
    let listens = ["wait-until", "Manager", MANAGER, "status:bound_port!=0"];
    server.vsctl(&[&["--no-wait"], &listens[..]].concat());
    let port = server.vsctl(&["--no-wait", "get", "Manager", MANAGER, "status:bound_port"]);
    port.trim_matches('"').parse().unwrap()
}

/// One connection to the server through which both are heard.
struct Relay {
    remote: String,
    server: UnboundedReceiver<Value>,
    client: UnboundedReceiver<Value>,
}

impl Relay {
    async fn to(port: u16) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let remote = format!("tcp:{}", listener.local_addr().unwrap());
        let (server_said, server) = unbounded_channel();
        let (client_said, client) = unbounded_channel();
        tokio::spawn(async move {
            let (from_client, to_client) = listener.accept().await.unwrap().0.into_split();
            let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            let (from_server, to_server) = stream.into_split();
            tokio::join!(
                pass_on(from_server, to_client, server_said),
                pass_on(from_client, to_server, client_said),
            )
        });
        Relay {
            remote,
            server,
            client,
        }
    }
}

/// Passes everything on until one side ends, and tells every message.
async fn pass_on(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, told: UnboundedSender<Value>) {
    let mut read = Vec::new();
    while let Ok(length @ 1..) = from.read_buf(&mut read).await {
        let new = read.len() - length;
        if to.write_all(&read[new..]).await.is_err() {
            return;
        }
        let mut values = serde_json::Deserializer::from_slice(&read).into_iter();
        // The test may have heard enough.
        while let Some(Ok(value)) = values.next() {
            let _ = told.send(value);
        }
        let length = values.byte_offset();
        read.drain(..length);
    }
}

async fn said(side: &mut UnboundedReceiver<Value>) -> Value {
    timeout(SOON, side.recv()).await.unwrap().unwrap()
}
