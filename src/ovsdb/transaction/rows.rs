//! Rows on their way into an operation, column by column.

use std::marker::PhantomData;

use super::builder::Counted;
use super::operation::{Mutation, Mutator, Row};
use crate::ovsdb::table::{Column, Table};
use crate::ovsdb::value::{Datum, Element, Map, RowId, Set, Value};

/// A row being inserted.
#[derive(Debug)]
pub struct InsertRow<'a, T> {
    pub(super) row: Option<&'a mut Row>,
    pub(super) id: RowId<T>,
}

impl<T: Table> InsertRow<'_, T> {
    /// Gives a column its value.
    pub fn set<V: Value>(mut self, column: Column<T, V>, value: V) -> Self {
        push_column(&mut self.row, column.name(), value.to_datum());
        self
    }

    /// The row's provisional identifier.
    pub fn id(self) -> RowId<T> {
        self.id
    }
}

/// Rows being written.
#[derive(Debug)]
pub struct UpdateRows<'a, T> {
    pub(super) row: Option<&'a mut Row>,
    pub(super) counted: Counted,
    pub(super) table: PhantomData<fn() -> T>,
}

impl<T: Table> UpdateRows<'_, T> {
    /// Gives a column its value.
    pub fn set<V: Value>(mut self, column: Column<T, V>, value: V) -> Self {
        push_column(&mut self.row, column.name(), value.to_datum());
        self
    }

    /// The operation, to ask the outcome how many rows it met.
    pub fn counted(self) -> Counted {
        self.counted
    }
}

fn push_column(row: &mut Option<&mut Row>, column: &'static str, value: Datum) {
    if let Some(Row(columns)) = row {
        columns.push((column, value));
    }
}

/// Rows being changed by what they hold.
#[derive(Debug)]
pub struct MutateRows<'a, T> {
    pub(super) mutations: Option<&'a mut Vec<Mutation>>,
    pub(super) counted: Counted,
    pub(super) table: PhantomData<fn() -> T>,
}

impl<T: Table> MutateRows<'_, T> {
    /// Adds elements to a set.
    pub fn insert<V: Element>(self, column: Column<T, Set<V>>, elements: Set<V>) -> Self {
        self.mutation(column.name(), Mutator::Insert, elements.to_datum())
    }

    /// Takes elements from a set.
    pub fn delete<V: Element>(self, column: Column<T, Set<V>>, elements: Set<V>) -> Self {
        self.mutation(column.name(), Mutator::Delete, elements.to_datum())
    }

    /// Gives a map's key its value. (A mere `insert` would keep the old value of a key that is
    /// there, so the key is deleted first.)
    pub fn put<K: Element, V: Element>(
        self,
        column: Column<T, Map<K, V>>,
        key: K,
        value: V,
    ) -> Self {
        let key_only = key.to_datum();
        let pair = Map::from_iter([(key, value)]).to_datum();
        self.mutation(column.name(), Mutator::Delete, key_only)
            .mutation(column.name(), Mutator::Insert, pair)
    }

    /// Gives a map's key a value unless it has one.
    pub fn put_new<K: Element, V: Element>(
        self,
        column: Column<T, Map<K, V>>,
        key: K,
        value: V,
    ) -> Self {
        let pair = Map::from_iter([(key, value)]).to_datum();
        self.mutation(column.name(), Mutator::Insert, pair)
    }

    /// Takes a key from a map.
    pub fn remove<K: Element, V: Element>(self, column: Column<T, Map<K, V>>, key: K) -> Self {
        self.mutation(column.name(), Mutator::Delete, key.to_datum())
    }

    /// Adds to a number.
    pub fn add(self, column: Column<T, i64>, number: i64) -> Self {
        self.mutation(column.name(), Mutator::Add, number.to_datum())
    }

    /// The operation, to ask the outcome how many rows it met.
    pub fn counted(self) -> Counted {
        self.counted
    }

    fn mutation(mut self, column: &'static str, mutator: Mutator, value: Datum) -> Self {
        if let Some(mutations) = &mut self.mutations {
            mutations.push(Mutation {
                column,
                mutator,
                value,
            });
        }
        self
    }
}
