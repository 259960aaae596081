// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `IPFIX`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, Set, Table, Value};

/// A row of the table `IPFIX`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ipfix {
    /// A set of strings.
    pub targets: Set<String>,
    /// An integer from 1 to 4294967295, or none.
    pub sampling: Option<i64>,
    /// An integer from 0 to 4294967295, or none.
    pub obs_domain_id: Option<i64>,
    /// An integer from 0 to 4294967295, or none.
    pub obs_point_id: Option<i64>,
    /// An integer from 0 to 4200, or none.
    pub cache_active_timeout: Option<i64>,
    /// An integer from 0 to 4294967295, or none.
    pub cache_max_flows: Option<i64>,
    /// A map from strings to strings.
    pub other_config: Map<String, String>,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `targets`.
pub const TARGETS: Column<Ipfix, Set<String>> = Column::new("targets");
/// The column `sampling`.
pub const SAMPLING: Column<Ipfix, Option<i64>> = Column::new("sampling");
/// The column `obs_domain_id`.
pub const OBS_DOMAIN_ID: Column<Ipfix, Option<i64>> = Column::new("obs_domain_id");
/// The column `obs_point_id`.
pub const OBS_POINT_ID: Column<Ipfix, Option<i64>> = Column::new("obs_point_id");
/// The column `cache_active_timeout`.
pub const CACHE_ACTIVE_TIMEOUT: Column<Ipfix, Option<i64>> = Column::new("cache_active_timeout");
/// The column `cache_max_flows`.
pub const CACHE_MAX_FLOWS: Column<Ipfix, Option<i64>> = Column::new("cache_max_flows");
/// The column `other_config`.
pub const OTHER_CONFIG: Column<Ipfix, Map<String, String>> = Column::new("other_config");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Ipfix, Map<String, String>> = Column::new("external_ids");

impl Table for Ipfix {
    const NAME: &'static str = "IPFIX";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "targets",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "sampling",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "obs_domain_id",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "obs_point_id",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "cache_active_timeout",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "cache_max_flows",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "other_config",
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
            "targets" => self.targets = Value::decode(value)?,
            "sampling" => self.sampling = Value::decode(value)?,
            "obs_domain_id" => self.obs_domain_id = Value::decode(value)?,
            "obs_point_id" => self.obs_point_id = Value::decode(value)?,
            "cache_active_timeout" => self.cache_active_timeout = Value::decode(value)?,
            "cache_max_flows" => self.cache_max_flows = Value::decode(value)?,
            "other_config" => self.other_config = Value::decode(value)?,
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
            "targets" => self.targets.apply(difference)?,
            "sampling" => self.sampling.apply(difference)?,
            "obs_domain_id" => self.obs_domain_id.apply(difference)?,
            "obs_point_id" => self.obs_point_id.apply(difference)?,
            "cache_active_timeout" => self.cache_active_timeout.apply(difference)?,
            "cache_max_flows" => self.cache_max_flows.apply(difference)?,
            "other_config" => self.other_config.apply(difference)?,
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
            "targets" => Some(self.targets.to_datum()),
            "sampling" => Some(self.sampling.to_datum()),
            "obs_domain_id" => Some(self.obs_domain_id.to_datum()),
            "obs_point_id" => Some(self.obs_point_id.to_datum()),
            "cache_active_timeout" => Some(self.cache_active_timeout.to_datum()),
            "cache_max_flows" => Some(self.cache_max_flows.to_datum()),
            "other_config" => Some(self.other_config.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.targets.push_to(&mut columns, "targets");
        self.sampling.push_to(&mut columns, "sampling");
        self.obs_domain_id.push_to(&mut columns, "obs_domain_id");
        self.obs_point_id.push_to(&mut columns, "obs_point_id");
        self.cache_active_timeout
            .push_to(&mut columns, "cache_active_timeout");
        self.cache_max_flows
            .push_to(&mut columns, "cache_max_flows");
        self.other_config.push_to(&mut columns, "other_config");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}
