//! `dump`.

use serde_json::json;

use crate::both::{assert_failed, assert_same, netswitch, stdout};
use crate::odd::{fill, odd_server, transact};

#[test]
fn dumps_in_every_form() {
    let server = odd_server();
    fill(&server);
    for style in [
        &["--format", "table"][..],
        &["-f", "list"],
        &["--format=html"],
        &["--format=csv"],
        &["--format", "json", "--data=bare", "--no-headings"],
        &["--pretty", "-fjson"],
        &["--bare"],
        &["--bare", "--format=table", "--data=json"],
        &["--no-headings"],
        &["--no-head", "-fhtml", "--data=bare"],
        &["-fcsv", "-d", "json", "--no-headings"],
        &["-flist", "-djson"],
        &["--data=bare"],
        &["--max-column-width=9"],
        &["--max-column-width=3", "--no-headings", "--timestamp"],
        &["--data", "bare", "--data=string", "--max-column-width=0"],
    ] {
        for names in [
            &[][..],
            &["Odd"],
            &["_Server"],
            &["Bridge"],
            &["Open_vSwitch", "Open_vSwitch"],
            &["Bridge", "name", "_uuid", "external_ids"],
            &["Odd", "T", "uuids"],
            &["Odd", "T", "string", "_version"],
            &["Odd", "Empty", "_version"],
            &["Odd", "Empty"],
        ] {
            assert_same(&server, &[style, &["dump"], names].concat());
        }
    }
    for (names, why) in [
        (&["Nope"][..], "database Open_vSwitch has no table Nope"),
        (&["Bridge", "nope"], "table Bridge has no column nope"),
        (
            &["Bridge", "name", "name"],
            "column name of table Bridge is named twice",
        ),
    ] {
        let dump = netswitch(&server, &[&["dump"], names].concat());
        assert_failed(&dump, 1, why);
    }
}

#[test]
fn styles_behind_the_verb() {
    let server = odd_server();
    fill(&server);
    assert_same(
        &server,
        &["dump", "-fcsv", "Odd", "--data=bare", "T", "string"],
    );
    for style in [&["--format=tree"][..], &["--format=dot"]] {
        let dump = netswitch(&server, &[style, &["dump"]].concat());
        assert_failed(&dump, 2, "ovsdb prints with --format text, table, list,");
    }
    for style in [
        "--format=nope",
        "--data=nope",
        "--max-column-width=-1",
        "--no-such",
    ] {
        assert_failed(&netswitch(&server, &["dump", style]), 2, "error: ");
    }
}

/// ovsdb-client would print the first byte of the second character and the terminal a question
/// mark.
#[test]
fn no_character_is_cut_in_two() {
    let server = odd_server();
    let row = json!({"op": "insert", "table": "Empty", "row": {"a": "xéé"}});
    transact(&server, &row);
    let style = ["--max-column-width=4", "--no-headings", "--data=bare"];
    let dump = netswitch(
        &server,
        &[&style[..], &["dump", "Odd", "Empty", "a"]].concat(),
    );
    assert_eq!(stdout(&dump), "Empty table\nxé\n");
}
