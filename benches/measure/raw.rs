//! A connection to the database server without a client behind it.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use netswitch::ovsdb::{Remote, Remotes};
use serde_json::{Value, json};

/// Nothing takes longer unless the server hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// A Unix socket, and what was read from it beyond a message's end.
pub(crate) struct Raw {
    stream: UnixStream,
    unread: Vec<u8>,
}

impl Raw {
    /// Connects, and has the server answer once.
    pub(crate) fn connect(remotes: &Remotes) -> Result<Raw> {
        let mut raw = Raw::open(remotes)?;
        raw.call("echo", &json!([]))?;
        Ok(raw)
    }

    /// Connects.
    pub(crate) fn open(remotes: &Remotes) -> Result<Raw> {
        let Some(Remote::Unix(path)) = remotes.iter().next() else {
            bail!("{remotes} is not a Unix socket");
        };
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        Ok(Raw {
            stream,
            unread: Vec::new(),
        })
    }

    /// Sends a request and reads its result.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Result<Value> {
        let request = json!({"method": method, "params": params, "id": method});
        let reply = self.exchange(request.to_string().as_bytes())?;
        result(&reply)
    }

    /// Sends a message with one write and reads the next one to its end, into nothing but a
    /// buffer.
    pub(crate) fn exchange(&mut self, message: &[u8]) -> Result<Vec<u8>> {
        self.stream.write_all(message)?;
        self.message()
    }

    /// Sends a message with one write and reads so many bytes, which nobody looks at.
    pub(crate) fn drain(&mut self, message: &[u8], bytes: usize) -> Result<()> {
        self.stream.write_all(message)?;
        let mut chunk = vec![0; 256 << 10];
        let mut left = bytes;
        while left > 0 {
            let length = self
                .stream
                .read(&mut chunk)
                .context("the server does not answer")?;
            ensure!(length > 0, "the server has closed the connection");
            left = left
                .checked_sub(length)
                .context("more than was asked for")?;
        }
        Ok(())
    }

    /// The socket, when everything that came has been read.
    pub(crate) fn into_stream(self) -> UnixStream {
        self.stream
    }

    /// Reads the next message to its end.
    pub(crate) fn message(&mut self) -> Result<Vec<u8>> {
        let mut end = End::default();
        let mut scanned = 0;
        loop {
            let new = self.unread.get(scanned..).unwrap_or_default();
            if let Some(length) = end.find(new) {
                let rest = self.unread.split_off(scanned + length);
                return Ok(std::mem::replace(&mut self.unread, rest));
            }
            scanned = self.unread.len();
            let mut chunk = [0; 64 << 10];
            let length = self
                .stream
                .read(&mut chunk)
                .context("the server does not answer")?;
            ensure!(length > 0, "the server has closed the connection");
            self.unread
                .extend_from_slice(chunk.get(..length).unwrap_or_default());
        }
    }
}

/// The result in a reply, none of whose operations may have failed.
pub(crate) fn result(reply: &[u8]) -> Result<Value> {
    let mut reply: Value = serde_json::from_slice(reply)?;
    let result = reply["result"].take();
    let errors = result
        .as_array()
        .into_iter()
        .flatten()
        .filter(|one| one["error"].is_string());
    if let Some(error) = errors.into_iter().next() {
        bail!("the server says {error}");
    }
    ensure!(
        reply["error"].is_null(),
        "the server says {}",
        reply["error"]
    );
    Ok(result)
}

/// Finds the end of a JSON object that comes in pieces.
#[derive(Default)]
pub(crate) struct End {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl End {
    /// The length of what the piece has of it, if it ends there.
    pub(crate) fn find(&mut self, piece: &[u8]) -> Option<usize> {
        for (at, byte) in piece.iter().enumerate() {
            match (self.in_string, byte) {
                (true, _) if self.escaped => self.escaped = false,
                (true, b'\\') => self.escaped = true,
                (_, b'"') => self.in_string = !self.in_string,
                (false, b'{') => self.depth += 1,
                (false, b'}') if self.depth <= 1 => return Some(at + 1),
                (false, b'}') => self.depth -= 1,
                _ => {}
            }
        }
        None
    }
}
