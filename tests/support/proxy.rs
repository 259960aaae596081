//! Something between `netswitch` and its database server that cuts the connection at the worst
//! moment.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use tempfile::TempDir;

/// What becomes of a transaction when the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server never gets it.
    Before,
    /// The server commits it, and nobody hears of it.
    After,
    /// The server commits it, and the client gets this instead of the reply.
    Garbled(&'static str),
    /// The server gets it when it is tried again, before that: one that was stopped reads what
    /// lies in a socket whose other end has gone.
    Late,
}

/// Cuts at the first transaction; nobody gets through afterwards unless `again`.
pub(crate) struct Proxy {
    folder: TempDir,
    plan: Arc<Plan>,
}

struct Plan {
    server: PathBuf,
    cut: Cut,
    again: bool,
    is_cut: AtomicBool,
    /// What comes late.
    late: Mutex<Option<Value>>,
}

impl Proxy {
    pub(crate) fn before(server: PathBuf, cut: Cut, again: bool) -> Proxy {
        let folder = TempDir::with_prefix("nsw-").unwrap();
        let listener = UnixListener::bind(folder.path().join("db.sock")).unwrap();
        let plan = Arc::new(Plan {
            server,
            cut,
            again,
            is_cut: AtomicBool::new(false),
            late: Mutex::new(None),
        });
        let shared = Arc::clone(&plan);
        thread::spawn(move || {
            for client in listener.incoming() {
                let plan = Arc::clone(&shared);
                thread::spawn(move || plan.connect(client.unwrap()));
            }
        });
        Proxy { folder, plan }
    }

    /// Lets the server have what comes late, if it was not tried again.
    pub(crate) fn deliver_late(&self) {
        let late = self.plan.late.lock().unwrap().take().unwrap();
        let (mut client, _) = UnixStream::pair().unwrap();
        self.plan.commit(&late, &mut client);
    }

    pub(crate) fn remote(&self) -> String {
        format!("unix:{}", self.folder.path().join("db.sock").display())
    }
}

impl Plan {
    fn connect(&self, mut client: UnixStream) {
        if self.is_cut.load(Ordering::SeqCst) && !self.again {
            return;
        }
        let Ok(mut server) = UnixStream::connect(&self.server) else {
            return;
        };
        let (mut from_server, mut to_client) =
            (server.try_clone().unwrap(), client.try_clone().unwrap());
        let replies = thread::spawn(move || {
            // Ends with either side.
            let _ = std::io::copy(&mut from_server, &mut to_client);
            let _ = to_client.shutdown(Shutdown::Both);
        });
        let mut requests = Messages::default();
        while let Some(request) = requests.next(&mut client) {
            if request["method"] == "transact" && !self.is_cut.swap(true, Ordering::SeqCst) {
                match self.cut {
                    Cut::Before => {}
                    Cut::After | Cut::Garbled(_) => {
                        // The way back is closed first, so that not even an update comes through.
                        drop(server);
                        self.commit(&request, &mut client);
                    }
                    Cut::Late => *self.late.lock().unwrap() = Some(request),
                }
                let _ = client.shutdown(Shutdown::Both);
                return;
            }
            let is_again = |late: &mut Value| operations(late) == operations(&request);
            if let Some(late) = self.late.lock().unwrap().take_if(is_again) {
                self.commit(&late, &mut client);
            }
            if write!(server, "{request}").is_err() {
                break;
            }
        }
        let _ = server.shutdown(Shutdown::Both);
        let _ = replies.join();
    }

    /// Has the transaction done, over a connection of its own.
    fn commit(&self, request: &Value, client: &mut UnixStream) {
        let mut server = UnixStream::connect(&self.server).unwrap();
        write!(server, "{request}").unwrap();
        let reply = Messages::default().next(&mut server).unwrap();
        assert_eq!(reply["error"], Value::Null, "{reply}");
        if let Cut::Garbled(result) = self.cut {
            let id = &request["id"];
            let _ = write!(client, r#"{{"id":{id},"error":null,"result":{result}}}"#);
            // Until the client goes.
            let _ = client.read_to_end(&mut Vec::new());
        }
    }
}

/// The names of a transaction's operations.
fn operations(request: &Value) -> Option<Vec<&Value>> {
    let params = request["params"].as_array()?;
    Some(params.iter().map(|operation| &operation["op"]).collect())
}

/// JSON values as they come.
#[derive(Default)]
struct Messages(Vec<u8>);

impl Messages {
    fn next(&mut self, stream: &mut UnixStream) -> Option<Value> {
        loop {
            let mut values = serde_json::Deserializer::from_slice(&self.0).into_iter::<Value>();
            if let Some(Ok(value)) = values.next() {
                let length = values.byte_offset();
                self.0.drain(..length);
                return Some(value);
            }
            let mut more = vec![0; 1 << 16];
            let length = stream.read(&mut more).ok().filter(|it| *it > 0)?;
            self.0.extend_from_slice(&more[..length]);
        }
    }
}
