use clap::{Parser, Subcommand};

/// Measures planning, edits and removals against the floor and against ovs-vsctl
#[derive(Debug, Parser)]
#[command(name = "scripts/bench edits")]
pub(crate) struct Arguments {
    /// How many networks, for the database alone
    #[arg(long, value_delimiter = ',', value_name = "N,…", default_value = "1000,2000,4000",
          value_parser = clap::value_parser!(u16).range(1..=4000))]
    pub(crate) networks: Vec<u16>,
    /// How many networks, with ovs-vswitchd; "" for none
    #[arg(long, value_delimiter = ',', value_name = "N,…", default_value = "200,500",
          value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) switch_networks: Vec<u16>,
    /// How often each is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) rounds: u16,
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

/// One job inside a private host. Those that change networks set N of them up first.
#[derive(Debug, Clone, Subcommand)]
#[command(hide = true)]
pub(crate) enum Job {
    /// Canonicalize, validate and plan, again and again; and how much memory that takes
    Planning { networks: u16 },
    /// Change one network's MTU without a client, and back, time after time
    EditFloor { networks: u16, times: u16 },
    /// Change one network's MTU over a live connection
    EditNative { networks: u16, times: u16 },
    /// Change one network's MTU with ovs-vsctl
    EditVsctl { networks: u16, times: u16 },
    /// Send the transaction that removes everything, without a client
    RemoveFloor {
        networks: u16,
        #[arg(long)]
        realised: bool,
    },
    /// Remove everything over a live connection
    RemoveNative {
        networks: u16,
        #[arg(long)]
        realised: bool,
    },
    /// Remove everything with `ovs-vsctl del-br`
    RemoveVsctl {
        networks: u16,
        #[arg(long)]
        realised: bool,
    },
}

impl Job {
    /// The arguments that make another process do this.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let (verb, numbers, realised) = match *self {
            Job::Planning { networks } => ("planning", vec![networks], false),
            Job::EditFloor { networks, times } => ("edit-floor", vec![networks, times], false),
            Job::EditNative { networks, times } => ("edit-native", vec![networks, times], false),
            Job::EditVsctl { networks, times } => ("edit-vsctl", vec![networks, times], false),
            Job::RemoveFloor { networks, realised } => ("remove-floor", vec![networks], realised),
            Job::RemoveNative { networks, realised } => ("remove-native", vec![networks], realised),
            Job::RemoveVsctl { networks, realised } => ("remove-vsctl", vec![networks], realised),
        };
        let flag = realised.then(|| "--realised".to_owned());
        let numbers = numbers.into_iter().map(|number| number.to_string());
        std::iter::once(verb.to_owned())
            .chain(numbers)
            .chain(flag)
            .collect()
    }
}
