use clap::{Args, ValueEnum};

use super::Fault;
use super::json::Layout;
use crate::cli::Format;

/// How output looks besides `--format` (ovsdb-client(1), "Output Formatting Options").
#[derive(Debug, Args)]
pub(super) struct StyleOptions {
    /// The form of the cells in tables; with --format json they are JSON whatever this says
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        value_name = "FORM",
        help_heading = "Output"
    )]
    data: Option<Data>,
    /// Leave out the headings of tables
    #[arg(long, global = true, help_heading = "Output")]
    no_headings: bool,
    /// Print JSON over several lines, except in the cells of tables
    #[arg(long, global = true, help_heading = "Output")]
    pretty: bool,
    /// The same as --format list --data bare --no-headings; a --format or --data beside it counts
    #[arg(long, global = true, help_heading = "Output")]
    bare: bool,
    /// Cut the cells of --format table to this many bytes; 0 cuts nothing
    #[arg(
        long,
        global = true,
        value_name = "BYTES",
        default_value_t = 0,
        hide_default_value = true,
        help_heading = "Output"
    )]
    max_column_width: usize,
    /// Print the time (UTC) above each table of a monitor
    #[arg(long, global = true, help_heading = "Output")]
    timestamp: bool,
}

/// What is in the cells of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Data {
    /// As ovs-vsctl(8), "Database Values" has it
    String,
    /// Without quotes, brackets and commas
    Bare,
    /// As RFC 7047, section 5.1 has it
    Json,
}

/// How output looks.
#[derive(Debug)]
pub(super) struct Style {
    pub(super) form: Form,
    pub(super) data: Data,
    pub(super) has_headings: bool,
    /// That of JSON outside of cells.
    pub(super) layout: Layout,
    /// The width of a cell of [`Form::Table`] at most, in bytes.
    pub(super) widest: usize,
    /// Whether monitors tell the time.
    pub(super) has_time: bool,
}

/// The form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Table,
    List,
    Html,
    Csv,
    Json,
}

impl Style {
    /// The style that these options together mean.
    pub(super) fn new(format: Format, options: &StyleOptions) -> Result<Self, Fault> {
        let form = match format {
            Format::Text if options.bare => Form::List,
            Format::Text | Format::Table => Form::Table,
            Format::List => Form::List,
            Format::Html => Form::Html,
            Format::Csv => Form::Csv,
            Format::Json => Form::Json,
            Format::Tree | Format::Dot => {
                let problem = "ovsdb prints with --format text, table, list, html, csv or json";
                return Err(Fault::Usage(problem.to_owned()));
            }
        };
        let data = if options.bare {
            Data::Bare
        } else {
            Data::String
        };
        Ok(Self {
            form,
            data: options.data.unwrap_or(data),
            has_headings: !options.no_headings && !options.bare,
            layout: match options.pretty {
                true => Layout::Pretty,
                false => Layout::Compact,
            },
            widest: match options.max_column_width {
                0 => usize::MAX,
                width => width,
            },
            has_time: options.timestamp,
        })
    }
}
