use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde_json::value::RawValue;

use super::log::Records;
use super::schema::{Schema, Table};
use super::value::Value;
use crate::ovsdb::Uuid;

/// Members of a record that are no tables: when and why it was written.
const NOTES: [&str; 2] = ["_date", "_comment"];

/// Whether a record has columns as differences from what they were.
const IS_DIFF: &str = "_is_diff";

/// What a database file holds after its last transaction.
#[derive(Debug)]
pub(super) struct Snapshot<'a> {
    /// The schema as it stands in the file.
    pub(super) schema_text: &'a str,
    pub(super) schema: Schema,
    /// By table and identifier, of each the columns that are not told to be as by default.
    pub(super) tables: BTreeMap<String, BTreeMap<Uuid, Row>>,
}

/// The columns of a row by name.
pub(super) type Row = BTreeMap<String, Value>;

/// A change of a table's rows in a record; no row is one that was deleted.
type Changes<'a> = BTreeMap<Uuid, Option<BTreeMap<String, &'a RawValue>>>;

impl<'a> Snapshot<'a> {
    /// Reads a database file. The errors say where in it.
    pub(super) fn read(text: &'a str) -> anyhow::Result<Self> {
        let mut records = Records::new(text);
        let first = records.next().context("it is empty")??;
        let schema = Schema::parse(first.json);
        let mut snapshot = Self {
            schema_text: first.json,
            schema: schema.map_err(|error| anyhow::anyhow!("record 1: no schema: {error}"))?,
            tables: BTreeMap::new(),
        };
        for record in records {
            let record = record?;
            snapshot
                .apply(record.json)
                .with_context(|| format!("record {} (at byte {})", record.number, record.at))?;
        }
        Ok(snapshot)
    }

    /// Makes the changes of a transaction.
    fn apply(&mut self, record: &'a str) -> anyhow::Result<()> {
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(record)?;
        members.retain(|name, _| !NOTES.contains(&name.as_str()));
        let is_diff = match members.remove(IS_DIFF) {
            Some(is_diff) => serde_json::from_str(is_diff.get()).context(IS_DIFF)?,
            None => false,
        };
        for (name, changes) in members {
            let place = || format!("table {name}");
            let table = self.schema.table(&name)?;
            let changes: Changes<'_> = serde_json::from_str(changes.get()).with_context(place)?;
            let rows = self.tables.entry(name.clone()).or_default();
            for (id, columns) in changes {
                change(rows, table, id, columns, is_diff)
                    .with_context(|| format!("row {id}"))
                    .with_context(place)?;
            }
        }
        Ok(())
    }
}

fn change(
    rows: &mut BTreeMap<Uuid, Row>,
    table: &Table,
    id: Uuid,
    columns: Option<BTreeMap<String, &RawValue>>,
    is_diff: bool,
) -> anyhow::Result<()> {
    let Some(columns) = columns else {
        return match rows.remove(&id) {
            Some(_) => Ok(()),
            None => bail!("it is deleted before it is inserted"),
        };
    };
    let row = rows.entry(id).or_default();
    for (name, json) in columns {
        let column = table.column(&name)?;
        let value =
            Value::read(column.kind, json.get()).with_context(|| format!("column {name}"))?;
        match row.get_mut(&name) {
            // A column that is as by default is not told as a difference from that.
            Some(old) if is_diff && !old.is_default(column.is_required) => old.differ(value),
            _ => drop(row.insert(name, value)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::log::record;
    use super::*;

    const SCHEMA: &str = r#"{"name": "S", "version": "1.0.0", "tables": {"T": {"columns": {
        "name": {"type": "string"},
        "few": {"type": {"key": "integer", "min": 1, "max": 3}},
        "map": {"type": {"key": "string", "value": "integer", "min": 0, "max": "unlimited"}}}}}}"#;

    const ROW: &str = "00000000-0000-0000-0000-000000000001";

    fn file(records: &[&str]) -> String {
        let records = [SCHEMA].into_iter().chain(records.iter().copied());
        records
            .map(|json| record(&json.replace("ROW", ROW)))
            .collect()
    }

    fn row(records: &[&str]) -> String {
        let text = file(records);
        let snapshot = Snapshot::read(&text).unwrap();
        let row = &snapshot.tables["T"][&ROW.parse().unwrap()];
        serde_json::to_string(row).unwrap()
    }

    #[test]
    fn differences_are_applied_in_their_order() {
        let inserted = r#"{"_date": 1, "_is_diff": true, "T": {"ROW": {"few": ["set", [1, 2]],
            "name": "a", "map": ["map", [["k", 1], ["l", 2]]]}}}"#;
        let changed = r#"{"_is_diff": true, "_comment": "c", "T": {"ROW": {"few": ["set", [2, 3]],
            "name": "b", "map": ["map", [["k", 1], ["l", 3], ["m", 4]]]}}}"#;
        let whole = r#"{"T": {"ROW": {"few": 7, "map": ["map", []]}}}"#;
        let after = r#"{"few":["set",[1,3]],"map":["map",[["l",3],["m",4]]],"name":"b"}"#;
        assert_eq!(row(&[inserted, changed]), after);
        assert_eq!(
            row(&[inserted, changed, whole]),
            r#"{"few":7,"map":["map",[]],"name":"b"}"#
        );
        // Its default is one 0.
        let zero = r#"{"_is_diff": true, "T": {"ROW": {"few": 0}}}"#;
        let nine = r#"{"_is_diff": true, "T": {"ROW": {"few": 9}}}"#;
        assert_eq!(row(&[zero, nine]), r#"{"few":9}"#);
        assert_eq!(row(&[nine, zero]), r#"{"few":["set",[0,9]]}"#);
    }

    #[test]
    fn rows_are_deleted() {
        let text = file(&[r#"{"T": {"ROW": {}}}"#, r#"{"T": {"ROW": null}}"#]);
        assert!(Snapshot::read(&text).unwrap().tables["T"].is_empty());
    }

    #[test]
    fn errors_say_where() {
        let deep = format!("{{\"T\": {{\"ROW\": {{\"name\": {}", "[".repeat(100_000));
        for (json, why) in [
            ("7", "record 2 (at byte "),
            (r#"{"_is_diff": 1}"#, "_is_diff: invalid type"),
            (r#"{"U": {}}"#, "database S has no table U"),
            (r#"{"T": {"x": {}}}"#, "table T: "),
            (r#"{"T": {"ROW": null}}"#, "it is deleted before"),
            (r#"{"T": {"ROW": {"x": 1}}}"#, "table T has no column x"),
            (
                r#"{"T": {"ROW": {"name": 1}}}"#,
                "column name: expected a string",
            ),
            (&deep, "record 2 (at byte "),
        ] {
            let text = file(&[json]);
            let error = format!("{:#}", Snapshot::read(&text).unwrap_err());
            assert!(error.contains(why), "{error}");
            assert!(error.starts_with("record 2 (at byte "), "{error}");
        }
        let error = Snapshot::read(&record("{}")).unwrap_err().to_string();
        assert!(
            error.contains("record 1: no schema: /name: missing"),
            "{error}"
        );
        assert!(Snapshot::read("").is_err());
    }
}
