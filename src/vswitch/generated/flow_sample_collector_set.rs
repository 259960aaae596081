// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `Flow_Sample_Collector_Set`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Index, Indexes, Map, RowId, Rows, Table, Value};

use super::{Bridge, Ipfix};

/// A row of the table `Flow_Sample_Collector_Set`.
///
/// A root table: rows stay until they are deleted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlowSampleCollectorSet {
    /// An integer from 0 to 4294967295. Unique together with `bridge`.
    pub id: i64,
    /// A strong reference to [`Bridge`]. Unique together with `id`.
    pub bridge: RowId<Bridge>,
    /// A strong reference to [`Ipfix`], or none.
    pub ipfix: Option<RowId<Ipfix>>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `id`.
pub const ID: Column<FlowSampleCollectorSet, i64> = Column::new("id");
/// The column `bridge`.
pub const BRIDGE: Column<FlowSampleCollectorSet, RowId<Bridge>> = Column::new("bridge");
/// The column `ipfix`.
pub const IPFIX: Column<FlowSampleCollectorSet, Option<RowId<Ipfix>>> = Column::new("ipfix");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<FlowSampleCollectorSet, Map<String, String>> =
    Column::new("external_ids");

impl Table for FlowSampleCollectorSet {
    const NAME: &'static str = "Flow_Sample_Collector_Set";
    const IS_ROOT: bool = true;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "id",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bridge",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ipfix",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "external_ids",
            mutable: true,
            ephemeral: false,
        },
    ];
    type Indexes = FlowSampleCollectorSetIndexes;

    fn decode_column<'de, D: Deserializer<'de>>(
        &mut self,
        column: &str,
        value: D,
    ) -> Result<bool, D::Error> {
        match column {
            "id" => self.id = Value::decode(value)?,
            "bridge" => self.bridge = Value::decode(value)?,
            "ipfix" => self.ipfix = Value::decode(value)?,
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
            "id" => self.id.apply(difference)?,
            "bridge" => self.bridge.apply(difference)?,
            "ipfix" => self.ipfix.apply(difference)?,
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
            "id" => Some(self.id.to_datum()),
            "bridge" => Some(self.bridge.to_datum()),
            "ipfix" => Some(self.ipfix.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.id.push_to(&mut columns, "id");
        self.bridge.push_to(&mut columns, "bridge");
        self.ipfix.push_to(&mut columns, "ipfix");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}

/// The unique indexes of [`FlowSampleCollectorSet`].
#[derive(Debug, Clone, Default)]
pub struct FlowSampleCollectorSetIndexes {
    id_and_bridge: Index<(i64, RowId<Bridge>), RowId<FlowSampleCollectorSet>>,
}

impl Indexes<FlowSampleCollectorSet> for FlowSampleCollectorSetIndexes {
    fn insert(&mut self, id: RowId<FlowSampleCollectorSet>, row: &FlowSampleCollectorSet) {
        self.id_and_bridge.insert((row.id, row.bridge), id);
    }

    fn remove(&mut self, id: RowId<FlowSampleCollectorSet>, row: &FlowSampleCollectorSet) {
        if self.id_and_bridge.get(&(row.id, row.bridge)) == Some(&id) {
            self.id_and_bridge.remove(&(row.id, row.bridge));
        }
    }
}

impl Rows<FlowSampleCollectorSet> {
    /// The row with this `id` and `bridge`, if there is one.
    pub fn by_id_and_bridge(
        &self,
        id: i64,
        bridge: RowId<Bridge>,
    ) -> Option<(RowId<FlowSampleCollectorSet>, &FlowSampleCollectorSet)> {
        let id = *self.indexes().id_and_bridge.get(&(id, bridge))?;
        self.get(id).map(|row| (id, row))
    }
}
