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
    /// Whether the copy may have rows by other conditions than those of the selection.
    pub(super) is_mixed: bool,
}

impl Asked {
    /// Nothing yet of what is wanted.
    pub(super) fn new(selection: Selection) -> Self {
        Self {
            number: None,
            selection,
            less: None,
            is_mixed: false,
        }
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
        self.less = None;
    }

    /// Other conditions take the place of the present ones.
    pub(super) fn meet(&mut self, conditions: &Conditions) {
        for selection in std::iter::once(&mut self.selection).chain(&mut self.less) {
            *selection = std::mem::take(selection).meeting(conditions.clone());
        }
    }
}
