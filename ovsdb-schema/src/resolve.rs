//! The second stage: from [`Schema`] to [`Database`], in which every name is known to lead
//! somewhere and every column has its shape.

use std::collections::BTreeSet;

use crate::error::{Error, Path, Problem};
use crate::model::{self, BaseType, Id, Max, Schema, Values, Version};

/// A schema whose references and indexes have been looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct Database {
    /// The database's name.
    pub name: Id,
    /// The schema's version.
    pub version: Version,
    /// The schema's checksum, if it states one.
    pub cksum: Option<String>,
    /// The tables, in the order of the schema.
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The table's name.
    pub name: Id,
    /// The columns, in the order of the schema.
    pub columns: Vec<Column>,
    /// How many rows there may be at most.
    pub max_rows: Option<u64>,
    /// Whether rows stay although nothing refers to them.
    pub is_root: bool,
    /// What is unique in the table: sets of columns, no two of them the same set.
    pub indexes: Vec<Vec<Column>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The column's name.
    pub name: Id,
    /// What it holds.
    pub shape: Shape,
    /// Whether its values may be lost when the server restarts.
    pub ephemeral: bool,
    /// Whether its values may change after insertion.
    pub mutable: bool,
}

impl Column {
    /// The base types in the column, with what each is to it.
    pub(crate) fn base_types(&self) -> Vec<(Role, &BaseType)> {
        match &self.shape {
            Shape::Scalar(element) | Shape::Optional(element) | Shape::Set(element, _) => {
                vec![(Role::Element, element)]
            }
            Shape::Map(key, value, _) => vec![(Role::Key, key), (Role::Value, value)],
        }
    }

    /// The enumerated strings in the column, with what each enumeration is to it.
    pub(crate) fn enumerations(&self) -> Vec<(Role, &[String])> {
        let base_types = self.base_types().into_iter();
        let enumerations = base_types.filter_map(|(role, base_type)| match base_type {
            BaseType::String(Values::OneOf(values)) => Some((role, values.as_slice())),
            _ => None,
        });
        enumerations.collect()
    }
}

/// What a base type is to its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The column's value, or the elements of its set.
    Element,
    /// The keys of its map.
    Key,
    /// The values of its map.
    Value,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Exactly one value.
    Scalar(BaseType),
    /// One value or none.
    Optional(BaseType),
    /// Different values.
    Set(BaseType, Count),
    /// Different keys, each with a value.
    Map(BaseType, BaseType, Count),
}

/// How many elements a set or map holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Whether there is at least one.
    pub required: bool,
    /// How many there are at most.
    pub max: Max,
}

/// Looks up what a schema's parts say of each other.
///
/// # Errors
///
/// A reference to a table that is not there, or an index over a column that is not there or is
/// ephemeral.
pub fn resolve(schema: &Schema) -> Result<Database, Error> {
    let tables = Path::default().member("tables");
    // Schemas older than `isRoot` have it nowhere, and mean it everywhere (RFC 7047, section 3.2).
    let all_are_roots = !schema.tables.iter().any(|table| table.is_root);
    let resolver = Resolver {
        schema,
        all_are_roots,
    };
    Ok(Database {
        name: schema.name.clone(),
        version: schema.version.clone(),
        cksum: schema.cksum.clone(),
        tables: schema
            .tables
            .iter()
            .map(|table| resolver.table(table, &tables.member(table.name.as_str())))
            .collect::<Result<_, _>>()?,
    })
}

struct Resolver<'a> {
    schema: &'a Schema,
    all_are_roots: bool,
}

impl Resolver<'_> {
    fn table(&self, table: &model::Table, path: &Path) -> Result<Table, Error> {
        let columns = path.member("columns");
        let columns = table
            .columns
            .iter()
            .map(|column| self.column(column, &columns.member(column.name.as_str())))
            .collect::<Result<Vec<_>, _>>()?;
        let indexes = indexes(&table.indexes, &columns, &path.member("indexes"))?;
        Ok(Table {
            name: table.name.clone(),
            columns,
            max_rows: table.max_rows,
            is_root: table.is_root || self.all_are_roots,
            indexes,
        })
    }

    fn column(&self, column: &model::Column, path: &Path) -> Result<Column, Error> {
        let path = path.member("type");
        self.look_up(&column.kind.key, &path.member("key"))?;
        if let Some(value) = &column.kind.value {
            self.look_up(value, &path.member("value"))?;
        }
        Ok(Column {
            name: column.name.clone(),
            shape: shape(&column.kind),
            ephemeral: column.ephemeral,
            mutable: column.mutable,
        })
    }

    fn look_up(&self, base_type: &BaseType, path: &Path) -> Result<(), Error> {
        let BaseType::Uuid(Values::Within(Some(reference))) = base_type else {
            return Ok(());
        };
        let known = self
            .schema
            .tables
            .iter()
            .any(|table| table.name == reference.table);
        if known {
            return Ok(());
        }
        let problem = Problem::UnknownTable(reference.table.to_string());
        Err(path.member("refTable").error(problem))
    }
}

fn shape(kind: &model::Type) -> Shape {
    let count = Count {
        required: kind.required,
        max: kind.max,
    };
    let key = kind.key.clone();
    match (&kind.value, kind.required, kind.max) {
        (Some(value), _, _) => Shape::Map(key, value.clone(), count),
        (None, true, Max::Elements(1)) => Shape::Scalar(key),
        (None, false, Max::Elements(1)) => Shape::Optional(key),
        (None, _, _) => Shape::Set(key, count),
    }
}

fn indexes(
    indexes: &[Vec<Id>],
    columns: &[Column],
    path: &Path,
) -> Result<Vec<Vec<Column>>, Error> {
    let mut seen = BTreeSet::new();
    let mut resolved = Vec::new();
    for (position, names) in indexes.iter().enumerate() {
        let path = path.element(position);
        let index = names
            .iter()
            .enumerate()
            .map(|(position, name)| indexed(name, columns, &path.element(position)))
            .collect::<Result<Vec<_>, _>>()?;
        // A server takes the same set twice; once says as much.
        if seen.insert(names.iter().collect::<BTreeSet<_>>()) {
            resolved.push(index);
        }
    }
    Ok(resolved)
}

fn indexed(name: &Id, columns: &[Column], path: &Path) -> Result<Column, Error> {
    let column = columns
        .iter()
        .find(|column| column.name == *name)
        .ok_or_else(|| path.error(Problem::UnknownColumn(name.to_string())))?;
    if column.ephemeral {
        return Err(path.error(Problem::EphemeralIndex(name.to_string())));
    }
    Ok(column.clone())
}
