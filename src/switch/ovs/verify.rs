//! Waits for ovs-vswitchd and looks at what it made of the configuration.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::switch::OvsSwitch;
use crate::ovsdb::{self, Monitor, Selection, TransactionBuilder};
use crate::switch::{InterfaceFailure, SwitchError};
use crate::vswitch::{Interface, OpenVSwitch, OpenVSwitchDatabase, interface, open_vswitch};

/// Up to so many interfaces are asked for by name after a change; beyond, all are followed.
const FEW_INTERFACES: usize = 32;

/// What the last look has at the least, however late it is.
const LEAST: Duration = Duration::from_secs(1);

/// How long ovs-vswitchd has to mend by itself what it stumbled over: when it moves a tunnel's port
/// to another bridge it asks for it before it has let it go, and gets it in its next turn.
const SECOND_TRY: Duration = Duration::from_secs(2);

/// What it says then: the text of EEXIST.
const NOT_LET_GO: &str = "(File exists)";

/// What ovs-vswitchd says of an interface.
const COLUMNS: [&str; 3] = [
    interface::NAME.name(),
    interface::OFPORT.name(),
    interface::ERROR.name(),
];

impl OvsSwitch {
    /// Waits until ovs-vswitchd has realised what was applied.
    ///
    /// Once it has, it keeps the server busy with the status of what is new. The word on many
    /// interfaces is therefore not asked for then: it comes with the word that all is done, in
    /// the same transaction of ovs-vswitchd.
    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub(super) async fn wait_applied(&mut self, limit: Duration) -> Result<(), SwitchError> {
        let deadline = Instant::now() + limit;
        let applied = self.applied.as_ref().ok_or(SwitchError::NothingApplied)?;
        let target = applied.target;
        let is_many = applied.interfaces.len() > FEW_INTERFACES;
        let realised: Result<_, ovsdb::Error> = async {
            let interfaces = match is_many {
                true => Some(self.follow_interfaces(limit).await?),
                false => None,
            };
            let left = deadline.saturating_duration_since(Instant::now());
            reached(interfaces.as_ref().unwrap_or(&self.progress), target, left).await?;
            Ok(interfaces)
        }
        .await;
        let applied = self.applied.as_mut().ok_or(SwitchError::NothingApplied)?;
        match realised {
            Ok(interfaces) => {
                applied.followed = interfaces;
                // It sees what we see, and ends by itself.
                if let Some(mut running) = applied.running.take() {
                    let _ = timeout(LEAST, running.ended()).await;
                }
                Ok(())
            }
            Err(error) if error.is_timeout() => {
                applied.is_silent = true;
                Err(SwitchError::NotRealised(limit))
            }
            Err(error) => Err(SwitchError::Database(error)),
        }
    }

    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub(super) async fn verify_applied(&mut self, limit: Duration) -> Result<(), SwitchError> {
        let followed = self.applied.as_mut().and_then(|it| it.followed.take());
        let applied = self.applied.as_ref().ok_or(SwitchError::NothingApplied)?;
        let names = &applied.interfaces;
        let limit = limit.max(LEAST);
        let mut failed = match &followed {
            Some(followed) => {
                let db = followed.read().map_err(SwitchError::Database)?;
                failures(names, db.interface.iter().map(|(_, row)| row))
            }
            None => failures(names, self.read_interfaces(names, limit).await?.iter()),
        };
        if !failed.is_empty() && failed.iter().all(may_be_mended) {
            let followed = match followed {
                Some(followed) => followed,
                None => self
                    .follow_interfaces(limit)
                    .await
                    .map_err(SwitchError::Database)?,
            };
            let mended = |db: &OpenVSwitchDatabase| {
                failed = failures(names, db.interface.iter().map(|(_, row)| row));
                failed.is_empty()
            };
            match followed.wait_until(mended, SECOND_TRY.min(limit)).await {
                Ok(()) => {}
                Err(error) if error.is_timeout() => {}
                Err(error) => return Err(SwitchError::Database(error)),
            }
        }
        if failed.is_empty() {
            Ok(())
        } else {
            Err(SwitchError::Interfaces(failed))
        }
    }

    /// Waits until ovs-vswitchd has realised the configuration of this number, as ovs-vsctl(8) does.
    pub(super) async fn wait_for(&self, target: i64, limit: Duration) -> Result<(), ovsdb::Error> {
        reached(&self.progress, target, limit).await
    }

    /// Follows all interfaces, and how far ovs-vswitchd has come.
    async fn follow_interfaces(
        &self,
        limit: Duration,
    ) -> Result<Monitor<OpenVSwitchDatabase>, ovsdb::Error> {
        let selection = Selection::new()
            .table::<Interface>(&COLUMNS)
            .table::<OpenVSwitch>(&[open_vswitch::CUR_CFG.name()]);
        self.client.with_timeout(limit).monitor(&selection).await
    }

    /// The rows of these interfaces that are there.
    async fn read_interfaces(
        &self,
        names: &[String],
        limit: Duration,
    ) -> Result<Vec<Interface>, SwitchError> {
        let mut columns = vec!["_uuid"];
        columns.extend(COLUMNS);
        let mut builder = TransactionBuilder::new();
        let selects: Vec<_> = names
            .iter()
            .map(|name| builder.select(vec![interface::NAME.equals(name)], &columns))
            .collect();
        let outcome = self
            .client
            .with_timeout(limit)
            .transact::<OpenVSwitchDatabase>(&builder.build()?)
            .await
            .map_err(SwitchError::Database)?;
        let mut found = Vec::with_capacity(names.len());
        for select in selects {
            let rows = outcome.rows(select).map_err(|error| SwitchError::Foreign {
                remote: self.client.remote().to_string(),
                reason: error.to_string(),
            })?;
            found.extend(rows.into_iter().map(|(_, row)| row));
        }
        Ok(found)
    }
}

async fn reached(
    progress: &Monitor<OpenVSwitchDatabase>,
    target: i64,
    limit: Duration,
) -> Result<(), ovsdb::Error> {
    let reached =
        |db: &OpenVSwitchDatabase| db.open_vswitch.iter().all(|(_, row)| row.cur_cfg >= target);
    progress.wait_until(reached, limit).await
}

/// Those of `names` that ovs-vswitchd could not set up.
fn failures<'a>(
    names: &[String],
    rows: impl Iterator<Item = &'a Interface>,
) -> Vec<InterfaceFailure> {
    let mut missing: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let mut failures: Vec<_> = rows
        .filter(|row| missing.remove(row.name.as_str()))
        .filter_map(failure)
        .collect();
    let gone = missing.into_iter().map(|name| InterfaceFailure {
        name: name.to_owned(),
        reason: "it is not in the database any more".to_owned(),
    });
    failures.extend(gone);
    failures
}

/// Whether ovs-vswitchd may set the interface up at its next turn.
fn may_be_mended(failure: &InterfaceFailure) -> bool {
    failure.reason.ends_with(NOT_LET_GO)
}

/// What ovs-vswitchd says of an interface that it could not set up
/// (ovs-vswitchd.conf.db(5), table Interface, `ofport`, `error`).
fn failure(row: &Interface) -> Option<InterfaceFailure> {
    let reason = match (&row.error, row.ofport) {
        (Some(error), _) => error.clone(),
        (None, Some(-1)) => "it has no port number".to_owned(),
        (None, None) => "it was not looked at".to_owned(),
        (None, Some(_)) => return None,
    };
    Some(InterfaceFailure {
        name: row.name.clone(),
        reason,
    })
}
