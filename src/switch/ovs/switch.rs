use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::appctl;
use super::observe::Observer;
use super::render::{self, RenderError, Rendered};
use super::vsctl::Running;
use crate::model::{Observed, SwitchType};
use crate::ovsdb::{
    self, Client, Database, Events, Inverse, Map, Monitor, Options, Outcome, Remotes, RowId,
    Selection, Tls, Transaction, Uuid,
};
use crate::plan::{OvsStep, Plan};
use crate::report::{Status, read_lacp};
use crate::switch::{NetSwitch, SwitchError};
use crate::vswitch::{
    Event, Interface, OpenVSwitch, OpenVSwitchDatabase, Port, PortLacp, interface, open_vswitch,
    port,
};

/// Open vSwitch, through its database: one transaction a plan, and its inverse at hand.
#[derive(Debug)]
pub struct OvsSwitch {
    pub(super) remotes: Remotes,
    pub(super) tls: Option<Tls>,
    pub(super) client: Client,
    /// The configuration: everything that lasts.
    pub(super) replica: Monitor<OpenVSwitchDatabase>,
    pub(super) events: Events<Event>,
    /// How far ovs-vswitchd has come, followed also while the replica is paused.
    pub(super) progress: Monitor<OpenVSwitchDatabase>,
    pub(super) observer: Option<Observer>,
    pub(super) applied: Option<Applied>,
    /// The `external_ids` of Open_vSwitch when the host was last observed: plans are made for it.
    pub(super) planned_for: Map<String, String>,
}

/// What was applied last, and what it takes to undo it.
#[derive(Debug, Default)]
pub(super) struct Applied {
    /// The transactions, oldest first.
    pub(super) transactions: Vec<Committed>,
    /// One more, whose inverse is still to be made of the replica, which is paused: most are never
    /// needed, and while the server works both would wait for the same memory.
    pub(super) put_off: Option<(Transaction, Outcome)>,
    /// Whether one more may have committed.
    pub(super) is_unknown: bool,
    /// The interfaces that Open vSwitch must be able to set up.
    pub(super) interfaces: Vec<String>,
    /// The configuration that ovs-vswitchd shall reach.
    pub(super) target: i64,
    /// Whether ovs-vswitchd was waited for in vain: a rollback does not wait for it again.
    pub(super) is_silent: bool,
    /// What ovs-vswitchd makes of the interfaces, followed where they are many.
    pub(super) followed: Option<Monitor<OpenVSwitchDatabase>>,
    /// An ovs-vsctl that waits for ovs-vswitchd.
    pub(super) running: Option<Box<Running>>,
}

/// A transaction that committed.
#[derive(Debug)]
pub(super) struct Committed {
    pub(super) inverse: Inverse,
    pub(super) outcome: Outcome,
}

impl OvsSwitch {
    /// Reaches the first of `remotes` that answers, within `limit`, and reads the configuration.
    /// `ssl:` remotes need `tls`.
    ///
    /// # Errors
    /// None answers, or what answers is not a vswitch database.
    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    pub async fn connect(
        remotes: &Remotes,
        tls: Option<&Tls>,
        limit: Duration,
    ) -> Result<Self, SwitchError> {
        // Each step has the limit too; a slow server may not take it several times over.
        let connected = tokio::time::timeout(limit, Self::connect_to(remotes, tls, limit)).await;
        connected.unwrap_or_else(|_| {
            let remotes = remotes.to_string();
            Err(SwitchError::Slow { remotes, limit })
        })
    }

    async fn connect_to(
        remotes: &Remotes,
        tls: Option<&Tls>,
        limit: Duration,
    ) -> Result<Self, SwitchError> {
        let client = reach(remotes, tls, limit).await?;
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
        let progress: Monitor<OpenVSwitchDatabase> = client
            .monitor(&progress)
            .await
            .map_err(SwitchError::Database)?;
        let is_initialized = !progress
            .read()
            .map_err(SwitchError::Database)?
            .open_vswitch
            .is_empty();
        if !is_initialized {
            return Err(SwitchError::Foreign {
                remote: client.remote().to_string(),
                reason: "it was never initialized; \"ovs-vsctl init\" does it".to_owned(),
            });
        }
        let events = replica.events();
        let remotes = remotes.clone();
        Ok(Self {
            remotes,
            tls: tls.cloned(),
            client,
            replica,
            events,
            progress,
            observer: None,
            applied: None,
            planned_for: Map::default(),
        })
    }

    /// Finds out within `limit` whether a vswitch database can be reached.
    ///
    /// # Errors
    /// As for [`connect`](OvsSwitch::connect).
    pub async fn probe(
        remotes: &Remotes,
        tls: Option<&Tls>,
        limit: Duration,
    ) -> Result<(), SwitchError> {
        reach(remotes, tls, limit).await.map(drop)
    }

    /// The transaction that would carry out this switch's part of `plan` now. Sends nothing.
    ///
    /// # Errors
    /// The plan does not fit the configuration as it is now.
    pub fn transaction(&self, plan: &Plan) -> Result<Transaction, SwitchError> {
        let steps: Vec<&OvsStep> = plan.ovs_steps().collect();
        self.render(&steps, &self.planned_for, Uuid::new_v4())
            .map(|rendered| rendered.transaction)
    }

