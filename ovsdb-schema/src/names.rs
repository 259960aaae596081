//! What things of a schema are called in Rust, and every exception to the rules.

use std::collections::HashMap;

use crate::error::{Error, Path, Problem};
use crate::model::Id;
use crate::resolve::{Column, Database, Role};

/// Tables whose capitals mislead about where their words begin: the name, its type, its module.
const TABLES: &[(&str, &str, &str)] = &[
    ("Open_vSwitch", "OpenVSwitch", "open_vswitch"),
    ("NetFlow", "NetFlow", "netflow"),
    ("QoS", "Qos", "qos"),
    ("sFlow", "SFlow", "sflow"),
];

/// Type names that generated files use for something else; a table of that name gets a suffix.
const TAKEN: &[&str] = &[
    "Atom",
    "Change",
    "Column",
    "ColumnInfo",
    "Datum",
    "Default",
    "Deserializer",
    "Element",
    "Err",
    "Event",
    "IgnoredAny",
    "Index",
    "Indexes",
    "Map",
    "Mismatch",
    "None",
    "Ok",
    "Option",
    "Real",
    "Result",
    "RowId",
    "Rows",
    "Self",
    "Set",
    "Some",
    "String",
    "Table",
    "TableInfo",
    "Uuid",
    "Value",
    "Vec",
];

/// Strict and reserved keywords in lower case, which a trailing underscore tells apart.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The variant of every enumeration for values that the schema does not list.
pub(crate) const OTHER: &str = "Other";

/// The struct of a database: `OpenVSwitchDatabase`.
pub(crate) fn database(name: &Id) -> String {
    let exception = TABLES.iter().find(|(table, _, _)| *table == name.as_str());
    let name = exception.map_or_else(|| pascal(name.as_str()), |(_, kind, _)| (*kind).to_owned());
    format!("{name}Database")
}

/// The struct of a table's rows: `Port`.
pub(crate) fn table_type(name: &Id) -> String {
    let exception = TABLES.iter().find(|(table, _, _)| *table == name.as_str());
    if let Some((_, kind, _)) = exception {
        return (*kind).to_owned();
    }
    let kind = pascal(name.as_str());
    if TAKEN.contains(&kind.as_str()) {
        format!("{kind}Row")
    } else {
        kind
    }
}

/// The module of a table, which is also its field in the database: `port`.
pub(crate) fn table_module(name: &Id) -> String {
    let exception = TABLES.iter().find(|(table, _, _)| *table == name.as_str());
    exception.map_or_else(
        || snake(name.as_str()),
        |(_, _, module)| (*module).to_owned(),
    )
}

/// The field of a column: `bond_mode`.
pub(crate) fn field(column: &Id) -> String {
    snake(column.as_str())
}

/// The handle of a column: `BOND_MODE`.
pub(crate) fn constant(column: &Id) -> String {
    words(column.as_str()).join("_").to_uppercase()
}

/// The type of an enumerated string: `PortBondMode`.
pub(crate) fn enumeration(table: &Id, column: &Id, role: Role) -> String {
    let role = match role {
        Role::Element => "",
        Role::Key => "Key",
        Role::Value => "Value",
    };
    format!("{}{}{role}", table_type(table), pascal(column.as_str()))
}

/// The variants of an enumeration, in the order of its values.
pub(crate) fn variants(column: &Id, values: &[String]) -> Vec<String> {
    let mut variants: Vec<String> = Vec::new();
    for value in values {
        let mut variant = pascal(value);
        if variant == "Self" || variant == OTHER {
            variant.push_str(&pascal(column.as_str()));
        }
        let mut candidate = variant.clone();
        let mut number = 2;
        while variants.contains(&candidate) {
            candidate = format!("{variant}{number}");
            number += 1;
        }
        variants.push(candidate);
    }
    variants
}

/// The lookup by an index: `by_name`, `by_id_and_bridge`.
pub(crate) fn lookup(index: &[Column]) -> String {
    format!("by_{}", index_words(index))
}

/// The field of an index in its struct: `name`, `id_and_bridge`.
pub(crate) fn index_field(index: &[Column]) -> String {
    match index {
        [column] => field(&column.name),
        columns => index_words(columns),
    }
}

