// Generated from the schema _Lab, version 1.20.3.
// Do not edit: run `ovsdb-schema generate`.

//! The table `Sample`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{
    Atom, Column, ColumnInfo, Datum, Element, Index, Indexes, Mismatch, Real, RowId, Rows, Set,
    Table, Value,
};

use super::Rack;

/// A row of the table `Sample`.
///
/// A root table: rows stay until they are deleted.
/// It has at most 1000 rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// A string. Unique in the table. Unique together with `state`. Immutable: set when the row
    /// is inserted.
    pub name: String,
    /// An integer from -1 to 4294967295. Unique in the table.
    pub number: i64,
    /// A string (`""`, `in-use`, `other`, `3rd party` or `in_use`). Unique in the table. Unique
    /// together with `name`.
    pub state: SampleState,
    /// A string of 1 to 8 characters, or none. Unique in the table.
    pub alias: Option<String>,
    /// A strong reference to [`Rack`]. Unique together with `slot`.
    pub rack: RowId<Rack>,
    /// An integer, or none. Unique together with `rack`.
    pub slot: Option<i64>,
    /// A real number. Unique in the table.
    pub weight: Real,
    /// A set of strings. Unique in the table.
    pub tags: Set<String>,
}

/// The column `name`.
pub const NAME: Column<Sample, String> = Column::new("name");
/// The column `number`.
pub const NUMBER: Column<Sample, i64> = Column::new("number");
/// The column `state`.
pub const STATE: Column<Sample, SampleState> = Column::new("state");
/// The column `alias`.
pub const ALIAS: Column<Sample, Option<String>> = Column::new("alias");
/// The column `rack`.
pub const RACK: Column<Sample, RowId<Rack>> = Column::new("rack");
/// The column `slot`.
pub const SLOT: Column<Sample, Option<i64>> = Column::new("slot");
/// The column `weight`.
pub const WEIGHT: Column<Sample, Real> = Column::new("weight");
/// The column `tags`.
pub const TAGS: Column<Sample, Set<String>> = Column::new("tags");

impl Table for Sample {
    const NAME: &'static str = "Sample";
    const IS_ROOT: bool = true;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "name",
            mutable: false,
            ephemeral: false,
        },
        ColumnInfo {
            name: "number",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "state",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "alias",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "rack",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "slot",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "weight",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "tags",
            mutable: true,
            ephemeral: false,
        },
    ];
    type Indexes = SampleIndexes;

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "name" => self.name = Value::decode(value)?,
            "number" => self.number = Value::decode(value)?,
            "state" => self.state = Value::decode(value)?,
            "alias" => self.alias = Value::decode(value)?,
            "rack" => self.rack = Value::decode(value)?,
            "slot" => self.slot = Value::decode(value)?,
            "weight" => self.weight = Value::decode(value)?,
            "tags" => self.tags = Value::decode(value)?,
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
            "number" => self.number.apply(difference)?,
            "state" => self.state.apply(difference)?,
            "alias" => self.alias.apply(difference)?,
            "rack" => self.rack.apply(difference)?,
            "slot" => self.slot.apply(difference)?,
            "weight" => self.weight.apply(difference)?,
            "tags" => self.tags.apply(difference)?,
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
            "number" => Some(self.number.to_datum()),
            "state" => Some(self.state.to_datum()),
            "alias" => Some(self.alias.to_datum()),
            "rack" => Some(self.rack.to_datum()),
            "slot" => Some(self.slot.to_datum()),
            "weight" => Some(self.weight.to_datum()),
            "tags" => Some(self.tags.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.name.push_to(&mut columns, "name");
        self.number.push_to(&mut columns, "number");
        self.state.push_to(&mut columns, "state");
        self.alias.push_to(&mut columns, "alias");
        self.rack.push_to(&mut columns, "rack");
        self.slot.push_to(&mut columns, "slot");
        self.weight.push_to(&mut columns, "weight");
        self.tags.push_to(&mut columns, "tags");
        columns
    }
}

/// The unique indexes of [`Sample`].
#[derive(Debug, Clone, Default)]
pub struct SampleIndexes {
    name: Index<String, RowId<Sample>>,
    number: Index<i64, RowId<Sample>>,
    state: Index<SampleState, RowId<Sample>>,
    alias: Index<Option<String>, RowId<Sample>>,
    rack_and_slot: Index<(RowId<Rack>, Option<i64>), RowId<Sample>>,
    name_and_state: Index<(String, SampleState), RowId<Sample>>,
}

