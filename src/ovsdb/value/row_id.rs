use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeTuple, Serializer};
use uuid::Uuid;

use super::{Atom, Element, Mismatch};

/// The identifier of a row of table `T`.
///
/// The row exists, or it is one that a [`TransactionBuilder`](crate::ovsdb::TransactionBuilder)
/// inserts: then the identifier is provisional, travels as a `named-uuid`, and the transaction's
/// [`Outcome`](crate::ovsdb::Outcome) tells the real one.
pub struct RowId<T> {
    uuid: Uuid,
    table: PhantomData<fn() -> T>,
}

impl<T> RowId<T> {
    /// A row's identifier as the server gave it.
    pub const fn new(uuid: Uuid) -> Self {
        Self {
            uuid,
            table: PhantomData,
        }
    }

    /// The identifier without its table.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<T> Clone for RowId<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RowId<T> {}

impl<T> Default for RowId<T> {
    fn default() -> Self {
        Self::new(Uuid::nil())
    }
}

impl<T> PartialEq for RowId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<T> Eq for RowId<T> {}

impl<T> PartialOrd for RowId<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for RowId<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<T> Hash for RowId<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<T> fmt::Debug for RowId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}

impl<T> fmt::Display for RowId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}

impl<T: 'static> Element for RowId<T> {
    fn from_atom(atom: Atom<'_>) -> Result<Self, Mismatch> {
        Uuid::from_atom(atom).map(Self::new)
    }

    fn to_atom(&self) -> Atom<'_> {
        Atom::Uuid(self.uuid)
    }
}

/// Provisional identifiers: version 8 UUIDs (RFC 9562, for private use; servers make version 4)
/// that begin with these bytes, then the transaction's nonce, then the insert's number.
const PROVISIONAL: [u8; 4] = *b"nsw+";

/// Makes the provisional identifier of insert number `index` in the transaction `nonce`.
pub(crate) fn provisional(nonce: u32, index: u32) -> Uuid {
    let mut bytes = [0; 16];
    let (magic, rest) = bytes.split_at_mut(4);
    magic.copy_from_slice(&PROVISIONAL);
    let (high, low) = rest.split_at_mut(8);
    if let [a, b, _, _, _, c, d, _] = high {
        let [n0, n1, n2, n3] = nonce.to_be_bytes();
        (*a, *b, *c, *d) = (n0, n1, n2, n3);
    }
    low.copy_from_slice(&index.to_be_bytes());
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The nonce and the number of a provisional identifier; `None` for a real one.
pub(crate) fn parse_provisional(uuid: Uuid) -> Option<(u32, u32)> {
    match uuid.as_bytes() {
        [
            m0,
            m1,
            m2,
            m3,
            n0,
            n1,
            version,
            _,
            _,
            n2,
            n3,
            _,
            i0,
            i1,
            i2,
            i3,
        ] if [*m0, *m1, *m2, *m3] == PROVISIONAL && version >> 4 == 8 => {
            let nonce = u32::from_be_bytes([*n0, *n1, *n2, *n3]);
            Some((nonce, u32::from_be_bytes([*i0, *i1, *i2, *i3])))
        }
        _ => None,
    }
}

/// The `uuid-name` under which a provisional row travels (RFC 7047, section 5.1, `<id>`).
pub(crate) fn uuid_name(uuid: Uuid) -> Option<String> {
    parse_provisional(uuid).map(|(_, index)| format!("row{index}"))
}

/// A UUID as it stands on the wire: `["uuid", "…"]`, or `["named-uuid", "…"]` for a row that the
/// same transaction inserts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WireUuid(pub(crate) Uuid);

impl Serialize for WireUuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple(2)?;
        match uuid_name(self.0) {
            Some(name) => {
                pair.serialize_element("named-uuid")?;
                pair.serialize_element(&name)?;
            }
            None => {
                pair.serialize_element("uuid")?;
                let mut buffer = Uuid::encode_buffer();
                pair.serialize_element(&*self.0.as_hyphenated().encode_lower(&mut buffer))?;
            }
        }
        pair.end()
    }
}

impl<'de> Deserialize<'de> for WireUuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match super::collect::atom(deserializer)? {
            Atom::Uuid(uuid) => Ok(WireUuid(uuid)),
            other => Err(de::Error::custom(other.mismatch("a uuid"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provisional_ids_keep_their_numbers_and_real_ones_are_not_provisional() {
        for (nonce, index) in [(0, 0), (1, 2), (u32::MAX, 7), (0xdead_beef, u32::MAX)] {
            assert_eq!(
                parse_provisional(provisional(nonce, index)),
                Some((nonce, index))
            );
        }
        assert_eq!(parse_provisional(Uuid::new_v4()), None);
        assert_eq!(parse_provisional(Uuid::nil()), None);
    }

    #[test]
    fn a_provisional_id_travels_by_name() {
        let json = serde_json::to_string(&WireUuid(provisional(9, 3))).unwrap();
        assert_eq!(json, r#"["named-uuid","row3"]"#);
        let real = Uuid::from_u128(1);
        let json = serde_json::to_string(&WireUuid(real)).unwrap();
        assert_eq!(json, r#"["uuid","00000000-0000-0000-0000-000000000001"]"#);
        assert_eq!(
            serde_json::from_str::<WireUuid>(&json).unwrap(),
            WireUuid(real)
        );
    }
}
