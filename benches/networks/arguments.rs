use clap::{Parser, Subcommand};

/// Measures setups of N networks against the least that the database allows and against ovs-vsctl
#[derive(Debug, Parser)]
#[command(name = "scripts/bench")]
pub(crate) struct Arguments {
    /// How many networks, for the database alone
    #[arg(long, value_delimiter = ',', value_name = "N,…", default_value = "10,100,1000,4000",
          value_parser = clap::value_parser!(u16).range(1..=4000))]
    pub(crate) networks: Vec<u16>,
    /// How many networks, with ovs-vswitchd; "" for none
    #[arg(long, value_delimiter = ',', value_name = "N,…", default_value = "10,100,500",
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) switch_networks: Vec<u16>,
    /// How often each is measured; ovs-vsctl less often where it takes seconds
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) rounds: u16,
    /// Call ovs-vsctl once per network also beyond 1,000 networks, for which it takes very long
    #[arg(long)]
    pub(crate) vsctl_each_above_1000: bool,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
    /// What another process of this program does inside a private host
    #[command(subcommand)]
    pub(crate) inside: Option<Job>,
}

/// One job inside a private host.
#[derive(Debug, Clone, Subcommand)]
#[command(hide = true)]
pub(crate) enum Job {
    /// Plan the networks and leave the transaction, ovs-vsctl's arguments and the request as files
    Prepare { networks: u16 },
    /// Send the prepared transaction without a client
    Floor {
        #[arg(long)]
        realised: bool,
    },
    /// Set the networks up over a live connection
    Native {
        networks: u16,
        #[arg(long)]
        realised: bool,
    },
    /// Set the networks up, stage by stage
    Parts { networks: u16 },
    /// Run `netswitch setup` on the prepared request
    Setup,
    /// Run ovs-vsctl once with all prepared arguments
    Vsctl {
        #[arg(long)]
        realised: bool,
    },
    /// Run ovs-vsctl once per prepared network
    VsctlEach,
    /// Add one network, and take it away again, time after time, without a client
    MoreFloor { present: u16, times: u16 },
    /// Add one network after the other over a live connection
    MoreNative { present: u16, times: u16 },
    /// Add one network after the other with ovs-vsctl
    MoreVsctl { present: u16, times: u16 },
}

impl Job {
    /// The arguments that make another process do this.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let (verb, numbers, realised) = match self {
            Job::Prepare { networks } => ("prepare", vec![networks], false),
            Job::Floor { realised } => ("floor", vec![], *realised),
            Job::Native { networks, realised } => ("native", vec![networks], *realised),
            Job::Parts { networks } => ("parts", vec![networks], false),
            Job::Setup => ("setup", vec![], false),
            Job::Vsctl { realised } => ("vsctl", vec![], *realised),
            Job::VsctlEach => ("vsctl-each", vec![], false),
            Job::MoreFloor { present, times } => ("more-floor", vec![present, times], false),
            Job::MoreNative { present, times } => ("more-native", vec![present, times], false),
            Job::MoreVsctl { present, times } => ("more-vsctl", vec![present, times], false),
        };
        let flag = realised.then(|| "--realised".to_owned());
        let numbers = numbers.into_iter().map(u16::to_string);
        [verb.to_owned()]
            .into_iter()
            .chain(numbers)
            .chain(flag)
            .collect()
    }
}
