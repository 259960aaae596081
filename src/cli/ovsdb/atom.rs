use super::real;
use crate::ovsdb::{Atom, Real, Uuid};

/// Whether an atom is what it is by default.
pub(super) fn is_zero(atom: &Atom<'_>) -> bool {
    match atom {
        Atom::Integer(value) => *value == 0,
        Atom::Real(Real(value)) => *value == 0.0,
        Atom::Boolean(value) => !value,
        Atom::String(value) => value.is_empty(),
        Atom::Uuid(value) => value.is_nil(),
    }
}

/// The atom, a string in quotes where it could be taken for something else.
pub(super) fn string(atom: &Atom<'_>) -> String {
    match atom {
        Atom::String(value) if !is_plain(value) => {
            serde_json::Value::from(value.as_ref()).to_string()
        }
        atom => bare(atom),
    }
}

/// The atom without quotes.
pub(super) fn bare(atom: &Atom<'_>) -> String {
    match atom {
        Atom::Integer(value) => value.to_string(),
        Atom::Real(Real(value)) => real::text(*value),
        Atom::Boolean(value) => value.to_string(),
        Atom::String(value) => value.to_string(),
        Atom::Uuid(value) => value.to_string(),
    }
}

/// Whether a string cannot be taken for anything else without quotes.
fn is_plain(text: &str) -> bool {
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let goes_well = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let is_uuid = || text.len() == 36 && Uuid::parse_str(text).is_ok();
    begins_well && text.chars().all(goes_well) && !matches!(text, "true" | "false") && !is_uuid()
}
