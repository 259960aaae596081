//! Has a plan's transactions carried out, and finds out what became of them.

use std::time::{Duration, Instant};

use super::configure::{Change, Configure, Configured, Done, configurator};
use super::marks;
use super::switch::{Committed, OvsSwitch};
use super::vsctl::Vsctl;
use crate::ovsdb::{self, Map, Monitor, Outcome, Table, Transaction, TransactionBuilder, Uuid};
use crate::plan::{Configurator, Plan};
use crate::switch::{Lost, SwitchError};
use crate::vswitch::{Bridge, Interface, OpenVSwitch, OpenVSwitchDatabase, Port, open_vswitch};

/// How long to try for a lost connection at the most, to learn whether its transaction committed.
const RECONNECT: Duration = Duration::from_secs(10);

impl OvsSwitch {
    /// Whether the plan's configurator is there, and can take the first transaction. What does not
    /// fit the database as it is now is for [`apply_plan`](Self::apply_plan) to find.
    pub(super) fn check_plan(&self, plan: &Plan) -> Result<(), SwitchError> {
        let Configurator::Vsctl(limits) = plan.configurator else {
            return Ok(());
        };
        let vsctl = Vsctl::find(limits)?;
        let transactions = plan.transactions();
        let Some(steps) = transactions.first() else {
            return Ok(());
        };
        if let Ok(rendered) = self.render(steps, &self.planned_for, Uuid::new_v4()) {
            let options = self.vsctl_options(Duration::MAX, true);
            vsctl.commands(&rendered.transaction, &options)?;
        }
        Ok(())
    }

    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub(super) async fn apply_plan(
        &mut self,
        plan: &Plan,
        limit: Duration,
    ) -> Result<(), SwitchError> {
        let deadline = Instant::now() + limit;
        let configurator = configurator(plan.configurator)?;
        let transactions = plan.transactions();
        let all = transactions.len();
        let mut planned_for = self.planned_for.clone();
        self.applied = None;
        for (done, steps) in transactions.iter().enumerate() {
            let marker = Uuid::new_v4();
            let rendered = self.render(steps, &planned_for, marker);
            let left = deadline.saturating_duration_since(Instant::now());
            let committed = match rendered {
                Ok(rendered) => {
                    let change = Change {
                        transaction: rendered.transaction,
                        interfaces: rendered.interfaces,
                        marker,
                        is_last: done + 1 == all,
                    };
                    self.carry_out(&*configurator, change, left).await
                }
                Err(error) => Err(error),
            };
            match committed {
                Ok(()) => planned_for.insert(marks::TRANSACTION.to_owned(), marker.to_string()),
                Err(error) if done == 0 => return Err(error),
                Err(error) => {
                    let cause = Box::new(error);
                    return Err(SwitchError::Partly { done, all, cause });
                }
            };
        }
        Ok(())
    }

    async fn carry_out(
        &mut self,
        configurator: &dyn Configure,
        change: Change,
        limit: Duration,
    ) -> Result<(), SwitchError> {
        let Configured { done, mut inverse } = configurator.configure(self, &change, limit).await?;
        let (outcome, running) = match done {
            Done::Committed(outcome, running) => (outcome, running),
            Done::Unheard(lost) => {
                // Another connection has another replica.
                if inverse.is_none() {
                    let Ok(made) = self.inverse(&change.transaction) else {
                        return Err(SwitchError::Unknown(lost));
                    };
                    inverse = Some(made);
                }
                let limit = RECONNECT.min(limit / 4);
                let resolved = self
                    .resolve(&change.transaction, change.marker, lost, limit)
                    .await;
                if let (Err(SwitchError::Unknown(_)), Some(applied)) =
                    (&resolved, &mut self.applied)
                {
                    applied.is_unknown = true;
                }
                (resolved?, None)
            }
        };
        let missed: Vec<usize> = outcome.missed(&change.transaction).collect();
        // From here on there is something to take back, whatever happens.
        let applied = self.applied.get_or_insert_default();
        match inverse {
            Some(inverse) => applied.transactions.push(Committed { inverse, outcome }),
            None => applied.put_off = Some((change.transaction, outcome)),
        }
        applied.interfaces.extend(change.interfaces);
        applied.running = running;
        let target = next_cfg(&self.progress);
        let target = target.map_err(|error| SwitchError::Unknown(Lost::Reply(error)))?;
        if let Some(applied) = &mut self.applied {
            applied.target = target;
        }
        if missed.is_empty() {
            Ok(())
        } else {
            Err(SwitchError::Missed(missed))
        }
    }

