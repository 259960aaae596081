//! Attributes of the contract that this version cannot carry out yet. Management services send
//! them with every request, so the values that ask for nothing are taken; all others are refused
//! rather than ignored.

use super::json::Value;
use super::reading::Reading;
use crate::model::{Code, Pointer};

/// An attribute that can only ask for nothing.
#[derive(Debug)]
pub(super) struct Neutral {
    /// The attribute's name.
    pub(super) name: &'static str,
    /// What it is, for the schema.
    pub(super) about: &'static str,
    /// What asks for nothing.
    pub(super) form: Form,
}

/// What asks for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A boolean that is false.
    False,
    /// This word.
    Word(&'static str),
    /// A list without elements.
    EmptyList,
    /// `""`, `null` or `{}`.
    Nothing,
    /// Any number of seconds: it means something only beside another attribute.
    Seconds,
}

const fn neutral(name: &'static str, form: Form, about: &'static str) -> Neutral {
    Neutral { name, about, form }
}

/// Those of a network.
pub(super) const NETWORK: &[Neutral] = &[
    neutral(
        "bootproto",
        Form::Word("none"),
        "How the network's device gets its IPv4 address.",
    ),
    neutral(
        "ipaddr",
        Form::Nothing,
        "The IPv4 address of the network's device.",
    ),
    neutral("netmask", Form::Nothing, "The IPv4 netmask, dotted."),
    neutral(
        "prefix",
        Form::Nothing,
        "The IPv4 prefix length, instead of `netmask`.",
    ),
    neutral("gateway", Form::Nothing, "The IPv4 gateway."),
    neutral(
        "ipv6addr",
        Form::Nothing,
        "The IPv6 address with its prefix length.",
    ),
    neutral("ipv6gateway", Form::Nothing, "The IPv6 gateway."),
    neutral(
        "ipv6autoconf",
        Form::False,
        "Whether IPv6 addresses come from router advertisements.",
    ),
    neutral(
        "dhcpv6",
        Form::False,
        "Whether the IPv6 address comes from DHCPv6.",
    ),
    neutral(
        "defaultRoute",
        Form::False,
        "Whether the host's default route goes through it.",
    ),
    neutral(
        "nameservers",
        Form::EmptyList,
        "The addresses of the name servers.",
    ),
    neutral(
        "hostQos",
        Form::Nothing,
        "The share of the uplink that the network gets.",
    ),
    neutral(
        "blockingdhcp",
        Form::False,
        "Whether the setup waits for the DHCP lease.",
    ),
    neutral(
        "tunnel",
        Form::Nothing,
        "The tunnel that is the network's uplink.",
    ),
];

/// Those of a network's `custom`.
pub(super) const CUSTOM: &[Neutral] = &[
    neutral(
        "default_route",
        Form::False,
        "The old name of `defaultRoute`, which it overrides.",
    ),
    neutral("bridge_opts", Form::Nothing, "The kernel's bridge options."),
];

/// Those of the request's `options`.
pub(super) const OPTIONS: &[Neutral] = &[
    neutral(
        "connectivityCheck",
        Form::False,
        "Whether to go back unless connectivity is confirmed.",
    ),
    neutral(
        "connectivityTimeout",
        Form::Seconds,
        "How long to wait for the confirmation, in seconds.",
    ),
    neutral(
        "commitOnSuccess",
        Form::False,
        "Whether to declare the result the safe configuration.",
    ),
];

/// Reads the attribute `name` if it is one of `table`; false when it is not.
pub(super) fn read(
    table: &[Neutral],
    reading: &mut Reading,
    at: Pointer<'_>,
    name: &str,
    value: &Value<'_>,
) -> bool {
    let Some(attribute) = table.iter().find(|attribute| attribute.name == name) else {
        return false;
    };
    let asks = match attribute.form {
        Form::False => reading.boolean(at, value) == Some(true),
        Form::Word(word) => *value != Value::Text(word.into()),
        Form::EmptyList => !reading.list(at, value).is_empty(),
        Form::Nothing => !is_nothing(value),
        Form::Seconds => {
            check_seconds(reading, at, value);
            false
        }
    };
    if asks {
        let message = format_args!("{name} {value} is not supported yet");
        reading.refuse(Code::BadParams, at, message);
    }
    true
}

fn is_nothing(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn check_seconds(reading: &mut Reading, at: Pointer<'_>, value: &Value<'_>) {
    let seconds = match value {
        Value::Number(number) => number.as_f64(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    if !seconds.is_some_and(|seconds| seconds.is_finite() && seconds >= 0.0) {
        let message = format_args!("{value} is not a number of seconds, 0 or more");
        reading.refuse(Code::BadParams, at, message);
    }
}
