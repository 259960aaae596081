use ovsdb_schema::Problem;
use serde_json::Value as Json;

/// The text of a schema: it resolves and generates Rust, or there is an error that leads to a
/// place in it; and it means the same without white space and with its members in another order.
pub fn schema(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let schema = match ovsdb_schema::parse(text) {
        Ok(schema) => schema,
        Err(error) => return leads_into(&error, text),
    };
    let json: Json = serde_json::from_str(text).unwrap();
    let again = ovsdb_schema::parse(&json.to_string()).unwrap();
    assert_eq!(ordered(schema.clone()), ordered(again));
    let database = match ovsdb_schema::resolve(&schema) {
        Ok(database) => database,
        Err(error) => return leads_into(&error, text),
    };
    assert_eq!(database.tables.len(), schema.tables.len());
    let description = ovsdb_schema::describe(&database);
    assert!(description.starts_with("database "));
    match ovsdb_schema::generate(&database, &ovsdb_schema::Options::default()) {
        Ok(files) => assert_eq!(files.len(), database.tables.len() + 1),
        Err(error) => {
            assert!(!matches!(error.problem(), Problem::NotRust(_)), "{error}");
            leads_into(&error, text);
        }
    }
}

/// The order of tables and columns is all that the text's order tells.
fn ordered(mut schema: ovsdb_schema::model::Schema) -> ovsdb_schema::model::Schema {
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut schema.tables {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}

fn leads_into(error: &ovsdb_schema::Error, text: &str) {
    assert!(!error.to_string().is_empty());
    let Ok(json) = serde_json::from_str::<Json>(text) else {
        assert!(matches!(error.problem(), Problem::NotJson(_)), "{error}");
        return;
    };
    let place = match error.problem() {
        // Its place is where it should be.
        Problem::Missing => error.path().rsplit_once('/').unwrap().0,
        _ => error.path(),
    };
    assert!(json.pointer(place).is_some(), "{error}");
}
