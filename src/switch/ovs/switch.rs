use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::marks;
use super::native::{self, RenderError, Rendered};
use super::observe::Observer;
use crate::causes::chain;
use crate::model::{Observed, SwitchType};
use crate::ovsdb::{
    self, Client, Database, Events, Monitor, Options, Outcome, Remotes, RowId, Selection, Table,
    Transaction, TransactionBuilder, Uuid,
};
use crate::plan::Plan;
use crate::report::Status;
use crate::switch::{InterfaceFailure, NetSwitch, SwitchError};
use crate::vswitch::{
    Bridge, Event, Interface, OpenVSwitch, OpenVSwitchDatabase, Port, interface, open_vswitch, port,
};

/// Transactions of more operations than this are sent with the replica paused: the server spends
/// half as much again on telling us of our own rows.
const MANY_OPERATIONS: usize = 256;

/// How long to try for a lost connection, to learn whether its transaction committed.
const RECONNECT: Duration = Duration::from_secs(10);

/// How long it is tried at the least, however late it is: not to know is worse.
const RESOLVE: Duration = Duration::from_secs(1);

/// How long a server may take to show that it is there before a rollback turns to another
/// connection.
const ECHO: Duration = Duration::from_secs(2);

/// Up to so many interfaces are asked for by name after a change; beyond, all are read at once.
const FEW_INTERFACES: usize = 32;

/// Open vSwitch, through its database: one transaction a plan, and its inverse at hand.
#[derive(Debug)]
pub struct OvsSwitch {
    remotes: Remotes,
    client: Client,
    /// The configuration: everything that lasts.
    replica: Monitor<OpenVSwitchDatabase>,
    events: Events<Event>,
    /// How far ovs-vswitchd has come, followed also while the replica is paused.
    progress: Monitor<OpenVSwitchDatabase>,
    observer: Option<Observer>,
    applied: Option<Applied>,
}

/// What was applied last, and what it takes to undo it.
#[derive(Debug)]
struct Applied {
    rendered: Rendered,
    outcome: Outcome,
    /// The configuration that ovs-vswitchd shall reach.
    target: i64,
    /// Whether somebody waits for ovs-vswitchd, and it has not been silent: then a rollback waits
    /// for it too.
    is_awaited: bool,
}

impl OvsSwitch {
    /// Reaches the first of `remotes` that answers, within `limit`, and reads the configuration.
    ///
    /// # Errors
    /// None answers, or what answers is not a vswitch database.
    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub async fn connect(remotes: &Remotes, limit: Duration) -> Result<Self, SwitchError> {
        // Each step has the limit as well; a slow server may not take it several times over.
        let all = tokio::time::timeout(limit, Self::connect_to(remotes, limit));
        all.await.unwrap_or_else(|_| {
            let remotes = remotes.to_string();
            Err(SwitchError::TimedOut { remotes, limit })
        })
    }

    async fn connect_to(remotes: &Remotes, limit: Duration) -> Result<Self, SwitchError> {
        let client = reach(remotes, limit).await?;
        // ovs-vswitchd writes these as it pleases, and the server keeps them all the same: they
        // are no configuration that could be restored.
        let lasting = Selection::lasting::<OpenVSwitchDatabase>()
            .without::<Interface>(&[interface::ERROR.name(), interface::CFM_FLAP_COUNT.name()])
            .without::<Port>(&[port::BOND_ACTIVE_SLAVE.name()]);
        let progress = Selection::new()
            .table::<OpenVSwitch>(&[open_vswitch::NEXT_CFG.name(), open_vswitch::CUR_CFG.name()]);
        let replica = client
            .monitor(&lasting)
            .await
            .map_err(SwitchError::Database)?;
        let progress = client
            .monitor(&progress)
            .await
            .map_err(SwitchError::Database)?;
        let events = replica.events();
        let remotes = remotes.clone();
        Ok(Self {
            remotes,
            client,
            replica,
            events,
            progress,
            observer: None,
            applied: None,
        })
    }

