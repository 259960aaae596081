use std::collections::BTreeMap;

use serde::de::DeserializeSeed;

use super::super::lab::{Event, LabDatabase};
use crate::ovsdb::replica::{Change, Update};
use crate::ovsdb::table::Database;
use crate::ovsdb::value::Uuid;
use crate::vswitch::OpenVSwitchDatabase;

/// What a server says that changed: applied to no rows, then again to what came of it, there is
/// an error, or the events tell all that has changed and nothing else.
pub fn update(bytes: &[u8]) {
    let mut lab = LabDatabase::default();
    for _ in 0..3 {
        let mut told = rows_of(&lab);
        let (applied, events) = apply(&mut lab, bytes);
        // After an error the copy is read anew.
        if applied.is_ok() {
            events.iter().for_each(|event| happen(&mut told, event));
            assert_eq!(told, rows_of(&lab));
        }
    }
    let mut vswitch = OpenVSwitchDatabase::default();
    for _ in 0..2 {
        let before = vswitch.clone();
        let (applied, events) = apply(&mut vswitch, bytes);
        if applied.is_ok() && events.is_empty() {
            assert!(differences(&before, &vswitch).is_empty());
        }
    }
}

/// Reads an update into a database.
pub(super) fn apply<D: Database>(
    database: &mut D,
    bytes: &[u8],
) -> (serde_json::Result<()>, Vec<D::Event>) {
    let mut events = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let update = Update {
        database,
        sink: |event| events.push(event),
    };
    let applied = update.deserialize(&mut deserializer);
    (applied.and_then(|()| deserializer.end()), events)
}

pub(super) fn differences<D: Database>(old: &D, new: &D) -> Vec<D::Event> {
    let mut events = Vec::new();
    old.differences(new, &mut events);
    events
}

/// Rows as text, by table and identifier.
type Told = BTreeMap<(&'static str, Uuid), String>;

fn rows_of(database: &LabDatabase) -> Told {
    let mut rows = Told::new();
    for event in differences(&LabDatabase::default(), database) {
        happen(&mut rows, &event);
    }
    rows
}

fn happen(rows: &mut Told, event: &Event) {
    match event {
        Event::Sample(change) => replace(rows, "Sample", change),
        Event::Rack(change) => replace(rows, "Rack", change),
        Event::ColumnRow(change) => replace(rows, "Column", change),
        Event::Qos(change) => replace(rows, "QoS", change),
        Event::Enumerations(change) => replace(rows, "Enumerations", change),
    }
}

fn replace<T: std::fmt::Debug>(rows: &mut Told, table: &'static str, change: &Change<T>) {
    let key = (table, change.id().uuid());
    let before = rows.remove(&key);
    assert_eq!(before, change.before().map(|row| format!("{row:?}")));
    rows.extend(change.after().map(|row| (key, format!("{row:?}"))));
}
