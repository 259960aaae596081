//! Reaching a server, and the task that talks to it.

mod driver;
mod request;
mod tls;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

use super::client::{Client, Link};
use super::error::{ConnectError, Error, Kind};
use super::remote::{Remote, Remotes};
use driver::Driver;

pub(super) use request::{Command, Role};
pub(super) use tls::TlsError;
pub use tls::{CaCertificate, Tls};

/// Requests that may wait for the connection to take them; callers wait beyond.
const COMMANDS: usize = 64;

/// How long to wait, and what to take from a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// For each remote, until it is connected, TLS included. 10 seconds by default.
    pub connect_timeout: Duration,
    /// For each request, until its reply. 30 seconds by default;
    /// [`Client::with_timeout`] changes it for a call.
    pub request_timeout: Duration,
    /// What `ssl:` remotes are reached with; without, they are not. None by default.
    pub tls: Option<Tls>,
    /// What to take from a server.
    pub limits: Limits,
}

/// What a server may send and keep waiting; beyond, the connection ends with an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in one message. 256 MiB by default; a database of 4,000 networks is 2 MB.
    pub frame_size: usize,
    /// Objects and arrays inside each other. 100 by default, at most 120; OVSDB's own messages
    /// have less than 15.
    pub frame_depth: usize,
    /// Requests that wait for their reply, at least 1. 1024 by default; callers wait beyond.
    pub pending_requests: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            tls: None,
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_size: 256 << 20,
            frame_depth: 100,
            pending_requests: 1024,
        }
    }
}

/// Connects to the first of the remotes that can be reached, in their order.
///
/// Nothing is said to the server yet: that it speaks OVSDB shows with the first request.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use netswitch::ovsdb::{self, Options};
///
/// let remotes = "unix:/run/openvswitch/db.sock".parse()?;
/// let (client, connection) = ovsdb::connect(&remotes, &Options::default()).await?;
/// tokio::spawn(connection);
/// println!("{:?}", client.list_databases().await?);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::is_connect`], with every remote's reason.
pub async fn connect(remotes: &Remotes, options: &Options) -> Result<(Client, Connection), Error> {
    let mut failures = Vec::new();
    for remote in remotes.iter() {
        let remote = Arc::new(remote.clone());
        match reach(&remote, options).await {
            Ok(stream) => return Ok(assemble(remote, stream, options)),
            Err(error) => {
                tracing::debug!(%remote, %error, "not reached");
                failures.push(error);
            }
        }
    }
    match (failures.pop(), failures.is_empty()) {
        (Some(only), true) => Err(only),
        (last, _) => {
            failures.extend(last);
            Err(Kind::Unreachable(failures).into())
        }
    }
}

/// The future that owns the socket: spawn it, or poll it beside what uses the [`Client`].
///
/// It ends well when the last [`Client`] and [`Monitor`](super::Monitor) are gone, and otherwise
/// with the error that ended the connection, which every waiting request gets too.
#[must_use = "nothing happens unless the connection is driven"]
pub struct Connection {
    run: Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>,
    remote: Arc<Remote>,
}

impl Future for Connection {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.run.as_mut().poll(cx)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("remote", &self.remote)
            .finish_non_exhaustive()
    }
}

/// A socket's two directions.
struct Stream {
    reader: Box<dyn AsyncRead + Send + Unpin>,
    writer: Box<dyn AsyncWrite + Send + Unpin>,
}

async fn reach(remote: &Arc<Remote>, options: &Options) -> Result<Stream, Error> {
    let remote = remote.clone();
    let limit = options.connect_timeout;
    match timeout(limit, open(&remote, options.tls.as_ref())).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(source)) => Err(Kind::Connect { remote, source }.into()),
        Err(_) => Err(Kind::ConnectTimeout { remote, limit }.into()),
    }
}

async fn open(remote: &Remote, tls: Option<&Tls>) -> Result<Stream, ConnectError> {
    match remote {
        Remote::Unix(path) => {
            let (reader, writer) = UnixStream::connect(path).await?.into_split();
            Ok(Stream {
                reader: Box::new(reader),
                writer: Box::new(writer),
            })
        }
        Remote::Tcp { host, port } => {
            let socket = TcpStream::connect((host.as_str(), *port)).await?;
            socket.set_nodelay(true)?;
            let (reader, writer) = socket.into_split();
            Ok(Stream {
                reader: Box::new(reader),
                writer: Box::new(writer),
            })
        }
        Remote::Ssl { host, port } => {
            let session = tls::open(host, *port, tls).await?;
            let (reader, writer) = tls::split(session);
            Ok(Stream {
                reader: Box::new(reader),
                writer: Box::new(writer),
            })
        }
    }
}

fn assemble(remote: Arc<Remote>, stream: Stream, options: &Options) -> (Client, Connection) {
    let (commands, queue) = mpsc::channel(COMMANDS);
    let (end, ended) = watch::channel(None);
    let dropped = Arc::new(Notify::new());
    let driver = Driver::new(
        remote.clone(),
        &options.limits,
        options.request_timeout,
        queue,
        end,
        dropped.clone(),
    );
    let link = Link {
        remote: remote.clone(),
        ended,
        dropped,
        last_monitor: AtomicU64::new(0),
    };
    let client = Client::new(commands, link, options.request_timeout);
    let limits = options.limits.clone();
    let run = Box::pin(driver.run(stream, limits));
    (client, Connection { run, remote })
}
