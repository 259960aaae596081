//! Colouring: uplinks with a tag in common get different colours, a colour a bridge.

use std::collections::BTreeMap;

/// Which of some numbered things conflict.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    /// A row a thing, a bit for each other one.
    rows: Vec<Vec<u64>>,
}

impl Graph {
    /// Things conflict that have a tag in common.
    pub(super) fn of_tags<'t>(tags: impl ExactSizeIterator<Item = &'t [u16]>) -> Self {
        let words = tags.len().div_ceil(64);
        let mut rows = vec![vec![0; words]; tags.len()];
        let mut by_tag: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (number, tags) in tags.enumerate() {
            for tag in tags {
                by_tag.entry(*tag).or_default().push(number);
            }
        }
        for things in by_tag.values().filter(|things| things.len() > 1) {
            for (place, one) in things.iter().enumerate() {
                for other in things.iter().skip(place + 1) {
                    set(&mut rows, *one, *other);
                    set(&mut rows, *other, *one);
                }
            }
        }
        Self { rows }
    }

    /// Whether two things conflict.
    pub(super) fn conflict(&self, one: usize, other: usize) -> bool {
        let word = self.rows.get(one).and_then(|row| row.get(other / 64));
        word.is_some_and(|word| word >> (other % 64) & 1 == 1)
    }

    /// Whether a thing conflicts with none of a group.
    fn fits(&self, thing: usize, group: &[usize]) -> bool {
        !group.iter().any(|other| self.conflict(thing, *other))
    }

    /// The largest sets of some few things of which no two conflict: all of them that there are.
    pub(super) fn largest_independent(&self, things: &[usize]) -> Vec<Vec<usize>> {
        let mut found = Vec::new();
        self.extend_independent(things, &mut Vec::new(), &mut found);
        found
    }

    fn extend_independent(
        &self,
        left: &[usize],
        chosen: &mut Vec<usize>,
        found: &mut Vec<Vec<usize>>,
    ) {
        let best = found.first().map_or(0, Vec::len);
        if chosen.len() + left.len() < best {
            return;
        }
        let Some((first, rest)) = left.split_first() else {
            if chosen.len() > best {
                found.clear();
            }
            found.push(chosen.clone());
            return;
        };
        if self.fits(*first, chosen) {
            chosen.push(*first);
            self.extend_independent(rest, chosen, found);
            chosen.pop();
            // One that conflicts with nothing is in every largest set.
            if self.fits(*first, rest) {
                return;
            }
        }
        self.extend_independent(rest, chosen, found);
    }
}

fn set(rows: &mut [Vec<u64>], one: usize, other: usize) {
    let word = rows.get_mut(one).and_then(|row| row.get_mut(other / 64));
    if let Some(word) = word {
        *word |= 1 << (other % 64);
    }
}

/// The colours of `free`, in its order, on top of `groups`, which have the first ones: each takes
/// the first colour that it can.
fn first_fit(graph: &Graph, free: &[usize], groups: &[Vec<usize>]) -> Vec<usize> {
    let mut groups = groups.to_vec();
    free.iter()
        .map(|thing| paint(graph, *thing, &mut groups))
        .collect()
}

fn paint(graph: &Graph, thing: usize, groups: &mut Vec<Vec<usize>>) -> usize {
    let fitting = groups.iter().position(|group| graph.fits(thing, group));
    let colour = fitting.unwrap_or(groups.len());
    match groups.get_mut(colour) {
        Some(group) => group.push(thing),
        None => groups.push(vec![thing]),
    }
    colour
}

/// Good colours in short time: the better of first fit and DSATUR (Brélaz, 1979), which takes next
/// whatever has the fewest colours left.
pub(super) fn good(graph: &Graph, free: &[usize], groups: &[Vec<usize>]) -> Vec<usize> {
    let simple = first_fit(graph, free, groups);
    let mut groups = groups.to_vec();
    let mut left: Vec<usize> = free.to_vec();
    let mut colours: BTreeMap<usize, usize> = BTreeMap::new();
    let degree = |thing: usize| {
        let met = free.iter().filter(|other| graph.conflict(thing, **other));
        met.count()
    };
    let degrees: BTreeMap<usize, usize> = free.iter().map(|it| (*it, degree(*it))).collect();
    // How many colours each cannot have.
    let mut barred: BTreeMap<usize, usize> = left
        .iter()
        .map(|thing| {
            let barred = groups.iter().filter(|group| !graph.fits(*thing, group));
            (*thing, barred.count())
        })
        .collect();
    let number = |of: &BTreeMap<usize, usize>, thing: &usize| of.get(thing).copied().unwrap_or(0);
    while let Some(place) = (0..left.len()).max_by_key(|place| {
        let thing = left.get(*place).copied().unwrap_or_default();
        let order = std::cmp::Reverse(*place);
        (number(&barred, &thing), number(&degrees, &thing), order)
    }) {
        let thing = left.remove(place);
        let colour = paint(graph, thing, &mut groups);
        colours.insert(thing, colour);
        let group: &[usize] = groups.get(colour).map_or(&[], Vec::as_slice);
        let (_, before) = group.split_last().unwrap_or((&thing, &[]));
        for other in &left {
            if graph.conflict(thing, *other) && graph.fits(*other, before) {
                *barred.entry(*other).or_default() += 1;
            }
        }
    }
    let saturated: Vec<usize> = free.iter().map(|thing| number(&colours, thing)).collect();
    match saturated.iter().max() < simple.iter().max() {
        true => saturated,
        false => simple,
    }
}

/// The fewest colours, for some few things; of several ways the first in their order.
pub(super) fn exact(graph: &Graph, free: &[usize], groups: &[Vec<usize>]) -> Vec<usize> {
    let best = first_fit(graph, free, groups);
    let mut search = Search {
        graph,
        free,
        groups: groups.to_vec(),
        colours: Vec::with_capacity(free.len()),
        count: count(&best, groups.len()),
        best,
    };
    search.go_on();
    search.best
}

/// How many colours are in use, those of the groups that were there among them.
fn count(colours: &[usize], groups: usize) -> usize {
    colours
        .iter()
        .map(|colour| colour + 1)
        .max()
        .unwrap_or(0)
        .max(groups)
}

/// Branch and bound: a way is given up as soon as it has as many colours as the best one.
struct Search<'a> {
    graph: &'a Graph,
    free: &'a [usize],
    groups: Vec<Vec<usize>>,
    colours: Vec<usize>,
    best: Vec<usize>,
    count: usize,
}

impl Search<'_> {
    fn go_on(&mut self) {
        if self.groups.len() >= self.count {
            return;
        }
        let Some(thing) = self.free.get(self.colours.len()).copied() else {
            self.count = self.groups.len();
            self.best.clone_from(&self.colours);
            return;
        };
        for colour in 0..=self.groups.len() {
            let is_new = colour == self.groups.len();
            if is_new {
                self.groups.push(Vec::new());
            }
            let fits = self
                .groups
                .get(colour)
                .is_some_and(|group| self.graph.fits(thing, group));
            if fits {
                self.put(thing, colour);
                self.go_on();
                self.take(colour);
            }
            if is_new {
                self.groups.pop();
            }
        }
    }

    fn put(&mut self, thing: usize, colour: usize) {
        if let Some(group) = self.groups.get_mut(colour) {
            group.push(thing);
        }
        self.colours.push(colour);
    }

    fn take(&mut self, colour: usize) {
        if let Some(group) = self.groups.get_mut(colour) {
            group.pop();
        }
        self.colours.pop();
    }
}
