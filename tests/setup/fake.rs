//! A database server on a Unix socket that says what a test makes it say.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

const LIMIT: Duration = Duration::from_secs(30);

/// A listening server. It tells when it was first asked for something.
pub(crate) struct Fake {
    folder: TempDir,
    asked: Receiver<()>,
}

impl Fake {
    /// A server that does this with every connection, after it has read the first bytes.
    pub(crate) fn serve(talk: impl Fn(Talk) + Send + Sync + 'static) -> Fake {
        let folder = TempDir::with_prefix("nsw-").unwrap();
        let listener = UnixListener::bind(folder.path().join("db.sock")).unwrap();
        let (sender, asked) = mpsc::channel();
        let talk = Arc::new(talk);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (talk, sender) = (Arc::clone(&talk), sender.clone());
                thread::spawn(move || Talk::begin(stream.unwrap(), &sender, &*talk));
            }
        });
        Fake { folder, asked }
    }

    /// A server that accepts, and never says a word.
    pub(crate) fn silent() -> Fake {
        Fake::serve(Talk::linger)
    }

    /// A server that says this to whoever asks, and no more.
    pub(crate) fn says(bytes: impl Into<Vec<u8>>) -> Fake {
        let bytes = bytes.into();
        Fake::serve(move |mut talk| {
            talk.send(&bytes);
            talk.linger();
        })
    }

    /// A server that answers each request with what this gives for method and parameters; with
    /// nothing, it does not.
    pub(crate) fn answers(
        answer: impl Fn(&str, &Value) -> Option<Value> + Send + Sync + 'static,
    ) -> Fake {
        Fake::serve(move |mut talk| {
            while let Some(request) = talk.request() {
                let method = request["method"].as_str().unwrap_or_default();
                if let Some(result) = answer(method, &request["params"]) {
                    let reply = json!({"id": request["id"], "error": null, "result": result});
                    talk.send(reply.to_string().as_bytes());
                }
            }
        })
    }

    pub(crate) fn remote(&self) -> String {
        format!("unix:{}", self.folder.path().join("db.sock").display())
    }

    /// Waits until somebody has sent the first bytes.
    pub(crate) fn wait_for_request(&self) {
        self.asked.recv_timeout(LIMIT).unwrap();
    }
}

/// One connection.
pub(crate) struct Talk {
    stream: UnixStream,
    read: Vec<u8>,
}

impl Talk {
    fn begin(mut stream: UnixStream, asked: &Sender<()>, talk: &dyn Fn(Talk)) {
        let mut read = vec![0; 1 << 16];
        let length = stream.read(&mut read).unwrap_or(0);
        read.truncate(length);
        // The test may have gone.
        let _ = asked.send(());
        talk(Talk { stream, read });
    }

    /// The next request; none when the client has gone.
    pub(crate) fn request(&mut self) -> Option<Value> {
        loop {
            let mut values = serde_json::Deserializer::from_slice(&self.read).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                let length = values.byte_offset();
                self.read.drain(..length);
                return Some(value);
            }
            let mut more = vec![0; 1 << 16];
            let length = self.stream.read(&mut more).ok().filter(|it| *it > 0)?;
            self.read.extend_from_slice(&more[..length]);
        }
    }

    /// Sends; tells whether the client still takes it.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// Says nothing more, until the client has gone.
    pub(crate) fn linger(mut self) {
        let mut buffer = [0; 4096];
        while self.stream.read(&mut buffer).is_ok_and(|length| length > 0) {}
    }
}
