//! Small transactions over one connection: each gives one port's `external_ids` another value
//! under one key.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use futures_util::{StreamExt, TryStreamExt, stream};
use memchr::memmem;
use netswitch::ovsdb::transaction::Counted;
use netswitch::ovsdb::{self, Database, Options, RowId, Transaction, TransactionBuilder};
use netswitch::vswitch::{OpenVSwitchDatabase, Port, port};
use serde_json::{Value, json};

use crate::jobs::remotes;
use crate::measure::{Raw, raw::End};

/// As many requests of a client may wait for their reply by default.
const IN_FLIGHT: usize = 1024;

/// Writes prebuilt transactions and reads their replies: at most `window` before theirs.
pub(crate) fn prebuilt(count: u32, window: u32) -> Result<Value> {
    let mut raw = Raw::connect(&remotes()?)?;
    let ports = ports(&mut raw)?;
    let mut messages = Messages::default();
    for number in 0..count {
        let (transaction, _) = transaction(&ports, number)?;
        let params = serde_json::to_string(&transaction.params(OpenVSwitchDatabase::NAME))?;
        let id = number + 1;
        messages.push(&format!(
            r#"{{"id":{id},"method":"transact","params":{params}}}"#
        ));
    }
    let stream = raw.into_stream();
    let flight = Flight::default();
    let window = usize::try_from(window)?.max(1);
    let start = Instant::now();
    let replies = std::thread::scope(|scope| -> Result<Vec<u8>> {
        let writer = scope.spawn(|| write(&stream, &messages, window, &flight));
        let replies = read(&stream, messages.ends.len(), &flight);
        if replies.is_err() {
            // The writer ends then, too.
            stream.shutdown(Shutdown::Both)?;
            flight.land(window);
        }
        let replies = replies?;
        writer.join().ok().context("the writer")??;
        Ok(replies)
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let successes = memmem::find_iter(&replies, br#"[{"count":1}]"#).count();
    ensure!(
        successes == messages.ends.len(),
        "{successes} of {count} succeeded"
    );
    Ok(json!({"seconds": seconds}))
}

/// Builds transactions, runs as many at once as the client takes, and looks at each outcome.
pub(crate) async fn native(count: u32) -> Result<Value> {
    let ports = ports(&mut Raw::connect(&remotes()?)?)?;
    let (client, connection) = ovsdb::connect(&remotes()?, &Options::default()).await?;
    tokio::spawn(connection);
    client.echo().await?;
    let run = async |number| {
        let (transaction, counted) = transaction(&ports, number)?;
        let outcome = client.transact::<OpenVSwitchDatabase>(&transaction).await?;
        ensure!(outcome.count(counted) == 1, "transaction {number}");
        Ok(())
    };
    let start = Instant::now();
    stream::iter((0..count).map(run))
        .buffer_unordered(IN_FLIGHT)
        .try_collect::<()>()
        .await?;
    Ok(json!({"seconds": start.elapsed().as_secs_f64()}))
}

/// Whatever ran before, the value is another one: the process is.
fn transaction(ports: &[RowId<Port>], number: u32) -> Result<(Transaction, Counted)> {
    let index = usize::try_from(number)? % ports.len();
    let port = *ports.get(index).context("no ports")?;
    let value = format!("{:07}-{number:07}", std::process::id());
    let mut builder = TransactionBuilder::new();
    let counted = builder
        .mutate(port)
        .put(port::EXTERNAL_IDS, "bench".to_owned(), value)
        .counted();
    Ok((builder.build()?, counted))
}

fn ports(raw: &mut Raw) -> Result<Vec<RowId<Port>>> {
    let select = json!({"op": "select", "table": "Port", "where": [], "columns": ["_uuid"]});
    let results = raw.call("transact", &json!([OpenVSwitchDatabase::NAME, select]))?;
    let rows = results[0]["rows"].as_array().context("no rows")?;
    let ids = rows.iter().map(|row| {
        Ok(RowId::new(
            row["_uuid"][1].as_str().context("no uuid")?.parse()?,
        ))
    });
    ids.collect()
}

/// Writes all messages, the next ones whenever half of the window is free.
fn write(
    mut stream: &UnixStream,
    messages: &Messages,
    window: usize,
    flight: &Flight,
) -> Result<()> {
    let mut begun = 0;
    while begun < messages.ends.len() {
        let end = begun + flight.take(window).min(messages.ends.len() - begun);
        stream.write_all(messages.between(begun, end))?;
        begun = end;
    }
    Ok(())
}

/// Reads so many replies.
fn read(mut stream: &UnixStream, count: usize, flight: &Flight) -> Result<Vec<u8>> {
    let mut replies = Vec::with_capacity(64 * count);
    let mut chunk = vec![0; 64 << 10];
    let mut end = End::default();
    let mut left = count;
    while left > 0 {
        let length = stream.read(&mut chunk).context("no reply")?;
        ensure!(length > 0, "the server has closed the connection");
        let mut piece = chunk.get(..length).unwrap_or_default();
        replies.extend_from_slice(piece);
        let mut landed = 0;
        while let Some(length) = end.find(piece) {
            piece = piece.get(length..).unwrap_or_default();
            end = End::default();
            landed += 1;
        }
        left = left.saturating_sub(landed);
        flight.land(landed);
    }
    Ok(replies)
}

/// Messages one after the other, ready to be written.
#[derive(Default)]
struct Messages {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Messages {
    fn push(&mut self, message: &str) {
        self.bytes.extend_from_slice(message.as_bytes());
        self.ends.push(self.bytes.len());
    }

    fn between(&self, from: usize, to: usize) -> &[u8] {
        let end = |count: usize| count.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.bytes[end(from)..end(to)]
    }
}

/// How many requests wait for their reply.
#[derive(Default)]
struct Flight {
    requests: Mutex<usize>,
    landed: Condvar,
}

impl Flight {
    /// Waits until half of the window is free, and takes what is.
    fn take(&self, window: usize) -> usize {
        let requests = self.lock();
        let is_full = |requests: &mut usize| *requests > window / 2;
        let waited = self.landed.wait_while(requests, is_full);
        let mut requests = waited.unwrap_or_else(PoisonError::into_inner);
        window - std::mem::replace(&mut *requests, window)
    }

    fn land(&self, count: usize) {
        let mut requests = self.lock();
        *requests = requests.saturating_sub(count);
        self.landed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, usize> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