impl Indexes<Sample> for SampleIndexes {
    fn insert(&mut self, id: RowId<Sample>, row: &Sample) {
        self.name.insert(row.name.clone(), id);
        self.number.insert(row.number, id);
        self.state.insert(row.state.clone(), id);
        self.alias.insert(row.alias.clone(), id);
        self.rack_and_slot.insert((row.rack, row.slot), id);
        self.name_and_state
            .insert((row.name.clone(), row.state.clone()), id);
    }

    fn remove(&mut self, id: RowId<Sample>, row: &Sample) {
        if self.name.get(&row.name) == Some(&id) {
            self.name.remove(&row.name);
        }
        if self.number.get(&row.number) == Some(&id) {
            self.number.remove(&row.number);
        }
        if self.state.get(&row.state) == Some(&id) {
            self.state.remove(&row.state);
        }
        if self.alias.get(&row.alias) == Some(&id) {
            self.alias.remove(&row.alias);
        }
        if self.rack_and_slot.get(&(row.rack, row.slot)) == Some(&id) {
            self.rack_and_slot.remove(&(row.rack, row.slot));
        }
        if self
            .name_and_state
            .get(&(row.name.clone(), row.state.clone()))
            == Some(&id)
        {
            self.name_and_state
                .remove(&(row.name.clone(), row.state.clone()));
        }
    }
}

impl Rows<Sample> {
    /// The row with this `name`, if there is one.
    pub fn by_name(&self, name: &str) -> Option<(RowId<Sample>, &Sample)> {
        let id = *self.indexes().name.get(name)?;
        self.get(id).map(|row| (id, row))
    }

    /// The row with this `number`, if there is one.
    pub fn by_number(&self, number: i64) -> Option<(RowId<Sample>, &Sample)> {
        let id = *self.indexes().number.get(&number)?;
        self.get(id).map(|row| (id, row))
    }

    /// The row with this `state`, if there is one.
    pub fn by_state(&self, state: &SampleState) -> Option<(RowId<Sample>, &Sample)> {
        let id = *self.indexes().state.get(state)?;
        self.get(id).map(|row| (id, row))
    }

    /// The row with this `alias`, if there is one.
    pub fn by_alias(&self, alias: &Option<String>) -> Option<(RowId<Sample>, &Sample)> {
        let id = *self.indexes().alias.get(alias)?;
        self.get(id).map(|row| (id, row))
    }

    /// The row with this `rack` and `slot`, if there is one.
    pub fn by_rack_and_slot(
        &self,
        rack: RowId<Rack>,
        slot: Option<i64>,
    ) -> Option<(RowId<Sample>, &Sample)> {
        let id = *self.indexes().rack_and_slot.get(&(rack, slot))?;
        self.get(id).map(|row| (id, row))
    }

    /// The row with this `name` and `state`, if there is one.
    pub fn by_name_and_state(
        &self,
        name: &str,
        state: &SampleState,
    ) -> Option<(RowId<Sample>, &Sample)> {
        let id = *self
            .indexes()
            .name_and_state
            .get(&(name.to_owned(), state.clone()))?;
        self.get(id).map(|row| (id, row))
    }
}

/// A value of the column `state` of [`Sample`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SampleState {
    /// `""`
    Empty,
    /// `in-use`
    InUse,
    /// `other`
    OtherState,
    /// `3rd party`
    V3rdParty,
    /// `in_use`
    InUse2,
    /// A value that this version of the schema does not know.
    Other(String),
}

impl SampleState {
    /// The value as the database has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Empty => "",
            Self::InUse => "in-use",
            Self::OtherState => "other",
            Self::V3rdParty => "3rd party",
            Self::InUse2 => "in_use",
            Self::Other(value) => value,
        }
    }
}

impl From<&str> for SampleState {
    fn from(value: &str) -> Self {
        match value {
            "" => Self::Empty,
            "in-use" => Self::InUse,
            "other" => Self::OtherState,
            "3rd party" => Self::V3rdParty,
            "in_use" => Self::InUse2,
            _ => Self::Other(value.to_owned()),
        }
    }
}

impl Default for SampleState {
    /// The empty string, which every string column begins with (RFC 7047, section 5.2.1).
    fn default() -> Self {
        Self::from("")
    }
}

impl std::fmt::Display for SampleState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Element for SampleState {
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
