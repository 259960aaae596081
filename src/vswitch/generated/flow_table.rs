// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Flow_Table`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Atom, Column, ColumnInfo, Datum, Element, Map, Mismatch, Set, Table, Value};

/// A row of the table `Flow_Table`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlowTable {
    /// A string, or none.
    pub name: Option<String>,
    /// An integer from 0, or none.
    pub flow_limit: Option<i64>,
    /// A string (`refuse` or `evict`), or none.
    pub overflow_policy: Option<FlowTableOverflowPolicy>,
    /// A set of strings.
    pub groups: Set<String>,
    /// A set of strings; at most 3.
    pub prefixes: Set<String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `name`.
pub const NAME: Column<FlowTable, Option<String>> = Column::new("name");
/// The column `flow_limit`.
pub const FLOW_LIMIT: Column<FlowTable, Option<i64>> = Column::new("flow_limit");
/// The column `overflow_policy`.
pub const OVERFLOW_POLICY: Column<FlowTable, Option<FlowTableOverflowPolicy>> =
    Column::new("overflow_policy");
/// The column `groups`.
pub const GROUPS: Column<FlowTable, Set<String>> = Column::new("groups");
/// The column `prefixes`.
pub const PREFIXES: Column<FlowTable, Set<String>> = Column::new("prefixes");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<FlowTable, Map<String, String>> = Column::new("external_ids");

impl Table for FlowTable {
    const NAME: &'static str = "Flow_Table";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "name",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "flow_limit",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "overflow_policy",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "groups",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "prefixes",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "external_ids",
            mutable: true,
            ephemeral: false,
        },
    ];
    type Indexes = ();

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "name" => self.name = Value::decode(value)?,
            "flow_limit" => self.flow_limit = Value::decode(value)?,
            "overflow_policy" => self.overflow_policy = Value::decode(value)?,
            "groups" => self.groups = Value::decode(value)?,
            "prefixes" => self.prefixes = Value::decode(value)?,
            "external_ids" => self.external_ids = Value::decode(value)?,
            _ => {
                IgnoredAny::deserialize(value)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn apply_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        difference: D,
    ) -> Result<bool, D::Error> {
        match column {
            "name" => self.name.apply(difference)?,
            "flow_limit" => self.flow_limit.apply(difference)?,
            "overflow_policy" => self.overflow_policy.apply(difference)?,
            "groups" => self.groups.apply(difference)?,
            "prefixes" => self.prefixes.apply(difference)?,
            "external_ids" => self.external_ids.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "name" => Some(self.name.to_datum()),
            "flow_limit" => Some(self.flow_limit.to_datum()),
            "overflow_policy" => Some(self.overflow_policy.to_datum()),
            "groups" => Some(self.groups.to_datum()),
            "prefixes" => Some(self.prefixes.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.name.push_to(&mut columns, "name");
        self.flow_limit.push_to(&mut columns, "flow_limit");
        self.overflow_policy
            .push_to(&mut columns, "overflow_policy");
        self.groups.push_to(&mut columns, "groups");
        self.prefixes.push_to(&mut columns, "prefixes");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}

/// A value of the column `overflow_policy` of [`FlowTable`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlowTableOverflowPolicy {
    /// `refuse`
    Refuse,
    /// `evict`
    Evict,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl FlowTableOverflowPolicy {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Refuse => "refuse",
            Self::Evict => "evict",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for FlowTableOverflowPolicy {
    fn from(value: &str) -> Self {
        match value {
            "refuse" => Self::Refuse,
            "evict" => Self::Evict,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for FlowTableOverflowPolicy {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for FlowTableOverflowPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for FlowTableOverflowPolicy {
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        match atom {
            Atom::String(value) => Ok(Self::from(value.as_ref())),
            other => String::from_atom(other).map(Self::Other),
        }
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::String(self.as_str().into())
    }
}
