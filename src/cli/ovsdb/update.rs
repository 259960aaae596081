use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// What a server says of the tables that are followed: by table and row.
pub(super) type Updates<C> = BTreeMap<String, BTreeMap<String, C>>;

/// Columns of a row in the server's words.
pub(super) type Row = BTreeMap<String, Box<RawValue>>;

/// What a server says of a row, in one of the forms that there are.
pub(super) trait Change: DeserializeOwned {
    /// What to print of it, a line each: an action, and the columns that are told. No lines: this
    /// says nothing.
    fn lines(&self) -> Vec<(&'static str, Option<&Row>)>;
}

/// A row in the reply to `monitor` (RFC 7047, section 4.1.5).
#[derive(Debug, Deserialize)]
pub(super) struct Initial {
    new: Row,
}

impl Change for Initial {
    fn lines(&self) -> Vec<(&'static str, Option<&Row>)> {
        vec![("initial", Some(&self.new))]
    }
}

/// A row in an `update` (RFC 7047, section 4.1.6): what changed of it before and all of it after.
#[derive(Debug, Deserialize)]
pub(super) struct OldAndNew {
    old: Option<Row>,
    new: Option<Row>,
}

impl Change for OldAndNew {
    fn lines(&self) -> Vec<(&'static str, Option<&Row>)> {
        match (&self.old, &self.new) {
            (None, None) => Vec::new(),
            (None, new) => vec![("insert", new.as_ref())],
            (old, None) => vec![("delete", old.as_ref())],
            (old, new) => vec![("old", old.as_ref()), ("new", new.as_ref())],
        }
    }
}

/// A row in the reply to `monitor_cond` or in an `update2` (ovsdb-server(7), section 4.1.14): of
/// what was modified, the difference.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Difference {
    Initial(Row),
    Insert(Row),
    Modify(Row),
    Delete(()),
}

impl Change for Difference {
    fn lines(&self) -> Vec<(&'static str, Option<&Row>)> {
        vec![match self {
            Difference::Initial(row) => ("initial", Some(row)),
            Difference::Insert(row) => ("insert", Some(row)),
            Difference::Modify(row) => ("modify", Some(row)),
            Difference::Delete(()) => ("delete", None),
        }]
    }
}
