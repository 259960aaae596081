//! The verbs that tell what a server has.

use crate::both::{assert_failed, assert_same, netswitch};
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
