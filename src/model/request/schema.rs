//! The request's JSON Schema: the forms that attributes may have, for editors and for services
//! that check before they send.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::neutral::{self, Form, Neutral};
use super::{BondAttributes, Custom, NetworkAttributes, Request};

/// The JSON Schema of a request (draft 2020-12).
pub fn schema() -> Schema {
    SchemaGenerator::default().into_root_schema_for::<Request>()
}

/// A name of a device.
const DEVICE: &str = r"^[^/:%\s]+$";
/// A name of a network.
const NETWORK: &str = r"^[^-/:%.\s][^/:%.\s]*$";
/// A name of a bond.
const BOND: &str = r"^bond\w+$";

fn name(pattern: &str) -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": 15, "pattern": pattern })
}

fn named<T: JsonSchema>(generator: &mut SchemaGenerator, pattern: &str) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": name(pattern),
        "additionalProperties": generator.subschema_for::<T>(),
    })
}

pub(super) fn networks(generator: &mut SchemaGenerator) -> Schema {
    named::<NetworkAttributes>(generator, NETWORK)
}

pub(super) fn bondings(generator: &mut SchemaGenerator) -> Schema {
    named::<BondAttributes>(generator, BOND)
}

pub(super) fn nic(_: &mut SchemaGenerator) -> Schema {
    name(DEVICE)
}

pub(super) fn bonding(_: &mut SchemaGenerator) -> Schema {
    name(BOND)
}

pub(super) fn vlan(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["integer", "string", "null"],
        "minimum": 0,
        "maximum": 4094,
        "pattern": "^[0-9]*$",
    })
}

pub(super) fn mtu(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["integer", "string"],
        "minimum": 68,
        "maximum": 65535,
        "pattern": "^[0-9]+$",
        "default": 1500,
    })
}

pub(super) fn default_true(_: &mut SchemaGenerator) -> Schema {
    boolean(true)
}

pub(super) fn default_false(_: &mut SchemaGenerator) -> Schema {
    boolean(false)
}

/// The words of a boolean, in any case, which a JSON Schema's patterns have no other word for.
const FALSE: &str = "[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|[Oo][Ff][Ff]|0";
const TRUE: &str = "[Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Oo][Nn]|1";

fn boolean(default: bool) -> Schema {
    json_schema!({
        "type": ["boolean", "integer", "string"],
        "minimum": 0,
        "maximum": 1,
        "pattern": format!("^({TRUE}|{FALSE})$"),
        "default": default,
    })
}

pub(super) fn switch(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": ["legacy", "ovs"], "default": "legacy" })
}

pub(super) fn bond_switch(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": ["legacy", "ovs"] })
}

pub(super) fn custom(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Custom>()
}

pub(super) fn nics(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": name(DEVICE), "minItems": 1, "uniqueItems": true })
}

pub(super) fn bond_options(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "examples": ["mode=4 miimon=100 lacp_rate=fast"] })
}

pub(super) fn hwaddr(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5}$",
    })
}

/// Every attribute may be missing.
pub(super) fn complete(schema: &mut Schema) {
    schema.remove("required");
}

pub(super) fn complete_request(schema: &mut Schema) {
    complete(schema);
    let mut options = json_schema!({
        "description": "How the setup is done as a whole.",
        "type": "object",
        "additionalProperties": false,
    });
    add_neutral(&mut options, neutral::OPTIONS);
    add(schema, "options", options.to_value());
}

pub(super) fn complete_network(schema: &mut Schema) {
    complete(schema);
    let alias = schema.pointer("/properties/stp").cloned();
    add(schema, "STP", alias.unwrap_or_default());
    add_neutral(schema, neutral::NETWORK);
}

pub(super) fn complete_custom(schema: &mut Schema) {
    complete(schema);
    add_neutral(schema, neutral::CUSTOM);
    schema.insert("additionalProperties".into(), json!({ "type": "string" }));
}

fn add_neutral(schema: &mut Schema, table: &[Neutral]) {
    for attribute in table {
        let mut property = match attribute.form {
            Form::False => json!({
                "enum": [false, 0, "false", "no", "off", "0"],
                "default": false,
            }),
            Form::Word(word) => json!({ "enum": [word], "default": word }),
            Form::EmptyList => json!({ "type": "array", "maxItems": 0 }),
            Form::Nothing => json!({ "enum": ["", null, {}] }),
            Form::Seconds => json!({ "type": ["number", "string"], "minimum": 0, "default": 4 }),
        };
        let about = match attribute.form {
            Form::Seconds => attribute.about.to_owned(),
            _ => format!("{} Not supported yet but for this.", attribute.about),
        };
        if let Some(property) = property.as_object_mut() {
            property.insert("description".into(), about.into());
        }
        add(schema, attribute.name, property);
    }
}

fn add(schema: &mut Schema, name: &str, property: Value) {
    let properties = schema.ensure_object().entry("properties");
    if let Value::Object(properties) = properties.or_insert_with(|| json!({})) {
        properties.insert(name.to_owned(), property);
    }
}
