use ovsdb_schema::model::{BaseType, Range, Schema, Values};

/// A schema in the form that it shares with all schemas that say the same: parts that have no order
/// by name, and without limits that limit nothing.
pub(super) fn canonical(mut schema: Schema) -> Schema {
    // A schema without any root table means that all are (RFC 7047, section 3.2).
    if schema.tables.iter().all(|table| table.is_root) {
        schema.tables.iter_mut().for_each(|it| it.is_root = false);
    }
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut schema.tables {
        // What ovsdb-server has for no limit.
        table.max_rows = table.max_rows.filter(|max| *max < u64::from(u32::MAX));
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        for column in &mut table.columns {
            let kind = &mut column.kind;
            [Some(&mut kind.key), kind.value.as_mut()]
                .into_iter()
                .flatten()
                .for_each(simplify);
        }
    }
    schema
}

fn simplify(base_type: &mut BaseType) {
    match base_type {
        BaseType::Integer(Values::OneOf(values)) => values.sort_unstable(),
        BaseType::Integer(Values::Within(range)) => widen(range, i64::MIN, i64::MAX),
        BaseType::Real(Values::OneOf(values)) => values.sort_unstable_by(f64::total_cmp),
        BaseType::Real(Values::Within(range)) => widen(range, f64::MIN, f64::MAX),
        BaseType::Boolean(Values::OneOf(values)) => values.sort_unstable(),
        BaseType::String(Values::OneOf(values)) => values.sort_unstable(),
        BaseType::String(Values::Within(range)) => widen(range, u32::MIN, u32::MAX),
        BaseType::Uuid(Values::OneOf(values)) => values.sort_unstable(),
        BaseType::Boolean(Values::Within(())) | BaseType::Uuid(Values::Within(_)) => {}
    }
}

fn widen<T: PartialEq>(range: &mut Range<T>, least: T, greatest: T) {
    range.min.take_if(|min| *min == least);
    range.max.take_if(|max| *max == greatest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tables: &str) -> Schema {
        let text = format!(r#"{{"name": "S", "version": "1.0.0", "tables": {tables}}}"#);
        canonical(ovsdb_schema::parse(&text).unwrap())
    }

    #[test]
    fn what_says_the_same_is_the_same() {
        for (one, other) in [
            (
                r#"{"A": {"columns": {"a": {"type": "string"}, "b": {"type": "real"}}}}"#,
                r#"{"A": {"isRoot": true, "columns": {"b": {"type": {"key": "real"}},
                    "a": {"type": {"key": {"type": "string", "minLength": 0}}, "mutable": true}}}}"#,
            ),
            (
                r#"{"A": {"columns": {"a": {"type": {"key": {"type": "string", "enum": "x"}}}}},
                    "B": {"columns": {"a": {"type": "uuid"}}, "isRoot": true}}"#,
                r#"{"B": {"columns": {"a": {"type": {"key": "uuid", "min": 1, "max": 1}}},
                    "isRoot": true, "maxRows": 4294967295},
                    "A": {"columns": {"a": {"type": {"key":
                        {"type": "string", "enum": ["set", ["x"]]}}}}}}"#,
            ),
            (
                r#"{"A": {"columns": {"a": {"type": {"key":
                    {"type": "integer", "enum": ["set", [2, 1]]}}}}}}"#,
                r#"{"A": {"columns": {"a": {"type": {"key":
                    {"type": "integer", "enum": ["set", [1, 2]]}}}}}}"#,
            ),
        ] {
            assert_eq!(of(one), of(other));
        }
    }

    #[test]
    fn what_says_something_else_is_not() {
        let plain = r#"{"A": {"columns": {"a": {"type": "string"}}}}"#;
        for other in [
            r#"{"A": {"columns": {"a": {"type": "integer"}}}}"#,
            r#"{"A": {"columns": {"a": {"type": {"key": "string", "min": 0}}}}}"#,
            r#"{"A": {"columns": {"a": {"type": "string", "ephemeral": true}}}}"#,
            r#"{"A": {"columns": {"a": {"type": "string"}}, "indexes": [["a"]]}}"#,
            r#"{"A": {"columns": {"a": {"type": "string"}}, "maxRows": 1}}"#,
        ] {
            assert_ne!(of(plain), of(other));
        }
    }
}
