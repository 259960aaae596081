use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::operation::{Operation, Row, Until};
use super::rows::{InsertRow, MutateRows, UpdateRows};
use crate::ovsdb::table::{Column, Table};
use crate::ovsdb::value::{
    Condition, Datum, Function, RowId, Uuid, Value, parse_provisional, provisional,
};

/// Puts a transaction together.
///
/// A row that it inserts has a provisional identifier at once, which the other operations may
/// refer to; [`build`](TransactionBuilder::build) refuses identifiers that another transaction
/// made up, so that a reference cannot dangle.
#[derive(Debug)]
pub struct TransactionBuilder {
    nonce: u32,
    inserts: u32,
    operations: Vec<Operation>,
    vanishing: Vec<(&'static str, Uuid)>,
}

/// A finished transaction: what is sent, and what its outcome is read with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    operations: Vec<Operation>,
    vanishing: Vec<(&'static str, Uuid)>,
}

/// An operation refers to a row that another transaction inserts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("operation {operation} ({name}) refers to a row that another transaction inserts")]
pub struct UnknownRow {
    /// The operation's number, from 0.
    pub operation: usize,
    /// The operation's name.
    pub name: &'static str,
}

/// An operation whose outcome is how many rows it met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub(super) operation: usize,
}

/// A select, whose outcome is rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Selected<T> {
    pub(super) operation: usize,
    table: PhantomData<fn() -> T>,
}

// Derived they would ask the same of `T`.
impl<T> Clone for Selected<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Selected<T> {}

impl Transaction {
    /// The operations, in their order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The rows that the transaction leaves without any reference, by table: the server removes
    /// them, an [`Inverse`](super::Inverse) brings them back.
    pub fn vanishing(&self) -> &[(&'static str, Uuid)] {
        &self.vanishing
    }

    /// What `transact` takes: the database's name, then the operations (RFC 7047, section 4.1.3).
    pub fn params<'a>(&'a self, database: &'a str) -> impl Serialize + 'a {
        Params {
            database,
            operations: &self.operations,
        }
    }
}

struct Params<'a> {
    database: &'a str,
    operations: &'a [Operation],
}

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(1 + self.operations.len()))?;
        seq.serialize_element(self.database)?;
        for operation in self.operations {
            seq.serialize_element(operation)?;
        }
        seq.end()
    }
}

impl Default for TransactionBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl TransactionBuilder {
    /// A transaction with nothing in it yet.
    pub fn new() -> Self {
        static NONCE: AtomicU32 = AtomicU32::new(0);
        Self {
            nonce: NONCE.fetch_add(1, Ordering::Relaxed),
            inserts: 0,
            operations: Vec::new(),
            vanishing: Vec::new(),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Inserts a row (RFC 7047, section 5.2.1). Unless its table is a root table, something must
    /// refer to it when the transaction commits, or it is gone at once.
    pub fn insert<T: Table>(&mut self) -> InsertRow<'_, T> {
        let id = provisional(self.nonce, self.inserts);
        self.inserts += 1;
        self.operations.push(Operation::Insert {
            table: T::NAME,
            id,
            row: Row::default(),
        });
        InsertRow {
            row: self.last_row(),
            id: RowId::new(id),
        }
    }

    /// Writes columns of one row (RFC 7047, section 5.2.3).
    pub fn update<T: Table>(&mut self, id: RowId<T>) -> UpdateRows<'_, T> {
        self.operations.push(Operation::Update {
            table: T::NAME,
            condition: vec![is_row(id)],
            row: Row::default(),
        });
        let operation = self.last();
        UpdateRows {
            row: self.last_row(),
            counted: operation,
            table: PhantomData,
        }
    }

