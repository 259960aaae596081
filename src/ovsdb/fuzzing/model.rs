//! Random databases, made of a schema alone: they know nothing of the generated tables.

use std::collections::{BTreeMap, BTreeSet};

use ovsdb_schema::model::{BaseType, Max, Values};
use ovsdb_schema::{Column, Count, Database as Schema, Shape, Table};

use super::choices::Choices;
use crate::ovsdb::value::{Atom, Datum, Real, Uuid, provisional};

/// The rows of a database by table and identifier.
pub(super) type Model = BTreeMap<String, Rows>;
pub(super) type Rows = BTreeMap<Uuid, Row>;
/// The columns of a row, all of them.
pub(super) type Row = BTreeMap<String, Cell>;

/// A column's value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    One(Option<Atom<'static>>),
    Set(BTreeSet<Atom<'static>>),
    Map(BTreeMap<Atom<'static>, Atom<'static>>),
}

impl Cell {
    /// The value that a typed row gave.
    pub(super) fn of(datum: Datum, shape: &Shape) -> Self {
        let atoms = match datum {
            Datum::Map(pairs) => return Self::Map(pairs.into_iter().collect()),
            Datum::Set(atoms) => atoms,
            Datum::Scalar(atom) => vec![atom],
        };
        match shape {
            Shape::Set(..) => Self::Set(atoms.into_iter().collect()),
            _ => Self::One(atoms.into_iter().next()),
        }
    }

    /// What a column has that nothing is said of (RFC 7047, section 5.2.1).
    pub(super) fn default(shape: &Shape) -> Self {
        match shape {
            Shape::Scalar(of) => Self::One(Some(default_atom(of))),
            Shape::Optional(_) => Self::One(None),
            Shape::Set(of, Count { required, .. }) => {
                Self::Set(required.then(|| default_atom(of)).into_iter().collect())
            }
            Shape::Map(key, value, Count { required, .. }) => {
                let pair = || (default_atom(key), default_atom(value));
                Self::Map(required.then(pair).into_iter().collect())
            }
        }
    }
}

/// Whether changes of the column are told by what differs: not if it has one element at most.
pub(super) fn is_composite(shape: &Shape) -> bool {
    match shape {
        Shape::Scalar(_) | Shape::Optional(_) => false,
        Shape::Set(_, count) | Shape::Map(_, _, count) => count.max != Max::Elements(1),
    }
}

/// A database of a few rows, few of their columns not at their default.
pub(super) fn random(schema: &Schema, choices: &mut Choices<'_>) -> Model {
    let tables = schema.tables.iter().map(|table| {
        let count = choices.below(4);
        let rows = (0..count).map(|_| (row_id(choices), random_row(table, choices)));
        let rows: Rows = rows.collect();
        (table.name.to_string(), unique(table, rows))
    });
    tables.collect()
}

/// Another database: rows are gone, new or changed.
pub(super) fn changed(schema: &Schema, old: &Model, choices: &mut Choices<'_>) -> Model {
    let tables = schema.tables.iter().map(|table| {
        let mut rows = old[table.name.as_str()].clone();
        rows.retain(|_, _| !choices.once_in(4));
        for row in rows.values_mut() {
            for column in &table.columns {
                if choices.once_in(3)
                    && let Some(cell) = row.get_mut(column.name.as_str())
                {
                    change(cell, &column.shape, choices);
                }
            }
        }
        if choices.once_in(2) {
            rows.insert(row_id(choices), random_row(table, choices));
        }
        (table.name.to_string(), unique(table, rows))
    });
    tables.collect()
}

fn random_row(table: &Table, choices: &mut Choices<'_>) -> Row {
    let cells = table.columns.iter().map(|Column { name, shape, .. }| {
        let mut cell = Cell::default(shape);
        if choices.once_in(2) {
            change(&mut cell, shape, choices);
        }
        (name.to_string(), cell)
    });
    cells.collect()
}

/// The rows without those that have the same as an earlier one where the schema has an index.
fn unique(table: &Table, mut rows: Rows) -> Rows {
    for index in &table.indexes {
        let mut seen = BTreeSet::new();
        rows.retain(|_, row| {
            let key = index.iter().map(|column| row[column.name.as_str()].clone());
            seen.insert(key.collect::<Vec<_>>())
        });
    }
    rows
}

