use serde_json::Value as Json;

use super::super::lab::{EnumerationsString, SampleState};
use crate::ovsdb::value::{
    Atom, Datum, Element, Map, Real, RowId, Set, Uuid, Value, parse_provisional,
};

/// A column's value: whichever type reads it, it is what a JSON parser finds there; it is written
/// as JSON that is read as the same; and applied as an `update2` difference twice, it has changed
/// nothing. A number is never read as another number.
pub fn datum(bytes: &[u8]) {
    let untyped = serde_json::from_slice::<Datum>(bytes).ok();
    if let Some(datum) = &untyped {
        is_what_a_parser_finds(datum, bytes);
        let json = serde_json::to_string(datum).unwrap();
        is_read_again(datum, serde_json::from_str(&json).ok());
    }
    elements::<i64>(bytes, untyped.as_ref());
    elements::<Real>(bytes, untyped.as_ref());
    elements::<bool>(bytes, untyped.as_ref());
    elements::<String>(bytes, untyped.as_ref());
    elements::<Uuid>(bytes, untyped.as_ref());
    elements::<RowId<()>>(bytes, untyped.as_ref());
    elements::<SampleState>(bytes, untyped.as_ref());
    elements::<EnumerationsString>(bytes, untyped.as_ref());
    if let (Ok(read), Ok(text)) = (decode::<i64>(bytes), std::str::from_utf8(bytes))
        && let Ok(exact) = text.trim_ascii().parse::<i128>()
    {
        assert_eq!(i128::from(read), exact);
    }
}

/// Every shape of column that holds `T`s.
fn elements<T: Element>(bytes: &[u8], untyped: Option<&Datum>) {
    value::<T>(bytes, untyped);
    value::<Option<T>>(bytes, untyped);
    value::<Set<T>>(bytes, untyped);
    value::<Map<i64, T>>(bytes, untyped);
    value::<Map<Real, T>>(bytes, untyped);
    value::<Map<bool, T>>(bytes, untyped);
    value::<Map<String, T>>(bytes, untyped);
    value::<Map<Uuid, T>>(bytes, untyped);
}

fn value<V: Value>(bytes: &[u8], untyped: Option<&Datum>) {
    let Ok(read) = decode::<V>(bytes) else {
        return;
    };
    let untyped = untyped.unwrap_or_else(|| panic!("a {read:?} without its type"));
    let datum = read.to_datum();
    assert!(size(&datum) <= size(untyped), "{datum:?} of {untyped:?}");
    let json = serde_json::to_vec(&datum).unwrap();
    is_read_again(
        &datum,
        decode::<V>(&json).ok().map(|again| again.to_datum()),
    );
    if is_provisional(&datum) {
        return;
    }
    let mut applied = read.clone();
    for _ in 0..2 {
        applied
            .apply(&mut serde_json::Deserializer::from_slice(&json))
            .unwrap();
    }
    assert_eq!(applied, read);
}

fn decode<V: Value>(bytes: &[u8]) -> serde_json::Result<V> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = V::decode(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

fn is_read_again(datum: &Datum, again: Option<Datum>) {
    // Names of rows that are not there yet are written only, never read.
    if is_provisional(datum) {
        assert_eq!(again, None);
        return;
    }
    let nothing = |datum: &Datum| size(datum) == 0;
    assert!(
        again
            .as_ref()
            .is_some_and(|again| again == datum || nothing(again) && nothing(datum)),
        "{datum:?} is read again as {again:?}"
    );
}

fn is_provisional(datum: &Datum) -> bool {
    let mut found = false;
    datum.for_each_uuid(|uuid| found |= parse_provisional(uuid).is_some());
    found
}

fn size(datum: &Datum) -> usize {
    match datum {
        Datum::Scalar(_) => 1,
        Datum::Set(atoms) => atoms.len(),
        Datum::Map(pairs) => pairs.len(),
    }
}

fn is_what_a_parser_finds(datum: &Datum, bytes: &[u8]) {
    let json: Json = serde_json::from_slice(bytes).unwrap();
    let tagged = |tag: &str| {
        let members = json.as_array().filter(|members| members[0] == tag)?;
        members[1].as_array()
    };
    match datum {
        Datum::Map(pairs) => {
            let found = tagged("map").unwrap();
            assert_eq!(pairs.len(), found.len());
            for ((key, value), found) in pairs.iter().zip(found) {
                is_atom(key, &found[0]);
                is_atom(value, &found[1]);
            }
        }
        Datum::Set(atoms) => {
            let found = tagged("set").or_else(|| tagged("map")).unwrap();
            assert_eq!(atoms.len(), found.len());
            atoms
                .iter()
                .zip(found)
                .for_each(|(atom, found)| is_atom(atom, found));
        }
        Datum::Scalar(atom) => match tagged("set") {
            Some(found) => is_atom(atom, &found[0]),
            None => is_atom(atom, &json),
        },
    }
}

fn is_atom(atom: &Atom<'_>, json: &Json) {
    match atom {
        Atom::Integer(value) => assert_eq!(json.as_i64(), Some(*value)),
        Atom::Real(Real(value)) => {
            assert!(value.is_finite());
            assert_eq!(json.as_f64(), Some(*value));
            assert_eq!(json.as_i64(), None);
        }
        Atom::Boolean(value) => assert_eq!(json.as_bool(), Some(*value)),
        Atom::String(value) => assert_eq!(json.as_str(), Some(value.as_ref())),
        Atom::Uuid(value) => {
            assert_eq!(json[0], "uuid");
            assert_eq!(json[1].as_str().unwrap().parse(), Ok(*value));
        }
    }
}
