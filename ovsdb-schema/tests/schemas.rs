//! Schemas that are in use, and what a parsed schema means.

#![allow(
    clippy::unwrap_used,
    reason = "clippy takes only functions marked #[test] for tests"
)]

use ovsdb_schema::model::{BaseType, Max};
use ovsdb_schema::{Database, Shape, Table};

const VSWITCH: &str = include_str!("../schemas/vswitch.ovsschema");
const SERVER: &str = include_str!("../schemas/_server.ovsschema");

#[test]
fn the_vswitch_schema() {
    let database = read(VSWITCH);
    assert_eq!(database.name.as_str(), "Open_vSwitch");
    assert_eq!(database.tables.len(), 19);
    let roots = database.tables.iter().filter(|table| table.is_root);
    let roots: Vec<_> = roots.map(|table| table.name.as_str()).collect();
    assert_eq!(
        roots,
        ["Open_vSwitch", "QoS", "Queue", "Flow_Sample_Collector_Set"]
    );

    let port = table(&database, "Port");
    let shape = |name: &str| {
        &port
            .columns
            .iter()
            .find(|c| c.name.as_str() == name)
            .unwrap()
            .shape
    };
    assert!(matches!(shape("name"), Shape::Scalar(BaseType::String(_))));
    assert!(matches!(
        shape("tag"),
        Shape::Optional(BaseType::Integer(_))
    ));
    assert!(matches!(
        shape("trunks"),
        Shape::Set(BaseType::Integer(_), count) if !count.required && count.max == Max::Elements(4096)
    ));
    assert!(matches!(
        shape("interfaces"),
        Shape::Set(BaseType::Uuid(_), count) if count.required && count.max == Max::Unlimited
    ));
    assert!(matches!(shape("external_ids"), Shape::Map(..)));
    assert_eq!(port.indexes.len(), 1);
}

#[test]
fn without_any_root_every_table_is_one() {
    let database = read(SERVER);
    assert!(database.tables.iter().all(|table| table.is_root));
}

#[test]
fn a_whole_real_is_an_integer() {
    let database = read(
        r#"{"name": "Lab", "version": "1.0.0", "tables": {"A": {"maxRows": 3.0, "columns":
            {"a": {"type": {"key": "string", "min": 0.0, "max": 1e2}}}}}}"#,
    );
    let table = table(&database, "A");
    assert_eq!(table.max_rows, Some(3));
    let shape = table.columns.first().map(|column| &column.shape);
    assert!(matches!(shape, Some(Shape::Set(_, count)) if count.max == Max::Elements(100)));
}

#[test]
fn bare_and_spelled_out_types_are_the_same() {
    for atomic in ["integer", "real", "boolean", "string", "uuid"] {
        let kinds = [
            format!(r#""{atomic}""#),
            format!(r#"{{"key": "{atomic}"}}"#),
            format!(r#"{{"key": {{"type": "{atomic}"}}, "min": 1, "max": 1}}"#),
        ];
        let databases = kinds.map(|kind| {
            read(&format!(
                r#"{{"name": "Lab", "version": "1.0.0", "tables":
                    {{"A": {{"columns": {{"a": {{"type": {kind}}}}}}}}}}}"#
            ))
        });
        assert_eq!(databases[0], databases[1]);
        assert_eq!(databases[1], databases[2]);
    }
}

fn read(text: &str) -> Database {
    ovsdb_schema::resolve(&ovsdb_schema::parse(text).unwrap()).unwrap()
}

fn table<'a>(database: &'a Database, name: &str) -> &'a Table {
    let mut tables = database.tables.iter();
    tables.find(|table| table.name.as_str() == name).unwrap()
}
