use std::fs::File;
use std::io::{self, Read};
use std::thread;

use anyhow::{Context, bail};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Fault;
use super::connection::Server;

/// How many bytes are read, at most: as many as a server may send in a message.
const LIMIT: u64 = 256 << 20;

/// Reads standard input to its end.
pub(super) async fn standard(server: &Server) -> anyhow::Result<String> {
    read(server, "standard input", || Ok(io::stdin())).await
}

/// Reads a file to its end.
pub(super) async fn file(server: &Server, path: &str) -> anyhow::Result<String> {
    let owned = path.to_owned();
    read(server, path, || File::open(owned)).await
}

/// Reads text within the time that is left. A thread waits for it, as nothing else can be told to
/// stop.
async fn read<R: Read>(
    server: &Server,
    name: &str,
    open: impl FnOnce() -> io::Result<R> + Send + 'static,
) -> anyhow::Result<String> {
    let (sender, bytes) = oneshot::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = open().and_then(|input| input.take(LIMIT + 1).read_to_end(&mut bytes));
        // Nobody waits any more once the time is over.
        let _ = sender.send(read.map(|_| bytes));
    });
    let Ok(Ok(bytes)) = timeout(server.left(), bytes).await else {
        bail!("{name} has not ended within the limit of the command");
    };
    let bytes = bytes.with_context(|| Fault::Usage(format!("{name} cannot be read")))?;
    if bytes.len() as u64 > LIMIT {
        bail!(Fault::Usage(format!("{name} is longer than {LIMIT} bytes")));
    }
    String::from_utf8(bytes).with_context(|| Fault::Usage(format!("{name} is no text")))
}