    /// Changes columns of one row by what they hold (RFC 7047, section 5.2.4).
    pub fn mutate<T: Table>(&mut self, id: RowId<T>) -> MutateRows<'_, T> {
        self.mutate_rows(vec![is_row(id)])
    }

    /// Changes columns of one row by what they hold, if it meets the condition; otherwise nothing
    /// happens.
    pub fn mutate_if<T: Table>(&mut self, id: RowId<T>, condition: Condition) -> MutateRows<'_, T> {
        self.mutate_rows(vec![is_row(id), condition])
    }

    /// Removes rows of a root table (RFC 7047, section 5.2.5).
    pub fn delete<T: Table>(&mut self, condition: Vec<Condition>) -> Counted {
        self.operations.push(Operation::Delete {
            table: T::NAME,
            condition,
        });
        self.last()
    }

    /// Reads columns of the rows that meet all conditions (RFC 7047, section 5.2.2).
    pub fn select<T: Table>(
        &mut self,
        condition: Vec<Condition>,
        columns: &[&'static str],
    ) -> Selected<T> {
        let columns = columns.to_vec();
        self.operations.push(Operation::Select {
            table: T::NAME,
            condition,
            columns,
        });
        Selected {
            operation: self.last().operation,
            table: PhantomData,
        }
    }

    /// Fails the transaction unless the row is there and the column equals `value` (RFC 7047,
    /// section 5.2.6, with a timeout of 0).
    pub fn wait<T: Table, V: Value>(&mut self, id: RowId<T>, column: Column<T, V>, value: &V) {
        self.wait_datum(T::NAME, id.uuid(), vec![(column.name(), value.to_datum())]);
    }

    /// Fails the transaction unless the row is there and meets the condition (RFC 7047, section
    /// 5.2.6, with a timeout of 0).
    pub fn wait_for<T: Table>(&mut self, id: RowId<T>, condition: Condition) {
        self.wait_until(id, condition, Duration::ZERO);
    }

    /// Has the server wait until the row is there and meets the condition, and fails the
    /// transaction if that does not come within `limit`, in whole milliseconds (RFC 7047, section
    /// 5.2.6). The server keeps the transaction meanwhile: [`Submitted`](super::super::Submitted)
    /// is for who may want it back.
    pub fn wait_until<T: Table>(&mut self, id: RowId<T>, condition: Condition, limit: Duration) {
        self.operations.push(Operation::Wait {
            timeout: limit,
            table: T::NAME,
            condition: vec![is_row(id), condition],
            columns: Vec::new(),
            until: Until::Equal,
            rows: vec![Row::default()],
        });
    }

    pub(super) fn wait_datum(
        &mut self,
        table: &'static str,
        row: Uuid,
        expected: Vec<(&'static str, Datum)>,
    ) {
        self.operations.push(Operation::Wait {
            timeout: Duration::ZERO,
            table,
            condition: vec![is_uuid(row)],
            columns: expected.iter().map(|(column, _)| *column).collect(),
            until: Until::Equal,
            rows: vec![Row(expected)],
        });
    }

    /// Tells the database's log who does what (RFC 7047, section 5.2.9).
    pub fn comment(&mut self, text: impl Into<String>) {
        self.operations.push(Operation::Comment(text.into()));
    }

    /// Asks that the commit be on disk before the reply (RFC 7047, section 5.2.7).
    pub fn commit_durably(&mut self) {
        self.operations.push(Operation::CommitDurably);
    }

    /// Fails the transaction unless this session has the lock (RFC 7047, section 5.2.10).
    pub fn assert_lock(&mut self, lock: impl Into<String>) {
        self.operations.push(Operation::Assert(lock.into()));
    }

    /// Fails the transaction after all else succeeded: a dry run (RFC 7047, section 5.2.8).
    pub fn abort(&mut self) {
        self.operations.push(Operation::Abort);
    }

    /// Notes that the transaction leaves this row without any reference, so that an inverse can
    /// bring it back.
    pub fn vanishes<T: Table>(&mut self, id: RowId<T>) {
        self.vanishing.push((T::NAME, id.uuid()));
    }

    /// The finished transaction.
    ///
    /// # Errors
    /// [`UnknownRow`] when an operation refers to a row that another transaction inserts.
    pub fn build(self) -> Result<Transaction, UnknownRow> {
        let foreign = |uuid| {
            parse_provisional(uuid)
                .is_some_and(|(nonce, index)| nonce != self.nonce || index >= self.inserts)
        };
        for (number, operation) in self.operations.iter().enumerate() {
            let mut found = false;
            for_each_uuid(operation, &mut |uuid| found |= foreign(uuid));
            if found {
                return Err(UnknownRow {
                    operation: number,
                    name: operation.name(),
                });
            }
        }
        Ok(Transaction {
            operations: self.operations,
            vanishing: self.vanishing,
        })
    }

    pub(super) fn push(&mut self, operation: Operation) {
        self.operations.push(operation);
    }

    pub(super) fn new_row(&mut self) -> Uuid {
        let id = provisional(self.nonce, self.inserts);
        self.inserts += 1;
        id
    }

    fn mutate_rows<T: Table>(&mut self, condition: Vec<Condition>) -> MutateRows<'_, T> {
        self.operations.push(Operation::Mutate {
            table: T::NAME,
            condition,
            mutations: Vec::new(),
        });
        let counted = self.last();
        let mutations = match self.operations.last_mut() {
            Some(Operation::Mutate { mutations, .. }) => Some(mutations),
            _ => None,
        };
        MutateRows {
            mutations,
            counted,
            table: PhantomData,
        }
    }

    fn last(&self) -> Counted {
        Counted {
            operation: self.operations.len().saturating_sub(1),
        }
    }

    fn last_row(&mut self) -> Option<&mut Row> {
        match self.operations.last_mut() {
            Some(Operation::Insert { row, .. } | Operation::Update { row, .. }) => Some(row),
            _ => None,
        }
    }
}

fn is_row<T: 'static>(id: RowId<T>) -> Condition {
    is_uuid(id.uuid())
}

pub(super) fn is_uuid(uuid: Uuid) -> Condition {
    Condition {
        column: "_uuid",
        function: Function::Equal,
        value: uuid.to_datum(),
    }
}

fn for_each_uuid(operation: &Operation, visit: &mut dyn FnMut(Uuid)) {
    let mut row = |row: &Row| {
        row.0
            .iter()
            .for_each(|(_, datum)| datum.for_each_uuid(&mut *visit))
    };
    match operation {
        Operation::Insert { row: new, .. } => row(new),
        Operation::Update {
            row: new,
            condition,
            ..
        } => {
            row(new);
            condition
                .iter()
                .for_each(|one| one.value.for_each_uuid(&mut *visit));
        }
        Operation::Mutate {
            condition,
            mutations,
            ..
        } => {
            condition
                .iter()
                .for_each(|one| one.value.for_each_uuid(&mut *visit));
            mutations
                .iter()
                .for_each(|one| one.value.for_each_uuid(&mut *visit));
        }
        Operation::Wait {
            condition, rows, ..
        } => {
            rows.iter().for_each(row);
            condition
                .iter()
                .for_each(|one| one.value.for_each_uuid(&mut *visit));
        }
        Operation::Select { condition, .. } | Operation::Delete { condition, .. } => {
            condition
                .iter()
                .for_each(|one| one.value.for_each_uuid(&mut *visit));
        }
        Operation::CommitDurably
        | Operation::Abort
        | Operation::Comment(_)
        | Operation::Assert(_) => {}
    }
}
