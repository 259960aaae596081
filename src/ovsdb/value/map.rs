use std::borrow::Borrow;
use std::fmt;

use super::Element;

/// A map column's value: pairs in ascending order of their keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Map<K, V> {
    pairs: Vec<(K, V)>,
}

impl<K: Element, V: Element> Map<K, V> {
    /// The value under this key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let at = self
            .pairs
            .binary_search_by(|(k, _)| k.borrow().cmp(key))
            .ok()?;
        self.pairs.get(at).map(|(_, value)| value)
    }

    /// Whether there is a value under this key.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// The pairs in ascending order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.pairs.iter().map(|(key, value)| (key, value))
    }

    /// How many pairs there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Sets the value under `key` and gives the old one.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.pairs.binary_search_by(|(k, _)| k.cmp(&key)) {
            Ok(at) => self
                .pairs
                .get_mut(at)
                .map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                self.pairs.insert(at, (key, value));
                None
            }
        }
    }

    /// Adds pairs whose key it has not, removes pairs that it has as they are, and replaces the
    /// value of the others: an `update2` difference (ovsdb-server(7), "Update2 Notification").
    pub(crate) fn toggle(&mut self, difference: Map<K, V>) {
        for (key, value) in difference.pairs {
            match self.pairs.binary_search_by(|(k, _)| k.cmp(&key)) {
                Ok(at) if self.pairs.get(at).is_some_and(|(_, old)| *old == value) => {
                    self.pairs.remove(at);
                }
                Ok(at) => {
                    if let Some((_, old)) = self.pairs.get_mut(at) {
                        *old = value;
                    }
                }
                Err(at) => self.pairs.insert(at, (key, value)),
            }
        }
    }
}

impl<K: Element, V: Element> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut pairs: Vec<(K, V)> = pairs.into_iter().collect();
        pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
        pairs.dedup_by(|(later, _), (earlier, _)| later == earlier);
        pairs.shrink_to_fit();
        Self { pairs }
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { pairs: Vec::new() }
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.pairs.iter().map(|(key, value)| (key, value)))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> Map<String, String> {
        pairs
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect()
    }

    #[test]
    fn a_difference_deletes_changes_and_adds() {
        let mut value = map(&[("gone", "1"), ("kept", "2"), ("other", "3")]);
        value.toggle(map(&[("gone", "1"), ("new", "4"), ("other", "5")]));
        assert_eq!(value, map(&[("kept", "2"), ("new", "4"), ("other", "5")]));
    }

    #[test]
    fn lookups_and_inserts_keep_the_order() {
        let mut value = map(&[("b", "2")]);
        assert_eq!(value.insert("a".into(), "1".into()), None);
        assert_eq!(value.insert("b".into(), "3".into()), Some("2".into()));
        assert_eq!(value.get("b").map(String::as_str), Some("3"));
        assert_eq!(value, map(&[("a", "1"), ("b", "3")]));
    }
}
