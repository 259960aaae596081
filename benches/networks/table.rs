//! The figures for people.

use std::fmt::Write;

use crate::figures::{Database, Figures, Switch};
use crate::measure::{Table, both, ratios, size, time};

/// All tables, and what was aimed at beside what was measured. Times are medians.
pub(crate) fn text(figures: &Figures) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(figures, &mut out);
    out
}

fn write(figures: &Figures, out: &mut String) -> std::fmt::Result {
    if !figures.database.is_empty() {
        database(&figures.database, out)?;
    }
    if !figures.switch.is_empty() {
        switch(&figures.switch, out)?;
    }
    targets(figures, out)
}

fn database(rows: &[Database], out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "N networks on one bridge, no ovs-vswitchd (medians; in brackets the least)\n"
    )?;
    let mut table = Table::new(&[
        "N",
        "floor",
        "netswitch",
        "/ floor",
        "ovs-vsctl, one call",
        "/ netswitch",
        "one call each",
    ]);
    for row in rows {
        table.row([
            row.networks.to_string(),
            both(&row.floor),
            both(&row.native),
            ratios(&row.native, &row.floor),
            time(row.vsctl.median),
            ratios(&row.vsctl, &row.native),
            row.vsctl_each
                .as_ref()
                .map_or("-".to_owned(), |each| time(each.median)),
        ]);
    }
    table.print(out)?;
    writeln!(out, "\nWhat netswitch spends it on\n")?;
    let mut table = Table::new(&[
        "N",
        "parse",
        "canonicalize, validate",
        "plan",
        "render",
        "transact",
    ]);
    for row in rows {
        let parts = &row.parts;
        let times = [
            &parts.parse,
            &parts.canonicalize_and_validate,
            &parts.plan,
            &parts.render,
            &parts.transact,
        ];
        let times = times.map(|samples| time(samples.median));
        table.row([row.networks.to_string()].into_iter().chain(times));
    }
    table.print(out)?;
    writeln!(out, "\nThe whole process\n")?;
    let mut table = Table::new(&[
        "N",
        "netswitch setup",
        "peak",
        "ovs-vsctl",
        "peak",
        "arguments",
        "same configuration",
    ]);
    for row in rows {
        table.row([
            row.networks.to_string(),
            both(&row.setup),
            size(row.setup_peak_kib),
            time(row.vsctl.median),
            size(row.vsctl_peak_kib),
            size(row.vsctl_argument_bytes >> 10),
            if row.same_configuration { "yes" } else { "NO" }.to_owned(),
        ]);
    }
    table.print(out)?;
    writeln!(out, "\nOne more network on a host that has N\n")?;
    let mut table = Table::new(&[
        "N",
        "floor",
        "netswitch",
        "/ floor",
        "ovs-vsctl",
        "/ netswitch",
    ]);
    for row in rows {
        table.row([
            row.networks.to_string(),
            both(&row.more_floor),
            both(&row.more_native),
            ratios(&row.more_native, &row.more_floor),
            time(row.more_vsctl.median),
            ratios(&row.more_vsctl, &row.more_native),
        ]);
    }
    table.print(out)
}

fn switch(rows: &[Switch], out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\nWith ovs-vswitchd (userspace datapath), until everything is realised\n"
    )?;
    let mut table = Table::new(&[
        "N",
        "floor",
        "and devices up",
        "netswitch, verified",
        "/ floor",
        "ovs-vsctl, one call",
        "/ netswitch",
    ]);
    for row in rows {
        table.row([
            row.networks.to_string(),
            both(&row.floor),
            both(&row.floor_with_devices),
            both(&row.native),
            ratios(&row.native, &row.floor),
            both(&row.vsctl),
            ratios(&row.vsctl, &row.native),
        ]);
    }
    table.print(out)
}

fn targets(figures: &Figures, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\nTargets\n")?;
    let mut table = Table::new(&["what", "aimed at", "measured"]);
    let of = |networks| figures.database.iter().find(|row| row.networks == networks);
    if let Some(row) = of(4000) {
        let mut line = |what: &str, aim: &str, measured: String| {
            table.row([what.to_owned(), aim.to_owned(), measured]);
        };
        line(
            "4000 networks / floor",
            "at most 1.3",
            ratios(&row.native, &row.floor),
        );
        line(
            "ovs-vsctl in one call / netswitch",
            "at least 40",
            ratios(&row.vsctl, &row.native),
        );
        let more = ratios(&row.more_native, &row.more_floor);
        line("one more network at 4000 / floor", "at most 2", more);
        if let Some(small) = of(1000) {
            let quotient = ratios(&row.parts.planning, &small.parts.planning);
            line("planning 4000 / planning 1000", "at most 5", quotient);
        }
        let parts = &row.parts;
        let before = parts.parse.median + parts.canonicalize_and_validate.median;
        let before = before + parts.plan.median + parts.render.median;
        line(
            "4000 networks, before the transaction is sent",
            "at most 25 ms",
            time(before),
        );
        let aim = format!("below {}", size(row.vsctl_peak_kib));
        line(
            "peak memory of setup with 4000 networks",
            &aim,
            size(row.setup_peak_kib),
        );
    }
    if let Some(row) = figures.switch.iter().find(|row| row.networks == 500) {
        let measured = ratios(&row.native, &row.floor);
        table.row(["500 networks realised / floor", "at most 1.1", &measured].map(str::to_owned));
    }
    table.print(out)
}
