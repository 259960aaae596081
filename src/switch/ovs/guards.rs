//! Whether the prerequisites of a transaction hold, as far as our copy of the database tells.

use crate::ovsdb::transaction::{Operation, Row, Transaction};
use crate::ovsdb::value::Function;
use crate::ovsdb::{Atom, Condition, Database, Datum, Uuid};

/// The first prerequisite that does not hold, for a person: `Port lan: tag`.
pub(super) fn broken<D: Database>(transaction: &Transaction, db: &D) -> Option<String> {
    transaction.operations().iter().find_map(|operation| {
        let Operation::Wait {
            table,
            condition,
            rows,
            ..
        } = operation
        else {
            return None;
        };
        let (row, conditions) = condition.split_first()?;
        let Datum::Scalar(Atom::Uuid(row)) = row.value else {
            return None;
        };
        let columns = rows.iter().flat_map(|Row(columns)| columns);
        let differs = columns
            .filter(|(column, value)| !equals(db, table, row, column, value))
            .map(|(column, _)| *column);
        let fails = conditions
            .iter()
            .filter(|condition| !holds(db, table, row, condition))
            .map(|condition| condition.column);
        let column = differs.chain(fails).next()?;
        Some(format!("{table} {row}: {column}"))
    })
}

fn equals<D: Database>(db: &D, table: &str, row: Uuid, column: &str, value: &Datum) -> bool {
    let there = db.datum(table, row, column);
    there.is_some_and(|there| elements(&there) == elements(value))
}

/// Whether a condition holds; one that is none of those that prerequisites have is left to the
/// database.
fn holds<D: Database>(db: &D, table: &str, row: Uuid, condition: &Condition) -> bool {
    let Some(there) = db.datum(table, row, condition.column) else {
        return false;
    };
    let there = elements(&there);
    let wanted = elements(&condition.value);
    match condition.function {
        Function::Equal => there == wanted,
        Function::Includes => wanted.iter().all(|element| there.contains(element)),
        Function::Excludes => !wanted.iter().any(|element| there.contains(element)),
        _ => true,
    }
}

/// The elements of a value in ascending order, those of a map with their values.
fn elements(datum: &Datum) -> Vec<(Atom<'static>, Option<Atom<'static>>)> {
    let mut elements: Vec<_> = match datum {
        Datum::Scalar(only) => vec![(only.clone(), None)],
        Datum::Set(atoms) => atoms.iter().map(|atom| (atom.clone(), None)).collect(),
        Datum::Map(pairs) => pairs
            .iter()
            .map(|(key, value)| (key.clone(), Some(value.clone())))
            .collect(),
    };
    elements.sort_unstable();
    elements
}