    pub(super) fn render(
        &self,
        steps: &[&OvsStep],
        planned_for: &Map<String, String>,
        marker: Uuid,
    ) -> Result<Rendered, SwitchError> {
        let db = self.replica.read().map_err(SwitchError::Database)?;
        render::render(steps.iter().copied(), &db, planned_for, marker).map_err(from_render)
    }

    /// What undoes a transaction that is about to be sent.
    pub(super) fn inverse(&self, transaction: &Transaction) -> Result<Inverse, SwitchError> {
        let db = self.replica.read().map_err(SwitchError::Database)?;
        Ok(Inverse::of(transaction, &*db))
    }

    /// Makes the inverse that was put off, before the replica goes on or is left.
    pub(super) fn make_inverse(&mut self) -> Result<(), SwitchError> {
        let put_off = self.applied.as_mut().and_then(|it| it.put_off.take());
        if let Some((transaction, outcome)) = put_off {
            let inverse = self.inverse(&transaction)?;
            let applied = self.applied.get_or_insert_default();
            applied.transactions.push(Committed { inverse, outcome });
        }
        Ok(())
    }

    #[tracing::instrument(level = "debug", skip_all, err(level = "debug"))]
    async fn observe_ovs(&mut self, observed: &mut Observed) -> Result<(), SwitchError> {
        self.refresh().await?;
        // Before the changes are read: plans may seem older than they are, never newer.
        self.planned_for = self.external_ids()?;
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

    /// Has the replica follow the server again, if it does not.
    pub(super) async fn refresh(&mut self) -> Result<(), SwitchError> {
        if self.replica.is_stale() {
            self.make_inverse()?;
            self.replica.resume().await.map_err(SwitchError::Database)?;
        }
        Ok(())
    }

    fn external_ids(&self) -> Result<Map<String, String>, SwitchError> {
        let db = self.replica.read().map_err(SwitchError::Database)?;
        let root = db.open_vswitch.iter().next();
        Ok(root
            .map(|(_, row)| row.external_ids.clone())
            .unwrap_or_default())
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
                interface::LACP_CURRENT.name(),
            ])
            .table::<Port>(&[
                port::NAME.name(),
                port::INTERFACES.name(),
                port::BOND_ACTIVE_SLAVE.name(),
                port::LACP.name(),
            ])
            .table::<OpenVSwitch>(&[open_vswitch::NEXT_CFG.name(), open_vswitch::CUR_CFG.name()]);
        let monitor = self.client.monitor::<OpenVSwitchDatabase>(&selection);
        let rows = monitor.await.map_err(SwitchError::Database)?;
        let (mut status, negotiates) = {
            let db = rows.read().map_err(SwitchError::Database)?;
            let negotiates = db
                .port
                .iter()
                .any(|(_, port)| matches!(port.lacp, Some(PortLacp::Active | PortLacp::Passive)));
            (Status::from_rows(&db), negotiates)
        };
        if negotiates && let Some(told) = appctl::lacp_show(&self.client.remote()).await {
            status.lacp = read_lacp(&told);
        }
        Ok(status)
    }

    /// Reaches the database again, trying for `limit`: a server that restarts needs a moment.
    pub(super) async fn reconnect(&mut self, limit: Duration) -> Result<(), SwitchError> {
        const PAUSE: Duration = Duration::from_millis(100);
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match Self::connect(&self.remotes, self.tls.as_ref(), left.max(PAUSE)).await {
                Ok(again) => {
                    self.make_inverse()?;
                    let applied = self.applied.take();
                    *self = Self { applied, ..again };
                    return Ok(());
                }
                Err(error) if left <= PAUSE => return Err(error),
                // Nothing tells when a server listens again; `limit` ends the trying.
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    pub(super) fn root(&self) -> Result<(RowId<OpenVSwitch>, OpenVSwitch), SwitchError> {
        let db = self.progress.read().map_err(SwitchError::Database)?;
        let root = db
            .open_vswitch
            .iter()
            .next()
            .map(|(id, row)| (id, row.clone()));
        root.ok_or_else(|| from_render(RenderError::NoRoot))
    }
}

/// Connects and makes sure that the database is there.
async fn reach(
    remotes: &Remotes,
    tls: Option<&Tls>,
    limit: Duration,
) -> Result<Client, SwitchError> {
    let options = Options {
        connect_timeout: limit,
        request_timeout: limit,
        // A setup must know when its connection is lost; it makes another one by itself.
        reconnect: None,
        tls: tls.cloned(),
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

pub(super) fn from_render(error: RenderError) -> SwitchError {
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

    fn check(&self, plan: &Plan) -> Result<(), SwitchError> {
        self.check_plan(plan)
    }

    fn apply<'a>(
        &'a mut self,
        plan: &'a Plan,
        limit: Duration,
    ) -> LocalBoxFuture<'a, Result<(), SwitchError>> {
        Box::pin(self.apply_plan(plan, limit))
    }

    fn wait(&mut self, limit: Duration) -> LocalBoxFuture<'_, Result<(), SwitchError>> {
        Box::pin(self.wait_applied(limit))
    }

    fn verify(&mut self, limit: Duration) -> LocalBoxFuture<'_, Result<(), SwitchError>> {
        Box::pin(self.verify_applied(limit))
    }

    fn roll_back(
        &mut self,
        limit: Duration,
        follow: bool,
    ) -> LocalBoxFuture<'_, Result<Vec<String>, SwitchError>> {
        Box::pin(self.roll_back_applied(limit, follow))
    }
}
