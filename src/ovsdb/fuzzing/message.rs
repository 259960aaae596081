use std::collections::HashMap;
use std::marker::PhantomData;

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::update;
use crate::ovsdb::monitor::{Beginning, Method, Report};
use crate::ovsdb::session::{Event, Session};
use crate::ovsdb::wire::{Message, RpcError};

/// The bytes of a frame: one that is read as a message has the members that a JSON parser finds,
/// means the same when it is written anew, and is no message when it is cut short. Whatever it
/// says, a session takes it or says why not, answers with what is a message itself, and what it
/// carries is read without a panic.
pub fn message(bytes: &[u8]) {
    let message = match Message::parse(bytes) {
        Ok(message) => Content::of(&message),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(Conversation::begun().receive(bytes).is_err());
            return;
        }
    };
    message.is_what_a_parser_finds(bytes);
    let written = message.write();
    let again = Message::parse(written.as_bytes()).unwrap();
    assert_eq!(message, Content::of(&again));
    let end = bytes.trim_ascii_end().len();
    for cut in (0..end).rev().take(24).chain((0..end).take(24)) {
        assert!(Message::parse(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    message.is_answered(bytes);
    message.carries();
}

/// A message, detached from its frame.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    Request(String, String, String),
    Notification(String, String),
    Reply(String, Result<String, RpcError>),
}

impl Content {
    fn of(message: &Message<'_>) -> Self {
        let text = |value: &RawValue| value.get().to_owned();
        match message {
            Message::Request { method, params, id } => {
                Content::Request(method.to_string(), text(params), text(id))
            }
            Message::Notification { method, params } => {
                Content::Notification(method.to_string(), text(params))
            }
            Message::Reply { id, outcome } => Content::Reply(text(id), outcome.clone().map(text)),
        }
    }

    fn is_what_a_parser_finds(&self, bytes: &[u8]) {
        let members = match serde_json::from_slice::<HashMap<String, &RawValue>>(bytes) {
            Ok(members) => members,
            // In a member that is skipped.
            Err(_) if std::str::from_utf8(bytes).is_err() => return,
            Err(error) => panic!("{error}"),
        };
        let member = |name: &str| members.get(name).map_or("null", |value| value.get());
        match self {
            Content::Request(method, params, id) => {
                assert_eq!(method, &text(member("method")).unwrap());
                assert_eq!(
                    (params.as_str(), id.as_str()),
                    (member("params"), member("id"))
                );
            }
            Content::Notification(method, params) => {
                assert_eq!(method, &text(member("method")).unwrap());
                assert_eq!((params.as_str(), "null"), (member("params"), member("id")));
            }
            Content::Reply(id, Ok(result)) => {
                assert_eq!(
                    (id.as_str(), result.as_str()),
                    (member("id"), member("result"))
                );
                assert_eq!(member("error"), "null");
                assert_eq!(member("method"), "null");
            }
            Content::Reply(id, Err(error)) => {
                assert_eq!((id.as_str(), "null"), (member("id"), member("result")));
                let kind = text(member("error")).or_else(|| {
                    let members: HashMap<String, &RawValue> =
                        serde_json::from_str(member("error")).unwrap();
                    text(members["error"].get())
                });
                // Long ones are cut.
                assert!(kind.unwrap().starts_with(error.error()));
            }
        }
    }

    fn write(&self) -> String {
        let quoted = |text: &str| Json::from(text).to_string();
        match self {
            Content::Request(method, params, id) => {
                let method = quoted(method);
                format!(r#"{{"params":{params},"id":{id},"method":{method}}}"#)
            }
            Content::Notification(method, params) => {
                let method = quoted(method);
                format!(r#"{{"id":null,"method":{method},"params":{params}}}"#)
            }
            Content::Reply(id, Ok(result)) => {
                format!(r#"{{"error":null,"result":{result},"id":{id}}}"#)
            }
            Content::Reply(id, Err(error)) => {
                let kind = quoted(error.error());
                let details = error.details().map_or("null".to_owned(), quoted);
                format!(r#"{{"id":{id},"error":{{"error":{kind},"details":{details}}}}}"#)
            }
        }
    }

    /// What a session makes of it that waits for the answers to its requests 1 and 2.
    fn is_answered(&self, bytes: &[u8]) {
        let mut conversation = Conversation::begun();
        let received = conversation.receive(bytes);
        let Content::Reply(id, outcome) = self else {
            received.unwrap();
            let answer = conversation.sent();
            match self {
                Content::Request(method, params, id) => {
                    let expected = match method.as_str() {
                        "echo" => Ok(params.clone()),
                        _ => Err("unknown method"),
                    };
                    let Content::Reply(its, outcome) =
                        Content::of(&Message::parse(&answer).unwrap())
                    else {
                        panic!("{answer:?}");
                    };
                    let outcome = outcome.as_ref().map_err(RpcError::error).cloned();
                    assert_eq!((&its, outcome), (id, expected));
                }
                _ => assert!(answer.is_empty()),
            }
            return;
        };
        let is_ours = id.parse::<f64>().is_ok_and(|id| id == 1.0 || id == 2.0);
        assert_eq!(received.is_ok(), is_ours, "a reply to {id}: {received:?}");
        if let Some(Event::Reply { outcome: heard, .. }) = conversation.0.poll_event() {
            let heard = heard.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap());
            assert_eq!(&heard, outcome);
        }
        // Once only.
        assert!(conversation.receive(bytes).is_err());
    }

    /// Reads what is in it as everything that it may be.
    fn carries(&self) {
        match self {
            Content::Notification(method, params) if method.starts_with("update") => {
                if let Ok(report) = Report::read(params.as_bytes()) {
                    update(report.tables.get().as_bytes());
                }
            }
            Content::Reply(_, Ok(result)) => {
                for method in ["monitor", "monitor_cond", "monitor_cond_since"] {
                    let method = Method::named(method).unwrap();
                    let tables = |_| PhantomData::<&RawValue>;
                    let beginning = Beginning::read(method, result.as_bytes(), tables);
                    if let Ok(beginning) = beginning {
                        update(beginning.tables.get().as_bytes());
                    }
                }
            }
            _ => {}
        }
    }
}

/// The string that the JSON is, if it is one.
fn text(json: &str) -> Option<String> {
    serde_json::from_str(json).ok()
}

/// A session that has sent two requests.
struct Conversation(Session);

impl Conversation {
    fn begun() -> Self {
        let mut session = Session::new(2);
        for method in ["transact", "monitor"] {
            let params = Bytes::from_static(b"[]");
            session.request(method, params, None).unwrap();
        }
        let mut conversation = Self(session);
        conversation.sent();
        conversation
    }

    fn receive(&mut self, bytes: &[u8]) -> Result<(), String> {
        let received = self.0.receive(&Bytes::copy_from_slice(bytes));
        received.map_err(|violation| violation.to_string())
    }

    fn sent(&mut self) -> Bytes {
        let mut sent = BytesMut::new();
        while let Some(piece) = self.0.poll_transmit() {
            sent.put(piece);
        }
        sent.freeze()
    }
}
