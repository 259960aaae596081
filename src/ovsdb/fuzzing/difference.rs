use std::sync::LazyLock;

use ovsdb_schema::Database as Schema;
use serde_json::Value as Json;

use super::super::lab::LabDatabase;
use super::choices::Choices;
use super::model::{self, Cell, Model};
use super::update::{apply, differences};
use super::writer::{Form, Writer};
use crate::ovsdb::table::Database;
use crate::vswitch::OpenVSwitchDatabase;

/// A schema with every shape of column.
static LAB: LazyLock<Schema> = LazyLock::new(|| {
    resolved(include_str!(
        "../../../ovsdb-schema/tests/golden/lab.ovsschema"
    ))
});
static VSWITCH: LazyLock<Schema> = LazyLock::new(|| {
    resolved(include_str!(
        "../../../ovsdb-schema/schemas/vswitch.ovsschema"
    ))
});

/// Bytes that choose two databases: what a server says of the one is read as it is; what it says
/// that leads to the other, by `update` and by `update2`, leads there, and tells exactly what
/// changed; so does reading the other anew.
pub fn difference(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    match choices.below(3) {
        2 => {
            between::<OpenVSwitchDatabase>(&VSWITCH, &mut choices);
        }
        _ => {
            let (before, after) = between::<LabDatabase>(&LAB, &mut choices);
            finds_by_index(&before, &after);
            finds_by_index(&after, &before);
        }
    }
}

fn between<D: Database>(schema: &Schema, choices: &mut Choices<'_>) -> (D, D) {
    let old = model::random(schema, choices);
    let new = model::changed(schema, &old, choices);
    let mut found = None;
    for form in [Form::Update, Form::Update2] {
        let mut writer = Writer {
            schema,
            form,
            choices: &mut *choices,
        };
        let (before, after): (D, D) = (
            applied(D::default(), &writer.snapshot(&old)).0,
            applied(D::default(), &writer.snapshot(&new)).0,
        );
        holds(&before, &old, schema);
        holds(&after, &new, schema);
        let expected = told(&differences(&before, &after));
        assert_eq!(expected.len(), count_changes(&old, &new));

        let (changed, events) = applied(before.clone(), &writer.difference(&old, &new));
        assert_eq!(told(&events), expected, "{form:?}");
        assert_eq!(told(&differences(&changed, &after)), [""; 0], "{form:?}");
        let (back, _) = applied(changed, &writer.difference(&new, &old));
        assert_eq!(told(&differences(&back, &before)), [""; 0], "{form:?}");
        assert_eq!(
            writer.difference(&new, &new),
            Json::Object(Default::default())
        );
        found = Some((before, after));
    }
    found.unwrap()
}

fn applied<D: Database>(mut database: D, tables: &Json) -> (D, Vec<D::Event>) {
    let (applied, events) = apply(&mut database, tables.to_string().as_bytes());
    applied.unwrap_or_else(|error| panic!("{error} in {tables}"));
    (database, events)
}

fn holds<D: Database>(database: &D, model: &Model, schema: &Schema) {
    for table in &schema.tables {
        let name = table.name.as_str();
        for (id, row) in &model[name] {
            for column in &table.columns {
                let datum = database.datum(name, *id, column.name.as_str()).unwrap();
                let cell = Cell::of(datum, &column.shape);
                assert_eq!(cell, row[column.name.as_str()], "{name}.{}", column.name);
            }
        }
    }
    let count: usize = model.values().map(|rows| rows.len()).sum();
    assert_eq!(differences(&D::default(), database).len(), count);
}

fn count_changes(old: &Model, new: &Model) -> usize {
    let changes = new.iter().map(|(table, new)| {
        let old = &old[table];
        let gone = old.keys().filter(|id| !new.contains_key(id)).count();
        gone + new
            .iter()
            .filter(|(id, row)| old.get(id) != Some(row))
            .count()
    });
    changes.sum()
}

/// Events as text, in no order of the server's.
fn told<E: std::fmt::Debug>(events: &[E]) -> Vec<String> {
    let mut told: Vec<String> = events.iter().map(|event| format!("{event:?}")).collect();
    told.sort();
    told
}

/// Each row is found by what is unique of it, and none by what only the other database has.
fn finds_by_index(database: &LabDatabase, other: &LabDatabase) {
    let (samples, others) = (&database.sample, &other.sample);
    for (id, row) in samples.iter() {
        let found = [
            samples.by_name(&row.name),
            samples.by_number(row.number),
            samples.by_state(&row.state),
            samples.by_alias(&row.alias),
            samples.by_rack_and_slot(row.rack, row.slot),
            samples.by_name_and_state(&row.name, &row.state),
        ];
        assert!(
            found.iter().all(|found| *found == Some((id, row))),
            "{row:?}"
        );
    }
    for (_, row) in others.iter() {
        let is_here = samples.iter().any(|(_, ours)| ours.name == row.name);
        assert_eq!(samples.by_name(&row.name).is_some(), is_here);
    }
}

fn resolved(text: &str) -> Schema {
    let schema = ovsdb_schema::parse(text).unwrap_or_else(|error| panic!("{error}"));
    ovsdb_schema::resolve(&schema).unwrap_or_else(|error| panic!("{error}"))
}

/// What the difference between two random databases looks like, for tests that mangle it.
#[cfg(test)]
pub(super) fn written(bytes: &[u8]) -> String {
    let mut choices = Choices::new(bytes);
    let old = model::random(&LAB, &mut choices);
    let new = model::changed(&LAB, &old, &mut choices);
    let form = choices.one_of(&[Form::Update, Form::Update2]);
    let mut writer = Writer {
        schema: &LAB,
        form,
        choices: &mut choices,
    };
    match writer.choices.once_in(2) {
        true => writer.difference(&old, &new).to_string(),
        false => writer.snapshot(&new).to_string(),
    }
}
