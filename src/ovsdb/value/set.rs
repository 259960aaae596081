use std::fmt;

use super::Element;

/// Differences up to this size are applied element by element; larger ones by one merge.
const FEW: usize = 8;

/// A set column's value: distinct elements in ascending order.
#[derive(Clone, PartialEq, Eq)]
pub struct Set<T> {
    elements: Vec<T>,
}

impl<T: Element> Set<T> {
    /// Whether the set has this element.
    pub fn contains(&self, element: &T) -> bool {
        self.elements.binary_search(element).is_ok()
    }

    /// The elements in ascending order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.elements.iter()
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The only element of a set of one.
    pub fn only(&self) -> Option<&T> {
        match self.elements.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The elements that this set has and `other` has not.
    pub fn without<'a>(&'a self, other: &'a Set<T>) -> impl Iterator<Item = &'a T> {
        let mut theirs = other.elements.iter().peekable();
        self.elements.iter().filter(move |ours| {
            while theirs.next_if(|theirs| theirs < ours).is_some() {}
            theirs.peek() != Some(ours)
        })
    }

    /// Adds the elements it has not, removes those it has: an `update2` difference
    /// (ovsdb-server(7), "Update2 Notification").
    pub(crate) fn toggle(&mut self, difference: Set<T>) {
        if difference.len() <= FEW {
            for element in difference.elements {
                match self.elements.binary_search(&element) {
                    Ok(at) => drop(self.elements.remove(at)),
                    Err(at) => self.elements.insert(at, element),
                }
            }
            return;
        }
        let mut merged = Vec::with_capacity(self.len() + difference.len());
        let mut ours = std::mem::take(&mut self.elements).into_iter().peekable();
        for element in difference.elements {
            while let Some(smaller) = ours.next_if(|ours| *ours < element) {
                merged.push(smaller);
            }
            if ours.next_if_eq(&element).is_none() {
                merged.push(element);
            }
        }
        merged.extend(ours);
        self.elements = merged;
    }
}

impl<T: Element> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        let mut elements: Vec<T> = elements.into_iter().collect();
        elements.sort_unstable();
        elements.dedup();
        elements.shrink_to_fit();
        Self { elements }
    }
}

impl<T: Element, const N: usize> From<[T; N]> for Set<T> {
    fn from(elements: [T; N]) -> Self {
        elements.into_iter().collect()
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.elements.iter()
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self {
            elements: Vec::new(),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.elements).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn toggling_the_difference_gives_the_other_set(
            a in proptest::collection::btree_set(0i64..60, 0..40),
            b in proptest::collection::btree_set(0i64..60, 0..40),
        ) {
            let mut set: Set<i64> = a.iter().copied().collect();
            set.toggle(a.symmetric_difference(&b).copied().collect());
            prop_assert_eq!(set, b.into_iter().collect());
        }

        #[test]
        fn without_is_the_difference(
            a in proptest::collection::btree_set(0i64..30, 0..20),
            b in proptest::collection::btree_set(0i64..30, 0..20),
        ) {
            let (left, right): (Set<i64>, Set<i64>) =
                (a.iter().copied().collect(), b.iter().copied().collect());
            let found: Vec<i64> = left.without(&right).copied().collect();
            prop_assert_eq!(found, a.difference(&b).copied().collect::<Vec<_>>());
        }
    }
}
