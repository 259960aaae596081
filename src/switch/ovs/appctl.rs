//! What only ovs-vswitchd itself tells, on its control socket (ovs-appctl(8)).

use std::path::Path;
use std::time::Duration;

use crate::ovsdb::{self, Options, Remote, Remotes};

/// How long ovs-vswitchd may take: a report does not wait for one that is stopped.
const LIMIT: Duration = Duration::from_secs(1);

/// `ovs-appctl lacp/show` of the ovs-vswitchd beside a database on this host; `None` when there is
/// none that answers.
pub(super) async fn lacp_show(database: &Remote) -> Option<String> {
    let Remote::Unix(socket) = database else {
        return None;
    };
    match show(socket.parent()?).await {
        Ok(told) => told,
        Err(error) => {
            tracing::debug!(%error, "ovs-vswitchd does not tell of LACP");
            None
        }
    }
}

/// Asks the daemon whose process id is in the folder, as ovs-appctl finds it.
async fn show(folder: &Path) -> Result<Option<String>, ovsdb::Error> {
    let pid = std::fs::read_to_string(folder.join("ovs-vswitchd.pid"));
    let Some(pid) = pid.ok().and_then(|text| text.trim().parse::<u32>().ok()) else {
        return Ok(None);
    };
    let control = folder.join(format!("ovs-vswitchd.{pid}.ctl"));
    let options = Options {
        connect_timeout: LIMIT,
        request_timeout: LIMIT,
        reconnect: None,
        ..Options::default()
    };
    let remotes = Remotes::from(Remote::Unix(control));
    let (client, connection) = ovsdb::connect(&remotes, &options).await?;
    tokio::spawn(connection);
    let told = client.request_raw("lacp/show", &[(); 0]).await?;
    Ok(serde_json::from_str(told.get()).ok())
}
