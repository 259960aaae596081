use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::builder::{Counted, Selected, Transaction};
use super::operation::Operation;
use crate::ovsdb::replica::SelectedRow;
use crate::ovsdb::table::Table;
use crate::ovsdb::value::{Atom, Datum, RowId, Uuid, WireUuid, parse_provisional};
use crate::ovsdb::wire::{Object, shortened};

/// What a committed transaction did, operation by operation.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// One result an operation.
    results: Vec<OperationResult>,
    /// The real identifiers of inserted rows, in the order of the inserts.
    inserted: Vec<Uuid>,
}

/// Why a transaction did not commit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct TransactionError {
    /// The number and name of the operation that failed, its table if it has one; `None` when
    /// the commit as a whole failed.
    pub operation: Option<(usize, &'static str, Option<&'static str>)>,
    /// What kind of failure.
    pub kind: TransactionErrorKind,
    /// The server's words for it; often empty.
    pub details: String,
}

/// The kinds of failure (RFC 7047, sections 3.1 and 5.2, ovsdb-server(7)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransactionErrorKind {
    /// A `wait` did not hold.
    TimedOut,
    /// The request was cancelled, or the database converted or removed meanwhile.
    Canceled,
    /// The server or this connection may not write.
    NotAllowed,
    /// This session does not have the lock that `assert` names.
    NotOwner,
    /// The transaction aborted itself.
    Aborted,
    /// A value, row count or unique index breaks the schema's constraints.
    Constraint,
    /// A strong reference would point to no row.
    ReferentialIntegrity,
    /// A number outside its type's range.
    Range,
    /// The server has no room.
    Resources,
    /// The server could not write its file.
    Io,
    /// The reply is not what RFC 7047 says.
    Malformed,
    /// Another error, by the server's name for it.
    Other(String),
}

impl TransactionErrorKind {
    fn from_name(name: &str) -> Self {
        match name {
            "timed out" => Self::TimedOut,
            "canceled" => Self::Canceled,
            "not allowed" => Self::NotAllowed,
            "not owner" => Self::NotOwner,
            "aborted" => Self::Aborted,
            "constraint violation" => Self::Constraint,
            "referential integrity violation" => Self::ReferentialIntegrity,
            "range error" => Self::Range,
            "resources exhausted" => Self::Resources,
            "I/O error" => Self::Io,
            other => Self::Other(shortened(other.to_owned())),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::TimedOut => "timed out",
            Self::Canceled => "canceled",
            Self::NotAllowed => "not allowed",
            Self::NotOwner => "not owner",
            Self::Aborted => "aborted",
            Self::Constraint => "constraint violation",
            Self::ReferentialIntegrity => "referential integrity violation",
            Self::Range => "range error",
            Self::Resources => "resources exhausted",
            Self::Io => "I/O error",
            Self::Malformed => "malformed reply",
            Self::Other(name) => name,
        }
    }
}

impl TransactionError {
    fn malformed(details: impl fmt::Display) -> Self {
        let details = details.to_string();
        Self {
            operation: None,
            kind: TransactionErrorKind::Malformed,
            details,
        }
    }

    /// Whether a fresh look at the database and another try may succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            TransactionErrorKind::TimedOut
                | TransactionErrorKind::Canceled
                | TransactionErrorKind::NotAllowed
        )
    }
}

impl fmt::Display for TransactionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.operation {
            Some((number, name, Some(table))) => {
                write!(f, "operation {number} ({name} {table}): ")?
            }
            Some((number, name, None)) => write!(f, "operation {number} ({name}): ")?,
            None => f.write_str("commit: ")?,
        }
        f.write_str(self.kind.name())?;
        if !self.details.is_empty() {
            write!(f, ": {}", self.details)?;
        }
        Ok(())
    }
}

/// One element of the reply's array.
#[derive(Debug, Clone, Deserialize)]
struct OperationResult {
    uuid: Option<WireUuid>,
    count: Option<u64>,
    rows: Option<Box<RawValue>>,
    error: Option<String>,
    details: Option<String>,
}

