use std::time::Duration;

use anyhow::bail;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::connection::Server;
use super::words::Words;
use super::{Fault, transact};
use crate::cli::Global;
use crate::ovsdb;

/// How long after a lost or failed connection another is tried.
const PAUSE: Duration = Duration::from_millis(200);

/// Waits until a server has, or no longer has, a database, also while the server is not there.
pub(super) async fn run(words: Words, global: &Global) -> anyhow::Result<()> {
    let (server, [database, state]) = words.exactly(global)?;
    if server.is_several() {
        let problem = "one server is waited for: name no others";
        bail!(Fault::Usage(problem.to_owned()));
    }
    let operation = operation(&database, &state)?;
    let wait = async {
        loop {
            match attempt(&server, &operation).await {
                Err(error) if is_passing(&error) => {
                    tracing::debug!(error = format!("{error:#}"), "still waiting");
                    sleep(PAUSE).await;
                }
                done => return done,
            }
        }
    };
    match timeout(server.left(), wait).await {
        Ok(done) => done,
        Err(_) => bail!(
            "database {database} was not {state} on {} within the limit of the command",
            server.remotes()
        ),
    }
}

/// RFC 7047, section 5.2.6, on the server's own database (ovsdb-server(5)). A database that has
/// been added has a row there; a clustered one is connected once it has joined its cluster.
fn operation(database: &str, state: &str) -> Result<Value, Fault> {
    let (columns, rows) = match state {
        "added" => (json!([]), json!([{}])),
        "connected" => (json!(["connected"]), json!([{"connected": true}])),
        "removed" => (json!([]), json!([])),
        other => {
            let problem = format!("a database is added, connected or removed, but not {other}");
            return Err(Fault::Usage(problem));
        }
    };
    let is_it = json!([["name", "==", database]]);
    Ok(json!({
        "op": "wait", "table": "Database", "where": is_it, "columns": columns,
        "until": "==", "rows": rows,
    }))
}

async fn attempt(server: &Server, operation: &Value) -> anyhow::Result<()> {
    let session = server.connect().await?;
    let client = session.client();
    let results = client.transact_raw("_Server", &[operation]).await?;
    transact::check(results.get(), 1)
}

/// Whether the connection is to blame, and another may do better.
fn is_passing(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(|error: &ovsdb::Error| {
        let is_lost = error.is_connect() || error.is_closed() || error.is_timeout();
        is_lost && !error.is_protocol()
    })
}
