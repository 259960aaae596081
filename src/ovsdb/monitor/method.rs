use std::fmt;

use serde::de::{DeserializeSeed, Deserializer as _, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::ovsdb::value::Uuid;

/// The ways to ask a server for the changes of a database. Newer servers know more of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ovsdb) enum Method {
    /// `monitor_cond_since` (ovsdb-server(7), section 4.1.15): after a lost connection a clustered
    /// server tells what changed since then.
    CondSince,
    /// `monitor_cond` (ovsdb-server(7), section 4.1.12).
    Cond,
    /// `monitor` (RFC 7047, section 4.1.5).
    Plain,
}

impl Method {
    /// All of them, the best first.
    const ALL: [Method; 3] = [Method::CondSince, Method::Cond, Method::Plain];

    /// Its name on the wire.
    pub(in crate::ovsdb) const fn name(self) -> &'static str {
        match self {
            Method::CondSince => "monitor_cond_since",
            Method::Cond => "monitor_cond",
            Method::Plain => "monitor",
        }
    }

    /// The method of this name.
    pub(in crate::ovsdb) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// The next one, for a server that does not know this one.
    pub(in crate::ovsdb) const fn older(self) -> Option<Self> {
        match self {
            Method::CondSince => Some(Method::Cond),
            Method::Cond => Some(Method::Plain),
            Method::Plain => None,
        }
    }
}

/// Where a server's reports begin: its reply to one of the methods.
#[derive(Debug)]
pub(in crate::ovsdb) struct Beginning<T> {
    /// What there is, or what changed.
    pub(in crate::ovsdb) tables: T,
    /// The last transaction in it, where the server tells.
    pub(in crate::ovsdb) transaction: Option<Uuid>,
}

impl<T> Beginning<T> {
    /// Reads the reply to `method`, its tables by what `tables` gives: it is told whether they are
    /// what changed since the transaction that the request named. A reply may be large, so its
    /// tables are read in the same pass.
    pub(in crate::ovsdb) fn read<'a, S>(
        method: Method,
        reply: &'a [u8],
        tables: impl FnOnce(bool) -> S,
    ) -> serde_json::Result<Self>
    where
        S: DeserializeSeed<'a, Value = T>,
    {
        let reply = std::str::from_utf8(reply).map_err(serde_json::Error::custom)?;
        let mut deserializer = serde_json::Deserializer::from_str(reply);
        let beginning = match method {
            Method::CondSince => deserializer.deserialize_seq(Since(tables))?,
            Method::Cond | Method::Plain => Self {
                tables: tables(false).deserialize(&mut deserializer)?,
                transaction: None,
            },
        };
        deserializer.end()?;
        Ok(beginning)
    }
}

/// The reply to `monitor_cond_since`.
struct Since<F>(F);

impl<'de, F, S> Visitor<'de> for Since<F>
where
    F: FnOnce(bool) -> S,
    S: DeserializeSeed<'de>,
{
    type Value = Beginning<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[found, last transaction, tables]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let missing = |length| A::Error::invalid_length(length, &"3 members");
        let is_difference = seq.next_element()?.ok_or_else(|| missing(0))?;
        let transaction = seq.next_element()?.ok_or_else(|| missing(1))?;
        let tables = seq.next_element_seed((self.0)(is_difference))?;
        Ok(Beginning {
            tables: tables.ok_or_else(|| missing(2))?,
            transaction: Some(transaction),
        })
    }
}

/// A server's report of a change: the parameters of `update` (RFC 7047, section 4.1.6), `update2`
/// or `update3` (ovsdb-server(7), sections 4.1.14 and 4.1.16).
#[derive(Debug)]
pub(in crate::ovsdb) struct Report<'a> {
    /// Under which number the server was asked for it, as it says.
    pub(in crate::ovsdb) number: &'a RawValue,
    /// The last transaction in it, where the server tells.
    pub(in crate::ovsdb) transaction: Option<Uuid>,
    /// What changed.
    pub(in crate::ovsdb) tables: &'a RawValue,
}

impl<'a> Report<'a> {
    /// Reads `[number, tables]` or `[number, transaction, tables]`.
    pub(in crate::ovsdb) fn read(params: &'a [u8]) -> serde_json::Result<Self> {
        let params: Vec<&RawValue> = serde_json::from_slice(params)?;
        match *params.as_slice() {
            [number, tables] => Ok(Self {
                number,
                transaction: None,
                tables,
            }),
            [number, transaction, tables] => Ok(Self {
                number,
                transaction: serde_json::from_str(transaction.get())?,
                tables,
            }),
            _ => Err(serde_json::Error::custom(format_args!(
                "{} parameters",
                params.len()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::*;

    #[test]
    fn every_method_but_the_last_has_an_older_one() {
        let mut method = Method::CondSince;
        let mut names = vec![method.name()];
        while let Some(older) = method.older() {
            method = older;
            names.push(method.name());
        }
        assert_eq!(names, ["monitor_cond_since", "monitor_cond", "monitor"]);
        for name in names {
            assert_eq!(Method::named(name).map(Method::name), Some(name));
        }
        assert_eq!(Method::named("transact"), None);
    }

    #[test]
    fn what_is_no_beginning_and_no_report_is_an_error() {
        let nil = Uuid::nil();
        let read = |reply: &str| {
            let tables = |_| PhantomData::<&RawValue>;
            Beginning::read(Method::CondSince, reply.as_bytes(), tables).map(|it| it.transaction)
        };
        assert_eq!(
            read(&format!("[false, \"{nil}\", {{}}]")).unwrap(),
            Some(nil)
        );
        for reply in [
            "{}",
            "[true]",
            "[false, \"x\", {}]",
            "[1, 2, 3]",
            "null",
            &format!("[false, \"{nil}\"]"),
            &format!("[false, \"{nil}\", {{}}, 1]"),
            &format!("[false, \"{nil}\", {{}}]]"),
        ] {
            assert!(read(reply).is_err(), "{reply}");
        }
        for params in ["{}", "[]", "[1]", "[1, 2, {}]", "[1, 2, 3, 4]"] {
            assert!(Report::read(params.as_bytes()).is_err(), "{params}");
        }
    }
}