    /// Finds out within `limit` whether a vswitch database can be reached.
    ///
    /// # Errors
    /// As for [`connect`](OvsSwitch::connect).
    pub async fn probe(remotes: &Remotes, limit: Duration) -> Result<(), SwitchError> {
        reach(remotes, limit).await.map(drop)
    }

    /// The connection, for what the trait does not offer.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The configuration as it is now.
    ///
    /// # Errors
    /// The connection broke over an update that does not apply.
    pub fn replica(&self) -> Result<ovsdb::ReadGuard<'_, OpenVSwitchDatabase>, SwitchError> {
        self.replica.read().map_err(SwitchError::Database)
    }

    /// The transaction that would carry out this switch's part of `plan` now. Sends nothing.
    ///
    /// # Errors
    /// The plan does not fit the configuration as it is now.
    pub fn transaction(&self, plan: &Plan) -> Result<Transaction, SwitchError> {
        self.render(plan, Uuid::new_v4())
            .map(|rendered| rendered.transaction)
    }

    fn render(&self, plan: &Plan, marker: Uuid) -> Result<Rendered, SwitchError> {
        let db = self.replica.read().map_err(SwitchError::Database)?;
        native::render(plan.ovs_steps(), &db, marker).map_err(from_render)
    }

    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    async fn observe_ovs(&mut self, observed: &mut Observed) -> Result<(), SwitchError> {
        if self.replica.is_stale() {
            self.replica.resume().await.map_err(SwitchError::Database)?;
        }
        let Some(observer) = &mut self.observer else {
            return self.observe_all(observed);
        };
        while let Some(batch) = self.events.next().now_or_never() {
            match batch {
                Ok(events) => {
                    let db = self.replica.read().map_err(SwitchError::Database)?;
                    observer.update(&db, &mut observed.ovs, &events);
                }
                Err(error) if error.is_lagged() => return self.observe_all(observed),
                Err(error) => return Err(SwitchError::Database(error)),
            }
        }
        Ok(())
    }

    fn observe_all(&mut self, observed: &mut Observed) -> Result<(), SwitchError> {
        let db = self.replica.read().map_err(SwitchError::Database)?;
        self.events = self.replica.events();
        let (observer, ovs) = Observer::read(&db);
        self.observer = Some(observer);
        observed.ovs = ovs;
        Ok(())
    }

    /// The status columns change all the time: they are read when asked for, not followed.
    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    async fn read_status(&self) -> Result<Status, SwitchError> {
        let selection = Selection::new()
            .table::<Interface>(&[
                interface::NAME.name(),
                interface::ADMIN_STATE.name(),
                interface::LINK_STATE.name(),
                interface::LINK_SPEED.name(),
                interface::DUPLEX.name(),
                interface::OFPORT.name(),
                interface::ERROR.name(),
                interface::MAC_IN_USE.name(),
            ])
            .table::<Port>(&[
                port::NAME.name(),
                port::INTERFACES.name(),
                port::BOND_ACTIVE_SLAVE.name(),
            ]);
        let monitor = self.client.monitor::<OpenVSwitchDatabase>(&selection);
        let rows = monitor.await.map_err(SwitchError::Database)?;
        let status = Status::from_rows(&*rows.read().map_err(SwitchError::Database)?);
        Ok(status)
    }

    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    async fn apply_plan(&mut self, plan: &Plan, limit: Duration) -> Result<(), SwitchError> {
        let deadline = Instant::now() + limit;
        let marker = Uuid::new_v4();
        let rendered = self.render(plan, marker)?;
        if rendered.transaction.operations().len() > MANY_OPERATIONS {
            self.replica.pause().await.map_err(SwitchError::Database)?;
        }
        let sent = self
            .client
            .with_timeout(limit)
            .transact::<OpenVSwitchDatabase>(&rendered.transaction)
            .await;
        let outcome = match sent {
            Ok(outcome) => outcome,
            Err(error) if error.is_outcome_unknown() => {
                let left = deadline.saturating_duration_since(Instant::now());
                let limit = left.clamp(RESOLVE, RECONNECT);
                let transaction = &rendered.transaction;
                self.resolve(transaction, marker, error, limit).await?
            }
            Err(error) if error.transaction_error().is_some_and(|e| e.is_retryable()) => {
                return Err(SwitchError::Outdated(chain(&error)));
            }
            Err(error) => return Err(SwitchError::Refused(error)),
        };
        let missed: Vec<usize> = outcome.missed(&rendered.transaction).collect();
        let target = self.root()?.1.next_cfg;
        self.applied = Some(Applied {
            rendered,
            outcome,
            target,
            is_awaited: false,
        });
        if missed.is_empty() {
            Ok(())
        } else {
            Err(SwitchError::Missed(missed))
        }
    }

    /// The reply was lost: the marker in the database tells whether the transaction committed, and
    /// the names of its rows which they are.
    async fn resolve(
        &mut self,
        transaction: &Transaction,
        marker: Uuid,
        lost: ovsdb::Error,
        limit: Duration,
    ) -> Result<Outcome, SwitchError> {
        if self.reconnect(limit).await.is_err() {
            return Err(SwitchError::Unknown(lost));
        }
        let Ok(db) = self.replica.read() else {
            return Err(SwitchError::Unknown(lost));
        };
        let marker = marker.to_string();
        let is_ours = |row: &OpenVSwitch| row.external_ids.get(marks::TRANSACTION) == Some(&marker);
        if !db.open_vswitch.iter().any(|(_, row)| is_ours(row)) {
            return Err(SwitchError::Refused(lost));
        }
        let find = |table: &str, name: &str| match table {
            Bridge::NAME => db.bridge.by_name(name).map(|(id, _)| id.uuid()),
            Port::NAME => db.port.by_name(name).map(|(id, _)| id.uuid()),
            Interface::NAME => db.interface.by_name(name).map(|(id, _)| id.uuid()),
            _ => None,
        };
        Outcome::unheard(transaction, find).ok_or(SwitchError::Unknown(lost))
    }

    /// Reaches the database again, trying for `limit`: a server that restarts needs a moment.
    async fn reconnect(&mut self, limit: Duration) -> Result<(), SwitchError> {
        const PAUSE: Duration = Duration::from_millis(100);
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match Self::connect(&self.remotes, left.max(PAUSE)).await {
                Ok(again) => {
                    let applied = self.applied.take();
                    *self = Self { applied, ..again };
                    return Ok(());
                }
                Err(error) if left <= PAUSE => return Err(error),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    fn root(&self) -> Result<(RowId<OpenVSwitch>, OpenVSwitch), SwitchError> {
        let db = self.progress.read().map_err(SwitchError::Database)?;
        let root = db
            .open_vswitch
            .iter()
            .next()
            .map(|(id, row)| (id, row.clone()));
        root.ok_or_else(|| from_render(RenderError::NoRoot))
    }

    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    async fn verify_applied(&mut self, limit: Duration) -> Result<(), SwitchError> {
        let applied = self.applied.as_mut().ok_or(SwitchError::NothingApplied)?;
        applied.is_awaited = true;
        let target = applied.target;
        let reached =
            |db: &OpenVSwitchDatabase| db.open_vswitch.iter().all(|(_, row)| row.cur_cfg >= target);
        match self.progress.wait_until(reached, limit).await {
            Ok(()) => {}
            Err(error) if error.is_timeout() => {
                applied.is_awaited = false;
                return Err(SwitchError::NotRealised(limit));
            }
            Err(error) => return Err(SwitchError::Database(error)),
        }
        let names = applied.rendered.interfaces.clone();
        let failures = self.failed_interfaces(&names).await?;
        if failures.is_empty() {
            Ok(())
        } else {
            Err(SwitchError::Interfaces(failures))
        }
    }

    /// Those of `names` that ovs-vswitchd could not set up.
    async fn failed_interfaces(
        &self,
        names: &[String],
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
            .transact::<OpenVSwitchDatabase>(&builder.build()?)
            .await
            .map_err(SwitchError::Database)?;
        let mut missing: std::collections::BTreeSet<&str> =
            names.iter().map(String::as_str).collect();
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

    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    async fn roll_back_applied(&mut self, limit: Duration) -> Result<Vec<String>, SwitchError> {
        let deadline = Instant::now() + limit;
        if self.client.with_timeout(ECHO).echo().await.is_err() {
            self.reconnect(limit).await?;
        }
        let applied = self.applied.take().ok_or(SwitchError::NothingApplied)?;
        let (root, _) = self.root()?;
        let comment = "netswitch: roll back".to_owned();
        let finish = |builder: &mut TransactionBuilder| native::close(builder, root, comment);
        let Rendered { inverse, .. } = &applied.rendered;
        let transaction = inverse.transaction(&applied.outcome, finish)?;
        let left = deadline.saturating_duration_since(Instant::now());
        let undone = self
            .client
            .with_timeout(left.max(RESOLVE))
            .transact::<OpenVSwitchDatabase>(&transaction)
            .await;
        if self.replica.is_stale() {
            self.replica.resume().await.map_err(SwitchError::Database)?;
        }
        let undone = match undone {
            Ok(undone) => undone,
            Err(error) => {
                let db = self.replica.read().map_err(SwitchError::Database)?;
                let obstacles = inverse.obstacles(&applied.outcome, &*db);
                let reason = chain(&SwitchError::Refused(error));
                return Ok([vec![reason], obstacles].concat());
            }
        };
        if applied.is_awaited {
            let target = self.root()?.1.next_cfg;
            let left = deadline.saturating_duration_since(Instant::now());
            let reached = |db: &OpenVSwitchDatabase| {
                db.open_vswitch.iter().all(|(_, row)| row.cur_cfg >= target)
            };
            if let Err(error) = self.progress.wait_until(reached, left).await {
                tracing::warn!(%error, "the database is restored; ovs-vswitchd has not followed");
            }
        }
        let db = self.replica.read().map_err(SwitchError::Database)?;
        Ok(inverse.differences(&applied.outcome, &undone, &*db))
    }
}

/// Connects and makes sure that the database is there.
async fn reach(remotes: &Remotes, limit: Duration) -> Result<Client, SwitchError> {
    let options = Options {
        connect_timeout: limit,
        request_timeout: limit,
        ..Options::default()
    };
    let (client, connection) = ovsdb::connect(remotes, &options)
        .await
        .map_err(SwitchError::Database)?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "the connection to the database has ended");
        }
    });
    let databases = client
        .list_databases()
        .await
        .map_err(SwitchError::Database)?;
    if databases
        .iter()
        .any(|name| name == OpenVSwitchDatabase::NAME)
    {
        return Ok(client);
    }
    Err(SwitchError::Foreign {
        remote: client.remote().to_string(),
        reason: format!("it has {databases:?} only"),
    })
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

