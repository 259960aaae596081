use anyhow::Context;
use ovsdb_schema::Shape;
use ovsdb_schema::model::{BaseType, Max, Values};

/// What the server keeps of every row besides its columns (RFC 7047, section 3.2).
pub(super) const UUID: &str = "_uuid";
pub(super) const VERSION: &str = "_version";

/// What printing needs of a database's schema.
#[derive(Debug)]
pub(super) struct Schema {
    database: String,
    /// By name.
    pub(super) tables: Vec<Table>,
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    /// By name in the order of bytes, with `_uuid` and `_version`.
    pub(super) columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether there is at least one element.
    pub(super) is_required: bool,
    /// Whether a server forgets it when it restarts.
    pub(super) is_ephemeral: bool,
    pub(super) references: References,
}

/// Which identifiers in a column are those of rows that there must be (RFC 7047, section 3.2,
/// `refTable`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct References {
    /// The elements, or the keys of a map.
    pub(super) key: bool,
    /// The values of a map.
    pub(super) value: bool,
}

/// A column's type, without its constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// Of the elements, or of the keys of a map.
    pub(super) key: Atomic,
    /// Of the values of a map.
    pub(super) value: Option<Atomic>,
    /// How many elements there may be.
    pub(super) max: Max,
}

/// An atomic type (RFC 7047, section 3.2, `<atomic-type>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Atomic {
    Integer,
    Real,
    Boolean,
    String,
    Uuid,
}

impl Schema {
    /// Reads the reply to `get_schema`.
    pub(super) fn parse(text: &str) -> Result<Self, ovsdb_schema::Error> {
        let database = ovsdb_schema::resolve(&ovsdb_schema::parse(text)?)?;
        let mut tables: Vec<Table> = database.tables.iter().map(Table::from).collect();
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self {
            database: database.name.to_string(),
            tables,
        })
    }

    pub(super) fn table(&self, name: &str) -> anyhow::Result<&Table> {
        let table = self.tables.iter().find(|table| table.name == name);
        table.with_context(|| no_table(&self.database, name))
    }
}

/// Says that a table is not there.
pub(super) fn no_table(database: &str, name: &str) -> String {
    format!("database {database} has no table {name}")
}

impl Table {
    pub(super) fn column(&self, name: &str) -> anyhow::Result<&Column> {
        let column = self.columns.iter().find(|column| column.name == name);
        column.with_context(|| format!("table {} has no column {name}", self.name))
    }

    /// Where a value stands that is none.
    pub(super) fn place(&self, column: &Column) -> String {
        format!("column {} of table {}", column.name, self.name)
    }
}

impl From<&ovsdb_schema::Table> for Table {
    fn from(table: &ovsdb_schema::Table) -> Self {
        let own = [UUID, VERSION].map(|name| Column {
            name: name.to_owned(),
            kind: Kind {
                key: Atomic::Uuid,
                value: None,
                max: Max::Elements(1),
            },
            is_required: true,
            is_ephemeral: false,
            references: References {
                key: false,
                value: false,
            },
        });
        let columns = table.columns.iter().map(|column| Column {
            name: column.name.to_string(),
            kind: Kind::from(&column.shape),
            is_required: match &column.shape {
                Shape::Scalar(_) => true,
                Shape::Optional(_) => false,
                Shape::Set(_, count) | Shape::Map(_, _, count) => count.required,
            },
            is_ephemeral: column.ephemeral,
            references: References::from(&column.shape),
        });
        let mut columns: Vec<Column> = columns.chain(own).collect();
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            name: table.name.to_string(),
            columns,
        }
    }
}

impl From<&Shape> for Kind {
    fn from(shape: &Shape) -> Self {
        match shape {
            Shape::Scalar(element) | Shape::Optional(element) => Self {
                key: Atomic::from(element),
                value: None,
                max: Max::Elements(1),
            },
            Shape::Set(element, count) => Self {
                key: Atomic::from(element),
                value: None,
                max: count.max,
            },
            Shape::Map(key, value, count) => Self {
                key: Atomic::from(key),
                value: Some(Atomic::from(value)),
                max: count.max,
            },
        }
    }
}

impl From<&Shape> for References {
    fn from(shape: &Shape) -> Self {
        let refers = |it: &BaseType| matches!(it, BaseType::Uuid(Values::Within(Some(_reference))));
        match shape {
            Shape::Scalar(element) | Shape::Optional(element) | Shape::Set(element, _) => Self {
                key: refers(element),
                value: false,
            },
            Shape::Map(key, value, _) => Self {
                key: refers(key),
                value: refers(value),
            },
        }
    }
}

impl From<&BaseType> for Atomic {
    fn from(base_type: &BaseType) -> Self {
        match base_type {
            BaseType::Integer(_) => Self::Integer,
            BaseType::Real(_) => Self::Real,
            BaseType::Boolean(_) => Self::Boolean,
            BaseType::String(_) => Self::String,
            BaseType::Uuid(_) => Self::Uuid,
        }
    }
}
