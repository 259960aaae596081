//! The verbs that tell what a server has.

use crate::both::{assert_failed, assert_same, netswitch, ovsdb_client, stdout};
use crate::odd::odd_server;

#[test]
fn databases_and_schemas() {
    let server = odd_server();
    for arguments in [
        &["list-dbs"][..],
        &["get-schema"],
        &["get-schema", "Odd"],
        &["get-schema", "_Server"],
        &["--pretty", "get-schema", "Odd"],
        &["get-schema-version"],
        &["get-schema-version", "Odd"],
        &["get-schema-cksum"],
        &["get-schema-cksum", "Odd"],
    ] {
        assert_same(&server, arguments);
    }
    let missing = netswitch(&server, &["get-schema", "Nope"]);
    assert_failed(
        &missing,
        1,
        "no database Nope; it has Odd, Open_vSwitch, _Server",
    );
}

/// ovsdb-client gives names in the order of its hash table, which depends on how it was compiled:
/// ours are in alphabetical order.
#[test]
fn tables_and_columns_in_every_form() {
    let server = odd_server();
    for style in [
        &["-ftable"][..],
        &["-ftable", "--data=bare", "--no-headings"],
        &["-fcsv"],
        &["-fcsv", "--data=json"],
    ] {
        for names in [
            &["list-tables"][..],
            &["list-tables", "Odd"],
            &["list-columns"],
            &["list-columns", "Odd"],
            &["list-columns", "Odd", "Types"],
            &["list-columns", "Port"],
        ] {
            let arguments = [style, names].concat();
            let ours = stdout(&netswitch(&server, &arguments));
            let theirs = stdout(&ovsdb_client(&server, &arguments));
            assert_eq!(lines(&ours), lines(&theirs), "{arguments:?}");
        }
    }
    let json = netswitch(&server, &["-fjson", "list-columns", "Odd", "Empty"]);
    assert_eq!(
        stdout(&json),
        "{\"data\":[[\"_uuid\",\"uuid\"],[\"_version\",\"uuid\"],[\"a\",\"string\"]],\
         \"headings\":[\"Column\",\"Type\"]}\n"
    );
    let list = netswitch(&server, &["-flist", "list-tables", "Odd"]);
    assert_eq!(
        stdout(&list),
        "Table               : Empty\n\nTable               : T\n\nTable               : Types\n"
    );
    let missing = netswitch(&server, &["list-columns", "Odd", "Nope"]);
    assert_failed(&missing, 1, "database Odd has no table Nope");
}

fn lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}
