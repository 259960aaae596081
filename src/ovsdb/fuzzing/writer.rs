//! What a server says of databases and of their changes, in its own words: written from the
//! manuals and from what servers send, not from what reads it.

use ovsdb_schema::{Database as Schema, Shape, Table};
use serde_json::{Map as Members, Value as Json, json};

use super::choices::Choices;
use super::model::{Cell, Model, Row, Rows, is_composite};
use crate::ovsdb::value::{Atom, Real, Uuid};

/// How a server tells of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Whole rows, `old` and `new` (RFC 7047, section 4.1.6).
    Update,
    /// Differences (ovsdb-server(7), section 4.1.14).
    Update2,
}

pub(super) struct Writer<'a, 'b> {
    pub(super) schema: &'a Schema,
    pub(super) form: Form,
    pub(super) choices: &'a mut Choices<'b>,
}

impl Writer<'_, '_> {
    /// All that there is.
    pub(super) fn snapshot(&mut self, model: &Model) -> Json {
        self.tables(|writer, table| {
            let kind = match writer.form {
                Form::Update => "new",
                Form::Update2 => writer.choices.one_of(&["initial", "insert"]),
            };
            let rows = model[table.name.as_str()].iter();
            let rows = rows.map(|(id, row)| (*id, json!({ kind: writer.row(table, row) })));
            rows.collect()
        })
    }

    /// What leads from one database to another.
    pub(super) fn difference(&mut self, old: &Model, new: &Model) -> Json {
        self.tables(|writer, table| {
            let (old, new) = (&old[table.name.as_str()], &new[table.name.as_str()]);
            match writer.form {
                Form::Update => writer.update(table, old, new),
                Form::Update2 => writer.update2(table, old, new),
            }
        })
    }

    fn tables(&mut self, mut rows_of: impl FnMut(&mut Self, &Table) -> Vec<(Uuid, Json)>) -> Json {
        let mut tables = Members::new();
        for table in &self.schema.tables {
            let rows = rows_of(self, table).into_iter();
            let rows: Members<_, _> = rows.map(|(id, row)| (id.to_string(), row)).collect();
            if !rows.is_empty() {
                tables.insert(table.name.to_string(), rows.into());
            }
        }
        tables.into()
    }

    fn update(&mut self, table: &Table, old: &Rows, new: &Rows) -> Vec<(Uuid, Json)> {
        let mut changes = Vec::new();
        for (id, row) in new {
            let whole = self.whole_row(table, row);
            match old.get(id) {
                None => changes.push((*id, json!({"new": whole}))),
                Some(before) if before != row => {
                    let mut columns = self.whole_row(table, before);
                    columns.retain(|column, _| before[column] != row[column]);
                    changes.push((*id, json!({"old": columns, "new": whole})));
                }
                Some(_) => {}
            }
        }
        for (id, row) in old.iter().filter(|(id, _)| !new.contains_key(id)) {
            changes.push((*id, json!({"old": self.whole_row(table, row)})));
        }
        changes
    }

    fn update2(&mut self, table: &Table, old: &Rows, new: &Rows) -> Vec<(Uuid, Json)> {
        let mut changes = Vec::new();
        for (id, row) in new {
            match old.get(id) {
                None => changes.push((*id, json!({"insert": self.row(table, row)}))),
                Some(before) if before != row => {
                    let mut columns = Members::new();
                    for column in &table.columns {
                        let name = column.name.as_str();
                        if before[name] != row[name] {
                            let cell = difference(&before[name], &row[name], &column.shape);
                            columns.insert(name.to_owned(), self.cell(&cell));
                        }
                    }
                    changes.push((*id, json!({"modify": columns})));
                }
                Some(_) => {}
            }
        }
        let gone = old.keys().filter(|id| !new.contains_key(id));
        changes.extend(gone.map(|id| (*id, json!({"delete": null}))));
        changes
    }

    fn row(&mut self, table: &Table, row: &Row) -> Members<String, Json> {
        let mut whole = self.whole_row(table, row);
        if self.form == Form::Update2 {
            // Servers do, always; they need not.
            for column in &table.columns {
                let name = column.name.as_str();
                if row[name] == Cell::default(&column.shape) && !self.choices.once_in(8) {
                    whole.remove(name);
                }
            }
        }
        whole
    }

    fn whole_row(&mut self, table: &Table, row: &Row) -> Members<String, Json> {
        let names = table.columns.iter().map(|column| column.name.to_string());
        names
            .map(|name| (name.clone(), self.cell(&row[&name])))
            .collect()
    }

    fn cell(&mut self, cell: &Cell) -> Json {
        let mut elements: Vec<Json> = match cell {
            Cell::One(atom) => atom.iter().map(|atom| self.atom(atom)).collect(),
            Cell::Set(atoms) => atoms.iter().map(|atom| self.atom(atom)).collect(),
            Cell::Map(pairs) => {
                let pairs = pairs.iter();
                let pairs = pairs.map(|(key, value)| json!([self.atom(key), self.atom(value)]));
                return json!(["map", pairs.collect::<Vec<_>>()]);
            }
        };
        if self.choices.once_in(3) {
            elements.reverse();
        }
        match elements.pop() {
            Some(only) if elements.is_empty() && !self.choices.once_in(4) => only,
            last => {
                elements.extend(last);
                json!(["set", elements])
            }
        }
    }

    /// An atom. Whole numbers may be written with a point and without one.
    fn atom(&mut self, atom: &Atom<'_>) -> Json {
        const EXACT: i64 = 1 << 53;
        match atom {
            Atom::Integer(value) if value.abs_diff(0) < EXACT.abs_diff(0) => {
                match self.choices.once_in(8) {
                    true => json!(*value as f64),
                    false => json!(value),
                }
            }
            Atom::Integer(value) => json!(value),
            Atom::Real(Real(value)) if value.fract() == 0.0 && value.is_sign_positive() => {
                match (self.choices.once_in(2), *value as u64) {
                    (false, whole) if whole < u64::MAX => json!(whole),
                    _ => json!(value),
                }
            }
            Atom::Real(Real(value)) => json!(value),
            Atom::Boolean(value) => json!(value),
            Atom::String(value) => json!(value),
            Atom::Uuid(value) => json!(["uuid", value.to_string()]),
        }
    }
}

/// What differs: elements that only one has, and pairs of which the other has not the same; of a
/// key that both have the new value. Of a column of one element at most, its new value.
fn difference(old: &Cell, new: &Cell, shape: &Shape) -> Cell {
    match (old, new) {
        (Cell::Set(old), Cell::Set(new)) if is_composite(shape) => Cell::Set(old ^ new),
        (Cell::Map(old), Cell::Map(new)) if is_composite(shape) => {
            let mut pairs = old.clone();
            for (key, value) in new {
                match old.get(key) {
                    Some(same) if same == value => pairs.remove(key),
                    _ => pairs.insert(key.clone(), value.clone()),
                };
            }
            Cell::Map(pairs)
        }
        _ => new.clone(),
    }
}
