//! The properties, held against recorded, mangled and random bytes. `PROPTEST_CASES` says how
//! many of these.

mod recorded;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value as Json, json};

use super::difference::written;

/// What numbers, strings and containers can be at their worst.
const ODD: &[&str] = &[
    "0",
    "-0",
    "-0.0",
    "1e400",
    "-1e400",
    "1e308",
    "5e-324",
    "1e-400",
    "5.0",
    "1.5",
    "9007199254740993.0",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "9223372036854775808.0",
    "18446744073709551616",
    "01",
    "+1",
    "NaN",
    "null",
    "true",
    r#""""#,
    r#""\ud800""#,
    r#""\ud83d\ude00""#,
    r#""\u0000""#,
    "\"\u{ffff}\"",
    r#"["uuid","00000000-0000-0000-0000-000000000001"]"#,
    r#"["uuid","6e73772b-0000-8000-8000-000000000001"]"#,
    r#"["uuid","{00000000-0000-0000-0000-000000000001}"]"#,
    r#"["named-uuid","row1"]"#,
    r#"["set",[]]"#,
    r#"["map",[]]"#,
    r#"["set",[["set",[]]]]"#,
    "{}",
    "[]",
    r#"{"a":1,"a":2}"#,
    r#"{"id":1,"id":1}"#,
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn framing(bytes in stream()) {
        super::framing(&bytes.0);
    }

    #[test]
    fn message(bytes in envelope().prop_flat_map(mangled)) {
        super::message(&bytes.0);
    }

    #[test]
    fn datum(bytes in column_value().prop_flat_map(mangled)) {
        super::datum(&bytes.0);
    }

    #[test]
    fn update(bytes in vec(any::<u8>(), 0..400).prop_flat_map(|bytes| mangled(written(&bytes)))) {
        super::update(&bytes.0);
    }

    #[test]
    fn outcome(bytes in results().prop_flat_map(mangled)) {
        super::outcome(&bytes.0);
    }

    #[test]
    fn difference(bytes in vec(any::<u8>(), 0..2000).prop_map(Text)) {
        super::difference(&bytes.0);
    }

    #[test]
    fn schema(bytes in schema_text().prop_flat_map(mangled)) {
        super::schema(&bytes.0);
    }
}

