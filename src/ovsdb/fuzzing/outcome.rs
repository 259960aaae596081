use serde_json::Value as Json;

use super::super::lab::{Rack, Sample, rack, sample};
use crate::ovsdb::transaction::{
    Counted, Outcome, Selected, Transaction, TransactionBuilder, TransactionError,
    TransactionErrorKind,
};
use crate::ovsdb::value::{RowId, Set, Uuid, WireUuid};

/// The `result` of a `transact` reply: what RFC 7047 (sections 4.1.3 and 5.2) makes of it is what
/// is read, and whatever else it is, is refused. No array is taken for an object, and no part of
/// a result that its operation must have is made up.
pub fn outcome(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let asked = Asked::default();
    let read = Outcome::read(&asked.transaction, text);
    if let Err(error) = &read {
        assert!(!error.to_string().is_empty());
    }
    let Ok(json) = serde_json::from_str::<Json>(text) else {
        return;
    };
    let expected = asked.expected(&json);
    // Without members that stand there twice.
    asked.compare(
        Outcome::read(&asked.transaction, &json.to_string()),
        &expected,
    );
    let is_refused = matches!(&read, Err(error) if error.kind == TransactionErrorKind::Malformed);
    if !is_refused {
        asked.compare(read, &expected);
    }
}

/// A transaction with an operation of every kind, and what to ask its outcome.
struct Asked {
    transaction: Transaction,
    inserted: [Uuid; 2],
    counted: [Counted; 3],
    selected: Selected<Sample>,
}

/// What the results tell.
enum Expected {
    Committed {
        inserted: Vec<Uuid>,
        counts: Vec<u64>,
        rows: Json,
    },
    /// The number of the operation that failed, or none of them.
    Failed(Option<usize>),
    Malformed,
}

/// What an operation's result must have.
const PARTS: [Option<&str>; 8] = [
    None,
    Some("uuid"),
    Some("count"),
    Some("count"),
    Some("count"),
    Some("rows"),
    None,
    Some("uuid"),
];

impl Default for Asked {
    fn default() -> Self {
        let mut builder = TransactionBuilder::new();
        builder.comment("all kinds");
        let id = RowId::<Rack>::new(Uuid::from_u128(7));
        let first = builder.insert::<Sample>().set(sample::NUMBER, 1).id();
        let update = builder.update(first).set(sample::NUMBER, 2).counted();
        let neighbours = Set::from([id]);
        let mutate = builder.mutate(id).insert(rack::NEIGHBOURS, neighbours);
        let mutate = mutate.counted();
        let delete = builder.delete::<Sample>(Vec::new());
        let selected = builder.select::<Sample>(Vec::new(), &["_uuid", sample::NUMBER.name()]);
        builder.wait(first, sample::NUMBER, &2);
        let second = builder.insert::<Rack>().id();
        Self {
            transaction: builder.build().unwrap(),
            inserted: [first.uuid(), second.uuid()],
            counted: [update, mutate, delete],
            selected,
        }
    }
}

impl Asked {
    fn expected(&self, json: &Json) -> Expected {
        let Some(results) = json.as_array() else {
            return Expected::Malformed;
        };
        if !results.iter().all(is_result) {
            return Expected::Malformed;
        }
        let (mut inserted, mut counts, mut rows) = (Vec::new(), Vec::new(), Json::Null);
        for (number, result) in results.iter().enumerate() {
            if result.is_null() {
                return Expected::Malformed;
            }
            if result["error"].is_string() {
                return Expected::Failed((number < PARTS.len()).then_some(number));
            }
            let Some(Some(part)) = PARTS.get(number) else {
                continue;
            };
            match (*part, &result[*part]) {
                (_, Json::Null) => return Expected::Malformed,
                ("uuid", uuid) => inserted.extend(read_uuid(uuid)),
                ("count", count) => counts.extend(count.as_u64()),
                (_, found) => rows = found.clone(),
            }
        }
        match results.len() == PARTS.len() {
            true => Expected::Committed {
                inserted,
                counts,
                rows,
            },
            false => Expected::Malformed,
        }
    }

    fn compare(&self, read: Result<Outcome, TransactionError>, expected: &Expected) {
        match (read, expected) {
            (
                Ok(outcome),
                Expected::Committed {
                    inserted,
                    counts,
                    rows,
                },
            ) => {
                let ids = self.inserted.map(|id| outcome.id(RowId::<()>::new(id)));
                assert_eq!(ids.map(RowId::uuid).as_slice(), inserted);
                let found = self.counted.map(|counted| outcome.count(counted));
                assert_eq!(found.as_slice(), counts);
                let missed = outcome.missed(&self.transaction).count();
                let none = counts.iter().take(2).filter(|count| **count == 0);
                assert_eq!(missed, none.count());
                if let Ok(read) = outcome.rows(self.selected) {
                    let rows = rows.as_array().unwrap();
                    let ids = rows.iter().map(|row| read_uuid(&row["_uuid"]).unwrap());
                    let found = read.iter().map(|(id, _)| id.uuid());
                    assert!(found.eq(ids));
                }
            }
            (Err(error), Expected::Failed(operation)) => {
                assert_ne!(error.kind, TransactionErrorKind::Malformed);
                assert_eq!(error.operation.map(|(number, ..)| number), *operation);
            }
            (Err(error), Expected::Malformed) => {
                assert_eq!(error.kind, TransactionErrorKind::Malformed);
            }
            (Ok(_), _) => panic!("this was taken for a commit"),
            (Err(error), Expected::Committed { .. }) => panic!("this is a commit: {error}"),
        }
    }
}

/// Whether it is a result at all: null behind the one that failed, or members that each are what
/// they must be.
fn is_result(result: &Json) -> bool {
    let Json::Object(members) = result else {
        return result.is_null();
    };
    members.iter().all(|(name, value)| match name.as_str() {
        _ if value.is_null() => true,
        "uuid" => read_uuid(value).is_some(),
        "count" => value.is_u64(),
        "error" | "details" => value.is_string(),
        _ => true,
    })
}

fn read_uuid(value: &Json) -> Option<Uuid> {
    let uuid = serde_json::from_str::<WireUuid>(&value.to_string());
    uuid.ok().map(|uuid| uuid.0)
}
