use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use foldhash::fast::RandomState;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};
use uuid::Uuid;

use super::Change;
use crate::ovsdb::table::Table;
use crate::ovsdb::value::{Key, RowId, WireUuid};

/// Finds rows by a key. Keys are a peer's: they are hashed with a secret of this process.
pub type Index<K, V> = HashMap<K, V, RandomState>;

/// The unique indexes of a table; generated.
pub trait Indexes<T>: Default + Clone + Send + Sync + 'static {
    /// A row has come.
    fn insert(&mut self, id: RowId<T>, row: &T);
    /// A row has gone. Its key stays if another row has taken it meanwhile.
    fn remove(&mut self, id: RowId<T>, row: &T);
}

/// A table without unique indexes.
impl<T> Indexes<T> for () {
    fn insert(&mut self, _: RowId<T>, _: &T) {}
    fn remove(&mut self, _: RowId<T>, _: &T) {}
}

/// The rows of one table.
#[derive(Clone)]
pub struct Rows<T: Table> {
    rows: Index<RowId<T>, Arc<T>>,
    indexes: T::Indexes,
}

impl<T: Table> Rows<T> {
    /// The row with this identifier.
    pub fn get(&self, id: RowId<T>) -> Option<&T> {
        self.rows.get(&id).map(Arc::as_ref)
    }

    /// All rows, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (RowId<T>, &T)> {
        self.rows.iter().map(|(id, row)| (*id, row.as_ref()))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table's unique indexes.
    pub fn indexes(&self) -> &T::Indexes {
        &self.indexes
    }

    /// Applies an object of `update2` row changes by UUID and hands each change to `sink`.
    ///
    /// # Errors
    /// The deserializer's, a value that does not fit its column, or a change of a row that is
    /// not here.
    pub fn update<'de, D, S>(&mut self, updates: D, sink: S) -> Result<(), D::Error>
    where
        D: Deserializer<'de>,
        S: FnMut(Change<T>),
    {
        updates.deserialize_map(TableVisitor { rows: self, sink })
    }

    /// Hands to `sink` the changes that lead from here to `newer`.
    pub fn differences(&self, newer: &Self, mut sink: impl FnMut(Change<T>)) {
        for (&id, new) in &newer.rows {
            match self.rows.get(&id) {
                None => sink(Change::Inserted {
                    id,
                    new: new.clone(),
                }),
                Some(old) if old != new => {
                    sink(Change::Modified {
                        id,
                        old: old.clone(),
                        new: new.clone(),
                    });
                }
                Some(_) => {}
            }
        }
        for (&id, old) in &self.rows {
            if !newer.rows.contains_key(&id) {
                sink(Change::Deleted {
                    id,
                    old: old.clone(),
                });
            }
        }
    }

    fn put(&mut self, id: RowId<T>, new: Arc<T>) -> Change<T> {
        let old = self.rows.insert(id, new.clone());
        if let Some(old) = &old {
            self.indexes.remove(id, old);
        }
        self.indexes.insert(id, &new);
        match old {
            Some(old) => Change::Modified { id, old, new },
            None => Change::Inserted { id, new },
        }
    }

    fn delete(&mut self, id: RowId<T>) -> Option<Change<T>> {
        let old = self.rows.remove(&id)?;
        self.indexes.remove(id, &old);
        Some(Change::Deleted { id, old })
    }
}

impl<T: Table> Default for Rows<T> {
    fn default() -> Self {
        Self {
            rows: Index::default(),
            indexes: T::Indexes::default(),
        }
    }
}

impl<T: Table> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.rows).finish()
    }
}

/// `{uuid: {"insert": …}, …}` of one table.
struct TableVisitor<'a, T: Table, S> {
    rows: &'a mut Rows<T>,
    sink: S,
}

impl<'de, T: Table, S: FnMut(Change<T>)> Visitor<'de> for TableVisitor<'_, T, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of changed rows of table {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(uuid) = map.next_key::<Uuid>()? {
            let id = RowId::new(uuid);
            let seed = RowChange {
                rows: self.rows,
                id,
            };
            let change = map
                .next_value_seed(seed)
                .map_err(|error| A::Error::custom(format_args!("row {id}: {error}")))?;
            if let Some(change) = change {
                (self.sink)(change);
            }
        }
        Ok(())
    }
}

/// `{"insert": row}`, `{"modify": difference}` or `{"delete": null}` (ovsdb-server(7), section
/// 4.1.14), or whole rows before and after, `{"old": row, "new": row}`, either of which may be
/// missing (RFC 7047, section 4.1.6).
struct RowChange<'a, T: Table> {
    rows: &'a mut Rows<T>,
    id: RowId<T>,
}

