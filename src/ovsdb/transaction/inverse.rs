use std::collections::{BTreeMap, HashMap};

use super::builder::{Transaction, TransactionBuilder, UnknownRow, is_uuid};
use super::operation::{Mutation, Mutator, Operation, Row};
use super::outcome::Outcome;
use crate::ovsdb::table::Database;
use crate::ovsdb::value::{Atom, Datum, Uuid, parse_provisional};

/// What it takes to undo a transaction, made from what the database held before it.
///
/// Sets and maps are undone element by element, so that what others did meanwhile stays; columns
/// that the transaction wrote are written back, guarded by a `wait` for what it wrote; rows that
/// vanished ([`Transaction::vanishing`]) are inserted again with all their lasting columns.
/// Inserted rows vanish when nothing refers to them any more. `+=` is not undone: it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inverse {
    guards: Vec<Guard>,
    rebirths: Vec<Rebirth>,
    restores: Vec<Restore>,
}

/// A row must still hold what the transaction wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Guard {
    table: &'static str,
    row: Uuid,
    columns: Vec<(&'static str, Datum)>,
}

/// A row that vanishes, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rebirth {
    table: &'static str,
    row: Uuid,
    columns: Vec<(&'static str, Datum)>,
}

/// Columns of a row that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Restore {
    table: &'static str,
    row: Uuid,
    written: Vec<(&'static str, Datum)>,
    mutations: Vec<Mutation>,
}

impl Restore {
    /// The keys or elements that are put back into a column.
    fn put_back(&self, column: &str) -> Vec<Atom<'static>> {
        let inserts = self
            .mutations
            .iter()
            .filter(|other| other.column == column && other.mutator == Mutator::Insert);
        inserts.flat_map(|other| keys(&other.value)).collect()
    }
}

impl Inverse {
    /// Takes from `before` what `transaction` is going to change.
    pub fn of<D: Database>(transaction: &Transaction, before: &D) -> Self {
        let mut inverse = Inverse {
            guards: Vec::new(),
            rebirths: transaction
                .vanishing()
                .iter()
                .filter_map(|&(table, row)| rebirth(table, row, before))
                .collect(),
            restores: Vec::new(),
        };
        for operation in transaction.operations() {
            inverse.undo(operation, before);
        }
        inverse.restores.reverse();
        inverse
    }

    /// The transaction that undoes the one with this outcome.
    ///
    /// # Errors
    /// [`UnknownRow`] when `outcome` is another transaction's.
    pub fn transaction(
        &self,
        outcome: &Outcome,
        finish: impl FnOnce(&mut TransactionBuilder),
    ) -> Result<Transaction, UnknownRow> {
        let mut builder = TransactionBuilder::new();
        for guard in &self.guards {
            builder.wait_datum(
                guard.table,
                guard.row,
                resolve(&guard.columns, |id| outcome.uuid(id)),
            );
        }
        let reborn: HashMap<Uuid, Uuid> = self
            .rebirths
            .iter()
            .map(|row| (row.row, builder.new_row()))
            .collect();
        let now = |uuid| {
            reborn
                .get(&uuid)
                .copied()
                .unwrap_or_else(|| outcome.uuid(uuid))
        };
        for rebirth in &self.rebirths {
            builder.push(Operation::Insert {
                table: rebirth.table,
                id: now(rebirth.row),
                row: Row(resolve(&rebirth.columns, now)),
            });
        }
        for restore in self
            .restores
            .iter()
            .filter(|restore| !reborn.contains_key(&restore.row))
        {
            let condition = vec![is_uuid(restore.row)];
            if !restore.written.is_empty() {
                builder.push(Operation::Update {
                    table: restore.table,
                    condition: condition.clone(),
                    row: Row(resolve(&restore.written, now)),
                });
            }
            if !restore.mutations.is_empty() {
                let mut mutations = restore.mutations.clone();
                mutations
                    .iter_mut()
                    .for_each(|mutation| mutation.value.map_uuids(now));
                builder.push(Operation::Mutate {
                    table: restore.table,
                    condition,
                    mutations,
                });
            }
        }
        finish(&mut builder);
        builder.build()
    }

    /// A `later` transaction was undone with the outcome `undone`: what it had taken away is there
    /// again, under other identifiers.
    pub fn follow(&mut self, later: &Inverse, undone: &Outcome) {
        let ids = later.rebirths.iter().zip(undone.inserted());
        let reborn: HashMap<Uuid, Uuid> = ids.map(|(row, id)| (row.row, id)).collect();
        if reborn.is_empty() {
            return;
        }
        let now = |uuid| reborn.get(&uuid).copied().unwrap_or(uuid);
        for guard in &mut self.guards {
            guard.row = now(guard.row);
            guard.columns = resolve(&guard.columns, now);
        }
        for rebirth in &mut self.rebirths {
            rebirth.columns = resolve(&rebirth.columns, now);
        }
        for restore in &mut self.restores {
            restore.row = now(restore.row);
            restore.written = resolve(&restore.written, now);
            for mutation in &mut restore.mutations {
                mutation.value.map_uuids(now);
            }
        }
    }

