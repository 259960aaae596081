//! Takes back what was applied last, and proves it.

use std::time::{Duration, Instant};

use super::render::{self, Rendered};
use super::switch::OvsSwitch;
use crate::causes::chain;
use crate::ovsdb::TransactionBuilder;
use crate::switch::SwitchError;
use crate::vswitch::OpenVSwitchDatabase;

/// How long a server may take to show that it is there before a rollback turns to another
/// connection.
const ECHO: Duration = Duration::from_secs(2);

/// How long to wait for ovs-vswitchd to follow a rollback: it may be why there is one.
const FOLLOW: Duration = Duration::from_secs(10);

impl OvsSwitch {
    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub(super) async fn roll_back_applied(
        &mut self,
        limit: Duration,
    ) -> Result<Vec<String>, SwitchError> {
        let deadline = Instant::now() + limit;
        let echo = ECHO.min(limit / 2);
        if self.client.with_timeout(echo).echo().await.is_err() {
            let left = deadline.saturating_duration_since(Instant::now());
            self.reconnect(left).await?;
        }
        let applied = self.applied.take().ok_or(SwitchError::NothingApplied)?;
        let (root, _) = self.root()?;
        let comment = "netswitch: roll back".to_owned();
        let finish = |builder: &mut TransactionBuilder| render::close(builder, root, comment);
        let Rendered { inverse, .. } = &applied.rendered;
        let transaction = inverse.transaction(&applied.outcome, finish)?;
        let undone = self
            .client
            .with_timeout(deadline.saturating_duration_since(Instant::now()))
            .transact::<OpenVSwitchDatabase>(&transaction)
            .await;
        let undone = match undone {
            Ok(undone) => undone,
            Err(error) => {
                self.refresh().await?;
                let db = self.replica.read().map_err(SwitchError::Database)?;
                let mut left = vec![chain(&SwitchError::Refused(error))];
                left.extend(inverse.obstacles(&applied.outcome, &*db));
                return Ok(left);
            }
        };
        if applied.is_awaited {
            let target = self.root()?.1.next_cfg;
            let left = deadline.saturating_duration_since(Instant::now());
            if let Err(error) = self.wait_for(target, left.min(FOLLOW)).await {
                tracing::warn!(%error, "the database is restored; ovs-vswitchd has not followed");
            }
        }
        self.refresh().await?;
        let db = self.replica.read().map_err(SwitchError::Database)?;
        Ok(inverse.differences(&applied.outcome, &undone, &*db))
    }

    async fn refresh(&mut self) -> Result<(), SwitchError> {
        if self.replica.is_stale() {
            self.replica.resume().await.map_err(SwitchError::Database)?;
        }
        Ok(())
    }
}
