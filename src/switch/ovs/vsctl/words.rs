//! A transaction as commands of ovs-vsctl(8), section "Database Commands".
//!
//! Rows that are there are named by their UUIDs, new ones by `@row0`, `@row1` and so on. Every
//! string is a JSON string in double quotes behind its column's name, so that whatever is in it is
//! neither an option, nor `--`, nor taken apart.
//!
//! A prerequisite becomes `wait-until`, and `get` of the same column: ovs-vsctl commits only if
//! what it `get`s is still what it read, else it begins anew, and then `wait-until` holds it up.

use super::VsctlError;
use crate::ovsdb::transaction::{Mutation, Mutator, Operation, Row, Transaction, Until};
use crate::ovsdb::value::{Function, uuid_name};
use crate::ovsdb::{Atom, Condition, Datum, Table, Uuid};
use crate::vswitch::{OpenVSwitch, open_vswitch};

/// The arguments with which ovs-vsctl does what `transaction` does, behind its options: a command
/// for each operation, each behind a `--`. Its comment and its counting of `next_cfg` are left out:
/// ovs-vsctl does both by itself.
///
/// # Errors
/// [`VsctlError::Nul`], or that ovs-vsctl has no command for an operation.
pub fn vsctl_words(transaction: &Transaction) -> Result<Vec<String>, VsctlError> {
    let mut words = Words::default();
    for operation in transaction.operations() {
        words.operation(operation)?;
    }
    Ok(words.0)
}

#[derive(Default)]
struct Words(Vec<String>);

impl Words {
    fn operation(&mut self, operation: &Operation) -> Result<(), VsctlError> {
        match operation {
            Operation::Insert { table, id, row } => {
                self.begin(&[&format!("--id={}", name(*id)), "create", table]);
                self.columns(row)
            }
            Operation::Update {
                table,
                condition,
                row,
            } => {
                self.begin(&["set", table, &the_row(operation, condition)?]);
                self.columns(row)
            }
            Operation::Mutate {
                table,
                condition,
                mutations,
            } => self.mutate(table, &the_row(operation, condition)?, mutations),
            Operation::Delete { table, condition } => {
                self.begin(&["destroy", table, &the_row(operation, condition)?]);
                Ok(())
            }
            Operation::Wait {
                table,
                condition,
                until: Until::Equal,
                rows,
                ..
            } => self.wait(operation, table, condition, rows),
            Operation::Comment(_) => Ok(()),
            Operation::Wait { .. }
            | Operation::Select { .. }
            | Operation::CommitDurably
            | Operation::Abort
            | Operation::Assert(_) => Err(VsctlError::Inexpressible(operation.name())),
        }
    }

    fn begin(&mut self, words: &[&str]) {
        self.0.push("--".to_owned());
        self.0.extend(words.iter().map(|word| (*word).to_owned()));
    }

    /// `column=value` for each column.
    fn columns(&mut self, row: &Row) -> Result<(), VsctlError> {
        for (column, value) in &row.0 {
            let value = whole(column, value)?;
            self.0.push(format!("{column}={value}"));
        }
        Ok(())
    }

    /// In their order. A key that is taken out of a map and put in again is `set`.
    fn mutate(&mut self, table: &str, row: &str, mutations: &[Mutation]) -> Result<(), VsctlError> {
        let mut rest = mutations;
        while let [mutation, after @ ..] = rest {
            rest = after;
            let column = mutation.column;
            if let (Some((key, value)), [_, after @ ..]) = (put(mutation, after.first()), after) {
                rest = after;
                let (key, value) = (atom(column, key)?, atom(column, value)?);
                self.begin(&["set", table, row, &format!("{column}:{key}={value}")]);
                continue;
            }
            let command = match mutation.mutator {
                Mutator::Insert => "add",
                Mutator::Delete => "remove",
                // ovs-vsctl(8) counts it by itself when it waits for ovs-vswitchd.
                Mutator::Add if (table, column) == COUNTED => continue,
                Mutator::Add => return Err(VsctlError::Inexpressible("+=")),
            };
            let members = members(column, &mutation.value)?;
            if !members.is_empty() {
                self.begin(&[command, table, row, column]);
                self.0.extend(members);
            }
        }
        Ok(())
    }