    /// The reply was lost: the marker in the database tells whether the transaction committed, and
    /// the names of its rows which they are. One that did not is kept from committing later.
    async fn resolve(
        &mut self,
        transaction: &Transaction,
        marker: Uuid,
        lost: Lost,
        limit: Duration,
    ) -> Result<Outcome, SwitchError> {
        if self.reconnect(limit).await.is_err() {
            return Err(SwitchError::Unknown(lost));
        }
        let marker = marker.to_string();
        match self.give_up(&marker, limit).await {
            Ok(true) => return Err(lost.refusal()),
            Ok(false) => {}
            Err(_) => return Err(SwitchError::Unknown(lost)),
        }
        let Ok(db) = self.replica.read() else {
            return Err(SwitchError::Unknown(lost));
        };
        let is_ours = |row: &OpenVSwitch| row.external_ids.get(marks::TRANSACTION) == Some(&marker);
        if !db.open_vswitch.iter().any(|(_, row)| is_ours(row)) {
            return Err(SwitchError::Unknown(lost));
        }
        let find = |table: &str, name: &str| find(&db, table, name);
        Outcome::unheard(transaction, find).ok_or(SwitchError::Unknown(lost))
    }

    /// Unless the transaction with this marker has committed, makes sure that it never will: a
    /// server that was stopped may read it yet. It waits for the marker that it was planned for,
    /// and another takes that one's place.
    async fn give_up(&self, marker: &str, limit: Duration) -> Result<bool, SwitchError> {
        let (root, _) = self.root()?;
        let ids = open_vswitch::EXTERNAL_IDS;
        let ours = Map::from_iter([(marks::TRANSACTION.to_owned(), marker.to_owned())]);
        let mut builder = TransactionBuilder::new();
        let other = Uuid::new_v4().to_string();
        let given_up = builder.mutate_if(root, ids.excludes(&ours));
        let given_up = given_up
            .put(ids, marks::TRANSACTION.into(), other)
            .counted();
        builder.comment("netswitch gives up a transaction whose reply was lost");
        let client = self.client.with_timeout(limit);
        let transaction = builder.build().map_err(SwitchError::Transaction)?;
        let outcome = client
            .transact::<OpenVSwitchDatabase>(&transaction)
            .await
            .map_err(SwitchError::Database)?;
        Ok(outcome.count(given_up) > 0)
    }
}

/// The row of a table that has a name.
pub(super) fn find(db: &OpenVSwitchDatabase, table: &str, name: &str) -> Option<Uuid> {
    match table {
        Bridge::NAME => db.bridge.by_name(name).map(|(id, _)| id.uuid()),
        Port::NAME => db.port.by_name(name).map(|(id, _)| id.uuid()),
        Interface::NAME => db.interface.by_name(name).map(|(id, _)| id.uuid()),
        _ => None,
    }
}

/// The number of the configuration that was asked for last.
fn next_cfg(progress: &Monitor<OpenVSwitchDatabase>) -> Result<i64, ovsdb::Error> {
    let db = progress.read()?;
    let numbers = db.open_vswitch.iter().map(|(_, row)| row.next_cfg);
    Ok(numbers.max().unwrap_or(i64::MAX))
}
