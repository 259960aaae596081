use serde_json::json;

use super::output;
use super::words::Words;
use crate::cli::Global;
use crate::ovsdb::LockChange;

/// How to ask for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// After those who wait already.
    Wait,
    /// From whoever has it.
    Steal,
}

/// Asks for a lock, prints whether it is held, and then whatever happens to it.
pub(super) async fn run(words: Words, global: &Global, manner: Manner) -> anyhow::Result<()> {
    let (server, [name]) = words.exactly(global)?;
    let session = server.connect().await?;
    let mut lock = match manner {
        Manner::Wait => session.client().lock(&name).await?,
        Manner::Steal => session.client().steal(&name).await?,
    };
    let mut goes_on = output::print(&format!("{}\n", json!({"locked": lock.is_held()})))?;
    while goes_on {
        let change = match lock.changed().await? {
            LockChange::Locked => "locked",
            LockChange::Stolen => "stolen",
            LockChange::Lost | LockChange::GivenBack => continue,
        };
        goes_on = output::print(&format!("{change}\n{}\n", json!([name])))?;
    }
    Ok(())
}

/// Gives a lock back. A server knows locks by their connection, and this one has none: it says so.
pub(super) async fn give_back(words: Words, global: &Global) -> anyhow::Result<()> {
    let (server, [name]) = words.exactly(global)?;
    let session = server.connect().await?;
    session.client().unlock(&name).await?;
    output::print("{}\n")?;
    Ok(())
}
