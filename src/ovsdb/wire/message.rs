use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A JSON-RPC 1.0 message (RFC 7047, section 4), its content borrowed from the frame and not yet
/// looked into.
///
/// A known member that stands there twice is refused: which one counts would be a guess. Members
/// that JSON-RPC 1.0 does not know are skipped, so that a newer server may add some.
#[derive(Debug)]
pub(crate) enum Message<'a> {
    /// Asks for a reply with the same `id`.
    Request {
        method: Cow<'a, str>,
        params: &'a RawValue,
        id: &'a RawValue,
    },
    /// Asks for nothing.
    Notification {
        method: Cow<'a, str>,
        params: &'a RawValue,
    },
    /// Answers the request of this `id`.
    Reply {
        id: &'a RawValue,
        outcome: Result<&'a RawValue, RpcError>,
    },
}

/// Why a frame is not a message.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MessageError {
    #[error("not a json-rpc message")]
    Json(#[from] serde_json::Error),
    #[error("neither a request nor a reply: {0}")]
    Kind(&'static str),
}

impl<'a> Message<'a> {
    /// Reads the message in a frame.
    pub(crate) fn parse(frame: &'a [u8]) -> Result<Self, MessageError> {
        // Serde would take an array for the members in their order.
        if !frame.trim_ascii_start().starts_with(b"{") {
            return Err(MessageError::Kind("no object"));
        }
        let envelope: Envelope<'a> = serde_json::from_slice(frame)?;
        let id = envelope.id.filter(not_null);
        let Some(method) = envelope.method else {
            return reply(id, envelope.result, envelope.error.filter(not_null));
        };
        if envelope.result.is_some_and(|it| not_null(&it))
            || envelope.error.is_some_and(|it| not_null(&it))
        {
            return Err(MessageError::Kind("a method with a result or an error"));
        }
        let params = envelope
            .params
            .ok_or(MessageError::Kind("a method without params"))?;
        Ok(match id {
            Some(id) => Message::Request {
                method: method.0,
                params,
                id,
            },
            None => Message::Notification {
                method: method.0,
                params,
            },
        })
    }
}

/// A success has `"error": null`; an error may come without a `result`, or with a null one.
fn reply<'a>(
    id: Option<&'a RawValue>,
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
) -> Result<Message<'a>, MessageError> {
    let id = id.ok_or(MessageError::Kind("no method and no id"))?;
    let outcome = match (result, error) {
        (Some(result), Some(_)) if not_null(&result) => {
            return Err(MessageError::Kind("a result and an error"));
        }
        (_, Some(error)) => Err(RpcError::parse(error)?),
        (Some(result), None) => Ok(result),
        (None, None) => return Err(MessageError::Kind("no method, no result and no error")),
    };
    Ok(Message::Reply { id, outcome })
}

/// The members as they stand; `Some` of a null where one is written.
#[derive(Deserialize)]
#[serde(expecting = "a json-rpc message")]
struct Envelope<'a> {
    #[serde(borrow, default)]
    method: Option<Method<'a>>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    error: Option<&'a RawValue>,
}

/// Borrowed where the name has no escapes; an `Option<Cow>` alone would always be copied.
#[derive(Deserialize)]
struct Method<'a>(#[serde(borrow)] Cow<'a, str>);

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

fn not_null(value: &&RawValue) -> bool {
    value.get() != "null"
}

/// A server's refusal of a whole request (RFC 7047, section 3.1, `<error>`).
///
/// What an operation inside a transaction meets is no `RpcError`: it stands in the result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}{}{}", if details.is_some() { ": " } else { "" }, details.as_deref().unwrap_or(""))]
pub struct RpcError {
    error: String,
    details: Option<String>,
}

impl RpcError {
    /// The kind of the error, such as `unknown database` or `syntax error`.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// What is wrong in words, where the server says it.
    pub fn details(&self) -> Option<&str> {
        self.details.as_deref()
    }

    /// Whether the server does not know the method: it is older than it.
    pub(crate) fn is_unknown_method(&self) -> bool {
        self.error == "unknown method"
    }

    /// Whether the server has given the request up (RFC 7047, section 4.1.4; ovsdb-server(7),
    /// section 4.1.11).
    pub(crate) fn is_canceled(&self) -> bool {
        self.error == "canceled"
    }

