use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, SerializeTuple, Serializer};

use crate::ovsdb::value::{Condition, Datum, Uuid, uuid_name};

/// Columns and their values, as `<row>` in RFC 7047, section 5.1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row(pub Vec<(&'static str, Datum)>);

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(column, datum)| (*column, datum)))
    }
}

/// One operation of a transaction (RFC 7047, section 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Adds a row; columns left out have their default.
    Insert {
        /// Into which table.
        table: &'static str,
        /// The row's provisional identifier.
        id: Uuid,
        /// The row's columns.
        row: Row,
    },
    /// Reads rows.
    Select {
        /// From which table.
        table: &'static str,
        /// Which rows: those that meet all conditions.
        condition: Vec<Condition>,
        /// Which columns.
        columns: Vec<&'static str>,
    },
    /// Writes columns.
    Update {
        /// In which table.
        table: &'static str,
        /// In which rows.
        condition: Vec<Condition>,
        /// The columns' new values.
        row: Row,
    },
    /// Changes columns by what they hold.
    Mutate {
        /// In which table.
        table: &'static str,
        /// In which rows.
        condition: Vec<Condition>,
        /// The changes, in their order.
        mutations: Vec<Mutation>,
    },
    /// Removes rows; of use for root tables only.
    Delete {
        /// From which table.
        table: &'static str,
        /// Which rows.
        condition: Vec<Condition>,
    },
    /// Fails the transaction unless the rows are, or come to be, as expected.
    Wait {
        /// How long the server waits for that, in whole milliseconds; often 0.
        timeout: Duration,
        /// In which table.
        table: &'static str,
        /// Which rows.
        condition: Vec<Condition>,
        /// Which columns are looked at.
        columns: Vec<&'static str>,
        /// Whether they must equal `rows` or differ from them.
        until: Until,
        /// What they are compared with.
        rows: Vec<Row>,
    },
    /// Asks that the commit be on disk before the reply.
    CommitDurably,
    /// Fails the transaction on purpose, at its end: a dry run.
    Abort,
    /// Tells the database's log who does what.
    Comment(String),
    /// Fails the transaction unless this session has the lock.
    Assert(String),
}

/// How a wait compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// One change of a column by what it holds (RFC 7047, section 5.1, `<mutation>`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// Which column.
    pub column: &'static str,
    /// How.
    pub mutator: Mutator,
    /// With what.
    pub value: Datum,
}

/// How a mutation changes a column (RFC 7047, section 5.1, `<mutator>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutator {
    /// `+=`
    Add,
    /// `insert`: of a map, a key that is there keeps its old value.
    Insert,
    /// `delete`: of a map, by key or by pair.
    Delete,
}

impl Mutator {
    const fn as_str(self) -> &'static str {
        match self {
            Mutator::Add => "+=",
            Mutator::Insert => "insert",
            Mutator::Delete => "delete",
        }
    }
}

impl Serialize for Mutation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(3)?;
        tuple.serialize_element(self.column)?;
        tuple.serialize_element(self.mutator.as_str())?;
        tuple.serialize_element(&self.value)?;
        tuple.end()
    }
}

impl Operation {
    /// The operation's name on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Operation::Insert { .. } => "insert",
            Operation::Select { .. } => "select",
            Operation::Update { .. } => "update",
            Operation::Mutate { .. } => "mutate",
            Operation::Delete { .. } => "delete",
            Operation::Wait { .. } => "wait",
            Operation::CommitDurably => "commit",
            Operation::Abort => "abort",
            Operation::Comment(_) => "comment",
            Operation::Assert(_) => "assert",
        }
    }

    /// The columns that it names.
    pub(in crate::ovsdb) fn columns(&self) -> Vec<&'static str> {
        let of_row = |row: &Row| -> Vec<_> { row.0.iter().map(|(column, _)| *column).collect() };
        let (condition, mut columns) = match self {
            Operation::Insert { row, .. } => return of_row(row),
            Operation::Select {
                condition, columns, ..
            }
            | Operation::Wait {
                condition, columns, ..
            } => (condition, columns.clone()),
            Operation::Update { condition, row, .. } => (condition, of_row(row)),
            Operation::Mutate {
                condition,
                mutations,
                ..
            } => (condition, mutations.iter().map(|it| it.column).collect()),
            Operation::Delete { condition, .. } => (condition, Vec::new()),
            _ => return Vec::new(),
        };
        columns.extend(condition.iter().map(|condition| condition.column));
        columns
    }

    /// The table it works on, if it works on one.
    pub const fn table(&self) -> Option<&'static str> {
        match self {
            Operation::Insert { table, .. }
            | Operation::Select { table, .. }
            | Operation::Update { table, .. }
            | Operation::Mutate { table, .. }
            | Operation::Delete { table, .. }
            | Operation::Wait { table, .. } => Some(table),
            _ => None,
        }
    }
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("op", self.name())?;
        if let Some(table) = self.table() {
            map.serialize_entry("table", table)?;
        }
        match self {
            Operation::Insert { id, row, .. } => {
                if let Some(name) = uuid_name(*id) {
                    map.serialize_entry("uuid-name", &name)?;
                }
                map.serialize_entry("row", row)?;
            }
            Operation::Select {
                condition, columns, ..
            } => {
                map.serialize_entry("where", condition)?;
                map.serialize_entry("columns", columns)?;
            }
            Operation::Update { condition, row, .. } => {
                map.serialize_entry("where", condition)?;
                map.serialize_entry("row", row)?;
            }
            Operation::Mutate {
                condition,
                mutations,
                ..
            } => {
                map.serialize_entry("where", condition)?;
                map.serialize_entry("mutations", mutations)?;
            }
            Operation::Delete { condition, .. } => map.serialize_entry("where", condition)?,
            Operation::Wait {
                timeout,
                condition,
                columns,
                until,
                rows,
                ..
            } => {
                // Without a timeout the server waits for ever. It takes an integer of 64 bits.
                let timeout = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
                map.serialize_entry("timeout", &timeout)?;
                map.serialize_entry("where", condition)?;
                map.serialize_entry("columns", columns)?;
                let until = if *until == Until::Equal { "==" } else { "!=" };
                map.serialize_entry("until", until)?;
                map.serialize_entry("rows", rows)?;
            }
            Operation::CommitDurably => map.serialize_entry("durable", &true)?,
            Operation::Abort => {}
            Operation::Comment(text) => map.serialize_entry("comment", text)?,
            Operation::Assert(lock) => map.serialize_entry("lock", lock)?,
        }
        map.end()
    }
}
