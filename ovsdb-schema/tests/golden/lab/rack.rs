// Generated from the schema _Lab, version 1.20.3.
// Do not edit: run `ovsdb-schema generate`.

//! The table `Rack`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Real, RowId, Set, Table, Uuid, Value};

use super::ColumnRow;

/// A row of the table `Rack`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rack {
    /// A string.
    pub type_: String,
    /// A real number from 0.5 to 99, or none.
    pub max_load: Option<Real>,
    /// A uuid. Immutable: set when the row is inserted. Ephemeral: may be lost when the server
    /// restarts.
    pub serial: Uuid,
    /// A set of weak references to [`Rack`]; at most 2.
    pub neighbours: Set<RowId<Rack>>,
    /// A strong reference to [`ColumnRow`], or none.
    pub keeper: Option<RowId<ColumnRow>>,
    /// A boolean, or none. Ephemeral: may be lost when the server restarts.
    pub powered: Option<bool>,
}

/// The column `type`.
pub const TYPE: Column<Rack, String> = Column::new("type");
/// The column `maxLoad`.
pub const MAX_LOAD: Column<Rack, Option<Real>> = Column::new("maxLoad");
/// The column `serial`.
pub const SERIAL: Column<Rack, Uuid> = Column::new("serial");
/// The column `neighbours`.
pub const NEIGHBOURS: Column<Rack, Set<RowId<Rack>>> = Column::new("neighbours");
/// The column `keeper`.
pub const KEEPER: Column<Rack, Option<RowId<ColumnRow>>> = Column::new("keeper");
/// The column `powered`.
pub const POWERED: Column<Rack, Option<bool>> = Column::new("powered");

impl Table for Rack {
    const NAME: &'static str = "Rack";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "type",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "maxLoad",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "serial",
            mutable: false,
            ephemeral: true,
        },
        ColumnInfo {
            name: "neighbours",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "keeper",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "powered",
            mutable: true,
            ephemeral: true,
        },
    ];
    type Indexes = ();

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "type" => self.type_ = Value::decode(value)?,
            "maxLoad" => self.max_load = Value::decode(value)?,
            "serial" => self.serial = Value::decode(value)?,
            "neighbours" => self.neighbours = Value::decode(value)?,
            "keeper" => self.keeper = Value::decode(value)?,
            "powered" => self.powered = Value::decode(value)?,
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
            "type" => self.type_.apply(difference)?,
            "maxLoad" => self.max_load.apply(difference)?,
            "serial" => self.serial.apply(difference)?,
            "neighbours" => self.neighbours.apply(difference)?,
            "keeper" => self.keeper.apply(difference)?,
            "powered" => self.powered.apply(difference)?,
            _ => {
                IgnoredAny::deserialize(difference)?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn datum(&self, column: &str) -> Option<Datum> {
        match column {
            "type" => Some(self.type_.to_datum()),
            "maxLoad" => Some(self.max_load.to_datum()),
            "serial" => Some(self.serial.to_datum()),
            "neighbours" => Some(self.neighbours.to_datum()),
            "keeper" => Some(self.keeper.to_datum()),
            "powered" => Some(self.powered.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.type_.push_to(&mut columns, "type");
        self.max_load.push_to(&mut columns, "maxLoad");
        self.neighbours.push_to(&mut columns, "neighbours");
        self.keeper.push_to(&mut columns, "keeper");
        columns
    }
}