fn change(cell: &mut Cell, shape: &Shape, choices: &mut Choices<'_>) {
    match (cell, shape) {
        (Cell::One(one), Shape::Optional(_)) if choices.once_in(3) => *one = None,
        (Cell::One(one), Shape::Scalar(of) | Shape::Optional(of)) => {
            *one = Some(atom(of, choices));
        }
        (Cell::Set(set), Shape::Set(of, count)) => {
            // Many at once are merged in another way than a few.
            for _ in 0..choices.one_of(&[1, 2, 3, 20]) {
                let element = atom(of, choices);
                if !set.remove(&element) {
                    set.insert(element);
                }
            }
            if set.is_empty() && count.required {
                set.insert(atom(of, choices));
            }
        }
        (Cell::Map(map), Shape::Map(key, value, count)) => {
            for _ in 0..choices.below(4) {
                match map.pop_first() {
                    Some((key, _)) if choices.once_in(2) => {
                        map.insert(key, atom(value, choices));
                    }
                    Some((key, value)) if choices.once_in(2) => {
                        map.insert(key, value);
                    }
                    _ => {}
                }
                map.insert(atom(key, choices), atom(value, choices));
            }
            while count.max == Max::Elements(1) && map.len() > 1 {
                map.pop_first();
            }
            if !count.required && choices.once_in(4) {
                map.clear();
            }
        }
        (cell, shape) => panic!("{cell:?} is no {shape:?}"),
    }
}

/// Few, so that there are the same ones often.
fn row_id(choices: &mut Choices<'_>) -> Uuid {
    match choices.below(16) {
        15 => provisional(7, 3),
        number => Uuid::from_u128(number as u128),
    }
}

fn atom(of: &BaseType, choices: &mut Choices<'_>) -> Atom<'static> {
    match of {
        BaseType::Integer(_) => Atom::Integer(integer(choices)),
        BaseType::Real(_) => Atom::Real(Real(real(choices))),
        BaseType::Boolean(_) => Atom::Boolean(choices.once_in(2)),
        BaseType::String(Values::OneOf(values)) if !choices.once_in(5) => {
            Atom::String(values[choices.below(values.len())].clone().into())
        }
        BaseType::String(_) => Atom::String(string(choices).into()),
        BaseType::Uuid(_) => Atom::Uuid(row_id(choices)),
    }
}

fn default_atom(of: &BaseType) -> Atom<'static> {
    match of {
        BaseType::Integer(_) => Atom::Integer(0),
        BaseType::Real(_) => Atom::Real(Real(0.0)),
        BaseType::Boolean(_) => Atom::Boolean(false),
        BaseType::String(_) => Atom::String("".into()),
        BaseType::Uuid(_) => Atom::Uuid(Uuid::nil()),
    }
}

fn integer(choices: &mut Choices<'_>) -> i64 {
    const EXACT: i64 = 1 << 53;
    const ENDS: [i64; 10] = [
        0,
        1,
        2,
        -1,
        4095,
        EXACT,
        EXACT + 1,
        -EXACT - 1,
        i64::MAX,
        i64::MIN,
    ];
    match choices.below(ENDS.len() + 1) {
        at if at < ENDS.len() => ENDS[at],
        _ => choices.word().cast_signed(),
    }
}

fn real(choices: &mut Choices<'_>) -> f64 {
    const ENDS: [f64; 14] = [
        0.0,
        1.0,
        -1.5,
        0.1,
        -0.0,
        1e18,
        1e308,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        9_007_199_254_740_993.0,
        9_223_372_036_854_775_808.0,
        -9_223_372_036_854_775_808.0,
        18_446_744_073_709_551_616.0,
    ];
    match choices.below(ENDS.len() + 1) {
        at if at < ENDS.len() => ENDS[at],
        _ => Some(f64::from_bits(choices.word()))
            .filter(|real| real.is_finite())
            .unwrap_or(2.0),
    }
}

fn string(choices: &mut Choices<'_>) -> String {
    const TEXTS: [&str; 8] = [
        "",
        "a",
        "b",
        "set",
        "uuid",
        "\"\\/\u{1}\u{7f}",
        "ü😀",
        "\0\u{ffff}",
    ];
    match choices.below(TEXTS.len() + 1) {
        at if at < TEXTS.len() => TEXTS[at].to_owned(),
        _ => char::from(choices.byte()).to_string(),
    }
}
