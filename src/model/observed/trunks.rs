use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The VLANs that an uplink carries (ovs-vswitchd.conf.db(5), table Port, `trunks`). 0 is what has
/// no tag.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Trunks {
    /// All of them: the uplink has its bridge to itself.
    #[default]
    All,
    /// These: other uplinks may be on its bridge, with other VLANs.
    Only(Arc<BTreeSet<u16>>),
}

impl Trunks {
    /// What stands in the column for no VLAN at all, as nothing stands for all of them: a number
    /// that IEEE 802.1Q reserves, which no frame has.
    pub const NO_VLAN: u16 = 4095;

    /// These VLANs only.
    pub fn only(tags: impl IntoIterator<Item = u16>) -> Self {
        Self::Only(Arc::new(tags.into_iter().collect()))
    }

    /// What the column says.
    pub fn read(column: impl IntoIterator<Item = u16>) -> Self {
        let mut tags: BTreeSet<u16> = column.into_iter().collect();
        if tags.is_empty() {
            return Self::All;
        }
        tags.remove(&Self::NO_VLAN);
        Self::Only(Arc::new(tags))
    }

    /// What the column says for them.
    pub fn column(&self) -> BTreeSet<u16> {
        match self {
            Self::All => BTreeSet::new(),
            Self::Only(tags) if tags.is_empty() => BTreeSet::from([Self::NO_VLAN]),
            Self::Only(tags) => BTreeSet::clone(tags),
        }
    }

    /// Whether other uplinks may be on the bridge.
    pub fn are_limited(&self) -> bool {
        matches!(self, Self::Only(_))
    }
}

impl fmt::Display for Trunks {
    /// `all`, `none`, or the VLANs with neighbours as `10-20`, behind `untagged` for 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags = match self {
            Self::All => return f.write_str("all"),
            Self::Only(tags) if tags.is_empty() => return f.write_str("none"),
            Self::Only(tags) => tags,
        };
        let mut comma = "";
        let mut tags = tags.iter().copied().peekable();
        if tags.next_if(|tag| *tag == 0).is_some() {
            f.write_str("untagged")?;
            comma = ",";
        }
        while let Some(first) = tags.next() {
            let mut last = first;
            while let Some(next) = tags.next_if(|next| *next == last + 1) {
                last = next;
            }
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}-{last}")?,
            }
            comma = ",";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for (tags, shown) in [
            (Trunks::All, "all"),
            (Trunks::only([]), "none"),
            (Trunks::only([0]), "untagged"),
            (Trunks::only([0, 1, 3, 4, 5, 9]), "untagged,1,3-5,9"),
        ] {
            assert_eq!(tags.to_string(), shown);
            assert_eq!(Trunks::read(tags.column()), tags);
        }
    }
}
