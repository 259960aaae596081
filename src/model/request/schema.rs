//! The request's JSON Schema: the forms that attributes may have, for editors and for services
//! that check before they send.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{BondAttributes, Custom, NetworkAttributes, Request};
use crate::model::{BridgeOptions, ServiceCurve, TunnelKind};

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

pub(super) fn boolean_or_nothing(_: &mut SchemaGenerator) -> Schema {
    let mut schema = boolean(false);
    schema.remove("default");
    schema
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

pub(super) fn bridge_options(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = BridgeOptions::names().collect();
    let option = format!("({})=\\S+", names.join("|"));
    json_schema!({
        "type": "string",
        "pattern": format!("^\\s*({option}(\\s+{option})*)?\\s*$"),
        "examples": ["forward_delay=0 priority=8192"],
    })
}

pub(super) fn bootproto(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": ["none", "dhcp", "", null], "default": "none" })
}

/// An address, or none.
fn address(format: &str) -> Schema {
    json_schema!({ "anyOf": [{ "type": "string", "format": format }, { "enum": ["", null] }] })
}

pub(super) fn ipv4(_: &mut SchemaGenerator) -> Schema {
    address("ipv4")
}

pub(super) fn ipv6(_: &mut SchemaGenerator) -> Schema {
    address("ipv6")
}

pub(super) fn ipv6_interface(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["string", "null"],
        "pattern": "^([0-9A-Fa-f:.]+/[0-9]{1,3})?$",
        "examples": ["2001:db8::2/64"],
    })
}

pub(super) fn prefix(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["integer", "string", "null"],
        "minimum": 0,
        "maximum": 32,
        "pattern": "^[0-9]*$",
    })
}

pub(super) fn nameservers(_: &mut SchemaGenerator) -> Schema {
    let server = json!({ "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }], "type": "string" });
    json_schema!({ "type": ["array", "null"], "items": server })
}

/// An integer, or a string of one, or none where that can be.
fn integer(about: &str, range: std::ops::RangeInclusive<u64>, types: &[&str]) -> Value {
    json!({
        "description": about,
        "type": types,
        "minimum": range.start(),
        "maximum": range.end(),
        "pattern": "^[0-9]*$",
    })
}

pub(super) fn tunnel(_: &mut SchemaGenerator) -> Schema {
    let optional = ["integer", "string", "null"];
    let kinds = TunnelKind::ALL.map(TunnelKind::as_str);
    let end = |about: &str| {
        let mut end = address("ip");
        end.insert("description".into(), about.into());
        if let Some(Value::Array(forms)) = end.get_mut("anyOf")
            && let Some(form) = forms.first_mut()
        {
            *form = json!({
                "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }],
                "type": "string",
            });
        }
        end
    };
    json_schema!({
        "type": ["object", "string", "null"],
        "maxLength": 0,
        "additionalProperties": false,
        "properties": {
            "type": { "description": "How frames are wrapped.", "enum": kinds },
            "remote_ip": end("The other host's address."),
            "local_ip": end("This host's address, of the same family. Default: the routes choose."),
            "key": integer(
                "The network's number in the tunnel: up to 16777215, for gre to 4294967295.",
                0..=u32::MAX.into(), &optional,
            ),
            "dst_port": integer(
                "The UDP port of the other end; not for gre. Default: the type's own.",
                1..=u16::MAX.into(), &optional,
            ),
        },
    })
}

pub(super) fn host_qos(_: &mut SchemaGenerator) -> Schema {
    let types = ["integer", "string"];
    let curve = |about: &str| {
        json!({
            "description": about,
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "m1": integer("The rate at first, in bit/s.", 0..=ServiceCurve::MAX_RATE, &types),
                "d": integer("How long it is so, in µs.", 0..=u32::MAX.into(), &types),
                "m2": integer("The rate from then on, in bit/s.", 0..=ServiceCurve::MAX_RATE, &types),
            },
        })
    };
    json_schema!({
        "type": ["object", "string", "null"],
        "maxLength": 0,
        "additionalProperties": false,
        "properties": { "out": {
            "description": "What leaves the host.",
            "type": "object",
            "additionalProperties": false,
            "required": ["ls"],
            "properties": {
                "ls": curve("Its share when the uplink is busy."),
                "ul": curve("What it never exceeds."),
                "rt": curve("What it is guaranteed."),
            },
        } },
    })
}

pub(super) fn options(_: &mut SchemaGenerator) -> Schema {
    let boolean = |default: Option<bool>, about: &str| {
        let mut schema = boolean(default.unwrap_or_default());
        if default.is_none() {
            schema.remove("default");
        }
        schema.insert("description".into(), about.into());
        schema
    };
    json_schema!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "connectivityCheck": boolean(None,
                "Whether to go back unless connectivity is confirmed. Only false can be carried out \
                 yet."),
            "connectivityTimeout": {
                "description": "How long to wait for the confirmation, in seconds.",
                "type": ["number", "string"],
                "minimum": 0,
                "maximum": 31_536_000,
                "default": 4,
            },
            "commitOnSuccess": boolean(Some(false),
                "Whether to declare the result the safe configuration. Only false can be carried \
                 out yet."),
        },
    })
}

/// Every attribute may be missing.
pub(super) fn complete(schema: &mut Schema) {
    schema.remove("required");
}

pub(super) fn complete_request(schema: &mut Schema) {
    complete(schema);
}

pub(super) fn complete_network(schema: &mut Schema) {
    complete(schema);
    let alias = schema.pointer("/properties/stp").cloned();
    add(schema, "STP", alias.unwrap_or_default());
}

pub(super) fn complete_custom(schema: &mut Schema) {
    complete(schema);
    schema.insert("additionalProperties".into(), json!({ "type": "string" }));
}

fn add(schema: &mut Schema, name: &str, property: Value) {
    let properties = schema.ensure_object().entry("properties");
    if let Value::Object(properties) = properties.or_insert_with(|| json!({})) {
        properties.insert(name.to_owned(), property);
    }
}
