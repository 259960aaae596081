//! The first stage: from text to [`Schema`].

mod base_type;
mod node;

use crate::error::{Error, Problem};
use crate::json::Json;
use crate::model::{Column, Id, Max, Schema, Table, Type, Version};

use self::base_type::base_type;
use self::node::Node;

/// Parses a database schema, checking each part by itself.
///
/// # Errors
///
/// The first thing in the text that RFC 7047, section 3.2 does not allow, with its place. What
/// concerns two places, as a reference to a table, is [`crate::resolve`]'s to find.
pub fn parse(text: &str) -> Result<Schema, Error> {
    schema(&Node::root(&Json::read(text)?))
}

fn schema(node: &Node<'_>) -> Result<Schema, Error> {
    let mut members = node.members()?;
    let name = members.require("name")?.id()?;
    let version = version(&members.require("version")?)?;
    let cksum = match members.take("cksum") {
        Some(cksum) => Some(cksum.string()?.to_owned()),
        None => None,
    };
    let tables = members.require("tables")?;
    members.finish()?;
    let tables = tables.named()?;
    Ok(Schema {
        name,
        version,
        cksum,
        tables: tables
            .into_iter()
            .map(|(name, node)| table(name, &node))
            .collect::<Result<_, _>>()?,
    })
}

fn version(node: &Node<'_>) -> Result<Version, Error> {
    let text = node.string()?;
    Version::new(text).ok_or_else(|| node.expected("three numbers as in \"1.2.3\""))
}

fn table(name: Id, node: &Node<'_>) -> Result<Table, Error> {
    let mut members = node.members()?;
    let columns = members.require("columns")?;
    let max_rows = match members.take("maxRows") {
        Some(max_rows) => Some(max_rows_of(&max_rows)?),
        None => None,
    };
    let is_root = members
        .take("isRoot")
        .map_or(Ok(false), |node| node.boolean())?;
    let indexes = match members.take("indexes") {
        Some(indexes) => indexes
            .elements()?
            .iter()
            .map(index)
            .collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    members.finish()?;
    Ok(Table {
        name,
        columns: columns_of(&columns)?,
        max_rows,
        is_root,
        indexes,
    })
}

fn max_rows_of(node: &Node<'_>) -> Result<u64, Error> {
    node.as_integer()
        .and_then(|rows| u64::try_from(rows).ok())
        .filter(|rows| *rows > 0)
        .ok_or_else(|| node.expected("a positive integer"))
}

fn index(node: &Node<'_>) -> Result<Vec<Id>, Error> {
    let mut columns = Vec::new();
    for element in node.elements()? {
        let column = element.id()?;
        if columns.contains(&column) {
            return Err(element.error(Problem::Duplicate));
        }
        columns.push(column);
    }
    if columns.is_empty() {
        return Err(node.expected("at least one column"));
    }
    Ok(columns)
}

fn columns_of(node: &Node<'_>) -> Result<Vec<Column>, Error> {
    let columns = node.named()?;
    if columns.is_empty() {
        return Err(node.expected("at least one column"));
    }
    columns
        .into_iter()
        .map(|(name, node)| column(name, &node))
        .collect()
}

fn column(name: Id, node: &Node<'_>) -> Result<Column, Error> {
    let mut members = node.members()?;
    let kind = members.require("type")?;
    let ephemeral = members
        .take("ephemeral")
        .map_or(Ok(false), |node| node.boolean())?;
    let mutable = members
        .take("mutable")
        .map_or(Ok(true), |node| node.boolean())?;
    members.finish()?;
    Ok(Column {
        name,
        kind: column_type(&kind)?,
        ephemeral,
        mutable,
    })
}

fn column_type(node: &Node<'_>) -> Result<Type, Error> {
    if node.as_str().is_some() {
        return Ok(Type {
            key: base_type(node)?,
            value: None,
            required: true,
            max: Max::Elements(1),
        });
    }
    let mut members = node.members()?;
    let key = base_type(&members.require("key")?)?;
    let value = match members.take("value") {
        Some(value) => Some(base_type(&value)?),
        None => None,
    };
    let required = members.take("min").map_or(Ok(true), |min| required(&min))?;
    let max = members
        .take("max")
        .map_or(Ok(Max::Elements(1)), |max| max_of(&max))?;
    members.finish()?;
    Ok(Type {
        key,
        value,
        required,
        max,
    })
}

fn required(node: &Node<'_>) -> Result<bool, Error> {
    match node.as_integer() {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        _ => Err(node.expected("0 or 1")),
    }
}

fn max_of(node: &Node<'_>) -> Result<Max, Error> {
    if node.as_str() == Some("unlimited") {
        return Ok(Max::Unlimited);
    }
    // ovsdb-server counts in 32 bits, and keeps the greatest number for "unlimited".
    node.as_integer()
        .and_then(|max| u32::try_from(max).ok())
        .filter(|max| (1..u32::MAX).contains(max))
        .map(Max::Elements)
        .ok_or_else(|| node.expected("a positive integer or \"unlimited\""))
}