#[test]
fn odd_values_wherever_a_value_can_be() {
    let id = "00000000-0000-0000-0000-000000000001";
    for odd in ODD {
        super::framing(odd.as_bytes());
        super::datum(odd.as_bytes());
        super::schema(odd.as_bytes());
        super::outcome(odd.as_bytes());
        for at in 0..RESULTS.len() {
            let with = |result: &str| {
                let mut results = RESULTS;
                results[at] = result;
                super::outcome(format!("[{}]", results.join(",")).as_bytes());
            };
            with(odd);
            for member in ["uuid", "count", "rows", "error", "details"] {
                with(&format!(r#"{{"{member}":{odd}}}"#));
            }
        }
        for other in ODD {
            super::datum(format!(r#"["set",[{odd},{other}]]"#).as_bytes());
            super::datum(format!(r#"["map",[[{odd},{other}]]]"#).as_bytes());
            for frame in [
                format!(r#"{{"id":{odd},"result":{other},"error":null}}"#),
                format!(r#"{{"id":1,"error":{odd},"result":{other}}}"#),
                format!(r#"{{"id":{odd},"method":"echo","params":{other}}}"#),
                format!(r#"{{"method":{odd},"params":{other}}}"#),
            ] {
                super::message(frame.as_bytes());
            }
        }
        for column in [
            "number", "slot", "weight", "tags", "name", "rack", "state", "other",
        ] {
            let row = format!(r#"{{"{column}":{odd}}}"#);
            for change in [
                format!(r#"{{"insert":{row}}}"#),
                format!(r#"{{"new":{row},"old":{odd}}}"#),
                format!(r#"{{"old":{row}}}"#),
                odd.to_string(),
            ] {
                let twice = format!(r#""{id}":{change},"{id}":{{"modify":{row}}}"#);
                super::update(format!(r#"{{"Sample":{{{twice}}},"Rack":{odd}}}"#).as_bytes());
            }
        }
    }
}

/// Nothing here may take the stack with it, or more than a moment.
#[test]
fn what_is_deep_or_huge_is_an_error_or_read() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let deep_objects = |depth: usize| r#"{"a":"#.repeat(depth) + "1" + &"}".repeat(depth);
    for depth in [100, 127, 128, 129, 1_000, 100_000] {
        super::datum(deep(depth).as_bytes());
        super::datum(format!(r#"["set",{}]"#, deep(depth)).as_bytes());
        super::update(deep_objects(depth).as_bytes());
        super::schema(deep_objects(depth).as_bytes());
        super::outcome(deep(depth).as_bytes());
        super::outcome(format!("[{}]", deep_objects(depth)).as_bytes());
        let params = deep(depth);
        let message = format!(r#"{{"id":1,"method":"echo","params":{params}}}"#);
        super::message(message.as_bytes());
        let message = format!(r#"{{"id":1,"error":{params}}}"#);
        super::message(message.as_bytes());
    }
    super::framing(deep_objects(2_000).as_bytes());
    let elements = vec!["1"; 20_000].join(",");
    super::datum(format!(r#"["set",[{elements}]]"#).as_bytes());
    super::datum(format!(r#""{}""#, "x".repeat(1 << 20)).as_bytes());
    super::datum("1".repeat(1 << 16).as_bytes());
    let columns = r#""name":"x","#.repeat(1_000);
    let id = "00000000-0000-0000-0000-000000000001";
    let rows = format!(r#"{{"Sample":{{"{id}":{{"insert":{{{columns}"number":1}}}}}}}}"#);
    super::update(rows.as_bytes());
}

/// Bytes of a connection: messages, white space and noise.
fn stream() -> impl Strategy<Value = Text> {
    let piece = prop_oneof![
        4 => envelope().prop_map(String::into_bytes),
        2 => select(vec![" ", "\n\t\r ", "{}", "{", "}", "[", "]", "\"", "\\", "{\"a\":[]}"])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(select(b"{}[]\"\\ ,:a\n\x00\xff".to_vec()), 0..12),
    ];
    vec(piece, 0..8).prop_map(|pieces| Text(pieces.concat()))
}

/// The text of a message, or nearly so.
fn envelope() -> impl Strategy<Value = String> {
    let methods = [
        "echo",
        "update",
        "update2",
        "update3",
        "monitor_canceled",
        "x\\u0022",
    ];
    let method = select(methods.to_vec()).prop_map(|method| format!("\"{method}\""));
    let errors = [
        "null",
        "\"e\"",
        r#"{"error":"e","details":"d"}"#,
        r#"{"error":"e"}"#,
        r#"["e","d"]"#,
        "7",
    ];
    let ids = ["null", "1", "2.0", "3", "1e0", "\"x\"", "[{}]"];
    let mut members = vec![
        ("method", method.boxed()),
        ("id", select(ids.to_vec()).prop_map(str::to_owned).boxed()),
        (
            "error",
            select(errors.to_vec()).prop_map(str::to_owned).boxed(),
        ),
        ("params", json_text().boxed()),
        ("result", json_text().boxed()),
        ("more", json_text().boxed()),
    ];
    members.push(members[0].clone());
    let members: Vec<_> = members
        .into_iter()
        .map(|(name, value)| value.prop_map(move |value| format!("\"{name}\":{value}")))
        .collect();
    (any::<[bool; 7]>(), members).prop_map(|(chosen, members)| {
        let members = members
            .into_iter()
            .zip(chosen)
            .filter(|(_, chosen)| *chosen);
        let members: Vec<String> = members.map(|(member, _)| member).collect();
        format!("{{{}}}", members.join(","))
    })
}

/// The results of the transaction that `outcome` asks about, committed.
const RESULTS: [&str; 8] = [
    "{}",
    r#"{"uuid":["uuid","00000000-0000-0000-0000-000000000001"]}"#,
    r#"{"count":1}"#,
    r#"{"count":0}"#,
    r#"{"count":18446744073709551615}"#,
    r#"{"rows":[{"_uuid":["uuid","00000000-0000-0000-0000-000000000003"],"number":5}]}"#,
    "{}",
    r#"{"uuid":["uuid","00000000-0000-0000-0000-000000000002"],"more":[]}"#,
];

/// The results of a transaction, or nearly so.
fn results() -> impl Strategy<Value = String> {
    let other = prop_oneof![
        select(RESULTS.to_vec()).prop_map(str::to_owned),
        select(vec![
            "null",
            r#"{"error":"timed out"}"#,
            r#"{"error":"constraint violation","details":"d","syntax":"{}"}"#,
            r#"{"rows":[{"number":1}]}"#,
            r#"{"rows":[["uuid",1]]}"#,
            r#"{"rows":null,"count":2,"error":null}"#,
            r#"[["uuid","00000000-0000-0000-0000-000000000004"],1,[],null,null]"#,
        ])
        .prop_map(str::to_owned),
        json_text(),
    ];
    let change = (any::<Index>(), other, 0..4_usize);
    vec(change, 0..4).prop_map(|changes| {
        let mut results: Vec<String> = RESULTS.map(str::to_owned).to_vec();
        for (at, other, kind) in changes {
            let at = at.index(results.len().max(1));
            match (kind, results.get_mut(at)) {
                (0, Some(_)) => drop(results.remove(at)),
                (1, _) => results.insert(at, other),
                (_, Some(result)) => *result = other,
                (_, None) => results.push(other),
            }
        }
        format!("[{}]", results.join(","))
    })
}

/// The text of a column's value, or nearly so.
fn column_value() -> impl Strategy<Value = String> {
    let atom = || {
        prop_oneof![
            select(ODD.to_vec()).prop_map(str::to_owned),
            any::<i64>().prop_map(|value| value.to_string()),
            any::<f64>().prop_map(|value| json!(value).to_string()),
            any::<String>().prop_map(|value| json!(value).to_string()),
            any::<u128>().prop_map(|value| {
                json!(["uuid", uuid::Uuid::from_u128(value).to_string()]).to_string()
            }),
        ]
    };
    prop_oneof![
        atom(),
        vec(atom(), 0..6).prop_map(|atoms| format!(r#"["set",[{}]]"#, atoms.join(","))),
        vec((atom(), atom()), 0..6).prop_map(|pairs| {
            let pairs: Vec<_> = pairs.iter().map(|(k, v)| format!("[{k},{v}]")).collect();
            format!(r#"["map",[{}]]"#, pairs.join(","))
        }),
    ]
}

/// Any JSON, or nearly so.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = select(ODD.to_vec()).prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|all| format!("[{}]", all.join(","))),
            vec(inner, 0..4).prop_map(|all| {
                let members = all.iter().enumerate();
                let members = members.map(|(at, value)| format!("\"{at}\":{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

/// A schema in which something may be exchanged for something else.
fn schema_text() -> impl Strategy<Value = String> {
    const LAB: &str = include_str!("../../../ovsdb-schema/tests/golden/lab.ovsschema");
    let words = [
        "0",
        "1",
        "-1",
        "1.0",
        "1e400",
        "4294967295",
        "4294967296",
        "true",
        "null",
        "\"string\"",
        "\"integer\"",
        "\"real\"",
        "\"uuid\"",
        "\"unlimited\"",
        "\"Rack\"",
        "\"weak\"",
        "\"1.2.3\"",
        "\"_x\"",
        "\"a/b~c\"",
        "\"\"",
        "[]",
        "{}",
        "[[\"name\"]]",
        "[[\"name\",\"name\"]]",
        r#"{"type":"string","enum":["set",["a","A"]]}"#,
        r#"{"type":"real","minReal":2,"maxReal":1}"#,
        r#"{"key":"string","value":"integer","min":0}"#,
        r#"{"columns":{"a":{"type":"real"}}}"#,
    ];
    let change = (
        vec(any::<Index>(), 1..7),
        select(words.to_vec()),
        any::<bool>(),
    );
    vec(change, 0..3).prop_map(|changes| {
        let mut schema: Json = serde_json::from_str(LAB).unwrap();
        for (way, word, is_added) in changes {
            if let Ok(word) = serde_json::from_str(word) {
                exchange(&mut schema, &way, word, is_added);
            }
        }
        schema.to_string()
    })
}

/// Puts `word` where the way leads to, or beside it.
fn exchange(json: &mut Json, way: &[Index], word: Json, is_added: bool) {
    let Some((step, rest)) = way.split_first() else {
        *json = word;
        return;
    };
    match json {
        Json::Object(members) if is_added && rest.is_empty() => {
            let name = word.as_str().unwrap_or("minInteger").to_owned();
            members.insert(name, word);
        }
        Json::Object(members) if !members.is_empty() => {
            let at = step.index(members.len());
            let inner = members.values_mut().nth(at);
            exchange(inner.unwrap(), rest, word, is_added);
        }
        Json::Array(elements) if !elements.is_empty() => {
            let inner = step.get_mut(elements.as_mut_slice());
            exchange(inner, rest, word, is_added);
        }
        _ => *json = word,
    }
}

/// The text as it is, or with a few bytes exchanged, doubled, cut or put in.
fn mangled(text: String) -> impl Strategy<Value = Text> {
    let change = (
        any::<Index>(),
        0..5_usize,
        1..20_usize,
        any::<u8>(),
        select(ODD.to_vec()),
    );
    let changes = prop_oneof![Just(Vec::new()), vec(change, 1..4)];
    changes.prop_map(move |changes| {
        let mut bytes = text.clone().into_bytes();
        for (at, kind, length, byte, odd) in changes {
            let start = at.index(bytes.len() + 1);
            let end = bytes.len().min(start + length);
            let part = bytes[start..end].to_vec();
            match kind {
                0 => drop(bytes.splice(start..start, [byte])),
                1 => drop(bytes.splice(start..end, [])),
                2 => drop(bytes.splice(start..start, part)),
                3 => drop(bytes.splice(start..start, odd.bytes())),
                _ => bytes.truncate(start),
            }
        }
        Text(bytes)
    })
}

/// Bytes that are shown as the text that they mostly are.
struct Text(Vec<u8>);

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.escape_ascii().to_string())
    }
}
