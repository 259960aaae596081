use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::OvsdbCommand;
use super::tls::TlsArguments;
use crate::ip::IpConfigurator;
use crate::ovsdb::Remotes;
use crate::plan::BridgePolicy;

/// Sets up a virtualization host's networks as one unit: everything that a request asks for is
/// done and proven, or the host is left as it was.
#[derive(Debug, Parser)]
#[command(name = "netswitch", version, propagate_version = true)]
pub struct Arguments {
    /// What every verb takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every verb takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The Open vSwitch database: unix:PATH, tcp:HOST:PORT or ssl:HOST:PORT, or several with
    /// commas between, tried in order
    #[arg(
        long,
        global = true,
        value_name = "REMOTE",
        env = "NETSWITCH_DB",
        default_value = "unix:/var/run/openvswitch/db.sock"
    )]
    pub db: Remotes,
    /// The limit on the whole command: seconds, or with a unit such as 500ms or 2m; without it 60s,
    /// but no limit on what the monitors and locks of `ovsdb` go on to tell. A quarter of it, 10s at
    /// most, is kept for a rollback
    #[arg(short, long, global = true, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// The form of what is printed; which ones there are depends on the verb
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// How much to log to standard error: off, error, warn, info, debug, trace, or a filter such
    /// as netswitch::ovsdb=trace
    #[arg(
        long,
        global = true,
        value_name = "FILTER",
        env = "NETSWITCH_LOG",
        default_value = "error"
    )]
    pub log_level: String,
    /// What `ssl:` remotes take; the last, as its heading goes on to the end.
    #[command(flatten)]
    pub tls: TlsArguments,
}

impl Global {
    /// The limit on the whole command.
    pub fn limit(&self) -> Duration {
        self.timeout.unwrap_or(Duration::from_secs(60))
    }
}

/// The forms in which verbs print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// `report` only: the host as a tree
    Tree,
    /// `report` only: the host as a picture for graphviz
    Dot,
    /// `ovsdb` only: as ovsdb-client's --format=table
    Table,
    /// `ovsdb` only: as ovsdb-client's --format=list
    List,
    /// `ovsdb` only: as ovsdb-client's --format=csv
    Csv,
    /// `ovsdb` only: as ovsdb-client's --format=html
    Html,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Apply a request: set up, edit and remove networks and bonds
    Setup(SetupCommand),
    /// Show what a request would change, and why; change nothing
    Plan(PlanCommand),
    /// Show what the host has (--format text, json, tree or dot)
    Report,
    /// Talk to the database, as ovsdb-client does
    Ovsdb(OvsdbCommand),
    /// Print the request's JSON Schema
    Schema,
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

/// `netswitch setup`
#[derive(Debug, Args)]
pub struct SetupCommand {
    /// What to plan from.
    #[command(flatten)]
    pub request: PlanCommand,
    /// Only show what would be done, as `plan` does
    #[arg(long)]
    pub dry_run: bool,
    /// Wait for the database only, not for ovs-vswitchd (as ovs-vsctl --no-wait): networks'
    /// devices are not set up, and nothing is looked at afterwards
    #[arg(long)]
    pub no_wait: bool,
}

/// `netswitch plan`
#[derive(Debug, Args)]
pub struct PlanCommand {
    /// The request, a JSON document; "-" is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The datapath of new bridges
    #[arg(long, value_enum, env = "NETSWITCH_DATAPATH_TYPE", default_value_t)]
    pub datapath_type: DatapathType,
    /// Which uplinks may share a bridge; those that are placed stay where they are as long as they
    /// can
    #[arg(long, value_enum, env = "NETSWITCH_BRIDGE_POLICY", default_value_t)]
    pub bridge_policy: PolicyArgument,
    /// Who changes the Open vSwitch database
    #[arg(long, value_enum, env = "NETSWITCH_CONFIGURATOR", default_value_t)]
    pub configurator: ConfiguratorName,
    /// Who changes addresses, routes and rules
    #[arg(long, value_enum, env = "NETSWITCH_IP_CONFIGURATOR", default_value_t)]
    pub ip_configurator: IpConfiguratorName,
}

/// Who changes addresses, routes and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum IpConfiguratorName {
    /// netswitch itself
    #[default]
    Netlink,
    /// ip -batch, of the package iproute2, which must be installed
    Iproute2,
}

impl From<IpConfiguratorName> for IpConfigurator {
    fn from(name: IpConfiguratorName) -> Self {
        match name {
            IpConfiguratorName::Netlink => IpConfigurator::Netlink,
            IpConfiguratorName::Iproute2 => IpConfigurator::Iproute2,
        }
    }
}

/// Which uplinks may share a bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PolicyArgument {
    /// None: each has a bridge of its own
    #[default]
    PerUplink,
    /// Those without a common VLAN, on the fewest bridges; a port of others without a tag reaches
    /// every VLAN of its bridge
    Shared,
}

impl From<PolicyArgument> for BridgePolicy {
    fn from(argument: PolicyArgument) -> Self {
        match argument {
            PolicyArgument::PerUplink => BridgePolicy::PerUplink,
            PolicyArgument::Shared => BridgePolicy::Shared,
        }
    }
}

/// Who changes the Open vSwitch database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ConfiguratorName {
    /// netswitch itself
    #[default]
    Native,
    /// ovs-vsctl, which must be installed
    Vsctl,
}

/// Where a bridge's packets are switched (ovs-vswitchd.conf.db(5), table Bridge).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum DatapathType {
    /// In the kernel
    #[default]
    System,
    /// In user space
    Netdev,
}

impl DatapathType {
    /// The datapath's name in Open vSwitch.
    pub fn as_str(self) -> &'static str {
        match self {
            DatapathType::System => "system",
            DatapathType::Netdev => "netdev",
        }
    }
}

/// Seconds, as ovs-vsctl takes them, or a number with a unit; more than none, a year at the most.
fn duration(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    let duration = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => humantime::parse_duration(text).map_err(|error| error.to_string())?,
    };
    match duration.is_zero() {
        true => Err("in no time nothing can be done".to_owned()),
        false => Ok(duration.min(YEAR)),
    }
}