fn from_render(error: RenderError) -> SwitchError {
    match error {
        RenderError::UnknownRow(error) => SwitchError::Transaction(error),
        other => SwitchError::Outdated(other.to_string()),
    }
}

impl NetSwitch for OvsSwitch {
    fn switch_type(&self) -> SwitchType {
        SwitchType::Ovs
    }

    fn observe<'a>(
        &'a mut self,
        observed: &'a mut Observed,
    ) -> LocalBoxFuture<'a, Result<(), SwitchError>> {
        Box::pin(self.observe_ovs(observed))
    }

    fn status(&mut self) -> LocalBoxFuture<'_, Result<Status, SwitchError>> {
        Box::pin(self.read_status())
    }

    fn apply<'a>(
        &'a mut self,
        plan: &'a Plan,
        limit: Duration,
    ) -> LocalBoxFuture<'a, Result<(), SwitchError>> {
        Box::pin(self.apply_plan(plan, limit))
    }

    fn verify(&mut self, limit: Duration) -> LocalBoxFuture<'_, Result<(), SwitchError>> {
        Box::pin(self.verify_applied(limit))
    }

    fn roll_back(
        &mut self,
        limit: Duration,
    ) -> LocalBoxFuture<'_, Result<Vec<String>, SwitchError>> {
        Box::pin(self.roll_back_applied(limit))
    }
}
