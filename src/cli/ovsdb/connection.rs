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
    leader_only: bool,
    deadline: Instant,
}

/// A connection for one command.
#[derive(Debug)]
pub(super) struct Session {
    client: Client,
    deadline: Instant,
}

impl Server {
    /// The command's time begins now.
    pub(super) fn new(
        remotes: Remotes,
        tls: Option<Tls>,
        leader_only: bool,
        limit: Duration,
    ) -> Self {
        let now = Instant::now();
        Self {
            remotes,
            tls,
            leader_only,
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
    pub(super) async fn connect(&self) -> anyhow::Result<Session> {
        self.reach(&self.remotes).await
    }

    /// Connects to a server that has this database. As with ovsdb-client, one that is named alone
    /// is good enough; of several it is the first that is connected to the database's cluster, if
    /// it is one of a cluster, and leads it unless others will do.
    pub(super) async fn connect_for(&self, database: &str) -> anyhow::Result<Session> {
        if !self.is_several() {
            return self.connect().await;
        }
        let names = vec![database.to_owned()];
        let (session, ..) = self.open(names, 0, 0).await?;
        Ok(session)
    }

    /// The same with what was typed, of which the database's name may be the first: see
    /// [`Session::split`]. Gives it, and the names inside it.
    pub(super) async fn open(
        &self,
        names: Vec<String>,
        required: usize,
        most: usize,
    ) -> anyhow::Result<(Session, String, Vec<String>)> {
        if !self.is_several() {
            let session = self.connect().await?;
            let (database, names) = session.split(names, required, most).await?;
            return Ok((session, database, names));
        }
        let mut unfit = Vec::new();
        let remotes = self.remotes.iter().cloned().enumerate();
        for (tried, remote) in remotes {
            let left = self.remotes.iter().count().saturating_sub(tried);
            let share = self.left() / u32::try_from(left).unwrap_or(u32::MAX).max(1);
            let fit = async {
                let mut session = self.reach(&remote.into()).await?;
                // One that is silent leaves time for the others.
                session.deadline = Instant::now() + share.min(LONGEST);
                let (database, inside) = session.split(names.clone(), required, most).await?;
                session.check(&database, self.leader_only).await?;
                session.deadline = self.deadline;
                anyhow::Ok((session, database, inside))
            };
            match fit.await {
                Ok(fit) => return Ok(fit),
                Err(error) if matches!(error.downcast_ref(), Some(Fault::Usage(_))) => {
                    return Err(error);
                }
                Err(error) => unfit.push(format!("{error:#}")),
            }
        }
        bail!(Fault::NoServer(unfit.join("; ")))
    }

    /// Whether there are several remotes.
    pub(super) fn is_several(&self) -> bool {
        self.remotes.iter().count() > 1
    }

    async fn reach(&self, among: &Remotes) -> anyhow::Result<Session> {
        let remotes = u32::try_from(self.remotes.iter().count()).unwrap_or(u32::MAX);
        let options = Options {
            connect_timeout: CONNECT_LIMIT.min(self.left() / remotes.max(1)),
            request_timeout: self.left(),
            reconnect: None,
            tls: self.tls.clone(),
            ..Options::default()
        };
        let reached = ovsdb::connect(among, &options).await;
        let (client, connection) = reached.context(
            "no database server was reached; start ovsdb-server (on Debian: systemctl start \
             openvswitch-switch), or name the one that runs with --db",
        )?;
        tokio::spawn(connection);
        Ok(Session {
            client,
            deadline: self.deadline,
        })
    }
}

impl Session {
    /// The client, its calls limited to the time that is left.
    pub(super) fn client(&self) -> Client {
        let left = self.deadline.saturating_duration_since(Instant::now());
        self.client.with_timeout(left)
    }

    /// Splits what was typed into a database and the names inside it: no fewer than `required`,
    /// which were counted before, and no more than `most`. As with ovsdb-client, the first name is
    /// a database's if the server has such a database and enough names follow.
    async fn split(
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

    /// Whether a database, which the server must have, is one of a cluster.
    pub(super) async fn is_clustered(&self, database: &str) -> anyhow::Result<bool> {
        Ok(self.told(database).await?.is_clustered())
    }

    /// Fails unless the server serves a database, its cluster's leader if need be.
    async fn check(&self, database: &str, leader_only: bool) -> anyhow::Result<()> {
        let told = self.told(database).await?;
        let remote = self.client.remote();
        match told {
            told if !told.is_clustered() => Ok(()),
            Told { connected, .. } if !connected => bail!("{remote} is cut off from its cluster"),
            Told { leader, .. } if leader_only && !leader => {
                bail!("{remote} does not lead its cluster")
            }
            _ => Ok(()),
        }
    }

    /// What the server tells of a database, which it must have.
    async fn told(&self, database: &str) -> anyhow::Result<Told> {
        match tell(&self.client(), database).await? {
            Some(told) => Ok(told),
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

    /// Whether the server says of a database that it is of a cluster and cannot reach it.
    async fn is_cut_off(&self, database: &str) -> anyhow::Result<bool> {
        let told = tell(&self.client.with_timeout(EXPLAIN_LIMIT), database).await?;
        Ok(told.is_some_and(|told| told.is_clustered() && !told.connected))
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

/// A database's row in the server's own database (ovsdb-server(5)).
#[derive(Debug, Deserialize)]
struct Told {
    model: String,
    connected: bool,
    leader: bool,
}

impl Told {
    fn is_clustered(&self) -> bool {
        self.model == "clustered"
    }
}

/// What a server tells of a database, if it has it.
async fn tell(client: &Client, database: &str) -> anyhow::Result<Option<Told>> {
    #[derive(Deserialize)]
    struct Selected {
        rows: Vec<Told>,
    }
    let is_it = json!([["name", "==", database]]);
    let select = json!({"op": "select", "table": "Database", "where": is_it,
        "columns": ["model", "connected", "leader"]});
    let results = client.transact_raw("_Server", &[select]).await?;
    let [Selected { rows }] = serde_json::from_str(results.get())
        .with_context(|| Fault::Answer("the list of databases".to_owned()))?;
    Ok(rows.into_iter().next())
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