    /// What others changed since the transaction with `outcome` wrote it, as far as it keeps the
    /// inverse from running: `Port lan: tag`.
    pub fn obstacles<D: Database>(&self, outcome: &Outcome, now: &D) -> Vec<String> {
        let mut found = Vec::new();
        for guard in &self.guards {
            let columns = resolve(&guard.columns, |id| outcome.uuid(id));
            compare(&mut found, now, guard.table, guard.row, &columns);
        }
        found
            .iter()
            .map(|what| format!("{what} was changed by others"))
            .collect()
    }

    /// What is different in `after` from what was there before the transaction with `outcome`,
    /// now that the inverse has run with the outcome `undone`. Looks at what the transaction
    /// touched; what others did meanwhile is no difference.
    pub fn differences<D: Database>(
        &self,
        outcome: &Outcome,
        undone: &Outcome,
        after: &D,
    ) -> Vec<String> {
        let mut found = Vec::new();
        let ids = self.rebirths.iter().zip(undone.inserted());
        let reborn: HashMap<Uuid, Uuid> = ids.map(|(row, id)| (row.row, id)).collect();
        let now = |uuid| {
            reborn
                .get(&uuid)
                .copied()
                .unwrap_or_else(|| outcome.uuid(uuid))
        };
        for row in &self.rebirths {
            let id = now(row.row);
            compare(
                &mut found,
                after,
                row.table,
                id,
                &resolve(&row.columns, now),
            );
        }
        for restore in &self.restores {
            let id = now(restore.row);
            compare(
                &mut found,
                after,
                restore.table,
                id,
                &resolve(&restore.written, now),
            );
            for mutation in &restore.mutations {
                let mut value = mutation.value.clone();
                value.map_uuids(now);
                let there = after.datum(restore.table, id, mutation.column);
                let put_back = || restore.put_back(mutation.column);
                let is_done = |there: &Datum| is_done(mutation.mutator, &value, there, put_back());
                if !there.as_ref().is_some_and(is_done) {
                    found.push(format!(
                        "{}: {}",
                        named(after, restore.table, id),
                        mutation.column
                    ));
                }
            }
        }
        found
    }

    fn undo<D: Database>(&mut self, operation: &Operation, before: &D) {
        match operation {
            Operation::Update {
                table,
                condition,
                row,
            } => {
                let Some(uuid) = the_row(condition) else {
                    return;
                };
                let written = row.0.iter().filter_map(|(column, _)| {
                    before.datum(table, uuid, column).map(|old| (*column, old))
                });
                let written: Vec<_> = written.collect();
                self.guards.push(Guard {
                    table,
                    row: uuid,
                    columns: row.0.clone(),
                });
                let mutations = Vec::new();
                self.restores.push(Restore {
                    table,
                    row: uuid,
                    written,
                    mutations,
                });
            }
            Operation::Mutate {
                table,
                condition,
                mutations,
            } => {
                let Some(uuid) = the_row(condition) else {
                    return;
                };
                let mutations =
                    undo_mutations(mutations, |column| before.datum(table, uuid, column));
                self.restores.push(Restore {
                    table,
                    row: uuid,
                    written: Vec::new(),
                    mutations,
                });
            }
            _ => {}
        }
    }
}