    fn wait(
        &mut self,
        operation: &Operation,
        table: &str,
        condition: &[Condition],
        rows: &[Row],
    ) -> Result<(), VsctlError> {
        let inexpressible = || VsctlError::Inexpressible(operation.name());
        let [expected] = rows else {
            return Err(inexpressible());
        };
        let (row, conditions) = condition.split_first().ok_or_else(inexpressible)?;
        let row = the_row(operation, std::slice::from_ref(row))?;
        self.begin(&["wait-until", table, &row]);
        self.columns(expected)?;
        for condition in conditions {
            let column = condition.column;
            match (condition.function, &condition.value) {
                (Function::Equal, value) => {
                    let value = whole(column, value)?;
                    self.0.push(format!("{column}={value}"));
                }
                (Function::Includes, Datum::Map(pairs)) => self.pairs(column, "=", pairs)?,
                // With a key that is not there, only the operators for sets can hold.
                (Function::Excludes, Datum::Map(pairs)) => self.pairs(column, "{!=}", pairs)?,
                (Function::Includes, value) => {
                    let value = whole(column, value)?;
                    self.0.push(format!("{column}{{>=}}{value}"));
                }
                _ => return Err(inexpressible()),
            }
        }
        self.begin(&["get", table, &row]);
        let columns = expected.0.iter().map(|(column, _)| *column);
        let columns = columns.chain(conditions.iter().map(|condition| condition.column));
        self.0.extend(columns.map(str::to_owned));
        Ok(())
    }

    fn pairs(
        &mut self,
        column: &'static str,
        operator: &str,
        pairs: &[(Atom<'static>, Atom<'static>)],
    ) -> Result<(), VsctlError> {
        for (key, value) in pairs {
            let (key, value) = (atom(column, key)?, atom(column, value)?);
            self.0.push(format!("{column}:{key}{operator}{value}"));
        }
        Ok(())
    }
}

const COUNTED: (&str, &str) = (OpenVSwitch::NAME, open_vswitch::NEXT_CFG.name());

/// The pair that two mutations put into a map, whatever its key had before.
fn put<'a>(
    first: &'a Mutation,
    second: Option<&'a Mutation>,
) -> Option<(&'a Atom<'static>, &'a Atom<'static>)> {
    let second = second.filter(|second| second.column == first.column)?;
    let is_put = (first.mutator, second.mutator) == (Mutator::Delete, Mutator::Insert);
    match (&first.value, &second.value) {
        (Datum::Scalar(gone), Datum::Map(pairs)) if is_put => match pairs.as_slice() {
            [(key, value)] if key == gone => Some((key, value)),
            _ => None,
        },
        _ => None,
    }
}

/// The row that a condition on the UUID alone means.
fn the_row(operation: &Operation, condition: &[Condition]) -> Result<String, VsctlError> {
    match condition {
        [only] if (only.column, only.function) == ("_uuid", Function::Equal) => match only.value {
            Datum::Scalar(Atom::Uuid(uuid)) if uuid_name(uuid).is_none() => Ok(uuid.to_string()),
            _ => Err(VsctlError::Inexpressible(operation.name())),
        },
        _ => Err(VsctlError::Inexpressible(operation.name())),
    }
}

/// A row's name: `@row0` if the transaction inserts it.
fn name(uuid: Uuid) -> String {
    match uuid_name(uuid) {
        Some(name) => format!("@{name}"),
        None => uuid.to_string(),
    }
}

/// A column's whole value in one word.
fn whole(column: &'static str, value: &Datum) -> Result<String, VsctlError> {
    Ok(match value {
        Datum::Scalar(only) => atom(column, only)?,
        Datum::Set(_) => format!("[{}]", members(column, value)?.join(",")),
        Datum::Map(_) => format!("{{{}}}", members(column, value)?.join(",")),
    })
}

/// A value's elements, or its pairs, each a word.
fn members(column: &'static str, value: &Datum) -> Result<Vec<String>, VsctlError> {
    match value {
        Datum::Scalar(only) => Ok(vec![atom(column, only)?]),
        Datum::Set(atoms) => atoms.iter().map(|one| atom(column, one)).collect(),
        Datum::Map(pairs) => pairs
            .iter()
            .map(|(key, value)| Ok(format!("{}={}", atom(column, key)?, atom(column, value)?)))
            .collect(),
    }
}

fn atom(column: &'static str, atom: &Atom<'static>) -> Result<String, VsctlError> {
    Ok(match atom {
        Atom::Integer(number) => number.to_string(),
        Atom::Real(number) => number.0.to_string(),
        Atom::Boolean(value) => value.to_string(),
        Atom::String(text) if text.contains('\0') => return Err(VsctlError::Nul { column }),
        Atom::String(text) => serde_json::Value::from(text.as_ref()).to_string(),
        Atom::Uuid(uuid) => name(*uuid),
    })
}

#[cfg(test)]
mod tests;
