//! Reaching a server, and the task that talks to it.

mod canceling;
mod counted;
mod course;
mod driver;
mod following;
mod request;
mod serving;
mod state;
mod staying;
mod tls;

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

use super::backoff::{Backoff, chance};
use super::client::{Client, Link};
use super::error::{ConnectError, Error, Kind};
use super::remote::{Remote, Remotes};
use super::room::Room;
use super::skew::KnownSkew;
use driver::Driver;

pub(super) use course::Course;
pub(super) use request::{Command, Role};
pub(super) use serving::Unfit;
pub use state::{State, States};
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
    /// How to find out that a server which says nothing is gone.
    pub probe: Probe,
    /// How to go on when the connection is lost: `None` lets it end. By default it is made anew,
    /// with pauses.
    pub reconnect: Option<Backoff>,
    /// Whether the server shall tell of databases that are converted or removed
    /// (`set_db_change_aware`, ovsdb-server(7), section 4.1.18) rather than close the connection:
    /// monitors of a converted database go on, and transactions in flight are answered. Not by
    /// default.
    pub change_aware: bool,
    /// Which servers are good enough. By default every one that speaks.
    pub serving: Option<Serving>,
    /// Whether several remotes are tried in another order each time, rather than as they are
    /// named. Not by default.
    pub shuffle: bool,
}

/// A server is used only as long as it says, in its database `_Server`, that it serves a database.
/// One of a cluster must be connected to it, belong to the same cluster as the one before, and not
/// be behind what was seen there. Others are left, and the next remote is tried. Servers that have
/// no `_Server` are older than clusters: they are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// The database's name.
    pub database: String,
    /// Whether a server of a cluster must be its leader: `ovsdb-client --leader-only`. A follower
    /// passes transactions on to the leader, and may show an older state for a moment.
    pub leader_only: bool,
}

/// How to find out that a server which says nothing is gone: after so long without a byte it is
/// asked (`echo`), and after as long again the connection is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// [`Probe::USUAL`], but never on `unix:` remotes, whose end shows at once: as ovs does.
    ByRemote,
    /// After this time, on every remote.
    Every(Duration),
    /// Never.
    Off,
}

impl Probe {
    /// 5 seconds, as in ovs (lib/reconnect.h).
    pub const USUAL: Duration = Duration::from_secs(5);
}

/// What a server may send and keep waiting, and what callers may: how much memory a connection
/// takes for what is under way. Beyond, the connection ends with an error, callers wait, and slow
/// readers are told that they are; nothing is dropped in silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes in one message. 256 MiB by default; a database of 4,000 networks is 2 MB.
    pub frame_size: usize,
    /// Objects and arrays inside each other. 100 by default, at most 120; OVSDB's own messages
    /// have less than 15.
    pub frame_depth: usize,
    /// Requests that wait for their reply, at least 1. 1024 by default; callers wait beyond.
    pub pending_requests: usize,
    /// Bytes of requests that wait to be sent; those of up to 4 KiB are not counted, as there are
    /// few enough. 64 MiB by default; callers wait beyond, and a request that is larger goes alone.
    pub unsent_requests: usize,
    /// Bytes of changes, as the server sent them, that wait for a slow reader of a monitor's
    /// [`Events`](super::Events) or of a [`RawMonitor`](super::RawMonitor). 64 MiB by default, and
    /// the newest batch in any case; a reader that misses some is told so. A row that was modified
    /// waits as it was before, too, which is not counted: where rows are large, so is what waits.
    pub unread_changes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            tls: None,
            limits: Limits::default(),
            probe: Probe::ByRemote,
            reconnect: Some(Backoff::default()),
            change_aware: false,
            serving: None,
            shuffle: false,
        }
    }
}

impl Options {
    /// The remotes in the order in which to try them now: the one that was lost comes last.
    fn order(&self, remotes: &Remotes, lost: Option<&Remote>) -> Vec<Arc<Remote>> {
        let mut order: Vec<_> = remotes.iter().cloned().map(Arc::new).collect();
        if let Some(lost) = order.iter().position(|remote| Some(&**remote) == lost) {
            order.rotate_left(lost + 1);
        }
        if self.shuffle {
            // Fisher and Yates; that small numbers come a little more often does no harm.
            for last in (1..order.len()).rev() {
                let other = usize::try_from(chance()).unwrap_or_default() % (last + 1);
                order.swap(last, other);
            }
        }
        order
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame_size: 256 << 20,
            frame_depth: 100,
            pending_requests: 1024,
            unsent_requests: 64 << 20,
            unread_changes: 64 << 20,
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
    let (remote, stream) = reach_any(&options.order(remotes, None), options).await?;
    Ok(assemble(remotes, remote, Some(stream), options))
}

/// The same without waiting for the first connection: it is tried for, again and again, like for
/// every other. Calls wait for it within their limits.
///
/// With [`Options::reconnect`] at `None` the usual [`Backoff`] is taken.
pub fn keep_connected(remotes: &Remotes, options: &Options) -> (Client, Connection) {
    let mut options = options.clone();
    options.reconnect.get_or_insert_default();
    let mut order = remotes.iter().cloned().map(Arc::new);
    let first = order
        .next()
        .unwrap_or_else(|| Arc::new(Remote::Unix(PathBuf::new())));
    assemble(remotes, first, None, &options)
}

/// Connects to the first of them that can be reached.
async fn reach_any(
    remotes: &[Arc<Remote>],
    options: &Options,
) -> Result<(Arc<Remote>, Stream), Error> {
    let mut failures = Vec::new();
    for remote in remotes {
        match reach(remote, options).await {
            Ok(stream) => return Ok((remote.clone(), stream)),
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
/// It ends well when the last [`Client`] and [`Monitor`](super::Monitor) are gone. Without
/// [`Options::reconnect`] it also ends when the connection does, with the error that every waiting
/// request gets too; otherwise it makes the connection anew, and monitors go on with what changed
/// meanwhile.
#[must_use = "nothing happens unless the connection is driven"]
pub struct Connection {
    run: Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>,
    remotes: Remotes,
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
            .field("remotes", &self.remotes)
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

fn assemble(
    remotes: &Remotes,
    remote: Arc<Remote>,
    stream: Option<Stream>,
    options: &Options,
) -> (Client, Connection) {
    let (commands, queue) = mpsc::channel(COMMANDS);
    let (states, watched) = watch::channel(State::Connecting);
    let (reached, last_reached) = watch::channel(remote);
    let dropped = Arc::new(Notify::new());
    let driver = Driver::new(reached, options.clone(), queue, states, dropped.clone());
    let link = Link {
        states: States(watched),
        remote: last_reached,
        change_aware: options.change_aware,
        room: Room::new(options.limits.unsent_requests),
        unread_changes: options.limits.unread_changes,
        dropped,
        last_monitor: AtomicU64::new(0),
        skew: KnownSkew::default(),
    };
    let client = Client::new(commands, link, options.request_timeout);
    let run = Box::pin(driver.run(stream, remotes.clone()));
    let connection = Connection {
        run,
        remotes: remotes.clone(),
    };
    (client, connection)
}
