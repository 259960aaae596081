//! What `ovsdb-schema` generates for a schema with every shape of column, put to use.

use serde_json::{Value as Json, json};

use super::lab::{self, Event, LabDatabase, QosByModeKey, Sample, SampleState, sample};
use super::{Database, RowId, Uuid};

const A: &str = "00000000-0000-0000-0000-00000000000a";
const B: &str = "00000000-0000-0000-0000-00000000000b";

#[test]
fn values_of_every_shape_come_back_as_they_were() {
    let rows = [
        (
            "Sample",
            json!({"name": "x", "number": -1, "state": "in-use", "alias": "y", "slot": 3,
            "rack": ["uuid", B], "weight": 1.5, "tags": ["set", ["a", "b"]]}),
        ),
        (
            "Rack",
            json!({"type": "t", "maxLoad": 0.5, "serial": ["uuid", A], "powered": true,
            "neighbours": ["set", [["uuid", A], ["uuid", B]]], "keeper": ["set", []]}),
        ),
        (
            "Column",
            json!({"booleans": ["set", [false, true]], "reals": 0.25, "integers": ["set", [1, 2]],
            "uuids": ["uuid", A], "texts": "a", "modes": ["set", ["fast", "slow"]]}),
        ),
        (
            "QoS",
            json!({"by_number": ["map", [[1, ["uuid", A]]]], "by_mode": ["map", [["a", "only"]]],
            "by_rack": ["map", [[["uuid", A], 2.5]]], "by_truth": ["map", [[true, ["uuid", B]]]],
            "pair": ["map", [["k", "v"]]], "pairs": ["map", [[0.5, false]]]}),
        ),
        (
            "Enumerations",
            json!({"integer": 4, "real": 0.5, "boolean": true, "uuid": ["uuid", A],
            "string": "self"}),
        ),
    ];
    let mut database = LabDatabase::default();
    for (table, row) in rows {
        apply(&mut database, table, &json!({A: {"insert": row}}));
        let row = row.as_object().unwrap();
        for (column, value) in row {
            let datum = database.datum(table, uuid(A), column).unwrap();
            assert_eq!(
                &serde_json::to_value(datum).unwrap(),
                value,
                "{table}.{column}"
            );
        }
        let info = LabDatabase::TABLES.iter().find(|info| info.name == table);
        assert!(
            info.unwrap()
                .columns
                .iter()
                .all(|column| row.contains_key(column.name))
        );
    }
}

#[test]
fn differences_apply_to_each_shape() {
    let mut database = LabDatabase::default();
    let insert = json!({"name": "x", "alias": "y", "number": 1, "tags": ["set", ["a", "b"]]});
    apply(&mut database, "Sample", &json!({A: {"insert": insert}}));
    let modify = json!({"number": 2, "alias": ["set", []], "tags": ["set", ["b", "c"]]});
    let events = apply(&mut database, "Sample", &json!({A: {"modify": modify}}));
    let [Event::Sample(change)] = events.as_slice() else {
        panic!("{events:?}");
    };
    let new = change.after().unwrap();
    assert_eq!((new.name.as_str(), new.number, &new.alias), ("x", 2, &None));
    assert_eq!(new.tags, ["a".to_owned(), "c".to_owned()].into());
}

#[test]
fn rows_may_exchange_what_is_unique() {
    let mut database = LabDatabase::default();
    let insert = json!({A: {"insert": {"name": "x"}}, B: {"insert": {"name": "y", "slot": 1}}});
    apply(&mut database, "Sample", &insert);
    let exchange = json!({A: {"modify": {"name": "y"}}, B: {"modify": {"name": "x"}}});
    apply(&mut database, "Sample", &exchange);
    let found = |name: &str| database.sample.by_name(name).map(|(id, _)| id);
    assert_eq!(found("x"), Some(id(B)));
    assert_eq!(found("y"), Some(id(A)));
    let found = database.sample.by_rack_and_slot(RowId::default(), Some(1));
    assert_eq!(found.map(|(id, _)| id), Some(id(B)));
    let found = database.sample.by_name_and_state("y", &SampleState::Empty);
    assert_eq!(found.map(|(id, _)| id), Some(id(A)));

    apply(&mut database, "Sample", &json!({A: {"delete": null}}));
    assert_eq!(database.sample.by_name("y"), None);
}

#[test]
fn what_a_newer_server_has_is_kept_or_skipped() {
    let mut database = LabDatabase::default();
    let insert = json!({"name": "x", "state": "melted", "invented": ["set", [1, 2]]});
    apply(&mut database, "Sample", &json!({A: {"insert": insert}}));
    let (_, row) = database.sample.by_name("x").unwrap();
    assert_eq!(row.state, SampleState::Other("melted".to_owned()));
    assert_eq!(row.state.to_string(), "melted");

    let mut events = Vec::new();
    let known = database.update_table("Invented", json!({A: {"insert": {}}}), |event| {
        events.push(event)
    });
    assert!(!known.unwrap());
    assert!(events.is_empty());
}

#[test]
fn enumerations_begin_as_the_empty_string() {
    assert_eq!(Sample::default().state, SampleState::Empty);
    assert_eq!(QosByModeKey::default(), QosByModeKey::Other(String::new()));
    assert_eq!(SampleState::from("other"), SampleState::OtherState);
}

#[test]
fn handles_name_their_columns() {
    assert_eq!(sample::NAME.name(), "name");
    assert_eq!(lab::rack::MAX_LOAD.name(), "maxLoad");
}

#[test]
fn databases_differ_by_their_rows() {
    let mut newer = LabDatabase::default();
    apply(&mut newer, "QoS", &json!({A: {"insert": {}}}));
    let mut events = Vec::new();
    LabDatabase::default().differences(&newer, &mut events);
    assert!(matches!(events.as_slice(), [Event::Qos(_)]));
}

fn apply(database: &mut LabDatabase, table: &str, updates: &Json) -> Vec<Event> {
    let mut events = Vec::new();
    let known = database.update_table(table, updates, |event| events.push(event));
    assert!(known.unwrap());
    events
}

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn id(text: &str) -> RowId<Sample> {
    RowId::new(uuid(text))
}
