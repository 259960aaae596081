//! Waits for ovs-vswitchd and looks at what it made of the configuration.

use std::collections::BTreeSet;
use std::time::Duration;

use super::switch::OvsSwitch;
use crate::ovsdb::{self, TransactionBuilder};
use crate::switch::{InterfaceFailure, SwitchError};
use crate::vswitch::{Interface, OpenVSwitchDatabase, interface};

/// Up to so many interfaces are asked for by name after a change; beyond, all are read at once.
const FEW_INTERFACES: usize = 32;

/// What the last look has at the least, however late it is.
const LEAST: Duration = Duration::from_secs(1);

impl OvsSwitch {
    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub(super) async fn wait_applied(&mut self, limit: Duration) -> Result<(), SwitchError> {
        let applied = self.applied.as_mut().ok_or(SwitchError::NothingApplied)?;
        applied.is_awaited = true;
        let target = applied.target;
        match self.wait_for(target, limit).await {
            Ok(()) => Ok(()),
            Err(error) if error.is_timeout() => {
                if let Some(applied) = &mut self.applied {
                    applied.is_awaited = false;
                }
                Err(SwitchError::NotRealised(limit))
            }
            Err(error) => Err(SwitchError::Database(error)),
        }
    }

    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub(super) async fn verify_applied(&mut self, limit: Duration) -> Result<(), SwitchError> {
        let applied = self.applied.as_ref().ok_or(SwitchError::NothingApplied)?;
        let names = &applied.rendered.interfaces;
        let failures = self.failed_interfaces(names, limit.max(LEAST)).await?;
        if failures.is_empty() {
            Ok(())
        } else {
            Err(SwitchError::Interfaces(failures))
        }
    }

    /// Waits until ovs-vswitchd has realised the configuration of this number, as ovs-vsctl(8) does.
    pub(super) async fn wait_for(&self, target: i64, limit: Duration) -> Result<(), ovsdb::Error> {
        let reached =
            |db: &OpenVSwitchDatabase| db.open_vswitch.iter().all(|(_, row)| row.cur_cfg >= target);
        self.progress.wait_until(reached, limit).await
    }

    /// Those of `names` that ovs-vswitchd could not set up.
    async fn failed_interfaces(
        &self,
        names: &[String],
        limit: Duration,
    ) -> Result<Vec<InterfaceFailure>, SwitchError> {
        let columns = [
            "_uuid",
            interface::NAME.name(),
            interface::OFPORT.name(),
            interface::ERROR.name(),
        ];
        let mut builder = TransactionBuilder::new();
        let selects: Vec<_> = if names.len() <= FEW_INTERFACES {
            let by_name = |name| vec![interface::NAME.equals(name)];
            names
                .iter()
                .map(|name| builder.select(by_name(name), &columns))
                .collect()
        } else {
            vec![builder.select::<Interface>(Vec::new(), &columns)]
        };
        let outcome = self
            .client
            .with_timeout(limit)
            .transact::<OpenVSwitchDatabase>(&builder.build()?)
            .await
            .map_err(SwitchError::Database)?;
        let mut missing: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let mut failures = Vec::new();
        for select in selects {
            let rows = outcome.rows(select).map_err(|error| SwitchError::Foreign {
                remote: self.client.remote().to_string(),
                reason: error.to_string(),
            })?;
            for (_, row) in rows {
                if missing.remove(row.name.as_str()) {
                    failures.extend(failure(&row));
                }
            }
        }
        let gone = missing.into_iter().map(|name| InterfaceFailure {
            name: name.to_owned(),
            reason: "it is not in the database any more".to_owned(),
        });
        failures.extend(gone);
        Ok(failures)
    }
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
