use std::process::ExitCode;

use super::failure::Failure;
use super::{Format, Global, output};
use crate::setup::Host;
use crate::switch::Registry;

/// `netswitch report`
pub(super) async fn run(global: &Global) -> Result<ExitCode, Failure> {
    let print = match global.format {
        Format::Text | Format::Json | Format::Tree | Format::Dot => global.format,
        _ => {
            return Err(Failure::usage(
                "reports are printed as text, json, tree or dot",
            ));
        }
    };
    let registry = Registry::new(global.db.clone(), global.tls()?);
    let report = Host::reach(&registry, global.limit())
        .await?
        .report()
        .await?;
    output::print(&match print {
        Format::Json => output::escape(&report.json().map_err(Failure::unexpected)?) + "\n",
        Format::Tree => report.tree(output::is_coloured(&std::io::stdout())),
        Format::Dot => report.dot(),
        _ => report.text(),
    })
}
