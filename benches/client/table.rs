//! The figures for people.

use std::fmt::Write;

use crate::figures::{Figures, Idl, Pipeline, Reading};
use crate::measure::{Samples, Table, both, ratios, size, time};

/// All tables, and what was aimed at beside what was measured. Times are medians.
pub(crate) fn text(figures: &Figures) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(figures, &mut out);
    out
}

fn write(figures: &Figures, out: &mut String) -> std::fmt::Result {
    snapshots(figures, out)?;
    if let Some(pipeline) = &figures.pipeline {
        transactions(pipeline, out)?;
    }
    targets(figures, out)
}

fn snapshots(figures: &Figures, out: &mut String) -> std::fmt::Result {
    let Figures {
        networks, bytes, ..
    } = figures;
    writeln!(
        out,
        "All of a database with {networks} networks, {} (medians; in brackets the least)\n",
        size((bytes >> 10) as u64)
    )?;
    let mut table = Table::new(&["who", "connected to usable", "whole process", "peak"]);
    let mut line = |who: &str, reading: &Reading, is_told: bool| {
        let inside = match is_told {
            true => both(&reading.inside),
            false => "-".to_owned(),
        };
        let process = both(&reading.process);
        table.row([who.to_owned(), inside, process, size(reading.peak_kib)]);
    };
    line("bytes read, not looked at", &figures.drain, true);
    line("netswitch::ovsdb", &figures.native, true);
    line("ovsdb-client dump", &figures.dump, false);
    line("ovs-vsctl show", &figures.show, false);
    if let Ok(idl) = &figures.idl {
        line(&name(idl), &idl.reading, true);
    }
    table.print(out)?;
    if let Err(why) = &figures.idl {
        writeln!(out, "\nThe Python IDL was not measured: {why}")?;
    }
    Ok(())
}

fn name(idl: &Idl) -> String {
    let extension = if idl.has_extension { "with" } else { "without" };
    let version = &idl.version;
    format!("Python IDL {version}, {extension} its parser in C")
}

fn transactions(pipeline: &Pipeline, out: &mut String) -> std::fmt::Result {
    let count = pipeline.transactions;
    writeln!(out, "\n{count} small transactions over one connection\n")?;
    let mut table = Table::new(&["who", "in flight", "time", "each"]);
    let mut line = |who: &str, window: &str, samples: &Samples| {
        let each = time(samples.median / f64::from(count));
        table.row([who.to_owned(), window.to_owned(), both(samples), each]);
    };
    for (window, samples) in &pipeline.prebuilt {
        let window = match window {
            0 => "all".to_owned(),
            window => window.to_string(),
        };
        line("prebuilt", &window, samples);
    }
    line("netswitch::ovsdb", "1024", &pipeline.native);
    table.print(out)
}

/// What is aimed at holds for 4,000 networks and 10,000 transactions.
fn targets(figures: &Figures, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\nTargets\n")?;
    let mut table = Table::new(&["what", "aimed at", "measured"]);
    let mut line = |what: &str, aim: &str, measured: String| {
        table.row([what.to_owned(), aim.to_owned(), measured]);
    };
    let Figures {
        drain,
        native,
        dump,
        show,
        ..
    } = figures;
    if figures.networks == 4000 {
        let measured = ratios(&native.inside, &drain.inside);
        line("first snapshot / bytes read", "at most 1.15", measured);
        let what = "ovsdb-client dump / first snapshot, processes";
        let measured = ratios(&dump.process, &native.process);
        line(what, "at least 3", measured);
        if let Ok(idl) = &figures.idl {
            let measured = ratios(&idl.reading.inside, &native.inside);
            line("Python IDL / first snapshot", "at least 10", measured);
        }
        let aim = format!("at most {}", size(show.peak_kib));
        let what = "peak memory of the first snapshot";
        line(what, &aim, size(native.peak_kib));
    }
    let pipeline = figures.pipeline.as_ref();
    if let Some(pipeline) = pipeline.filter(|it| it.transactions == 10_000)
        && let Some((_, floor)) = pipeline.floor()
    {
        let measured = ratios(&pipeline.native, floor);
        line("small transactions / prebuilt", "at most 1.2", measured);
    }
    table.print(out)
}
