//! The figures for people.

use std::fmt::Write;

use crate::measure::{Table, both, ratios, size, time};
use crate::rounds::{Figures, Removal};

/// All tables. Times are medians.
pub(crate) fn text(figures: &Figures) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(figures, &mut out);
    out
}

fn write(figures: &Figures, out: &mut String) -> std::fmt::Result {
    if !figures.database.is_empty() {
        database(figures, out)?;
    }
    if !figures.switch.is_empty() {
        writeln!(
            out,
            "\nN networks removed, until ovs-vswitchd has realised it\n"
        )?;
        removal(figures.switch.iter(), out)?;
    }
    Ok(())
}

fn database(figures: &Figures, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "Canonicalize, validate and plan N networks (medians; in brackets the least; memory with the request's)\n"
    )?;
    let mut table = Table::new(&["N", "time", "memory"]);
    for row in &figures.database {
        let memory = size(row.planning_kib);
        table.row([row.networks.to_string(), both(&row.planning), memory]);
    }
    table.print(out)?;
    writeln!(
        out,
        "\nAnother MTU for one of N networks, no ovs-vswitchd\n"
    )?;
    let head = [
        "N",
        "operations",
        "floor",
        "netswitch",
        "/ floor",
        "ovs-vsctl",
        "/ netswitch",
    ];
    let mut table = Table::new(&head);
    for row in &figures.database {
        table.row([
            row.networks.to_string(),
            row.edit_operations.to_string(),
            both(&row.edit_floor),
            both(&row.edit_native),
            ratios(&row.edit_native, &row.edit_floor),
            time(row.edit_vsctl.median),
            ratios(&row.edit_vsctl, &row.edit_native),
        ]);
    }
    table.print(out)?;
    writeln!(out, "\nN networks removed, no ovs-vswitchd\n")?;
    removal(figures.database.iter().map(|row| &row.removal), out)
}

fn removal<'a>(rows: impl Iterator<Item = &'a Removal>, out: &mut String) -> std::fmt::Result {
    let head = [
        "N",
        "floor",
        "netswitch",
        "/ floor",
        "ovs-vsctl del-br",
        "/ netswitch",
    ];
    let mut table = Table::new(&head);
    for row in rows {
        table.row([
            row.networks.to_string(),
            both(&row.floor),
            both(&row.native),
            ratios(&row.native, &row.floor),
            both(&row.vsctl),
            ratios(&row.vsctl, &row.native),
        ]);
    }
    table.print(out)
}