    /// Reads a string, or an object with `error` and `details`. The object's `syntax` is left
    /// out: it repeats the whole request.
    fn parse(error: &RawValue) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "an error that is a string or an object")]
        enum Form {
            Text(String),
            Object {
                error: String,
                details: Option<String>,
            },
        }
        // Serde would take it for the members in their order.
        if error.get().starts_with('[') {
            return Err(serde_json::Error::custom("an error that is an array"));
        }
        let (error, details) = match serde_json::from_str(error.get())? {
            Form::Text(error) => (error, None),
            Form::Object { error, details } => (error, details),
        };
        Ok(RpcError {
            error: shortened(error),
            details: details.map(shortened),
        })
    }
}

/// A peer's words, as far as anybody may want to read them.
pub(crate) fn shortened(text: String) -> String {
    const LONGEST: usize = 4096;
    if text.len() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(frame: &str) -> Result<Message<'_>, MessageError> {
        Message::parse(frame.as_bytes())
    }

    fn refusal(frame: &str) -> RpcError {
        match parse(frame) {
            Ok(Message::Reply {
                outcome: Err(error),
                ..
            }) => error,
            other => panic!("{frame} is {other:?}"),
        }
    }

    #[test]
    fn the_three_kinds() {
        assert!(matches!(
            parse(r#"{"method":"echo","params":[1],"id":["x",{}]}"#),
            Ok(Message::Request { method, params, id })
                if method == "echo" && params.get() == "[1]" && id.get() == r#"["x",{}]"#
        ));
        for null_id in [r#","id":null"#, ""] {
            let frame = format!(r#"{{"method":"update2","params":[]{null_id}}}"#);
            assert!(
                matches!(parse(&frame), Ok(Message::Notification { method, .. }) if method == "update2")
            );
        }
        for error in [r#","error":null"#, ""] {
            let frame = format!(r#"{{"id":1,"result":{{"a":2}}{error}}}"#);
            assert!(
                matches!(parse(&frame), Ok(Message::Reply { outcome: Ok(result), .. }) if result.get() == r#"{"a":2}"#)
            );
        }
        assert!(matches!(
            parse(r#"{"id":1,"result":null,"error":null}"#),
            Ok(Message::Reply { outcome: Ok(_), .. })
        ));
    }

    #[test]
    fn errors_are_strings_or_objects_with_a_null_result_or_none() {
        for result in [r#","result":null"#, ""] {
            let text = refusal(&format!(r#"{{"id":4,"error":"unknown monitor"{result}}}"#));
            assert_eq!(text.to_string(), "unknown monitor");
            let object = refusal(&format!(
                r#"{{"id":4,"error":{{"syntax":"[]","details":"no x","error":"syntax error"}}{result}}}"#
            ));
            assert_eq!(
                (object.error(), object.details()),
                ("syntax error", Some("no x"))
            );
            assert_eq!(object.to_string(), "syntax error: no x");
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        for frame in [
            "{}",
            r#"{"id":1}"#,
            r#"{"result":1,"error":null}"#,
            r#"{"id":null,"result":1,"error":null}"#,
            r#"{"id":1,"error":null}"#,
            r#"{"id":1,"result":[],"error":"both"}"#,
            r#"{"id":1,"error":7}"#,
            r#"{"id":1,"error":{"details":"no kind"}}"#,
            r#"{"id":1,"error":["kind","details"]}"#,
            r#"["echo",[],1]"#,
            r#"{"method":"echo","id":1}"#,
            r#"{"method":"echo","params":[],"id":1,"result":[]}"#,
            r#"{"method":7,"params":[],"id":1}"#,
            r#"{"id":1,"id":1,"result":[]}"#,
            r#"{"id":1 "result":[]}"#,
            r#"{"id":1,"result":[}"#,
            "{]",
        ] {
            assert!(parse(frame).is_err(), "{frame}");
        }
    }

    #[test]
    fn an_unknown_member_is_skipped() {
        assert!(parse(r#"{"jsonrpc":"1.0","id":1,"result":[],"error":null}"#).is_ok());
    }
}
