//! `dump`.

use crate::both::{assert_failed, assert_same, netswitch};
use crate::odd::{fill, odd_server};

#[test]
fn dumps_in_every_form() {
    let server = odd_server();
    fill(&server);
    for format in ["table", "list", "csv", "json"] {
        for names in [
            &[][..],
            &["Odd"],
            &["_Server"],
            &["Bridge"],
            &["Open_vSwitch", "Open_vSwitch"],
            &["Bridge", "name", "_uuid", "external_ids"],
            &["Odd", "T", "uuids"],
            &["Odd", "Empty"],
        ] {
            let mut arguments = vec!["--format", format, "dump"];
            arguments.extend(names);
            assert_same(&server, &arguments);
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
