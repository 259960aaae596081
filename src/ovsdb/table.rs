//! What a generated table and database tell of themselves.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::de::Deserializer;

use super::replica::Indexes;
use super::value::{Condition, Datum, Function, Real, Uuid, Value};

/// A table's row type, generated from the schema by `ovsdb-schema`.
pub trait Table: Default + Clone + PartialEq + Debug + Send + Sync + 'static {
    /// The table's name in the schema.
    const NAME: &'static str;
    /// Whether rows live without being referred to (RFC 7047, section 3.2, `isRoot`).
    const IS_ROOT: bool;
    /// The table's columns in the schema's order.
    const COLUMNS: &'static [ColumnInfo];

    /// The schema's unique indexes over this table.
    type Indexes: Indexes<Self>;

    /// Reads a column's whole value. `Ok(false)`: there is no such column, the value is skipped.
    ///
    /// # Errors
    /// The deserializer's, or a value that does not fit the column.
    fn decode_column<'de, D>(&mut self, column: &str, value: D) -> Result<bool, D::Error>
    where
        D: Deserializer<'de>;

    /// Applies an `update2` difference to a column. `Ok(false)`: there is no such column.
    ///
    /// # Errors
    /// As for [`decode_column`](Table::decode_column).
    fn apply_column<'de, D>(&mut self, column: &str, difference: D) -> Result<bool, D::Error>
    where
        D: Deserializer<'de>;

    /// A column's value without its type; `None` when there is no such column.
    fn datum(&self, column: &str) -> Option<Datum>;

    /// What it takes to make the row again: the columns that last and hold something.
    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let columns = Self::COLUMNS.iter().filter(|column| !column.ephemeral);
        columns
            .filter_map(|column| Some((column.name, self.datum(column.name)?)))
            .filter(|(_, datum)| !datum.is_nothing())
            .collect()
    }
}

/// A column's name and nature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnInfo {
    /// The column's name in the schema.
    pub name: &'static str,
    /// Whether it may change after the row's insertion.
    pub mutable: bool,
    /// Whether the server forgets it when it restarts.
    pub ephemeral: bool,
}

/// A table's name and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TableInfo {
    /// The table's name in the schema.
    pub name: &'static str,
    /// Whether rows live without being referred to.
    pub is_root: bool,
    /// The table's columns in the schema's order.
    pub columns: &'static [ColumnInfo],
}

/// All tables of a database, generated from the schema by `ovsdb-schema`.
pub trait Database: Default + Clone + Send + Sync + 'static {
    /// The database's name in the schema.
    const NAME: &'static str;
    /// The schema version that the code was generated from, as `x.y.z`.
    const VERSION: &'static str;
    /// The tables in the schema's order.
    const TABLES: &'static [TableInfo];

    /// A change of one row, of whichever table.
    type Event: Clone + Debug + Send + Sync + 'static;

    /// Applies the `update2` changes of one table (an object of row changes by UUID) and hands each
    /// to `sink`. `Ok(false)`: there is no such table, the changes are skipped.
    ///
    /// # Errors
    /// The deserializer's, a value that does not fit its column, or a change of a row that is
    /// not here. Then the table holds a part of the changes and must be read anew.
    fn update_table<'de, D, S>(
        &mut self,
        table: &str,
        updates: D,
        sink: S,
    ) -> Result<bool, D::Error>
    where
        D: Deserializer<'de>,
        S: FnMut(Self::Event);

    /// The changes that lead from here to `newer`.
    fn differences(&self, newer: &Self, events: &mut Vec<Self::Event>);

    /// A row's column without its type; `None` when table, row or column is not there.
    fn datum(&self, table: &str, row: Uuid, column: &str) -> Option<Datum>;

    /// The columns of a row that last and hold something; `None` when table or row is not there.
    fn lasting(&self, table: &str, row: Uuid) -> Option<Vec<(&'static str, Datum)>>;
}

/// A typed handle of a column: `port::TAG` is a `Column<Port, Option<i64>>`.
#[derive(Debug)]
pub struct Column<T, V> {
    name: &'static str,
    types: PhantomData<fn() -> (T, V)>,
}

impl<T, V> Clone for Column<T, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, V> Copy for Column<T, V> {}

impl<T, V> Column<T, V> {
    /// A handle of the column `name` of table `T`; for generated code.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            types: PhantomData,
        }
    }

    /// The column's name in the schema.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<T, V: Value> Column<T, V> {
    /// The condition that the column equals `value`.
    pub fn equals(self, value: &V) -> Condition {
        self.condition(Function::Equal, value)
    }

    /// The condition that the column differs from `value`.
    pub fn differs(self, value: &V) -> Condition {
        self.condition(Function::NotEqual, value)
    }

    /// The condition that the column holds every element of `value`.
    pub fn includes(self, value: &V) -> Condition {
        self.condition(Function::Includes, value)
    }

    /// The condition that the column holds no element of `value`.
    pub fn excludes(self, value: &V) -> Condition {
        self.condition(Function::Excludes, value)
    }

    fn condition(self, function: Function, value: &impl Value) -> Condition {
        Condition {
            column: self.name,
            function,
            value: value.to_datum(),
        }
    }
}

/// Columns of numbers. An empty optional meets none of these conditions (ovsdb-server(7), section
/// 5.1).
impl<T, V: Numeric> Column<T, V> {
    /// The condition that the column is less than `bound`.
    pub fn less_than(self, bound: V::Number) -> Condition {
        self.condition(Function::Less, &bound)
    }

    /// The condition that the column is `bound` or less.
    pub fn at_most(self, bound: V::Number) -> Condition {
        self.condition(Function::AtMost, &bound)
    }

    /// The condition that the column is greater than `bound`.
    pub fn greater_than(self, bound: V::Number) -> Condition {
        self.condition(Function::Greater, &bound)
    }

    /// The condition that the column is `bound` or greater.
    pub fn at_least(self, bound: V::Number) -> Condition {
        self.condition(Function::AtLeast, &bound)
    }
}

/// A value that servers compare by size: an integer or a real, or an optional one.
pub trait Numeric: Value {
    /// What it is compared with.
    type Number: Value;
}

impl Numeric for i64 {
    type Number = i64;
}

impl Numeric for Real {
    type Number = Real;
}

impl Numeric for Option<i64> {
    type Number = i64;
}

impl Numeric for Option<Real> {
    type Number = Real;
}
