use anyhow::Context;
use ovsdb_schema::model::Schema;
use serde_json::Value;

use super::canonical::canonical;
use super::connection::Server;
use super::words::Words;
use super::{Fault, input, output};
use crate::cli::Global;

/// Converts the database that a schema names to it.
pub(super) async fn convert(words: Words, global: &Global) -> anyhow::Result<()> {
    let (server, [path]) = words.exactly(global)?;
    let SchemaFile { schema, mut json } = SchemaFile::read(&server, &path).await?;
    let database = schema.name.as_str();
    let session = server.connect_for(database).await?;
    if session.is_clustered(database).await? {
        persist(&mut json);
    }
    Ok(session.client().convert(database, &json).await?)
}

/// Prints whether a schema differs from that of the database that it names.
pub(super) async fn is_needed(words: Words, global: &Global) -> anyhow::Result<()> {
    let (server, [path]) = words.exactly(global)?;
    let SchemaFile { mut schema, .. } = SchemaFile::read(&server, &path).await?;
    let session = server.connect_for(schema.name.as_str()).await?;
    if session.is_clustered(schema.name.as_str()).await? {
        let columns = schema.tables.iter_mut().flat_map(|it| &mut it.columns);
        columns.for_each(|column| column.ephemeral = false);
    }
    let database = schema.name.to_string();
    let current = session.client().get_schema(&database).await?;
    let current = ovsdb_schema::parse(current.get())
        .with_context(|| Fault::Answer(format!("the schema of database {database}")))?;
    let is_needed = canonical(schema) != canonical(current);
    output::print(if is_needed { "yes\n" } else { "no\n" })?;
    Ok(())
}

/// A schema, understood and as it stands.
#[derive(Debug)]
struct SchemaFile {
    schema: Schema,
    json: Value,
}

impl SchemaFile {
    async fn read(server: &Server, path: &str) -> anyhow::Result<Self> {
        let text = input::file(server, path).await?;
        // It tells the cause itself.
        let schema = ovsdb_schema::parse(&text)
            .map_err(|error| Fault::Usage(format!("{path} is no schema: {error}")))?;
        let json = serde_json::from_str(&text)?;
        Ok(Self { schema, json })
    }
}

/// Makes all columns lasting, as those of clustered databases are (ovsdb(7), "Ephemeral columns").
fn persist(schema: &mut Value) {
    for table in members(schema.get_mut("tables")) {
        for column in members(table.get_mut("columns")) {
            if let Some(column) = column.as_object_mut() {
                column.remove("ephemeral");
            }
        }
    }
}

fn members(object: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    let object = object.and_then(Value::as_object_mut);
    object.into_iter().flat_map(|object| object.values_mut())
}
