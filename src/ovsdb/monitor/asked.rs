use super::{Conditions, Selection};
use crate::ovsdb::skew::Lacking;

/// What a server is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    /// Under which number it follows, or was asked to.
    pub(super) number: Option<u64>,
    /// What the copy is to have.
    pub(super) selection: Selection,
    /// What of it a server with an older schema has.
    less: Option<Selection>,
    /// Whether the server is asked for rows that meet other conditions.
    is_changing: bool,
    /// Whether the copy may have other rows than were selected: what changed since then is not
    /// enough to go on with.
    is_mixed: bool,
}

impl Asked {
    /// Nothing yet of what is wanted.
    pub(super) fn new(selection: Selection) -> Self {
        Self {
            number: None,
            selection,
            less: None,
            is_changing: false,
            is_mixed: false,
        }
    }

    /// Whether what changed since the last transaction is enough to go on with.
    pub(super) fn is_resumable(&self) -> bool {
        !self.is_changing && !self.is_mixed
    }

    /// The server is asked for rows that meet other conditions.
    pub(super) fn change(&mut self) {
        self.is_changing = true;
    }

    /// The server has answered that for the monitor of this number: by the conditions that hold
    /// now, or by refusing them.
    pub(super) fn changed(&mut self, number: u64, conditions: Option<&Conditions>) {
        self.is_changing = false;
        // What came and went for a monitor that is paused was not heeded.
        self.is_mixed |= self.number != Some(number);
        if let Some(conditions) = conditions {
            self.meet(conditions);
        }
    }

    /// The server does not follow any more, and has not said what became of a change.
    pub(super) fn lose(&mut self) {
        self.is_mixed |= std::mem::take(&mut self.is_changing);
        self.forget();
    }

    /// The copy has what was asked for.
    pub(super) fn begin(&mut self) {
        self.is_mixed = false;
    }

    /// What there is of what is wanted, as far as that is known.
    pub(super) fn known(&self) -> &Selection {
        self.less.as_ref().unwrap_or(&self.selection)
    }

    /// Asks for no more than what is not lacking. Whether that is not what it asked for already.
    pub(super) fn adapt(&mut self, lacking: &Lacking) -> bool {
        let less = self.selection.less(lacking);
        let is_news = less != *self.known();
        self.less = Some(less);
        is_news
    }

    /// The next server may have all of it.
    pub(super) fn forget(&mut self) {
        let less = self.less.take();
        self.is_mixed |= less.is_some_and(|less| less != self.selection);
    }

    /// Other conditions take the place of the present ones while the server does not follow.
    pub(super) fn meet_later(&mut self, conditions: &Conditions) {
        self.is_mixed |= !self.selection.difference(conditions).is_empty();
        self.meet(conditions);
    }

    /// Other conditions take the place of the present ones.
    pub(super) fn meet(&mut self, conditions: &Conditions) {
        for selection in std::iter::once(&mut self.selection).chain(&mut self.less) {
            *selection = std::mem::take(selection).meeting(conditions.clone());
        }
    }
}