/// Adds the columns of a row that do not hold what they should.
fn compare<D: Database>(
    found: &mut Vec<String>,
    after: &D,
    table: &'static str,
    row: Uuid,
    columns: &[(&'static str, Datum)],
) {
    for (column, expected) in columns {
        let same = |there: &Datum| sorted(there) == sorted(expected);
        if !after.datum(table, row, column).as_ref().is_some_and(same) {
            found.push(format!("{}: {column}", named(after, table, row)));
        }
    }
}

/// A row as people know it: by its name, if it has one.
fn named<D: Database>(db: &D, table: &'static str, row: Uuid) -> String {
    match db.datum(table, row, "name") {
        Some(Datum::Scalar(Atom::String(name))) => format!("{table} {name}"),
        _ => format!("{table} {row}"),
    }
}

/// The same value with its elements in ascending order; new UUIDs may sort elsewhere.
fn sorted(datum: &Datum) -> Datum {
    let mut datum = datum.clone();
    match &mut datum {
        Datum::Scalar(_) => {}
        Datum::Set(atoms) => atoms.sort_unstable(),
        Datum::Map(pairs) => pairs.sort_unstable(),
    }
    datum
}

/// Whether a column holds what a mutation was to put in, or lacks what it was to take out. Keys
/// of a map that are taken out only for their old value to be put back are no matter.
fn is_done(mutator: Mutator, value: &Datum, there: &Datum, put_back: Vec<Atom<'static>>) -> bool {
    if let (Mutator::Insert, Datum::Map(pairs), Datum::Map(there)) = (mutator, value, there) {
        return pairs.iter().all(|pair| there.contains(pair));
    }
    let mut there = keys(there);
    there.sort_unstable();
    let is_there = |atom: &Atom<'static>| there.binary_search(atom).is_ok();
    match mutator {
        Mutator::Insert => keys(value).iter().all(is_there),
        _ => keys(value)
            .iter()
            .all(|atom| put_back.contains(atom) || !is_there(atom)),
    }
}

fn resolve(
    columns: &[(&'static str, Datum)],
    mut now: impl FnMut(Uuid) -> Uuid,
) -> Vec<(&'static str, Datum)> {
    let mut columns = columns.to_vec();
    columns
        .iter_mut()
        .for_each(|(_, datum)| datum.map_uuids(&mut now));
    columns
}

/// The row that a condition by UUID means, unless the transaction inserts it itself.
fn the_row(condition: &[super::super::value::Condition]) -> Option<Uuid> {
    match condition {
        [only] if only.column == "_uuid" => match only.value {
            Datum::Scalar(Atom::Uuid(uuid)) if parse_provisional(uuid).is_none() => Some(uuid),
            _ => None,
        },
        _ => None,
    }
}

/// A vanishing row with those of its lasting columns that have anything in them.
fn rebirth<D: Database>(table: &'static str, row: Uuid, before: &D) -> Option<Rebirth> {
    let columns = before.lasting(table, row)?;
    (!columns.is_empty()).then_some(Rebirth {
        table,
        row,
        columns,
    })
}

/// The elements that a transaction's mutations of one row touch, as they were: inserted ones
/// that were not there are taken out, taken ones that were there are put back.
fn undo_mutations(
    mutations: &[Mutation],
    mut old: impl FnMut(&str) -> Option<Datum>,
) -> Vec<Mutation> {
    let mut columns: BTreeMap<&'static str, Datum> = BTreeMap::new();
    for mutation in mutations
        .iter()
        .filter(|mutation| mutation.mutator != Mutator::Add)
    {
        if !columns.contains_key(mutation.column)
            && let Some(datum) = old(mutation.column)
        {
            columns.insert(mutation.column, datum);
        }
    }
    let mut undone = Vec::new();
    for (column, before) in columns {
        let touched = mutations
            .iter()
            .filter(|mutation| mutation.column == column && mutation.mutator != Mutator::Add)
            .flat_map(|mutation| keys(&mutation.value));
        let mut touched: Vec<Atom<'static>> = touched.collect();
        touched.sort_unstable();
        touched.dedup();
        let (put_back, is_map) = match &before {
            Datum::Map(pairs) => (Datum::Map(kept(pairs, |(key, _)| key, &touched)), true),
            Datum::Set(atoms) => (Datum::set(kept(atoms, |atom| atom, &touched)), false),
            Datum::Scalar(atom) => (
                Datum::set(kept(std::slice::from_ref(atom), |atom| atom, &touched)),
                false,
            ),
        };
        let there = keys(&put_back);
        // A map's key must go before its old value can be put back.
        let take: Vec<_> = touched
            .into_iter()
            .filter(|key| is_map || !there.contains(key))
            .collect();
        let take = (!take.is_empty()).then(|| Mutation {
            column,
            mutator: Mutator::Delete,
            value: Datum::set(take),
        });
        let put_back = (!put_back.is_nothing()).then_some(Mutation {
            column,
            mutator: Mutator::Insert,
            value: put_back,
        });
        // A set must not run empty on the way; the server checks its size after each mutation.
        if is_map {
            undone.extend(take.into_iter().chain(put_back));
        } else {
            undone.extend(put_back.into_iter().chain(take));
        }
    }
    undone
}

/// The items whose key is among `touched`, which is sorted.
fn kept<T: Clone>(
    items: &[T],
    key: impl Fn(&T) -> &Atom<'static>,
    touched: &[Atom<'static>],
) -> Vec<T> {
    items
        .iter()
        .filter(|item| touched.binary_search(key(item)).is_ok())
        .cloned()
        .collect()
}

fn keys(datum: &Datum) -> Vec<Atom<'static>> {
    match datum {
        Datum::Scalar(atom) => vec![atom.clone()],
        Datum::Set(atoms) => atoms.clone(),
        Datum::Map(pairs) => pairs.iter().map(|(key, _)| key.clone()).collect(),
    }
}
