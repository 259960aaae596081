use std::future::Future;
use std::time::Duration;

use netswitch::ovsdb::{self, Client, Error, Options, Remote};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

pub(crate) const SOON: Duration = Duration::from_secs(10);

/// What a server that keeps no history names its last transaction.
pub(crate) const NO_TRANSACTION: &str = "00000000-0000-0000-0000-000000000000";

/// The peer's end of the connection.
pub(crate) struct Peer {
    pub(crate) stream: UnixStream,
    read: Vec<u8>,
}

impl Peer {
    pub(crate) fn of(stream: UnixStream) -> Self {
        let read = Vec::new();
        Self { stream, read }
    }

    pub(crate) async fn request(&mut self) -> Value {
        loop {
            let mut values = serde_json::Deserializer::from_slice(&self.read).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                let length = values.byte_offset();
                self.read.drain(..length);
                return value;
            }
            assert_ne!(self.stream.read_buf(&mut self.read).await.unwrap(), 0);
        }
    }

    /// Begins to report, from these tables on. Gives the monitor's number.
    pub(crate) async fn follow(&mut self, tables: &Value) -> Value {
        let asked = self.request().await;
        assert_eq!(asked["method"], "monitor_cond_since");
        let result = json!([false, NO_TRANSACTION, tables]);
        self.send(json!({"id": asked["id"], "result": result, "error": null}).to_string())
            .await;
        asked["params"][1].clone()
    }

    /// Reports a change.
    pub(crate) async fn report(&mut self, number: &Value, tables: Value) {
        let params = json!([number, NO_TRANSACTION, tables]);
        self.send(json!({"id": null, "method": "update3", "params": params}).to_string())
            .await;
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Keeps the connection open until the client closes it.
    pub(crate) async fn linger(mut self) {
        while self.stream.read_buf(&mut self.read).await.unwrap_or(0) > 0 {
            self.read.clear();
        }
    }
}

pub(crate) struct Scripted {
    pub(crate) client: Client,
    pub(crate) connection: JoinHandle<Result<(), Error>>,
    pub(crate) script: JoinHandle<()>,
    _dir: tempfile::TempDir,
}

/// A connection to a peer that says what `script` makes it say; it is not made anew.
pub(crate) async fn scripted<F, Fut>(options: Options, script: F) -> Scripted
where
    F: FnOnce(Peer) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("db");
    let listener = UnixListener::bind(&path).unwrap();
    let remotes = Remote::Unix(path).into();
    let options = Options {
        reconnect: None,
        ..options
    };
    let (client, connection) = ovsdb::connect(&remotes, &options).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    Scripted {
        client,
        connection: tokio::spawn(connection),
        script: tokio::spawn(script(Peer::of(stream))),
        _dir: dir,
    }
}

pub(crate) fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

pub(crate) async fn ends_with(scripted: Scripted, reason: &str) {
    let lost = scripted.client.list_databases().await.unwrap_err();
    assert!(lost.is_closed() && lost.is_protocol(), "{}", chain(&lost));
    assert!(chain(&lost).ends_with(reason), "{}", chain(&lost));
    let end = scripted.connection.await.unwrap().unwrap_err();
    assert!(chain(&end).ends_with(reason), "{}", chain(&end));
    let after = scripted.client.list_databases().await.unwrap_err();
    assert!(after.is_closed() && !after.is_outcome_unknown());
    assert!(chain(&after).ends_with(reason), "{}", chain(&after));
}