fn index_words(index: &[Column]) -> String {
    let columns = index
        .iter()
        .map(|column| words(column.name.as_str()).join("_"));
    columns.collect::<Vec<_>>().join("_and_")
}

/// Refuses schemas in which two things would have one name.
pub(crate) fn check(database: &Database) -> Result<(), Error> {
    let root = Path::default();
    let tables = root.member("tables");
    let mut types = Taken::default();
    let mut modules = Taken::default();
    types.take(self::database(&database.name), &root.member("name"))?;
    for table in &database.tables {
        let path = tables.member(table.name.as_str());
        types.take(table_type(&table.name), &path)?;
        modules.take(table_module(&table.name), &path)?;
        let mut fields = Taken::default();
        for column in &table.columns {
            let path = path.member("columns").member(column.name.as_str());
            fields.take(field(&column.name), &path)?;
            for (role, _) in column.enumerations() {
                types.take(enumeration(&table.name, &column.name, role), &path)?;
            }
        }
        let mut lookups = Taken::default();
        for (position, index) in table.indexes.iter().enumerate() {
            let path = path.member("indexes").element(position);
            lookups.take(lookup(index), &path)?;
        }
        if !table.indexes.is_empty() {
            types.take(format!("{}Indexes", table_type(&table.name)), &path)?;
        }
    }
    Ok(())
}

#[derive(Default)]
struct Taken(HashMap<String, Path>);

impl Taken {
    fn take(&mut self, name: String, path: &Path) -> Result<(), Error> {
        match self.0.insert(name.clone(), path.clone()) {
            None => Ok(()),
            Some(other) => Err(path.error(Problem::SameRustName {
                name,
                other: other.to_string(),
            })),
        }
    }
}

fn pascal(text: &str) -> String {
    let capitalized = words(text).into_iter().map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    let name = capitalized.collect::<String>();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("V{name}"),
        Some(_) => name,
    }
}

fn snake(text: &str) -> String {
    let mut name = words(text).join("_");
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// The words of a name, in lower case: `CT_Timeout_Policy`, `AutoAttach`, `balance-slb`.
///
/// A word ends at whatever is neither letter nor digit, and before a capital that follows a
/// small letter or digit.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut may_end = false;
    for c in text.chars() {
        let separates = !c.is_ascii_alphanumeric();
        if (separates || (may_end && c.is_ascii_uppercase())) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if !separates {
            word.push(c.to_ascii_lowercase());
        }
        may_end = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        Id::new(text).unwrap()
    }

    #[test]
    fn tables() {
        let cases = [
            ("Port", "Port", "port"),
            ("Open_vSwitch", "OpenVSwitch", "open_vswitch"),
            ("CT_Timeout_Policy", "CtTimeoutPolicy", "ct_timeout_policy"),
            ("AutoAttach", "AutoAttach", "auto_attach"),
            ("QoS", "Qos", "qos"),
            ("sFlow", "SFlow", "sflow"),
            ("IPFIX", "Ipfix", "ipfix"),
            ("Column", "ColumnRow", "column"),
            ("Type", "Type", "type_"),
            ("mod", "Mod", "mod_"),
        ];
        for (name, kind, module) in cases {
            assert_eq!(table_type(&id(name)), kind);
            assert_eq!(table_module(&id(name)), module);
        }
    }

    #[test]
    fn databases() {
        assert_eq!(database(&id("Open_vSwitch")), "OpenVSwitchDatabase");
        assert_eq!(database(&id("_Server")), "ServerDatabase");
        assert_eq!(database(&id("OVN_Northbound")), "OvnNorthboundDatabase");
    }

    #[test]
    fn columns() {
        assert_eq!(field(&id("type")), "type_");
        assert_eq!(constant(&id("type")), "TYPE");
        assert_eq!(field(&id("maxRate")), "max_rate");
    }

    #[test]
    fn enumeration_variants() {
        let values = [
            "active-backup",
            "802.1ad",
            "",
            "other",
            "self",
            "a-b",
            "a_b",
        ];
        let values = values.map(str::to_owned);
        let expected = [
            "ActiveBackup",
            "V8021ad",
            "Empty",
            "OtherRole",
            "SelfRole",
            "AB",
            "AB2",
        ];
        assert_eq!(variants(&id("role"), &values), expected);
    }
}