impl Outcome {
    /// Reads the `result` of a `transact` reply (RFC 7047, section 4.1.3).
    ///
    /// # Errors
    /// What the server says of the failed operation or commit, or that the reply does not fit
    /// the transaction.
    pub fn read(transaction: &Transaction, result: &str) -> Result<Self, TransactionError> {
        let replies: Vec<Option<Object<OperationResult>>> =
            serde_json::from_str(result).map_err(TransactionError::malformed)?;
        let operations = transaction.operations();
        let mut results = Vec::with_capacity(operations.len());
        let mut inserted = Vec::new();
        for (number, reply) in replies.into_iter().enumerate() {
            let operation = operations.get(number);
            let Some(Object(reply)) = reply else {
                return Err(TransactionError::malformed(format_args!(
                    "no result for {number}"
                )));
            };
            if let Some(error) = reply.error {
                return Err(TransactionError {
                    operation: operation.map(|op| (number, op.name(), op.table())),
                    kind: TransactionErrorKind::from_name(&error),
                    details: shortened(reply.details.unwrap_or_default()),
                });
            }
            let missing = |what| {
                TransactionError::malformed(format_args!("no {what} in the result for {number}"))
            };
            match operation {
                Some(Operation::Insert { .. }) => {
                    inserted.push(reply.uuid.ok_or_else(|| missing("uuid"))?.0);
                }
                Some(Operation::Select { .. }) if reply.rows.is_none() => {
                    return Err(missing("rows"));
                }
                Some(
                    Operation::Update { .. } | Operation::Mutate { .. } | Operation::Delete { .. },
                ) if reply.count.is_none() => return Err(missing("count")),
                _ => {}
            }
            results.push(reply);
        }
        if results.len() != operations.len() {
            return Err(TransactionError::malformed(format_args!(
                "{} results for {} operations",
                results.len(),
                operations.len()
            )));
        }
        Ok(Self { results, inserted })
    }

    /// The outcome of a transaction that committed while its reply was lost: `find` gives the row
    /// of a table that has a name. `None` when a row that it inserted cannot be found.
    pub fn unheard(
        transaction: &Transaction,
        mut find: impl FnMut(&str, &str) -> Option<Uuid>,
    ) -> Option<Self> {
        let mut inserted = Vec::new();
        for operation in transaction.operations() {
            let Operation::Insert { table, row, .. } = operation else {
                continue;
            };
            let name = row.0.iter().find(|(column, _)| *column == "name");
            let Some((_, Datum::Scalar(Atom::String(name)))) = name else {
                return None;
            };
            inserted.push(find(table, name)?);
        }
        let results = Vec::new();
        Some(Self { results, inserted })
    }

    /// The real identifier of a row that the transaction inserted; any other row's as it is.
    pub fn id<T>(&self, row: RowId<T>) -> RowId<T> {
        RowId::new(self.uuid(row.uuid()))
    }

    pub(super) fn uuid(&self, uuid: Uuid) -> Uuid {
        let index = parse_provisional(uuid).and_then(|(_, index)| usize::try_from(index).ok());
        index
            .and_then(|index| self.inserted.get(index))
            .copied()
            .unwrap_or(uuid)
    }

    /// The real identifiers of the inserted rows, in the order of the inserts.
    pub(super) fn inserted(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.inserted.iter().copied()
    }

    /// How many rows an operation met.
    pub fn count(&self, operation: Counted) -> u64 {
        self.results
            .get(operation.operation)
            .and_then(|result| result.count)
            .unwrap_or(0)
    }

    /// The numbers of the operations that should have met rows and met none: the server takes
    /// an update of a row that is gone for a success (RFC 7047, section 5.2.3).
    pub fn missed<'a>(&'a self, transaction: &'a Transaction) -> impl Iterator<Item = usize> + 'a {
        let pairs = transaction
            .operations()
            .iter()
            .zip(&self.results)
            .enumerate();
        pairs.filter_map(|(number, (operation, result))| {
            let counts = matches!(
                operation,
                Operation::Update { .. } | Operation::Mutate { .. }
            );
            (counts && result.count == Some(0)).then_some(number)
        })
    }

    /// The rows that a select found; only the selected columns are read, `_uuid` must be one.
    ///
    /// # Errors
    /// [`TransactionErrorKind::Malformed`] when they do not fit the table.
    pub fn rows<T: Table>(
        &self,
        select: Selected<T>,
    ) -> Result<Vec<(RowId<T>, T)>, TransactionError> {
        let result = self
            .results
            .get(select.operation)
            .and_then(|result| result.rows.as_ref());
        let rows = result.map_or("[]", |rows| rows.get());
        serde_json::from_str::<Vec<SelectedRow<T>>>(rows)
            .map(|rows| rows.into_iter().map(|row| (row.id, row.row)).collect())
            .map_err(TransactionError::malformed)
    }
}
