use std::time::Duration;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::Fault;
use super::schema::Schema;
use crate::ovsdb::{self, Client, Options, Remotes, Tls};

/// The database that is meant where none is named.
const DEFAULT: &str = "Open_vSwitch";

/// How much of the limit a server may take to accept the connection, at most.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// How much longer than its limit a command takes at most to find out why it was reached.
const EXPLAIN_LIMIT: Duration = Duration::from_secs(1);

/// Longer limits are cut to this, so that no clock overflows.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// Which server is meant, and until when the command may take.
#[derive(Debug)]
pub(super) struct Server {
    remotes: Remotes,
    tls: Option<Tls>,
    deadline: Instant,
}

/// A connection for one command.
#[derive(Debug)]
pub(super) struct Session<'a> {
    server: &'a Server,
    client: Client,
}

impl Server {
    /// The command's time begins now.
    pub(super) fn new(remotes: Remotes, tls: Option<Tls>, limit: Duration) -> Self {
        let now = Instant::now();
        Self {
            remotes,
            tls,
            deadline: now.checked_add(limit).unwrap_or(now + LONGEST),
        }
    }

    /// Where the server may be.
    pub(super) fn remotes(&self) -> &Remotes {
        &self.remotes
    }

    /// The time that is left.
    pub(super) fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Connects to the first of the remotes that can be reached.
    pub(super) async fn connect(&self) -> anyhow::Result<Session<'_>> {
        let remotes = u32::try_from(self.remotes.iter().count()).unwrap_or(u32::MAX);
        let options = Options {
            connect_timeout: CONNECT_LIMIT.min(self.left() / remotes.max(1)),
            request_timeout: self.left(),
            reconnect: None,
            tls: self.tls.clone(),
            ..Options::default()
        };
        let reached = ovsdb::connect(&self.remotes, &options).await;
        let (client, connection) = reached.context(
            "no database server was reached; start ovsdb-server (on Debian: systemctl start \
             openvswitch-switch), or name the one that runs with --db",
        )?;
        tokio::spawn(connection);
        Ok(Session {
            server: self,
            client,
        })
    }
}

impl Session<'_> {
    /// The client, its calls limited to the time that is left.
    pub(super) fn client(&self) -> Client {
        self.client.with_timeout(self.server.left())
    }

    /// Splits what was typed into a database and the names inside it: no fewer than `required`,
    /// which were counted before, and no more than `most`. As with ovsdb-client, the first name is
    /// a database's if the server has such a database and enough names follow.
    pub(super) async fn split(
        &self,
        mut names: Vec<String>,
        required: usize,
        most: usize,
    ) -> anyhow::Result<(String, Vec<String>)> {
        let databases = self.client().list_databases().await?;
        let is_named =
            names.len() > required && names.first().is_some_and(|first| databases.contains(first));
        let database = match names.first() {
            Some(_) if is_named => names.remove(0),
            Some(unknown) if names.len() > most => bail!(self.no_database(unknown, &databases)),
            _ => default_of(&databases)?,
        };
        match names.get(most..) {
            None | Some([]) => Ok((database, names)),
            extra => bail!(Fault::extra(extra)),
        }
    }

    /// Whether a database, which the server must have, is one of a cluster (ovsdb-server(5)).
    pub(super) async fn is_clustered(&self, database: &str) -> anyhow::Result<bool> {
        #[derive(Deserialize)]
        struct Selected {
            rows: Vec<Row>,
        }
        #[derive(Deserialize)]
        struct Row {
            model: String,
        }
        let is_it = json!([["name", "==", database]]);
        let select = json!({"op": "select", "table": "Database", "where": is_it,
            "columns": ["model"]});
        let results = self.client().transact_raw("_Server", &[select]).await?;
        let [Selected { rows }] = serde_json::from_str(results.get())
            .with_context(|| Fault::Answer("the list of databases".to_owned()))?;
        match rows.first() {
            Some(row) => Ok(row.model == "clustered"),
            None => {
                let databases = self.client().list_databases().await?;
                bail!(self.no_database(database, &databases))
            }
        }
    }

    /// Runs a transaction; one that gets no answer because the database's cluster has no leader is
    /// told so.
    pub(super) async fn transact(
        &self,
        database: &str,
        operations: &[impl Serialize],
    ) -> anyhow::Result<Box<RawValue>> {
        let error = match self.client().transact_raw(database, operations).await {
            Ok(results) => return Ok(results),
            Err(error) => error,
        };
        if error.is_timeout() && self.is_cut_off(database).await.unwrap_or(false) {
            let remote = self.client.remote();
            return Err(error).with_context(|| {
                format!(
                    "{remote} is not connected to the cluster of database {database}, which may \
                     have no leader"
                )
            });
        }
        Err(error.into())
    }

    /// Whether a server says of a database that it is of a cluster and cannot reach it
    /// (ovsdb-server(5)).
    async fn is_cut_off(&self, database: &str) -> anyhow::Result<bool> {
        #[derive(Deserialize)]
        struct Selected {
            rows: Vec<Row>,
        }
        #[derive(Deserialize)]
        struct Row {
            model: String,
            connected: bool,
        }
        let is_it = json!([["name", "==", database]]);
        let select = json!({"op": "select", "table": "Database", "where": is_it,
            "columns": ["model", "connected"]});
        let client = self.client.with_timeout(EXPLAIN_LIMIT);
        let results = client.transact_raw("_Server", &[select]).await?;
        let [Selected { rows }] = serde_json::from_str(results.get())?;
        let mut rows = rows.iter();
        Ok(rows.any(|row| row.model == "clustered" && !row.connected))
    }

    fn no_database(&self, name: &str, databases: &[String]) -> String {
        let (remote, databases) = (self.client.remote(), databases.join(", "));
        format!("{remote} has no database {name}; it has {databases}")
    }

    /// The schema of a database, as the server tells it.
    pub(super) async fn schema(&self, database: &str) -> anyhow::Result<Schema> {
        let text = self.client().get_schema(database).await?;
        Schema::parse(text.get())
            .with_context(|| Fault::Answer(format!("the schema of database {database}")))
    }
}

/// `Open_vSwitch`, or else the only database that is not the server's own.
fn default_of(databases: &[String]) -> anyhow::Result<String> {
    let mut users = databases.iter().filter(|name| !name.starts_with('_'));
    let default = match databases.iter().find(|name| *name == DEFAULT) {
        Some(default) => Some(default),
        None => users.next().filter(|_| users.next().is_none()),
    };
    default.cloned().with_context(|| {
        format!(
            "which database is meant? there are {}",
            databases.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_database() {
        let default = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            default_of(&names).ok()
        };
        let open_vswitch = Some(DEFAULT.to_owned());
        assert_eq!(default(&["A", "Open_vSwitch", "_Server"]), open_vswitch);
        assert_eq!(default(&["A", "_Server"]), Some("A".to_owned()));
        assert_eq!(default(&["A", "B", "_Server"]), None);
        assert_eq!(default(&["_Server"]), None);
    }
}
