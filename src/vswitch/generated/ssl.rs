// Generated from the schema Open_vSwitch, version 8.3.1.
// Do not edit: run `scripts/generate-tables`.

//! The table `SSL`: its rows, and a handle a column.

use serde::de::{Deserialize, Deserializer, IgnoredAny};

use crate::ovsdb::{Column, ColumnInfo, Datum, Map, Table, Value};

/// A row of the table `SSL`.
///
/// Not a root table: the server deletes rows that no strong reference leads to.
/// It has at most one row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ssl {
    /// A string.
    pub private_key: String,
    /// A string.
    pub certificate: String,
    /// A string.
    pub ca_cert: String,
    /// A boolean.
    pub bootstrap_ca_cert: bool,
    /// A map from strings to strings.
    pub external_ids: Map<String, String>,
}

/// The column `private_key`.
pub const PRIVATE_KEY: Column<Ssl, String> = Column::new("private_key");
/// The column `certificate`.
pub const CERTIFICATE: Column<Ssl, String> = Column::new("certificate");
/// The column `ca_cert`.
pub const CA_CERT: Column<Ssl, String> = Column::new("ca_cert");
/// The column `bootstrap_ca_cert`.
pub const BOOTSTRAP_CA_CERT: Column<Ssl, bool> = Column::new("bootstrap_ca_cert");
/// The column `external_ids`.
pub const EXTERNAL_IDS: Column<Ssl, Map<String, String>> = Column::new("external_ids");

impl Table for Ssl {
    const NAME: &'static str = "SSL";
    const IS_ROOT: bool = false;
    const COLUMNS: &'static [ColumnInfo] = &[
        ColumnInfo {
            name: "private_key",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "certificate",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "ca_cert",
            mutable: true,
            ephemeral: false,
        },
        ColumnInfo {
            name: "bootstrap_ca_cert",
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
            "private_key" => self.private_key = Value::decode(value)?,
            "certificate" => self.certificate = Value::decode(value)?,
            "ca_cert" => self.ca_cert = Value::decode(value)?,
            "bootstrap_ca_cert" => self.bootstrap_ca_cert = Value::decode(value)?,
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
            "private_key" => self.private_key.apply(difference)?,
            "certificate" => self.certificate.apply(difference)?,
            "ca_cert" => self.ca_cert.apply(difference)?,
            "bootstrap_ca_cert" => self.bootstrap_ca_cert.apply(difference)?,
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
            "private_key" => Some(self.private_key.to_datum()),
            "certificate" => Some(self.certificate.to_datum()),
            "ca_cert" => Some(self.ca_cert.to_datum()),
            "bootstrap_ca_cert" => Some(self.bootstrap_ca_cert.to_datum()),
            "external_ids" => Some(self.external_ids.to_datum()),
            _ => None,
        }
    }

    fn lasting(&self) -> Vec<(&'static str, Datum)> {
        let mut columns = Vec::new();
        self.private_key.push_to(&mut columns, "private_key");
        self.certificate.push_to(&mut columns, "certificate");
        self.ca_cert.push_to(&mut columns, "ca_cert");
        self.bootstrap_ca_cert
            .push_to(&mut columns, "bootstrap_ca_cert");
        self.external_ids.push_to(&mut columns, "external_ids");
        columns
    }
}
