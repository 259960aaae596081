//! The figures for people.

use anyhow::Result;

use super::Figures;
use super::measure::{Table, both, ratios};

/// A line for each job: the medians, in brackets the least.
pub(crate) fn text(all: &[Figures]) -> Result<String> {
    let mut table = Table::new(&["networks", "what", "netswitch", "ip", "netswitch / ip"]);
    for figures in all {
        for (name, netswitch, ip) in &figures.jobs {
            table.row([
                figures.networks.to_string(),
                (*name).to_owned(),
                both(netswitch),
                both(ip),
                ratios(netswitch, ip),
            ]);
        }
    }
    let mut out = String::new();
    table.print(&mut out)?;
    Ok(out)
}