impl<'de, T: Table> DeserializeSeed<'de> for RowChange<'_, T> {
    type Value = Option<Change<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Table> Visitor<'de> for RowChange<'_, T> {
    type Value = Option<Change<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with one of initial, insert, modify, delete, or with old or new")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Key(kind) = map
            .next_key()?
            .ok_or_else(|| A::Error::custom("an empty row change"))?;
        if matches!(kind.as_ref(), "old" | "new") {
            return self.replace(kind.as_ref() == "new", map);
        }
        let change = match kind.as_ref() {
            "initial" | "insert" => {
                let row = map.next_value_seed(WholeRow(PhantomData))?;
                Some(self.rows.put(self.id, row))
            }
            "modify" => {
                let mut row = self.rows.get(self.id).cloned().ok_or_else(|| {
                    A::Error::custom(format_args!("{} {} is not known here", T::NAME, self.id))
                })?;
                map.next_value_seed(RowDifference(&mut row))?;
                Some(self.rows.put(self.id, Arc::new(row)))
            }
            "delete" => {
                map.next_value::<IgnoredAny>()?;
                self.rows.delete(self.id)
            }
            other => {
                return Err(A::Error::custom(format_args!(
                    "unknown row change \"{other}\""
                )));
            }
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok(change),
            Some(_) => Err(A::Error::custom("a row change with more than one kind")),
        }
    }
}

impl<T: Table> RowChange<'_, T> {
    /// Takes the rest of a change that gives the row before and after; `is_new` tells which of
    /// them comes first. The one before may have its changed columns only, and is known here.
    fn replace<'de, A: MapAccess<'de>>(
        self,
        mut is_new: bool,
        mut map: A,
    ) -> Result<Option<Change<T>>, A::Error> {
        let mut new = None;
        loop {
            if is_new {
                new = Some(map.next_value_seed(WholeRow(PhantomData))?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            is_new = match map.next_key::<Key<'de>>()? {
                None => break,
                Some(Key(kind)) if kind == "new" => true,
                Some(Key(kind)) if kind == "old" => false,
                Some(Key(kind)) => {
                    return Err(A::Error::custom(format_args!(
                        "\"{kind}\" beside old or new"
                    )));
                }
            };
        }
        Ok(match new {
            Some(row) => Some(self.rows.put(self.id, row)),
            None => self.rows.delete(self.id),
        })
    }
}

/// A row's columns, those at their default left out; read to where the row stays, as it is large.
struct WholeRow<T>(PhantomData<T>);

impl<'de, T: Table> DeserializeSeed<'de> for WholeRow<T> {
    type Value = Arc<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Arc<T>, D::Error> {
        let mut row = Arc::default();
        deserializer.deserialize_map(Columns {
            row: Arc::make_mut(&mut row),
            difference: false,
        })?;
        Ok(row)
    }
}

/// The changed columns of a known row.
struct RowDifference<'a, T>(&'a mut T);

impl<'de, T: Table> DeserializeSeed<'de> for RowDifference<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(Columns {
            row: self.0,
            difference: true,
        })
    }
}

struct Columns<'a, T> {
    row: &'a mut T,
    difference: bool,
}

impl<'de, T: Table> Visitor<'de> for Columns<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a row of table {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(column)) = map.next_key()? {
            let seed = ColumnValue {
                row: &mut *self.row,
                column: column.as_ref(),
                difference: self.difference,
            };
            map.next_value_seed(seed)
                .map_err(|error| A::Error::custom(format_args!("{}.{column}: {error}", T::NAME)))?;
        }
        Ok(())
    }
}

struct ColumnValue<'a, T> {
    row: &'a mut T,
    column: &'a str,
    difference: bool,
}

impl<'de, T: Table> DeserializeSeed<'de> for ColumnValue<'_, T> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        if self.difference {
            self.row.apply_column(self.column, deserializer)
        } else {
            self.row.decode_column(self.column, deserializer)
        }
    }
}

/// A row as a `select` gives it: whole columns, and `_uuid`.
pub(crate) struct SelectedRow<T> {
    pub(crate) id: RowId<T>,
    pub(crate) row: T,
}

impl<'de, T: Table> Deserialize<'de> for SelectedRow<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SelectedRowVisitor(PhantomData))
    }
}

struct SelectedRowVisitor<T>(PhantomData<T>);

impl<'de, T: Table> Visitor<'de> for SelectedRowVisitor<T> {
    type Value = SelectedRow<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a row of table {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut id, mut row) = (None, T::default());
        while let Some(Key(column)) = map.next_key()? {
            if column == "_uuid" {
                id = Some(RowId::new(map.next_value::<WireUuid>()?.0));
            } else {
                map.next_value_seed(ColumnValue {
                    row: &mut row,
                    column: column.as_ref(),
                    difference: false,
                })?;
            }
        }
        let id = id.ok_or_else(|| A::Error::missing_field("_uuid"))?;
        Ok(SelectedRow { id, row })
    }
}
