use clap::{Parser, Subcommand};

/// Measures the OVSDB client: a first snapshot against a reader that only drains the socket,
/// ovsdb-client, ovs-vsctl and the Python IDL; many small transactions against prebuilt ones
#[derive(Debug, Parser)]
#[command(name = "scripts/bench client")]
pub(crate) struct Arguments {
    /// How many networks the database has
    #[arg(long, value_name = "N", default_value_t = 4000,
          value_parser = clap::value_parser!(u16).range(1..=4000))]
    pub(crate) networks: u16,
    /// How many transactions are pipelined over one connection; 0 for none
    #[arg(long, value_name = "N", default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub(crate) transactions: u32,
    /// How often each is measured, in turns
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) rounds: u16,
    /// Leave the Python IDL out, which `pip install ovs` would fetch
    #[arg(long)]
    pub(crate) without_python: bool,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
    /// What another process of this program does
    #[command(subcommand)]
    pub(crate) inside: Option<Job>,
}

/// One job beside a database server.
#[derive(Debug, Clone, Copy, Subcommand)]
#[command(hide = true)]
pub(crate) enum Job {
    /// Ask for everything, and read so many bytes; to the reply's end without a number
    Drain { bytes: Option<usize> },
    /// Ask for everything with the client, and look a row up
    Snapshot,
    /// Run a job or a program as another process, and tell how long it takes and its memory
    Run {
        reader: Reader,
        bytes: Option<usize>,
    },
    /// Write prebuilt transactions, so many before their replies, and read the replies
    PrebuiltTransactions { count: u32, window: u32 },
    /// Build and run transactions with the client
    Transactions { count: u32 },
}

/// Who reads all of a database.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Reader {
    /// [`Job::Drain`].
    Drain,
    /// [`Job::Snapshot`].
    Snapshot,
    /// `ovsdb-client dump`.
    Dump,
    /// `ovs-vsctl show`.
    Show,
    /// The Python IDL.
    Idl,
}

impl Job {
    /// The arguments that make another process do this.
    pub(crate) fn arguments(self) -> Vec<String> {
        let (verb, numbers) = match self {
            Job::Drain { bytes } => ("drain", vec![bytes.map(|bytes| bytes.to_string())]),
            Job::Snapshot => ("snapshot", vec![]),
            Job::Run { reader, bytes } => {
                let reader = match reader {
                    Reader::Drain => "drain",
                    Reader::Snapshot => "snapshot",
                    Reader::Dump => "dump",
                    Reader::Show => "show",
                    Reader::Idl => "idl",
                };
                let bytes = bytes.map(|bytes| bytes.to_string());
                ("run", vec![Some(reader.to_owned()), bytes])
            }
            Job::PrebuiltTransactions { count, window } => (
                "prebuilt-transactions",
                vec![Some(count.to_string()), Some(window.to_string())],
            ),
            Job::Transactions { count } => ("transactions", vec![Some(count.to_string())]),
        };
        let numbers = numbers.into_iter().flatten();
        std::iter::once(verb.to_owned()).chain(numbers).collect()
    }
}
