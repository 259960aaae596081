use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::arguments::{ConfiguratorName, PlanCommand, SetupCommand};
use super::failure::Failure;
use super::progress::Progress;
use super::{Format, Global, output};
use crate::model::request::Request;
use crate::plan::{Configurator, Entry, Interruption, Plan, Settings, Style};
use crate::setup::{Cause, Host, Options, SetupError};
use crate::switch::Registry;
use crate::switch::ovs::argument_limits;

/// `netswitch plan`
pub(super) async fn plan(command: PlanCommand, global: &Global) -> Result<ExitCode, Failure> {
    check_format(global.format)?;
    let request = read_within(&command.file, global.limit()).await?;
    let registry = Registry::new(global.db.clone(), global.tls()?);
    let host = reach(&request, &registry, global.limit()).await?;
    let plan = host.plan(&request, &settings(&command))?;
    show(&plan, global.format)
}

/// `netswitch setup`
pub(super) async fn run(command: SetupCommand, global: &Global) -> Result<ExitCode, Failure> {
    if command.dry_run {
        return plan(command.request, global).await;
    }
    check_format(global.format)?;
    let started = Instant::now();
    let deadline = started + global.limit();
    let request = read_within(&command.request.file, global.limit()).await?;
    let options = Options {
        settings: settings(&command.request),
        wait: !command.no_wait,
        deadline,
        interrupt: on_signal().map_err(Failure::unexpected)?,
    };
    let registry = Registry::new(global.db.clone(), global.tls()?);
    let progress = Progress::new();
    let done = async {
        let mut host = tokio::select! {
            biased;
            () = options.interrupt.cancelled() => {
                return Err(SetupError::Failed(Cause::Interrupted));
            }
            host = reach(&request, &registry, global.limit()) => host?,
        };
        host.set_up(&request, &options, &|stage| progress.stage(stage))
            .await
    }
    .await;
    progress.end();
    let plan = done?;
    // It is done, whether or not that can be told.
    if let Err(failure) = show(&plan, global.format) {
        failure.print(global.format);
    } else if global.format == Format::Text && !plan.is_empty() {
        let _ = tell(&command, started);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(command: &SetupCommand, started: Instant) -> Result<ExitCode, Failure> {
    let proof = if command.no_wait {
        "in the database"
    } else {
        "realised and looked at"
    };
    output::print(&format!("done in {:.2?}, {proof}\n", started.elapsed()))
}

/// Without a host there is still to tell what is wrong with the request itself.
async fn reach(
    request: &Request,
    registry: &Registry,
    limit: Duration,
) -> Result<Host, SetupError> {
    let host = Host::reach(registry, limit).await;
    if host.is_err() {
        request.flaws.check()?;
    }
    host
}

fn settings(command: &PlanCommand) -> Settings {
    Settings {
        datapath_type: command.datapath_type.as_str().to_owned(),
        bridge_policy: command.bridge_policy.into(),
        configurator: match command.configurator {
            ConfiguratorName::Native => Configurator::Native,
            ConfiguratorName::Vsctl => Configurator::Vsctl(argument_limits()),
        },
        ip_configurator: command.ip_configurator.into(),
    }
}

fn check_format(format: Format) -> Result<(), Failure> {
    match format {
        Format::Text | Format::Json => Ok(()),
        _ => Err(Failure::usage("plans are printed as text or json")),
    }
}

/// Reads and parses the request; a pipe that never ends is given up after `limit`.
async fn read_within(file: &Path, limit: Duration) -> Result<Request, Failure> {
    let owned = file.to_owned();
    let reading = tokio::task::spawn_blocking(move || read(&owned));
    match tokio::time::timeout(limit, reading).await {
        Ok(read) => read.map_err(Failure::unexpected)?,
        Err(_) => Err(Failure::usage(format!(
            "cannot read {} within {limit:?}",
            file.display()
        ))),
    }
}

fn read(file: &Path) -> Result<Request, Failure> {
    let cannot = |error| Failure::usage(format!("cannot read {}: {error}", file.display()));
    let mut document = Vec::new();
    // One byte more than a request may have: what is longer is refused, not read to its end.
    let limit = Request::MAX_BYTES as u64 + 1;
    if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut document)
            .map_err(cannot)?;
    } else {
        let source = std::fs::File::open(file).map_err(cannot)?;
        source
            .take(limit)
            .read_to_end(&mut document)
            .map_err(cannot)?;
    }
    Ok(Request::parse(&document)?)
}

/// A token that SIGINT or SIGTERM cancels.
fn on_signal() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        let mut signals = signal(kind)?;
        let token = token.clone();
        tokio::spawn(async move {
            signals.recv().await;
            token.cancel();
        });
    }
    Ok(token)
}

/// A plan as programs read it.
#[derive(Debug, Serialize)]
struct PlanView {
    entries: Vec<Entry>,
    interruptions: Vec<Interruption>,
    conflicts: Vec<String>,
    /// How many transactions of the switch it takes.
    transactions: usize,
}

fn show(plan: &Plan, format: Format) -> Result<ExitCode, Failure> {
    if format == Format::Json {
        let view = PlanView {
            entries: plan.entries(),
            interruptions: plan.interruptions(),
            conflicts: plan.conflicts.iter().map(ToString::to_string).collect(),
            transactions: plan.transactions().len(),
        };
        let text = serde_json::to_string(&view).map_err(Failure::unexpected)?;
        return output::print(&format!("{}\n", output::escape(&text)));
    }
    let style = if output::is_coloured(&std::io::stdout()) {
        Style::Coloured
    } else {
        Style::Plain
    };
    output::print(&plan.display(style).to_string())
}
