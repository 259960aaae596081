use std::collections::BTreeMap;
use std::io::IsTerminal;

use anyhow::{Context, bail};
use ovsdb_schema::model::Schema;
use serde::Serialize;

use super::canonical::canonical;
use super::schema::Table;
use super::snapshot::{Row, Snapshot};
use super::value::Value;
use super::words::Words;
use super::{Fault, input, transact};
use crate::cli::Global;
use crate::ovsdb::Uuid;
use crate::ovsdb::value::{provisional, uuid_name};

/// Replaces what a database holds by what a database file on standard input holds, in one
/// transaction. `force`: also where their schemas differ.
pub(super) async fn run(words: Words, global: &Global, force: bool) -> anyhow::Result<()> {
    let (server, names) = words.server(global, 0)?;
    if std::io::stdin().is_terminal() {
        let problem = "a backup is read from a file: lead it to standard input";
        bail!(Fault::Usage(problem.to_owned()));
    }
    let text = input::standard(&server).await?;
    let backup = Snapshot::read(&text)
        .map_err(|error| Fault::Usage(format!("the backup is no database file: {error:#}")))?;

    let (session, database, _) = server.open(names, 0, 0).await?;
    let current = session.client().get_schema(&database).await?;
    let current = ovsdb_schema::parse(current.get())
        .with_context(|| Fault::Answer(format!("the schema of database {database}")))?;
    check_schemas(ovsdb_schema::parse(backup.schema_text)?, current, force)?;

    let operations = operations(&backup);
    let results = session.transact(&database, &operations).await?;
    transact::check(results.get(), operations.len())
}

fn check_schemas(backup: Schema, current: Schema, force: bool) -> anyhow::Result<()> {
    if backup.name != current.name {
        let (theirs, ours) = (backup.name, current.name);
        bail!("the backup is of database {theirs}, not of {ours}");
    }
    let (theirs, ours) = (backup.version.clone(), current.version.clone());
    if force || canonical(backup) == canonical(current) {
        return Ok(());
    }
    let difference = if theirs == ours {
        format!("both schemas have version {ours} and differ nonetheless")
    } else {
        format!("the backup's schema has version {theirs}, the database's {ours}")
    };
    bail!("{difference}; take --force to restore it nonetheless, or convert the database before")
}

/// RFC 7047, sections 5.2.1 and 5.2.4.
#[derive(Serialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Operation<'a> {
    Delete {
        table: &'a str,
        r#where: [(); 0],
    },
    Insert {
        table: &'a str,
        #[serde(rename = "uuid-name")]
        name: Option<String>,
        row: BTreeMap<&'a str, Value>,
    },
}

/// Every row is deleted, and then every row of the backup inserted. A client does not choose rows'
/// identifiers: they refer to each other by names.
fn operations<'a>(backup: &'a Snapshot<'_>) -> Vec<Operation<'a>> {
    let ids = backup.tables.values().flat_map(BTreeMap::keys);
    let names: BTreeMap<Uuid, Uuid> = (0..)
        .zip(ids)
        .map(|(n, id)| (*id, provisional(0, n)))
        .collect();
    let mut operations = Vec::new();
    for Table { name, .. } in &backup.schema.tables {
        operations.push(Operation::Delete {
            table: name,
            r#where: [],
        });
    }
    for table in &backup.schema.tables {
        for (id, row) in backup.tables.get(&table.name).into_iter().flatten() {
            operations.push(Operation::Insert {
                table: &table.name,
                name: names.get(id).copied().and_then(uuid_name),
                row: columns(table, row, &names),
            });
        }
    }
    operations
}

/// What to insert: lasting columns that are not as they would be by themselves.
fn columns<'a>(
    table: &'a Table,
    row: &Row,
    names: &BTreeMap<Uuid, Uuid>,
) -> BTreeMap<&'a str, Value> {
    let columns = table.columns.iter().filter(|column| !column.is_ephemeral);
    let told = columns.filter_map(|column| {
        let value = row.get(&column.name)?;
        let name = |id| names.get(&id).copied().unwrap_or(id);
        let value = value.with_references(column.references, name);
        (!value.is_default(column.is_required)).then_some((column.name.as_str(), value))
    });
    told.collect()
}
